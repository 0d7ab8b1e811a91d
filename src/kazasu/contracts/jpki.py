"""What J-LIS's public-key service may be asked and told.

Certificate serials stay between the asker's validator and here: an answer names a person only by
a reference for that asker (``person_ref``) or by a handle sealed to another institution, which the
asker cannot open (公的個人認証法 52条; identity §6.2).
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from kazasu.contracts.base import (
    AccessList,
    CivilDate,
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

PartyId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,255}$")]
"""A relying party of the identity service: its ``client_id``."""

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


# ------------------------------------------- phones: 移動端末設備用電子証明書

PhonePlatform = Literal["android", "iphone"]
PhoneState = Literal["good", "held", "ended"]


class PhoneApplication(Message):
    """What the holder signs with the card's signing certificate to get a phone's certificates.

    Its JSON is the document; nothing else is signed with it (form and members *simulated*).
    """

    form: Literal["kazasu-phone-application-1"] = "kazasu-phone-application-1"
    application_id: str
    applied_at: Instant
    origin: str
    """Of the phone program that asks."""
    platform: PhonePlatform
    authentication_key: str
    """Base64 SubjectPublicKeyInfo of a key made in the phone's own store."""
    signing_key: str
    replaces: bool = False
    """The holder knows that the certificates of the phone before end with this."""


class PhoneCertificates(Message):
    """DER, base64. ``phone_id`` is J-LIS's name for this phone; it is in no certificate."""

    phone_id: str
    authentication: str
    signing: str
    authentication_ca: str
    signing_ca: str
    expires_on: CivilDate


class IssuePhoneCertificates(
    Inquiry[PhoneCertificates],
    kind="jpki/issue-phone-certificates/1",
    answer=PhoneCertificates,
    askers=("phone",),
    basis="公的個人認証法 16条の2・35条の2 (simulated protocol)",
):
    """Certificates for two keys of a phone, on the word of the card's signing certificate."""

    application: str
    """Base64 of :class:`PhoneApplication` as it was signed."""
    evidence: TapEvidence
    authentication_proof: str
    """Base64 of the new keys' own signatures over the application: they are in this phone."""
    signing_proof: str


class PhoneShown(Message):
    platform: PhonePlatform
    issued_at: Instant
    expires_on: CivilDate
    state: PhoneState


class PhonesOfHolder(Message):
    """The holder's phones, newest first. No serial numbers."""

    phones: tuple[PhoneShown, ...]


class ChangePhone(
    Inquiry[PhonesOfHolder],
    kind="jpki/change-phone/1",
    answer=PhonesOfHolder,
    askers=("phone",),
    basis="公的個人認証法 16条の9・35条の9 (simulated protocol; J-LIS takes losses at any hour)",
):
    """Look at, suspend, release or end the phone's certificates: by the card, or by the phone its own."""

    action: Literal["show", "hold", "release", "end"]
    evidence: TapEvidence
    expected: str
    """Base64 of the challenge: its label is ``phone-<action>``, its origin the asker's."""


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

    The card's signing key, the phone's user-authentication key and ``device_key`` itself have all signed
    ``kazasu.card.mdoc.application.application_bytes("issue", device_key, at)``: the record goes to its person's own
    phone. The items come from the card's signing certificate; the individual number is none of them.
    """

    evidence: TapEvidence
    """By the card."""
    phone: TapEvidence
    """By the phone's certificate, on which the record hangs from then on."""
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
    """A new record for the same phone as long as the card's and the phone's certificates are good; no card is needed."""

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


# ------------------------------------------------------------ latest four attributes
#
# 最新の利用者情報（4情報）提供 and 現況確認 (identity §3). J-LIS's own message forms are not public: every form
# below is simulated; the rules (consent by signature, item by item, purposes, nothing between
# revocation and re-issue) are those of the published service.

AttributeItem = Literal["name", "address", "birthdate", "gender"]
AttributePurpose = Literal["keep-customer-data", "contract-screening", "legal-duty"]
AttributeItems = Annotated[tuple[AttributeItem, ...], Field(min_length=1, max_length=4)]
MOST_IDS = 10_000
"""Certificates or consents in one inquiry."""

PartyCertificateState = Literal["GOOD", "REVOKED", "EXPIRED", "UNKNOWN"]
ChangeState = Literal["unchanged", "changed", "pending", "ended"]
"""``pending``: nothing can be supplied now, for whatever reason; ``ended``: no consent of this party."""


class ConsentTerms(Message):
    """What a consent document says to machines: its ``data``. The words beside it say the same."""

    form: Literal["attribute-consent/1"] = "attribute-consent/1"
    request_id: UUID
    """Makes each document another one: a signature is good for one consent."""
    party: PartyId
    items: AttributeItems
    purpose: AttributePurpose
    until: Instant


class ConsentGiven(Message):
    person: ValidatedPerson
    """Its ``certificate_id`` is the party's."""
    consent_id: UUID


