"""What was said of moves abroad."""

from datetime import date
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.municipality.abroad.model import Emigrant
from kazasu.municipality.abroad.outside import MovedIn

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


def gone_last(tx: Transaction) -> list[Emigrant]:
    """Who moved abroad from here, the last fifty, whatever became of them."""
    return tx.all(
        Emigrant, f"{_SELECT} AND gone ORDER BY at DESC, resident_id LIMIT 50", (tx.tenant,)
    )


def take_back(tx: Transaction, resident_id: str) -> None:
    tx.execute(
        "DELETE FROM emigrant WHERE municipality_code = %s AND resident_id = %s AND NOT gone",
        (tx.tenant, resident_id),
    )


def cities_due(tx: Transaction, today: date) -> list[str]:
    """Codes of the cities in which somebody's day has come; of all tenants."""
    return tx.column("SELECT emigrants_due(%s)", (today,))


def with_card(tx: Transaction, number: str) -> str:
    """宛名番号 of who is on the register with this residence card; empty: nobody."""
    found = tx.column(
        """SELECT resident_id FROM resident WHERE municipality_code = %s AND residence_card_number = %s
             AND state IN ('resident', 'leaving') ORDER BY resident_id LIMIT 1""",
        (tx.tenant, number),
    )
    return str(found[0]) if found else ""


def alike(tx: Transaction, name: str, born: date) -> list[str]:
    """宛名番号 of those with this name and date of birth, also of closed records; the first ten."""
    return tx.column(
        """SELECT resident_id FROM resident WHERE municipality_code = %s AND name = %s AND birth_date = %s
           ORDER BY resident_id LIMIT 10""",
        (tx.tenant, name, born),
    )


_MOVED_IN = f"SELECT {columns(MovedIn)} FROM from_outside WHERE municipality_code = %s"


def put_moved_in(tx: Transaction, row: MovedIn) -> None:
    """Of who moves in so a second time the last one counts."""
    tx.upsert(
        "from_outside", row, key=("municipality_code", "resident_id"), municipality_code=tx.tenant
    )


def notices_by_post(tx: Transaction) -> list[MovedIn]:
    """Notices of moved-in by post: those that wait, the oldest first, then the last fifty that went."""
    waiting = tx.all(MovedIn, f"{_MOVED_IN} AND sent_at IS NULL ORDER BY at, token", (tx.tenant,))
    sent = tx.all(
        MovedIn,
        f"{_MOVED_IN} AND sent_at IS NOT NULL ORDER BY sent_at DESC, token LIMIT 50",
        (tx.tenant,),
    )
    return [*waiting, *sent]


def moved_in_of(tx: Transaction, token: str) -> MovedIn | None:
    return tx.maybe(MovedIn, f"{_MOVED_IN} AND token::text = %s", (tx.tenant, token))


def note_sent(tx: Transaction, token: UUID, staff_id: str) -> None:
    tx.execute(
        """UPDATE from_outside SET sent_at = %s, sent_by = %s
           WHERE municipality_code = %s AND token = %s AND sent_at IS NULL""",
        (tx.now, staff_id, tx.tenant, token),
    )


def count_to_post(tx: Transaction, _: date) -> int:
    return int(
        tx.value(
            "SELECT count(*) FROM from_outside WHERE municipality_code = %s AND sent_at IS NULL",
            (tx.tenant,),
        )
    )
