"""最新の利用者情報（4情報）提供 and 現況確認 (identity §3).

J-LIS's own message forms are not public: every form here is simulated; the rules (consent by
signature, item by item, purposes, nothing between revocation and re-issue) are those of the
published service.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kazasu.contracts.base import (
    CivilDate,
    Inquiry,
    Instant,
    Line,
    LongBase64,
    Message,
    Words,
)
from kazasu.contracts.jpki.validation import PartyId, TapEvidence, ValidatedPerson

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
    expected: LongBase64
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
    person_ref: Line | None = None


class PartyCertificate(Message):
    certificate_id: UUID
    state: PartyCertificateState
    reason: Words = ""
    """RFC 5280 5.3.1, where revoked: ``affiliation_changed`` means that an attribute changed."""
    check_method: Literal["OCSP", "CRL"] = "OCSP"


class PartyCertificates(Message):
    checked_at: Instant
    states: Annotated[tuple[PartyCertificate, ...], Field(max_length=MOST_IDS)]


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
    answers: Annotated[tuple[ConsentChange, ...], Field(max_length=MOST_IDS)]


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

    name: Line | None = None
    address: Line | None = None
    birth_date: CivilDate | None = None
    sex: Line | None = None


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
    items: Annotated[tuple[AttributeItem, ...], Field(max_length=4)]
    outcome: Line
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
    evidence_id: Line
    document_digest: Line
    """Hex SHA-256 of what was signed."""
    pulls: Annotated[tuple[Pull, ...], Field(max_length=100)]
    """Newest first, the latest hundred."""


class StandingConsents(Message):
    consents: Annotated[tuple[StandingConsent, ...], Field(max_length=1_000)]


class AttributeConsentsOf(
    Inquiry[StandingConsents],
    kind="jpki/attribute-consents-of/1",
    answer=StandingConsents,
    askers=("identity",),
    basis="個人情報保護法 76条",
):
    """For the resident's own page: what they agreed to, and who asked when."""

    person_ref: Line


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