class GiveAttributeConsent(
    Inquiry[ConsentGiven],
    kind="jpki/give-attribute-consent/1",
    answer=ConsentGiven,
    askers=("identity",),
    basis="公的個人認証法 17条・18条 (simulated form)",
):
    """The holder agreed, by a signature of its own, that a party may be told of changes."""

    evidence: TapEvidence
    expected: str
    """Base64 of the consent document; its ``data`` must be ``terms``."""
    terms: ConsentTerms


class ConsentEnded(Message):
    ended_at: Instant
    party: PartyId
    """Who is to be told, when the holder withdrew."""


class EndAttributeConsent(
    Inquiry[ConsentEnded],
    kind="jpki/end-attribute-consent/1",
    answer=ConsentEnded,
    askers=("identity",),
    basis="公的個人認証法 18条 (simulated form)",
):
    """Withdrawn by the holder (``person_ref``) or given up by the party: exactly one is named."""

    consent_id: UUID
    party: PartyId | None = None
    person_ref: str | None = None


class PartyCertificate(Message):
    certificate_id: UUID
    state: PartyCertificateState
    reason: str = ""
    """RFC 5280 5.3.1, where revoked: ``affiliation_changed`` means that an attribute changed."""
    check_method: Literal["OCSP", "CRL"] = "OCSP"


class PartyCertificates(Message):
    checked_at: Instant
    states: tuple[PartyCertificate, ...]


class CertificateStates(
    Inquiry[PartyCertificates],
    kind="jpki/certificate-states/1",
    answer=PartyCertificates,
    askers=("identity",),
    basis="公的個人認証法 18条・20条 (simulated form)",
):
    """現況確認: are these certificates, known to the party by their ids, still good?"""

    party: PartyId
    certificate_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_IDS)]


class ConsentChange(Message):
    consent_id: UUID
    state: ChangeState


class ConsentChanges(Message):
    as_of: Instant
    answers: tuple[ConsentChange, ...]


class AttributesChanged(
    Inquiry[ConsentChanges],
    kind="jpki/attributes-changed/1",
    answer=ConsentChanges,
    askers=("identity",),
    basis="公的個人認証法 18条 (simulated form)",
):
    """Is there anything newer than what the party has? Asked before :class:`GiveAttributes`."""

    party: PartyId
    consent_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_IDS)]


class SuppliedAttributes(Message):
    """Only what was consented to and asked for; the rest is None."""

    name: str | None = None
    address: str | None = None
    birth_date: CivilDate | None = None
    sex: str | None = None


class AttributesGiven(Message):
    attributes: SuppliedAttributes
    certificate_id: UUID
    as_of: Instant


class GiveAttributes(
    Inquiry[AttributesGiven],
    kind="jpki/give-attributes/1",
    answer=AttributesGiven,
    askers=("identity",),
    basis="公的個人認証法 18条 (simulated form)",
):
    party: PartyId
    consent_id: UUID
    items: AttributeItems | None = None
    """None: all that was consented to."""


class Pull(Message):
    """One time that a party asked."""

    at: Instant
    what: Literal["changes", "give"]
    items: tuple[AttributeItem, ...]
    outcome: str
    """``unchanged``, ``changed``, ``pending``; ``supplied``, ``nothing``."""


class StandingConsent(Message):
    consent_id: UUID
    party: PartyId
    items: AttributeItems
    purpose: AttributePurpose
    given_at: Instant
    until: Instant
    ended_at: Instant | None
    ended_by: Literal["", "person", "party"]
    subscription: bool
    evidence_id: str
    document_digest: str
    """Hex SHA-256 of what was signed."""
    pulls: tuple[Pull, ...]
    """Newest first, the latest hundred."""


class StandingConsents(Message):
    consents: tuple[StandingConsent, ...]


class AttributeConsentsOf(
    Inquiry[StandingConsents],
    kind="jpki/attribute-consents-of/1",
    answer=StandingConsents,
    askers=("identity",),
    basis="個人情報保護法 76条",
):
    """For the resident's own page: what they agreed to, and who asked when."""

    person_ref: str


class SubscriptionSet(Message):
    on: bool


class SetSubscription(
    Inquiry[SubscriptionSet],
    kind="jpki/set-subscription/1",
    answer=SubscriptionSet,
    askers=("identity",),
    basis="公的個人認証法 18条 (simulated form)",
):
    """Automatic refresh: tell the party by an event when there is something newer."""

    party: PartyId
    consent_id: UUID
    on: bool


class ReverifyStep(Message):
    name: str
    ja: str
    en: str
    good: bool | None
    """None: could not be looked at."""
    fault: str = ""


class Reverified(Message):
    """A kept signature, judged as of when it was made (policy ``archive``)."""

    good: bool
    policy: str
    at: Instant
    """The time of signing, for which it was judged."""
    checked_at: Instant
    sentence_ja: str
    sentence_en: str
    steps: tuple[ReverifyStep, ...]


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
    document: str
    """Base64."""
    signature: str
    at: Instant


class ProtectionChanged(Letter, kind="jpki/protection-changed/1"):
    """From a city: a resident is, or is no longer, under 支援措置 (住民基本台帳事務処理要領 第5-10).

    Sent before the change of address that it goes with. The channel is simulated.
    """

    resident_record_code: ResidentRecordCode
    protected: bool
    municipality_code: str
    at: Instant


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
