"""What the portal may know of a resident's own household, and who looked at their record."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Final

from kazasu.contracts.municipality import (
    AnnouncedMove,
    EmergencyLook,
    HouseholdAnswer,
    HouseholdMember,
    HouseholdOf,
    ItemCorrected,
    MovingAbroad,
    OwnMove,
    RecordCorrected,
)
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.room import tenant_of
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.kit.emergency import store as emergency
from kazasu.municipality.hall.context import CityContext, card_to_update
from kazasu.municipality.hall.ports import (
    ANNOUNCED,
    CARDS_LEFT,
    GIVEN_BY,
    MOVES_ABROAD,
    NEWBORN,
)
from kazasu.municipality.register import model
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import NOT_RESIDENT
from kazasu.municipality.register.history import changed
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.service import regrouped
from kazasu.municipality.register.service.corrections import REASON as CORRECTED
from kazasu.municipality.register.service.moved import moved_by

TOLD: Final = timedelta(days=90)
"""How long an emergency look is told of on the portal; the list of who looked keeps it."""
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
            card = self._city.ports.use(CARDS_LEFT).of_resident(tx, own.resident_id)
            head = next((m.name for m in members if m.is_head), own.name)
            changed = regrouped.changes(tx, self._city.ports, own, members) if together else []
            return HouseholdAnswer(
                members=tuple(_member(tx, one, own) for one in shown),
                address=model.address_of(own, MunicipalityCode(tenant)),
                head_name=head if together else own.name,
                may_move_together=together,
                own_move=self._own_move(tx, own, shown, together),
                own_card=card_to_update(card) if card else None,
                household_change=changed[0] if changed else None,
                changes_before=tuple(changed[1:]),
                announced=self._announced(tx, own, shown, together),
                emergency_looks=_emergency_looks(tx, own.resident_id),
                abroad=self._abroad(tx, own),
                corrections=_corrections(tx, own),
            )

        return self._city.answer(READ, work, asked, fields=("household",), looks=True)

    def _own_move(
        self, tx: Transaction, own: Resident, shown: Sequence[Resident], together: bool
    ) -> OwnMove | None:
        """Somebody else of the household may have given notice for them: whoever is moved reads it. Who did is not told of a
        household of which one is not shown the others (I8)."""
        leaves = own.state == "leaving"
        found = own if leaves else moved_by(tx, own.resident_id)
        on = found and (found.planned_on if leaves else found.changed_on)
        if found is None or on is None or not found.case_id:
            return None
        by = self._city.ports.use(GIVEN_BY)(tx, found.case_id) if together else ""
        born = self._city.ports.use(NEWBORN)(tx, found.case_id) if leaves else ()
        return OwnMove(
            case_id=found.case_id,
            on=on,
            registered=not leaves,
            given_by=by,
            by_oneself=by == own.name,
            written_at=found.processed_at,
            not_named=tuple(one.name for one in shown if one.resident_id in born),
        )

    def _announced(
        self, tx: Transaction, own: Resident, shown: Sequence[Resident], together: bool
    ) -> tuple[AnnouncedMove, ...]:
        """Notices that wait and name them: nobody learns of their move only when it is decided. Of a household of which one is not shown the
        others it is not told who gave it, nor when they come to the counter (I8)."""
        beside = [one.resident_id for one in shown]
        name_of = {one.resident_id: one.name for one in shown}
        return tuple(
            AnnouncedMove(
                case_id=one.case_id,
                on=one.on,
                received_at=one.received_at,
                within_city=one.within_city,
                member_ids=tuple(register_store.member_id(tx, who) for who in one.people),
                given_by=one.given_by if together else "",
                visit_on=one.visit_on if together else None,
                visit_starts=one.visit_starts if together else "",
                not_named=tuple(name_of[who] for who in one.newborn if who in name_of),
            )
            for one in self._city.ports.use(ANNOUNCED)(tx, own.resident_id, beside)
        )

    def _abroad(self, tx: Transaction, own: Resident) -> MovingAbroad | None:
        if not own.leaves_the_country:
            return None
        found = self._city.ports.use(MOVES_ABROAD)(tx, own.resident_id)
        return (
            MovingAbroad(on=found.on, to=found.country.ja, to_en=found.country.en, card=found.card)
            if found
            else None
        )

    def _whom(self, handle: str, asked: Asked) -> tuple[str, str]:
        tenant = tenant_of(asked.institution)
        return tenant, self._city.record_code(tenant, handle)


def _emergency_looks(tx: Transaction, resident_id: str) -> tuple[EmergencyLook, ...]:
    with tx.unseen():  # whose record it was may be another's
        looks = emergency.of_person(tx, resident_id, TOLD)
    return tuple(
        EmergencyLook(
            at=one.agreed_at,
            until=one.over_at,
            reason_ja=one.reason_ja,
            reason_en=one.reason_en,
            verdict=one.verdict,
            reviewed_at=one.reviewed_at,
        )
        for one in looks
        if one.agreed_at is not None and one.over_at is not None
    )


def _corrections(tx: Transaction, own: Resident) -> tuple[RecordCorrected, ...]:
    """職権修正 of their own record: what from, what to, and why (住民基本台帳法施行令 12条3項; telling them is ours, 12条4項 orders it of other entries). Each reads their own, whoever else lives there."""
    versions = register_store.history(tx, own.resident_id)
    found = [
        (after, before)
        for after, before in pairwise(versions)
        if after.reason == CORRECTED and after.processed_at > tx.now - TOLD
    ]
    return tuple(
        RecordCorrected(
            at=after.processed_at,
            because=after.because,
            items=tuple(
                ItemCorrected(
                    item=one.item, label_ja=one.label.ja, label_en=one.label.en,
                    before=str(one.before), after=str(one.after),
                )
                for one in changed(before, after, hide=False)
            ),
        )
        for after, before in found[:20]
    )  # fmt: skip


def _member(tx: Transaction, one: Resident, own: Resident) -> HouseholdMember:
    return HouseholdMember(
        member_id=register_store.member_id(tx, one.resident_id),
        name=one.name,
        kana=one.kana,
        birth_text=one.birth_text,
        relationship=one.relationship,
        is_self=one.resident_id == own.resident_id,
        has_card=one.has_card,
        leaves_on=one.planned_on if one.state == "leaving" else None,
        residence_card=bool(one.residence_card_number),
    )
