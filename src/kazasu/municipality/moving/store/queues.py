"""What waits and where: counted where it lies, no row is loaded to be counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kazasu.foundation.database import Transaction
from kazasu.municipality.hall.ports import Way
from kazasu.municipality.moving.life import OPEN_IN, OPEN_OUT, TO_DECIDE, InState
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


def card_holders(tx: Transaction) -> list[str]:
    """宛名番号 of whose cards wait to be continued, each once, however many moves wait for it."""
    return tx.column(
        f"""SELECT DISTINCT a.resident_id FROM arriver a JOIN moving_in m USING (municipality_code, case_id)
            WHERE a.municipality_code = %s AND {CARD_WAITS} LIMIT {MOST}""",
        (tx.tenant,),
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


@dataclass(frozen=True, slots=True)
class OfHousehold:
    """A notice that waits for a decision, of people of a household of which another one waits, too."""

    household_number: str
    way: Way
    case_id: str
    people: list[str]
    """宛名番号 of whom it names there."""


def parted_households(tx: Transaction) -> list[OfHousehold]:
    """Households of which more than one notice waits: of moving out, or of a change of address. Who has left already is of none."""
    return tx.all(
        OfHousehold,
        """WITH waiting AS (
               SELECT 'out' AS way, o.case_id, m.resident_id
               FROM moving_out o CROSS JOIN LATERAL jsonb_array_elements_text(o.notice -> 'member_ids') AS named (member_id)
               JOIN member_reference m ON m.municipality_code = o.municipality_code AND m.member_id = named.member_id
               WHERE o.municipality_code = %(tenant)s AND o.state = ANY(%(out)s)
               UNION
               SELECT 'in', i.case_id, r.resident_id
               FROM moving_in i JOIN arriver a USING (municipality_code, case_id)
               JOIN resident r ON r.municipality_code = a.municipality_code AND r.record_code = a.record_code
               WHERE i.municipality_code = %(tenant)s AND i.kind = 'within-city' AND i.state = ANY(%(in)s)
                 AND a.included AND a.resident_id = ''),
           placed AS (
               SELECT r.household_number, w.way, w.case_id, array_agg(w.resident_id ORDER BY w.resident_id) AS people
               FROM waiting w JOIN resident r ON r.municipality_code = %(tenant)s AND r.resident_id = w.resident_id
               WHERE r.state = 'resident' GROUP BY r.household_number, w.way, w.case_id)
           SELECT household_number, way, case_id, people FROM placed
           WHERE household_number IN (SELECT household_number FROM placed GROUP BY household_number HAVING count(*) > 1)
           ORDER BY household_number, case_id""",
        {"tenant": tx.tenant, "out": list(OPEN_OUT), "in": list(OPEN_IN)},
    )
