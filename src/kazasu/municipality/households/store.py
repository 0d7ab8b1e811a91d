"""Notices of a change of household that were taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.municipality.hall.ports import HouseholdChange
from kazasu.municipality.households.model import Kind


@dataclass(frozen=True, slots=True)
class Taken:
    """One notice (世帯変更届)."""

    PERSON: ClassVar = "resident_id"

    case_id: str
    kind: Kind
    resident_id: str
    """On whose record it was taken."""
    households: list[str]
    """世帯番号 of all whom it is about, a new one, too."""
    people: list[str]
    """宛名番号 of who changed household; of another head: of the head."""
    changed_on: date
    notified_on: date
    given_as: str
    given_by: str
    """宛名番号, or the name of a representative."""
    mandate: str
    document: str
    because: str
    staff_id: str
    at: datetime


def find(tx: Transaction, case_id: str) -> Taken | None:
    return tx.maybe(
        Taken,
        f"""SELECT {columns(Taken)} FROM household_change
            WHERE municipality_code = %(tenant)s AND case_id = %(case)s""",
        {"tenant": tx.tenant, "case": case_id},
    )


def since(tx: Transaction, day: date) -> list[Taken]:
    """Notified on that day or later, the newest first. For a list that names nobody."""
    with tx.unseen():
        return tx.all(
            Taken,
            f"""SELECT {columns(Taken)} FROM household_change
                WHERE municipality_code = %(tenant)s AND notified_on >= %(day)s ORDER BY at DESC, case_id LIMIT 200""",
            {"tenant": tx.tenant, "day": day},
        )


def of_households(
    tx: Transaction, households: Sequence[str], since: datetime
) -> list[HouseholdChange]:
    """As :class:`kazasu.municipality.hall.ports.HouseholdChanges`."""
    with tx.unseen():
        found = tx.all(
            Taken,
            f"""SELECT {columns(Taken)} FROM household_change
                WHERE municipality_code = %(tenant)s AND households && %(households)s::text[] AND at >= %(since)s
                ORDER BY at DESC, case_id LIMIT 100""",
            {"tenant": tx.tenant, "households": list(households), "since": since},
        )
    return [
        HouseholdChange(
            one.case_id, one.kind, one.changed_on, one.at, tuple(one.households), tuple(one.people),
            one.given_by,
        )
        for one in found
    ]  # fmt: skip


def keep(tx: Transaction, taken: Taken) -> None:
    tx.insert("household_change", taken, municipality_code=tx.tenant)
