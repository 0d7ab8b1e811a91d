"""What a relying party asks about its customers' data, passed on to J-LIS under the party's own name.

Nothing is kept here: each question is an inquiry of its own, and its refusal comes back as J-LIS gave it.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, Final
from uuid import UUID, uuid4

from kazasu.contracts.base import Answer, Inquiry
from kazasu.contracts.jpki.latest import (
    AttributeConsentsOf,
    AttributeItem,
    AttributePurpose,
    AttributesChanged,
    CertificateStates,
    ConsentEnded,
    ConsentTerms,
    EndAttributeConsent,
    GiveAttributes,
    SetSubscription,
    StandingConsents,
    SuppliedAttributes,
)
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import months_after
from kazasu.foundation.values.encoding import base64_text
from kazasu.identity.faults import UNKNOWN_CLIENT
from kazasu.identity.latest.document import consent_document
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.service.signing import Signings

STATUS: Final = Text(
    "{party}: 電子証明書が有効かの確認（現況確認）", "{party}: is the certificate still good"
)
CHANGES: Final = Text(
    "{party}: 情報が変わったかの確認", "{party}: has anything changed since you agreed"
)
GIVING: Final = Text("{party}: 同意した最新の情報の提供", "{party}: the latest data you agreed to")
ENDING: Final = Text("{party}: 同意の終わり", "{party}: end of your consent")
SUBSCRIBING: Final = Text(
    "{party}: 変わったときの自動のお知らせ", "{party}: to be told of changes automatically"
)
WITHDRAWING: Final = Text("同意の取りやめ", "Withdrawing a consent")
SHOWING: Final = Text("本人に同意の一覧を見せる", "Showing you your consents")


class LatestAttributes:
    """``/api/latest-attributes``."""

    def __init__(self, desk: IdentityContext, signings: Signings) -> None:
        self._desk = desk
        self._signings = signings

    # ------------------------------------------------------------ for relying parties

    def propose(
        self,
        client_id: str,
        items: Sequence[AttributeItem],
        purpose: AttributePurpose,
        months: int,
    ) -> tuple[UUID, str]:
        """A consent document of ours, deposited for signing: its transaction, and the document in base64."""
        now = self._desk.clock.now().astimezone(UTC)
        terms = ConsentTerms(
            request_id=uuid4(),
            party=client_id,
            items=tuple(items),
            purpose=purpose,
            until=months_after(now, months),
        )
        content = consent_document(terms, self._name(client_id))
        number = self._signings.deposit_own(client_id, content)
        return number, base64_text(content)

    def status(self, client_id: str, certificate_ids: Sequence[UUID]) -> dict[str, Any]:
        """現況確認, one or many."""
        inquiry = CertificateStates(party=client_id, certificate_ids=tuple(certificate_ids))
        return self._ask(client_id, inquiry, STATUS).model_dump(mode="json")

    def changes(self, client_id: str, consent_ids: Sequence[UUID]) -> dict[str, Any]:
        inquiry = AttributesChanged(party=client_id, consent_ids=tuple(consent_ids))
        return self._ask(client_id, inquiry, CHANGES).model_dump(mode="json")

    def give(
        self, client_id: str, consent_id: UUID, items: Sequence[AttributeItem] | None
    ) -> dict[str, Any]:
        """Raises Refusal ``jpki.consent-ended``, ``jpki.not-consented``, ``jpki.nothing-supplied``."""
        inquiry = GiveAttributes(
            party=client_id, consent_id=consent_id, items=tuple(items) if items else None
        )
        given = self._ask(client_id, inquiry, GIVING)
        return {
            "attributes": claims(given.attributes),
            "certificate_id": str(given.certificate_id),
            "as_of": given.as_of.isoformat(),
        }

    def give_up(self, client_id: str, consent_id: UUID) -> ConsentEnded:
        """The party ends its consent. Raises Refusal ``jpki.consent-ended``: it has none of this id."""
        inquiry = EndAttributeConsent(consent_id=consent_id, party=client_id)
        return self._ask(client_id, inquiry, ENDING)

    def subscribe(self, client_id: str, consent_id: UUID, *, on: bool) -> dict[str, Any]:
        inquiry = SetSubscription(party=client_id, consent_id=consent_id, on=on)
        return self._ask(client_id, inquiry, SUBSCRIBING).model_dump(mode="json")

    # ------------------------------------------------------------ for the person

    def consents_of(self, person_ref: str) -> StandingConsents:
        """All that the person agreed to, with each pull. The page has audited who looks."""
        return self._desk.inquirer.ask(
            AttributeConsentsOf(person_ref=person_ref), of="jpki", purpose=SHOWING
        )

    def withdraw(self, person_ref: str, consent_id: UUID) -> ConsentEnded:
        """Effective when this returns; the answer names the party that is to be told.

        Raises Refusal ``jpki.consent-ended``: not this person's.
        """
        inquiry = EndAttributeConsent(consent_id=consent_id, person_ref=person_ref)
        return self._desk.inquirer.ask(inquiry, of="jpki", purpose=WITHDRAWING, actor="resident")

    # ------------------------------------------------------------ small things

    def _ask(self, client_id: str, inquiry: Inquiry[Answer], purpose: Text) -> Answer:
        """The purpose names the party: the person reads it in their list."""
        name = self._name(client_id)
        named = Text(purpose.ja.format(party=name.ja), purpose.en.format(party=name.en))
        return self._desk.inquirer.ask(inquiry, of="jpki", purpose=named)

    def _name(self, client_id: str) -> Text:
        client = self._desk.client(client_id)
        if client is None:
            raise Refusal(UNKNOWN_CLIENT)
        return client.name


def claims(given: SuppliedAttributes) -> dict[str, Any]:
    """In the form of userinfo; what was not supplied is not there."""
    found: dict[str, Any] = {
        "name": given.name,
        "address": {"formatted": given.address} if given.address is not None else None,
        "birthdate": given.birth_date.isoformat() if given.birth_date else None,
        "gender": given.sex,
    }
    return {name: value for name, value in found.items() if value is not None}
