"""What was said of moves abroad."""

from datetime import date

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.municipality.abroad.model import Emigrant

_SELECT = f"SELECT {columns(Emigrant)} FROM emigrant WHERE municipality_code = %s"


def put(tx: Transaction, row: Emigrant) -> None:
    """Of a further move abroad the last one counts."""
    tx.upsert(
        "emigrant", row, key=("municipality_code", "resident_id"), municipality_code=tx.tenant
    )


def of(tx: Transaction, resident_id: str) -> Emigrant | None:
    return tx.maybe(Emigrant, f"{_SELECT} AND resident_id = %s", (tx.tenant, resident_id))


def due(tx: Transaction, today: date) -> list[Emigrant]:
    return tx.all(
        Emigrant,
        f"{_SELECT} AND NOT gone AND planned_on <= %s ORDER BY planned_on, resident_id",
        (tx.tenant, today),
    )


def take_back(tx: Transaction, resident_id: str) -> None:
    tx.execute(
        "DELETE FROM emigrant WHERE municipality_code = %s AND resident_id = %s AND NOT gone",
        (tx.tenant, resident_id),
    )


def cities_due(tx: Transaction, today: date) -> list[str]:
    """Codes of the cities in which somebody's day has come; of all tenants."""
    return tx.column("SELECT emigrants_due(%s)", (today,))
