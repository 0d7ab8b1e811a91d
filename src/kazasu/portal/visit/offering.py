"""The times that are offered for the visit: by office and day, those in time for the notice before those after its last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kazasu.contracts.municipality import Office, Slot, VisitSlotsAnswer

Day = tuple[date, list[Slot]]


@dataclass(frozen=True, slots=True)
class Offered:
    """One office with its days, in their order, each with its free times."""

    office: Office
    in_time: Sequence[Day]
    late: Sequence[Day]
    """After the last day for the notice at the counter."""


def by_office(found: VisitSlotsAnswer, due: date | None) -> list[Offered]:
    """Each office; every day counts as in time where no last day is known."""
    offered = []
    for office in found.offices:
        days: dict[date, list[Slot]] = {}
        for slot in found.slots:
            if slot.office_id == office.office_id:
                days.setdefault(slot.date, []).append(slot)
        in_time = [one for one in days.items() if due is None or one[0] <= due]
        offered.append(Offered(office, in_time, list(days.items())[len(in_time) :]))
    return offered
