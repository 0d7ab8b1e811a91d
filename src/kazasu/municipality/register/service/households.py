"""What the portal may know of a resident's own household, and who looked at their record."""

from kazasu.contracts.base import AccessEntry, AccessList
from kazasu.contracts.municipality import (
    AccessesOf,
    HouseholdAnswer,
    HouseholdMember,
    HouseholdOf,
)
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.room import tenant_of
from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.register import model
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import NOT_RESIDENT
from kazasu.municipality.register.model import Resident


class Households:
    def __init__(self, city: CityContext) -> None:
        self._city = city

    def household_of(self, inquiry: HouseholdOf, asked: Asked) -> HouseholdAnswer:
        """The resident's household. A protected person is shown themselves alone (I8).

        Raises Refusal ``municipality.not-resident``, ``exchange.bad-handle``,
        ``exchange.stale-handle``.
        """
        tenant, code = self._whom(inquiry.handle, asked)
        access = Access(f"institution:{asked.asker}", "municipality.household.read", asked.purpose)

        def work(tx: Transaction) -> HouseholdAnswer:
            own = register_store.by_record_code(tx, code)
            if own is None or not own.here:
                raise Refusal(NOT_RESIDENT)
            members = register_store.household(tx, own.household_number)
            together = not any(member.protected for member in members)
            shown = members if together else [own]
            ids = tuple(member.resident_id for member in shown)
            tx.audit(
                Access(access.actor, access.action, access.purpose, ids, fields=("household",))
            )
            head = next((m.name for m in members if m.is_head), own.name)
            return HouseholdAnswer(
                members=tuple(_member(tx, one, own) for one in shown),
                address=model.address_of(own, MunicipalityCode(tenant)),
                head_name=head if together else own.name,
                may_move_together=together,
            )

        return self._city.database.read("household.read", work, tenant=tenant, access=access)

    def accesses_of(self, inquiry: AccessesOf, asked: Asked) -> AccessList:
        """Who looked at the resident's record, what for; posts and systems, not clerks' names."""
        tenant, code = self._whom(inquiry.handle, asked)
        access = Access(f"institution:{asked.asker}", "municipality.accesses.read", asked.purpose)

        def work(tx: Transaction) -> AccessList:
            own = register_store.by_record_code(tx, code)
            if own is None:
                return AccessList(entries=())
            rows = audit.accesses(tx, own.resident_id)
            return AccessList(entries=tuple(_entry(row, asked.institution) for row in rows))

        return self._city.database.read("accesses.read", work, tenant=tenant, access=access)

    def _whom(self, handle: str, asked: Asked) -> tuple[str, str]:
        tenant = tenant_of(asked.institution)
        return tenant, self._city.record_code(tenant, handle)


def _member(tx: Transaction, one: Resident, own: Resident) -> HouseholdMember:
    return HouseholdMember(
        member_id=register_store.member_id(tx, one.resident_id),
        name=one.name,
        kana=one.kana,
        birth_text=one.birth_text,
        relationship=one.relationship,
        is_self=one.resident_id == own.resident_id,
        has_card=one.has_card,
    )


def _entry(row: audit.AuditRow, institution: str) -> AccessEntry:
    post = "clerk" if row.actor.startswith("clerk:") else row.actor
    return AccessEntry(
        at=row.at,
        institution=institution,
        actor=post,
        action=row.action,
        purpose_ja=row.purpose_ja,
        purpose_en=row.purpose_en,
        fields=tuple(row.fields),
        record_id=str(row.id),
    )
