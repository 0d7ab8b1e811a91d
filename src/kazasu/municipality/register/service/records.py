"""Looking at the register: the search, and a record with all its versions."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode
from kazasu.kit.emergency import store as emergency
from kazasu.kit.emergency.model import Look
from kazasu.kit.faults import EMERGENCY_NOT_OPEN
from kazasu.kit.staff import Member, by_staff_id
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.model import REGISTER, Clerk
from kazasu.municipality.register import heads, protection
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import UNKNOWN_RESIDENT
from kazasu.municipality.register.model import UNVEILING, Resident
from kazasu.municipality.register.protection import Protection
from kazasu.municipality.register.relationships import HEAD
from kazasu.municipality.register.searching import store as searching
from kazasu.municipality.register.searching.conditions import Wanted
from kazasu.municipality.register.searching.store import MOST, FormerPlace
from kazasu.municipality.register.store import FormerName

SEARCH: Final = desk(
    "resident.search", Text("住民の検索", "Looking for a resident"), role=REGISTER, reasoned=True
)
UNVEIL: Final = desk("resident.unveil", UNVEILING, role="protection", reasoned=True, emergency=True)
READ: Final = desk(
    "resident.read", Text("住民票の確認", "Looking at a resident's record"), role=REGISTER
)


@dataclass(frozen=True, slots=True)
class Record:
    versions: list[Resident]
    """The newest first."""
    household: list[Resident]
    staff: Mapping[str, Member]
    """Who processed the versions, by their number; who has no post here any more is missing."""
    protection: Protection
    """Whose places these versions would show."""
    heads_from: Mapping[str, date]
    """Who heads the household only from a day to come, by 宛名番号: whatever was written of them since."""
    head: str
    """Name of who heads the household today; of a closed record, of who did when it was closed, or when the notice that closed it was accepted.
    Empty: nobody did."""


@dataclass(frozen=True, slots=True)
class Found:
    residents: list[Resident]
    protection: Protection
    former: Sequence[FormerName]
    lived: Sequence[FormerPlace]
    """By which of their addresses of before they were found."""
    widened: bool
    """Nobody was called so: these are alike, or have it somewhere in their name."""
    more: bool
    """There are more than one page shows."""

    def former_of(self, one: Resident) -> Mapping[str, str]:
        """Names that the person had before, with their readings, the newest first."""
        return {
            was.name: was.kana
            for was in self.former
            if was.resident_id == one.resident_id and was.name != one.name
        }

    def lived_of(self, one: Resident) -> Sequence[str]:
        return [was.line for was in self.lived if was.resident_id == one.resident_id]


def _openly_there(
    people: Sequence[Resident], lived: Sequence[FormerPlace], around: Protection
) -> list[Resident]:
    """Of those who were found by a place, whom it may be said of: nobody protected lives there."""
    before = {one.resident_id for one in lived}
    open_before = {one.resident_id for one in lived if one.line not in around.places}
    hidden = before - open_before
    return [one for one in people if not around.covers(one) and one.resident_id not in hidden]


class Records:
    """Each look is recorded before anything is shown."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def search(self, tenant: str, clerk: Clerk, wanted: Wanted, reason: Text) -> Found:
        """Whoever is found reads later what it was for. Where nobody's name begins so, it is looked for anywhere in names.

        By a place nobody is found who is protected, lives with somebody who is, or lived where one does (I8); nor is it recorded
        that they were looked at.

        Raises Refusal ``actions.reason-needed``.
        """

        def work(tx: Transaction) -> Found:
            found = searching.found(tx, wanted)
            widen = not found and not wanted.match and len(wanted.name) > 1 and not wanted.number
            if widen:
                found = searching.found(tx, replace(wanted, match="anywhere"))
            people = found[:MOST]
            lived = searching.former_places(tx, people, wanted.place) if wanted.place else []
            around = protection.around(tx, people, places=[one.line for one in lived])
            if wanted.place:
                people = _openly_there(people, lived, around)
                lived = [one for one in lived if one.line not in around.places]
            tx.shown(one.resident_id for one in people)
            before = register_store.former_names(tx, [one.resident_id for one in people])
            return Found(people, around, before, lived, bool(people) and widen, len(found) > MOST)

        return self._city.act(SEARCH, work, tenant=tenant, clerk=clerk, reason=reason)

    def by_number(
        self,
        tenant: str,
        clerk: Clerk,
        number: IndividualNumber | ResidentRecordCode | str,
        reason: Text,
    ) -> str | None:
        """Whose number it is: 宛名番号. A ``str`` is of a residence card. Whoever is found reads what it was for.

        Raises Refusal ``actions.reason-needed``.
        """

        def work(tx: Transaction) -> str | None:
            if isinstance(number, IndividualNumber):
                found = register_store.by_number(tx, number)
            elif isinstance(number, ResidentRecordCode):
                found = register_store.by_record_code(tx, number)
            else:
                found = searching.by_residence_card(tx, number)
            return found.resident_id if found else None

        return self._city.act(SEARCH, work, tenant=tenant, clerk=clerk, reason=reason)

    def look(self, tenant: str, clerk: Clerk, resident_id: str, reason: Text | str = "") -> Record:
        """``reason``: what for, as the page knows it (register/looking). Raises Refusal ``municipality.unknown-resident``."""

        def work(tx: Transaction) -> Record:
            versions = register_store.history(tx, resident_id)
            if not versions:
                raise Refusal(UNKNOWN_RESIDENT)
            with tx.unseen():  # clerks at work, not whom the look is about
                staff = by_staff_id(tx, {one.processed_by for one in versions})
            household = register_store.household(tx, versions[0].household_number)
            found = {one.staff_id: one for one in staff}
            from_day = {
                one.resident_id: day
                for one in household
                if one.is_head and (day := _heads_from(tx, one)) > civil(tx.now)
            }
            near = protection.around(tx, versions)
            head = _head(tx, versions, household, from_day)
            if head is not None and not near.people:
                tx.shown((head.resident_id,))
            name = head.name if head else ""
            return Record(versions, household, found, near, from_day, name)

        return self._city.act(
            READ, work, tenant=tenant, clerk=clerk, subjects=(resident_id,), reason=reason
        )

    def around(self, tenant: str, clerk: Clerk, resident_id: str) -> Protection:
        """Whose places the record would show. Nobody is shown by it."""

        def work(tx: Transaction) -> Protection:
            with tx.unseen():
                return protection.around(tx, register_store.history(tx, resident_id))

        return self._city.act(READ, work, tenant=tenant, clerk=clerk, subjects=(resident_id,))

    def unveil_place(self, tenant: str, clerk: Clerk, resident_id: str, reason: Text) -> None:
        """Where a protected person lives may be shown now to who works on protected people, since it is on record what for; they read it.

        In the record of somebody who lives with them, they read it and that one does not: it would say that they are protected.

        Raises Refusal ``kit.not-your-role``, ``actions.reason-needed``, ``municipality.unknown-resident``.
        """

        def work(tx: Transaction) -> None:
            tx.shown(told_of(tx, resident_id))

        self._city.act(UNVEIL, work, tenant=tenant, clerk=clerk, reason=reason)

    def unveil_in_emergency(self, tenant: str, clerk: Clerk, resident_id: str) -> Look:
        """The same for who has not the role, once: while an emergency look at this very record is open to them.

        Raises Refusal ``kit.emergency-not-open``, ``municipality.unknown-resident``.
        """

        def work(tx: Transaction) -> Look:
            with tx.unseen():
                look = emergency.open_to(tx, clerk.staff_id, resident_id)
            if look is None:
                raise Refusal(EMERGENCY_NOT_OPEN)
            tx.shown(told_of(tx, resident_id))
            return look

        return self._city.act(UNVEIL, work, tenant=tenant, clerk=clerk, emergency=resident_id)


