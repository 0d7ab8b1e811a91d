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


_HERE = "WHERE municipality_code = %(tenant)s AND"
_QUEUES = {
    "out": f"moving_out {_HERE} state IN ('received', 'checked')",
    "today": f"""moving_in m JOIN visit_place v USING (municipality_code, case_id)
        {_HERE} m.state IN ('reserved', 'certificate', 'ready') AND v.held_until IS NULL
        AND v.on_date = %(today)s""",
    "expected": f"moving_in {_HERE} state IN ('reserved', 'certificate', 'ready', 'missed')",
    "provisional": f"moving_in {_HERE} state IN ('visited', 'provisional')",
    "cards": f"""arriver a JOIN moving_in m USING (municipality_code, case_id)
        {_HERE} a.card = 'pending' AND a.included AND m.state = 'registered'""",
    "overdue": f"leaver {_HERE} state = 'departed' AND planned_on < %(overdue)s",
}
_COUNTS = "SELECT " + ", ".join(
    f"(SELECT count(*) FROM (SELECT FROM {rows} LIMIT {MOST}) waiting)::int AS {name}"
    for name, rows in _QUEUES.items()
)


def counts(tx: Transaction, today: date) -> Counts:
    return tx.one(
        Counts, _COUNTS, {"tenant": tx.tenant, "today": today, "overdue": today - OVERDUE_AFTER}
    )


def cities_due(tx: Transaction, today: date) -> list[str]:
    """Codes of the cities in which something falls due by this day; of all tenants."""
    return tx.column("SELECT cities_due(%s, %s)", (today, tx.now))
