"""Appointments: slots and places. A place is a row; the key forbids to give it twice."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.municipality.moving.life import EXPECTED


@dataclass(frozen=True, slots=True)
class Taken:
    office_id: str
    on_date: date
    starts: str
    count: int


@dataclass(frozen=True, slots=True)
class Place:
    office_id: str
    on_date: date
    starts: str
    place: int
    case_id: str
    hold_id: UUID
    held_until: datetime | None


def taken(tx: Transaction, first: date, last: date) -> list[Taken]:
    """How many places of each slot are held or booked at this instant."""
    return tx.all(
        Taken,
        """SELECT office_id, on_date, starts, count(*)::int AS count FROM visit_place
           WHERE municipality_code = %s AND on_date BETWEEN %s AND %s
             AND (held_until IS NULL OR held_until > %s)
           GROUP BY office_id, on_date, starts""",
        (tx.tenant, first, last, tx.now),
    )


def release_lapsed(tx: Transaction) -> int:
    """Holds whose time is over."""
    return tx.execute(
        "DELETE FROM visit_place WHERE municipality_code = %s AND held_until < %s",
        (tx.tenant, tx.now),
    )


def places_taken(tx: Transaction, office_id: str, on: date, starts: str) -> list[int]:
    return tx.column(
        """SELECT place FROM visit_place WHERE municipality_code = %s AND office_id = %s
           AND on_date = %s AND starts = %s""",
        (tx.tenant, office_id, on, starts),
    )


def add_place(tx: Transaction, place: Place) -> None:
    tx.insert("visit_place", place, municipality_code=tx.tenant)


def place_of(tx: Transaction, case_id: str) -> Place | None:
    return tx.maybe(
        Place,
        f"""SELECT {columns(Place)} FROM visit_place
            WHERE municipality_code = %s AND case_id = %s""",
        (tx.tenant, case_id),
    )


def confirm(tx: Transaction, case_id: str) -> bool:
    """A hold becomes an appointment; False when there is none any more."""
    return (
        tx.execute(
            "UPDATE visit_place SET held_until = NULL WHERE municipality_code = %s AND case_id = %s",
            (tx.tenant, case_id),
        )
        == 1
    )


def release(tx: Transaction, case_id: str) -> None:
    tx.execute(
        "DELETE FROM visit_place WHERE municipality_code = %s AND case_id = %s",
        (tx.tenant, case_id),
    )


def missed(tx: Transaction, today: date) -> list[str]:
    """Cases whose appointment is over and nobody came."""
    return tx.column(
        """SELECT p.case_id FROM visit_place p JOIN moving_in m USING (municipality_code, case_id)
           WHERE p.municipality_code = %s AND p.held_until IS NULL AND p.on_date < %s
             AND m.state = ANY(%s)""",
        (tx.tenant, today, list(EXPECTED)),
    )
