"""What J-LIS's public-key service may be asked and told.

Certificate serials stay between the asker's validator and here: an answer names a person only by
a reference for that asker (``person_ref``) or by a handle sealed to another institution, which the
asker cannot open (公的個人認証法 52条; identity §6.2).
"""

from typing import Literal

from kazasu.contracts.base import (
    AccessList,
    Done,
    FourAttributes,
    Inquiry,
    Instant,
    InstitutionId,
    Letter,
    Message,
    SealedHandle,
)
from kazasu.foundation.numbers import ResidentRecordCode

CertificateState = Literal["good", "revoked", "expired", "not-yet-valid", "unknown"]


class TapEvidence(Message):
    """What a terminal brings from the card: certificate and signature over the challenge.

    ``signature`` is RSASSA-PKCS1-v1_5/SHA-256 (or the key's own algorithm) over ``signed``.
    All binary members are standard base64.
    """

    certificate: str
    signed: str
    signature: str
    card_surface: str = ""
    """TEXT AP file 02 (four attributes), where they were asked for."""
    card_surface_proof: str = ""
    """TEXT AP file 03 (hashes and issuer's signature)."""
    card_surface_key: str = ""
    """TEXT AP file 04 (issuer's CV certificate)."""


class ValidatedPerson(Message):
    """A proven holder. Nothing here is a serial."""

    person_ref: str
    """Stable over renewals, for the asking institution alone."""
    media: Literal["card", "phone"]
    pin_less: bool = False
    checked_at: Instant
    status_method: Literal["OCSP", "CRL"]
    evidence_id: str
    """Under which the check can be looked up at J-LIS."""
    attributes: FourAttributes | None = None
    steps: tuple[tuple[str, str, str], ...] = ()
    """What was checked, for the proof narrative: (Japanese, English, evidence id)."""
    handle: SealedHandle | None = None
    """For a city that asks: the person, named to that city (see :class:`AddressPerson`)."""


class ValidateAuthentication(
    Inquiry[ValidatedPerson],
    kind="jpki/validate-authentication/1",
    answer=ValidatedPerson,
    askers=("identity",),
    basis="公的個人認証法 36条・38条",
):
    """Is this signature by a user-authentication certificate that is good now, and whose?"""

    evidence: TapEvidence
    expected: str
    """Base64 of the exact bytes that must have been signed."""


class ValidateSignature(
    Inquiry[ValidatedPerson],
    kind="jpki/validate-signature/1",
    answer=ValidatedPerson,
    askers=("identity", "city"),
    basis="公的個人認証法 17条",
):
    """The same for a signing certificate; the answer carries its four attributes."""

    evidence: TapEvidence
    expected: str
    at: Instant | None = None
    """For a document signed earlier: the time of signing. None means now."""


class SealedPerson(Message):
    handle: SealedHandle


class AddressPerson(
    Inquiry[SealedPerson],
    kind="jpki/address-person/1",
    answer=SealedPerson,
    askers=("identity",),
    basis="simulated (番号法 21条の2 by analogy)",
):
    """Name ``person_ref`` to ``audience``: a handle that only the audience can open.

    The handle is a JWE to the audience's sealing key; inside, signed by ``jpki``:
    :class:`PersonInHandle`. It lives ten minutes.
    """

    person_ref: str
    audience: InstitutionId


class PersonInHandle(Message):
    resident_record_code: ResidentRecordCode
    audience: InstitutionId
    expires_at: Instant
    handle_id: str


class CardOrder(Message):
    """What a card shall carry after a change: continued use (継続利用), or first issue."""

    resident_record_code: ResidentRecordCode
    municipality_code: str
    prefecture: str
    """Romanised, for the certificate's subject."""
    city: str
    attributes: FourAttributes
    """In the card's charset."""


class CardScript(Message):
    """Write commands for the one card, signed by the card issuer (simulated)."""

    script: str


class ContinueCard(
    Inquiry[CardScript],
    kind="jpki/continue-card/1",
    answer=CardScript,
    askers=("city",),
    basis="番号法施行令 14条 (simulated protocol)",
):
    """継続利用: rewrite the card's surface data and give a new signing certificate."""

    order: CardOrder
    card_id: str
    """Base64 of the card's COMMON record and TEXT 03's DF31, as read: which card is there."""
    signing_public_key: str
    """Base64 SPKI of the key pair that the card made for the new certificate."""


class PersonChanged(Letter, kind="jpki/person-changed/1"):
    """From the Basic Resident Register Network: name, address, birth date or sex changed, or
    death or emigration; the signing certificate lapses (公的個人認証法 12条)."""

    resident_record_code: ResidentRecordCode
    what: Literal["address", "name", "birth-date", "sex", "death", "emigration"]
    municipality_code: str
    at: Instant


# ---------------------------------------------------------------- the record on a phone (mdoc)


class IssuedMdoc(Message):
    """カード代替電磁的記録: the record for one phone's key, and under which name it is known here."""

    credential: str
    """Base64 of the IssuerSigned structure (ISO/IEC 18013-5 §8.3.2.1.2.2)."""
    mdoc_id: str
    person_ref: str
    valid_until: Instant


class IssueMdoc(
    Inquiry[IssuedMdoc],
    kind="jpki/issue-mdoc/1",
    answer=IssuedMdoc,
    askers=("phone",),
    basis="simulated (番号法のカード代替電磁的記録)",
):
    """Issue the electronic record that stands for the card to the phone that holds ``device_key``.

    The card's signing key and the phone's key have both signed
    ``kazasu.card.mdoc.application.application_bytes("issue", device_key, at)``. The items come from the signing
    certificate; the individual number is none of them.
    """

    evidence: TapEvidence
    device_key: str
    """Base64 SPKI, P-256."""
    device_proof: str
    """Base64 DER ECDSA-Sig-Value by the phone's key."""
    at: Instant


class RefreshMdoc(
    Inquiry[IssuedMdoc],
    kind="jpki/refresh-mdoc/1",
    answer=IssuedMdoc,
    askers=("phone",),
    basis="simulated (番号法のカード代替電磁的記録)",
):
    """A new record for the same phone as long as the card's signing certificate is good; no card is needed."""

    mdoc_id: str
    device_key: str
    device_proof: str
    """Base64 signature over ``application_bytes("refresh", device_key, at, mdoc_id)``."""
    at: Instant


class EndMdoc(
    Inquiry[Done],
    kind="jpki/end-mdoc/1",
    answer=Done,
    askers=("phone",),
    basis="simulated (番号法のカード代替電磁的記録)",
):
    """The holder gives it up, or the phone is lost: every record of that phone's key ends."""

    mdoc_id: str
    person_ref: str
    """The asker's name for the person: another person's record is not ended."""


class AccessesOf(
    Inquiry[AccessList],
    kind="jpki/accesses-of/1",
    answer=AccessList,
    askers=("portal",),
    basis="個人情報保護法 76条",
):
    handle: SealedHandle
