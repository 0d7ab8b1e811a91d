"""Signatures by a card or a phone: are they good, whose are they, and were they when they were made?

Certificate serials stay between the asker's validator and here: an answer names a person only by
a reference for that asker (``person_ref``) or by a handle sealed to another institution, which the
asker cannot open (公的個人認証法 52条; identity §6.2).
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from kazasu.contracts.base import (
    Base64,
    FourAttributes,
    Inquiry,
    Instant,
    InstitutionId,
    Line,
    LongBase64,
    Message,
    SealedHandle,
    Steps,
    Words,
)
from kazasu.foundation.values.numbers import ResidentRecordCode

PartyId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,255}$", max_length=255)]
"""A relying party of the identity service: its ``client_id``."""


class TapEvidence(Message):
    """What a terminal brings from the card: certificate and signature over the challenge.

    ``signature`` is RSASSA-PKCS1-v1_5/SHA-256 (or the key's own algorithm) over ``signed``.
    All binary members are standard base64.
    """

    certificate: Base64
    signed: LongBase64
    signature: Base64
    card_surface: Base64 = ""
    """TEXT AP file 02 (four attributes), where they were asked for."""
    card_surface_proof: Base64 = ""
    """TEXT AP file 03 (hashes and issuer's signature)."""
    card_surface_key: Base64 = ""
    """TEXT AP file 04 (issuer's CV certificate)."""


class ValidatedPerson(Message):
    """A proven holder. Nothing here is a serial."""

    person_ref: Line
    """Stable over renewals, for the asking institution alone."""
    media: Literal["card", "phone"]
    pin_less: bool = False
    checked_at: Instant
    status_method: Literal["OCSP", "CRL"]
    evidence_id: Line
    """Under which the check can be looked up at J-LIS."""
    attributes: FourAttributes | None = None
    steps: Steps = ()
    """What was checked, for the proof narrative: (Japanese, English, evidence id)."""
    handle: SealedHandle | None = None
    """For a city that asks: the person, named to that city (see :class:`AddressPerson`)."""
    certificate_id: UUID | None = None
    """Where a ``party`` was named: what the certificate is called towards that relying party."""


class ValidateAuthentication(
    Inquiry[ValidatedPerson],
    kind="jpki/validate-authentication/1",
    answer=ValidatedPerson,
    askers=("identity",),
    basis="公的個人認証法 36条・38条",
):
    """Is this signature by a user-authentication certificate that is good now, and whose?"""

    evidence: TapEvidence
    expected: LongBase64
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
    expected: LongBase64
    at: Instant | None = None
    """For a document signed earlier: the time of signing. None means now."""
    party: PartyId | None = None
    """The identity service's relying party for which the certificate gets an opaque id."""


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

    person_ref: Line
    audience: InstitutionId


class PersonInHandle(Message):
    resident_record_code: ResidentRecordCode
    audience: InstitutionId
    expires_at: Instant
    handle_id: Line


class ReverifyStep(Message):
    name: Line
    ja: Words
    en: Words
    good: bool | None
    """None: could not be looked at."""
    fault: Line = ""


class Reverified(Message):
    """A kept signature, judged as of when it was made (policy ``archive``)."""

    good: bool
    policy: Line
    at: Instant
    """The time of signing, for which it was judged."""
    checked_at: Instant
    sentence_ja: Words
    sentence_en: Words
    steps: Annotated[tuple[ReverifyStep, ...], Field(max_length=60)]


class ReverifySignature(
    Inquiry[Reverified],
    kind="jpki/reverify-signature/1",
    answer=Reverified,
    askers=("identity",),
    basis="公的個人認証法 17条 (simulated form)",
):
    """Was this signature good when it was made? What lapsed later does not matter."""

    party: PartyId
    certificate_id: UUID
    document: LongBase64
    """Base64."""
    signature: Base64
    at: Instant