def told_of(tx: Transaction, resident_id: str) -> frozenset[str]:
    """Who reads that the places of this record were seen: nobody, where none is protected. Raises Refusal ``municipality.unknown-resident``."""
    with tx.unseen():
        versions = register_store.history(tx, resident_id)
    if not versions:
        raise Refusal(UNKNOWN_RESIDENT)
    return protection.around(tx, versions).read_by(resident_id)


def _head(
    tx: Transaction, versions: Sequence[Resident], household: Sequence[Resident], from_day: Mapping[str, date]
) -> Resident | None:  # fmt: skip
    """Whose household it is (住民基本台帳法 7条4号), by the last version that stood in it."""
    now = versions[0]
    if now.here:
        head = next((one for one in household if one.is_head), None)
        if head is None or head.resident_id not in from_day:
            return head
        return next((one for one in household if one.relationship == HEAD and not one.is_head), head)  # fmt: skip
    closing = list(itertools.takewhile(lambda one: one.state != "resident", versions))
    known = heads.known_of(tx, now.household_number, {now.resident_id})
    return known.head_before(closing[-1].processed_at)


def _heads_from(tx: Transaction, head: Resident) -> date:
    """The day from which they head the household that they head now."""
    with tx.unseen():
        versions = register_store.history(tx, head.resident_id)
    heading = itertools.takewhile(
        lambda one: one.is_head and one.household_number == head.household_number, versions
    )
    return list(heading)[-1].changed_on
