"""Deaths that other cities told of."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import NAMESPACE_URL, uuid5

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class Told:
    """Another city entered their death; here they are registered."""

    PERSON: ClassVar = "person"

    resident_record_code: str
    told_by: str
    died_on: date
    at: datetime

    @property
    def person(self) -> str:
        return named(self.resident_record_code)


def named(record_code: str) -> str:
    """As audit rows name who may have no record here yet, without their number."""
    return f"told:{uuid5(NAMESPACE_URL, record_code)}"


_SELECT: Final = (
    f"SELECT {columns(Told)} FROM death_told WHERE municipality_code = %s AND settled_at IS NULL"
)


def put(tx: Transaction, told: Told) -> None:
    """Told again it stands as it was told first."""
    tx.insert("death_told", told, twice="keep", municipality_code=tx.tenant)


def waiting(tx: Transaction) -> list[Told]:
    """The oldest first."""
    return tx.all(Told, f"{_SELECT} ORDER BY at, resident_record_code", (tx.tenant,))


def of(tx: Transaction, record_code: str) -> Told | None:
    """What waits about somebody."""
    return tx.maybe(Told, f"{_SELECT} AND resident_record_code = %s", (tx.tenant, record_code))


def settle(tx: Transaction, record_code: str) -> None:
    tx.execute(
        """UPDATE death_told SET settled_at = %s
           WHERE municipality_code = %s AND resident_record_code = %s AND settled_at IS NULL""",
        (tx.now, tx.tenant, record_code),
    )


def count(tx: Transaction, _: date) -> int:
    return int(
        tx.value(
            "SELECT count(*) FROM death_told WHERE municipality_code = %s AND settled_at IS NULL",
            (tx.tenant,),
        )
    )


def cities_due(tx: Transaction, today: date) -> list[str]:  # noqa: ARG001 - as every subject is asked
    """Codes of the cities in which one waits; of all tenants."""
    return tx.column("SELECT deaths_told_due()")
