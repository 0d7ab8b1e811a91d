"""What goes onto a card: the script of continued use, certificates of a person typed in the sandbox."""

from kazasu.contracts.base import (
    Base64,
    CivilDate,
    FourAttributes,
    Inquiry,
    Instant,
    Letter,
    Line,
    LongBase64,
    Message,
    Revision,
)
from kazasu.foundation.values.numbers import MunicipalityCode, ResidentRecordCode


class CardOrder(Message):
    """What a card shall carry after a change: continued use (継続利用), or first issue."""

    resident_record_code: ResidentRecordCode
    municipality_code: Line
    prefecture: Line
    """Romanised, for the certificate's subject."""
    city: Line
    attributes: FourAttributes
    """In the card's charset."""
    as_of: Instant | None = None
    """When the city read them in its register: a change after that ends the certificate, one before it does not. Older senders
    have none, and the order counts as of when it comes."""


class CardScript(Message):
    """Write commands for the one card, signed by the card issuer (simulated)."""

    script: LongBase64


class ContinueCard(
    Inquiry[CardScript],
    kind="jpki/continue-card/1",
    answer=CardScript,
    askers=("city",),
    named_in="order.municipality_code",
    basis="番号法施行令 14条 (simulated protocol)",
):
    """継続利用: rewrite the card's surface data and give a new signing certificate."""

    order: CardOrder
    card_id: Base64
    """Base64 of the card's COMMON record and TEXT 03's DF31, as read: which card is there."""
    signing_public_key: Base64
    """Base64 SPKI of the key pair that the card made for the new certificate. Empty: a card without a
    signing certificate, of a child, say; it is not given one here."""


class CardNotContinued(
    Letter, kind="jpki/card-not-continued/1", senders=("city",), named_in="municipality_code"
):
    """From the city to which somebody moved: their card was not continued within 90 days, or notice of the move was given too late for
    it, and it has ended (番号法施行令 14条; simulated: the letter). Of a change of address within one city there is none: it ends no
    card."""

    resident_record_code: ResidentRecordCode
    municipality_code: MunicipalityCode
    notified_on: CivilDate
    """Day of the notice of moving in (転入届). Of older senders, who say no more: a card that was made from that day on goes on."""
    registered_at: Instant | None = None
    """When the arrival was registered: a card that was made since carries the new address, and goes on. One that was handed out on the
    morning of the same day does not."""
    epoch: Revision | None = None
    """The person's register epoch after the arrival, where the card ended with it: the letter then leaves together with the network's word,
    and may come before it. Of a later end, and of older senders, there is none."""


class RequestedCertificates(Message):
    """DER in base64."""

    authentication: Base64
    signing: Base64
    authentication_ca: Base64
    signing_ca: Base64


class IssueOnRequest(
    Inquiry[RequestedCertificates],
    kind="jpki/issue-typed/1",
    answer=RequestedCertificates,
    askers=("society",),
    basis="simulated (sandbox only)",
):
    """Certificates for a person whom somebody typed in the sandbox. Production has no such door."""

    resident_record_code: ResidentRecordCode
    card_id: Base64
    """15 digits."""
    municipality_code: Line
    prefecture: Line
    city: Line
    attributes: FourAttributes
    name_flags: Line
    address_flags: Line
    expires_on: CivilDate
    authentication_key: Base64
    """DER SubjectPublicKeyInfo in base64."""
    signing_key: Base64 = ""
    """Empty: no signing certificate (under 15)."""
