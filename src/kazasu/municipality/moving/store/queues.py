"""What waits and where: counted where it lies, no row is loaded to be counted."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from kazasu.foundation.database import Transaction
from kazasu.municipality.moving.model import TO_DECIDE, InState
from kazasu.municipality.moving.store.arrivals import CARD_WAITS

MOST: Final = 500
"""A list shows no more; nor is more counted, so that a great backlog does not slow the desk's first page."""


def notices(tx: Transaction) -> int:
    """Notices of moving out that wait for a decision."""
    return _count(tx, "moving_out", "state = ANY(%(states)s)", states=list(TO_DECIDE))


def arriving(tx: Transaction, states: Sequence[InState]) -> int:
    """Arrivals in one of these states."""
    return _count(tx, "moving_in", "state = ANY(%(states)s)", states=list(states))


def visiting(tx: Transaction, states: Sequence[InState], day: date) -> int:
    """Those of them whose visit is on this day."""
    return _count(
        tx,
        "moving_in m JOIN visit_place v USING (municipality_code, case_id)",
        "m.state = ANY(%(states)s) AND v.held_until IS NULL AND v.on_date = %(day)s",
        states=list(states),
        day=day,
    )


def overdue(tx: Transaction, before: date) -> int:
    """Who left before this day, and nobody has told us that they arrived."""
    return _count(tx, "leaver", "state = 'departed' AND planned_on < %(before)s", before=before)


def cards(tx: Transaction) -> int:
    """Cards of registered arrivals that wait to be continued."""
    return _count(
        tx,
        "arriver a JOIN moving_in m USING (municipality_code, case_id)",
        CARD_WAITS,
    )


def cities_due(tx: Transaction, today: date) -> list[str]:
    """Codes of the cities in which something falls due by this day; of all tenants."""
    return tx.column("SELECT cities_due(%s, %s)", (today, tx.now))


def _count(tx: Transaction, table: str, condition: str, **values: Any) -> int:
    return int(
        tx.value(
            f"""SELECT count(*) FROM (SELECT FROM {table}
                WHERE municipality_code = %(tenant)s AND {condition} LIMIT {MOST}) waiting""",
            {"tenant": tx.tenant, **values},
        )
    )
