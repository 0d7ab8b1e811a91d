"""What the portal may know of a resident's own household, and who looked at their record."""

from typing import Final

from kazasu.contracts.municipality import (
    HouseholdAnswer,
    HouseholdMember,
    HouseholdOf,
)
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.room import tenant_of
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.register import model
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import NOT_RESIDENT
from kazasu.municipality.register.model import Resident

READ: Final = action("municipality.household.read", "institution", shows="found")


class Households:
    def __init__(self, city: CityContext) -> None:
        self._city = city

    def household_of(self, inquiry: HouseholdOf, asked: Asked) -> HouseholdAnswer:
        """The resident's household. A protected person is shown themselves alone (I8).

        Raises Refusal ``municipality.not-resident``, ``exchange.bad-handle``,
        ``exchange.stale-handle``.
        """
        tenant, code = self._whom(inquiry.handle, asked)

        def work(tx: Transaction) -> HouseholdAnswer:
            own = register_store.by_record_code(tx, code)
            if own is None or not own.here:
                raise Refusal(NOT_RESIDENT)
            members = register_store.household(tx, own.household_number)
            together = not any(member.protected for member in members)
            shown = members if together else [own]
            tx.shown([own.resident_id])
            head = next((m.name for m in members if m.is_head), own.name)
            return HouseholdAnswer(
                members=tuple(_member(tx, one, own) for one in shown),
                address=model.address_of(own, MunicipalityCode(tenant)),
                head_name=head if together else own.name,
                may_move_together=together,
            )

        return self._city.answer(READ, work, asked, fields=("household",), looks=True)

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
