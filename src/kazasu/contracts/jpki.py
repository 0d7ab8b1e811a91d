"""What J-LIS's public-key service may be asked and told.

Certificate serials stay between the asker's validator and here: an answer names a person only by
a reference for that asker (``person_ref``) or by a handle sealed to another institution, which the
asker cannot open (公的個人認証法 52条; identity §6.2).
"""

from typing import Literal

from kazasu.contracts.base import (
    AccessList,
    CivilDate,
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


class AccessesOf(
    Inquiry[AccessList],
    kind="jpki/accesses-of/1",
    answer=AccessList,
    askers=("portal",),
    basis="個人情報保護法 76条",
):
    handle: SealedHandle


class TypedCertificates(Message):
    """DER in base64."""

    authentication: str
    signing: str
    authentication_ca: str
    signing_ca: str


class IssueTyped(
    Inquiry[TypedCertificates],
    kind="jpki/issue-typed/1",
    answer=TypedCertificates,
    askers=("society",),
    basis="simulated (sandbox only)",
):
    """Certificates for a person whom somebody typed in the sandbox. Production has no such door."""

    resident_record_code: ResidentRecordCode
    card_id: str
    """15 digits."""
    municipality_code: str
    prefecture: str
    city: str
    attributes: FourAttributes
    name_flags: str
    address_flags: str
    expires_on: CivilDate
    authentication_key: str
    """DER SubjectPublicKeyInfo in base64."""
    signing_key: str = ""
    """Empty: no signing certificate (under 15)."""
