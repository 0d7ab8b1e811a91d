"""Appointments at the city's offices: free slots, a hold for fifteen minutes, the booking."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4

from psycopg import errors

from kazasu.contracts.municipality import (
    HoldVisit,
    HoldVisitAnswer,
    Office,
    Slot,
    VisitSlots,
    VisitSlotsAnswer,
)
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.room import tenant_of
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import is_open
from kazasu.municipality.hall import store as hall_store
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.store import OfficeRow
from kazasu.municipality.moving.faults import SLOT_FULL, SLOT_UNKNOWN
from kazasu.municipality.moving.store import visits
from kazasu.municipality.moving.store.visits import Place

HOLD: Final = timedelta(minutes=15)
MOST_DAYS: Final = 62
"""So far ahead places are given out: a notice is sent at most 30 days before the move, and the visit is due 14 days after it."""
STARTS: Final = tuple(
    f"{hour:02}:{minute:02}" for hour in (9, 10, 11, 13, 14, 15, 16) for minute in (0, 30)
)
"""Half hours from 9 to 17 with an hour's break: each office's own hours are another issue."""


def slots_between(first: date, last: date) -> Iterator[tuple[date, str]]:
    """All slots of the open days from ``first`` to ``last``."""
    day = first
    while day <= last and day < first + timedelta(days=MOST_DAYS):
        if is_open(day):
            for starts in STARTS:
                yield day, starts
        day += timedelta(days=1)


def free_place(capacity: int, taken: list[int]) -> int | None:
    """The lowest free place of a slot, from 1; None when it is full."""
    return next((place for place in range(1, capacity + 1) if place not in taken), None)


class VisitDesk:
    """Who comes when."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def slots(self, inquiry: VisitSlots, asked: Asked) -> VisitSlotsAnswer:
        """Slots with free places; those of today that have begun are left out."""
        tenant = tenant_of(asked.institution)

        def work(tx: Transaction) -> VisitSlotsAnswer:
            first = max(inquiry.first, civil(tx.now) + timedelta(days=1))
            last = civil(tx.now) + timedelta(days=MOST_DAYS)
            offices = hall_store.offices(tx)
            taken = {
                (t.office_id, t.on_date, t.starts): t.count
                for t in visits.taken(tx, first, inquiry.last)
            }
            free = (
                Slot(
                    office_id=office.office_id,
                    date=day,
                    starts=starts,
                    free=office.places - taken.get((office.office_id, day, starts), 0),
                )
                for day, starts in slots_between(first, min(inquiry.last, last))
                for office in offices
            )
            return VisitSlotsAnswer(
                offices=tuple(map(_office, offices)),
                slots=tuple(slot for slot in free if slot.free > 0),
            )

        return self._city.database.read("visits.slots", work, tenant=tenant)

    def hold(self, inquiry: HoldVisit, asked: Asked) -> HoldVisitAnswer:
        """Hold one place for a case; its former hold or booking moves along.

        Raises Refusal ``municipality.slot-unknown``, ``municipality.slot-full``.
        """
        tenant = tenant_of(asked.institution)
        try:
            return self._city.database.run(
                "visits.hold", lambda tx: self._hold(tx, inquiry), tenant=tenant
            )
        except errors.UniqueViolation:
            # Two took the same last place at once: the key decided.
            raise Refusal(SLOT_FULL) from None

    @staticmethod
    def _hold(tx: Transaction, inquiry: HoldVisit) -> HoldVisitAnswer:
        office = next((o for o in hall_store.offices(tx) if o.office_id == inquiry.office_id), None)
        known = (inquiry.date, inquiry.starts) in slots_between(inquiry.date, inquiry.date)
        offered = civil(tx.now) < inquiry.date <= civil(tx.now) + timedelta(days=MOST_DAYS)
        if office is None or not known or not offered:
            raise Refusal(SLOT_UNKNOWN)
        visits.release_lapsed(tx)
        own = visits.place_of(tx, inquiry.case_id)
        booked = own is not None and own.held_until is None
        wanted = (inquiry.office_id, inquiry.date, inquiry.starts)
        until = tx.now + HOLD
        if own is not None and booked and (own.office_id, own.on_date, own.starts) == wanted:
            return HoldVisitAnswer(hold_id=own.hold_id, until=until)
        # A booking stays until the change arrives by letter: the hold goes under a name of its own.
        name = f"{inquiry.case_id}+" if booked else inquiry.case_id
        visits.release(tx, name)
        place = free_place(office.places, visits.places_taken(tx, *wanted))
        if place is None:
            raise Refusal(SLOT_FULL)
        hold_id = uuid4()
        visits.add_place(
            tx,
            Place(inquiry.office_id, inquiry.date, inquiry.starts, place, name, hold_id, until),
        )
        return HoldVisitAnswer(hold_id=hold_id, until=until)

    @staticmethod
    def book(
        tx: Transaction, case_id: str, hold_id: UUID, office: str, on: date, starts: str
    ) -> bool:
        """A hold becomes the booking. A hold that lapsed meanwhile is taken anew if there is room;
        False when there is none: the resident chooses again."""
        own = visits.place_of(tx, case_id)
        if own is not None and own.hold_id == hold_id:
            return visits.confirm(tx, case_id)
        waiting = visits.place_of(tx, f"{case_id}+")
        if own is not None:
            visits.release(tx, case_id)
        if waiting is not None:
            visits.release(tx, f"{case_id}+")
        found = next((o for o in hall_store.offices(tx) if o.office_id == office), None)
        taken = visits.places_taken(tx, office, on, starts)
        if waiting is not None and waiting.hold_id == hold_id and waiting.place not in taken:
            place: int | None = waiting.place
        else:
            place = free_place(found.places, taken) if found else None
        if place is None:
            return False
        visits.add_place(tx, Place(office, on, starts, place, case_id, hold_id, None))
        return True


def _office(row: OfficeRow) -> Office:
    return Office(
        office_id=row.office_id, name_ja=row.name_ja, name_en=row.name_en, address=row.location
    )
