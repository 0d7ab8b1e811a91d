"""What waits and where: counted where it lies, no row is loaded to be counted."""

from dataclasses import dataclass
from datetime import date, timedelta

from kazasu.foundation.database import Transaction

OVERDUE_AFTER = timedelta(days=30)
MOST = 500
"""A list shows no more; nor is more counted, so that a great backlog does not slow the desk's first page."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases by queue, :data:`MOST` of each at most."""

    out: int
    today: int
    expected: int
    provisional: int
    cards: int
    overdue: int


def _count(of: str) -> str:
    return f"(SELECT count(*) FROM (SELECT FROM {of} LIMIT {MOST}) waiting)::int"


_HERE = "municipality_code = %(tenant)s"
_COUNTS = f"""
    SELECT {_count(f"moving_out WHERE {_HERE} AND state IN ('received', 'checked')")} AS out,
           {
    _count(f'''moving_in m JOIN visit_place v USING (municipality_code, case_id)
                       WHERE {_HERE} AND m.state IN ('reserved', 'certificate', 'ready')
                         AND v.held_until IS NULL AND v.on_date = %(today)s''')
} AS today,
           {
    _count(f'''moving_in WHERE {_HERE}
                       AND state IN ('reserved', 'certificate', 'ready', 'missed')''')
} AS expected,
           {
    _count(f"moving_in WHERE {_HERE} AND state IN ('visited', 'provisional')")
} AS provisional,
           {
    _count(f'''arriver a JOIN moving_in m USING (municipality_code, case_id)
                       WHERE {_HERE} AND a.card = 'pending' AND a.included
                         AND m.state = 'registered' ''')
} AS cards,
           {
    _count(f'''leaver WHERE {_HERE} AND state = 'departed'
                       AND planned_on < %(overdue)s''')
} AS overdue
"""


def counts(tx: Transaction, today: date) -> Counts:
    return tx.one(
        Counts, _COUNTS, {"tenant": tx.tenant, "today": today, "overdue": today - OVERDUE_AFTER}
    )


def cities_due(tx: Transaction, today: date) -> list[str]:
    """Codes of the cities in which something falls due by this day; of all tenants."""
    return tx.column("SELECT cities_due(%s, %s)", (today, tx.now))
