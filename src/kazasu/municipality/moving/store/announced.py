"""Notices of moving that wait and name somebody who lives here: of moving out, and of a change of address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kazasu.foundation.database import Transaction
from kazasu.municipality.moving.life import OPEN_IN, OPEN_OUT


@dataclass(frozen=True, slots=True)
class Row:
    """Of one case; ``on_date`` and ``starts`` of an appointment that is booked here."""

    case_id: str
    moves_on: date
    received_at: datetime
    within_city: bool
    people: list[str]
    """宛名番号."""
    on_date: date | None
    starts: str
    given_at: datetime
    """When it first came, however often it was corrected since."""


def naming(tx: Transaction, resident_id: str, beside: Sequence[str]) -> list[Row]:
    """Those that name this resident, the newest first, with who else of ``beside`` is named."""
    return tx.all(
        Row,
        """WITH named AS (
               SELECT o.case_id, (o.notice ->> 'move_date')::date AS moves_on, o.received_at, false AS within_city, m.resident_id,
                      coalesce(o.given_at, o.received_at) AS given_at
               FROM moving_out o CROSS JOIN LATERAL jsonb_array_elements_text(o.notice -> 'member_ids') AS listed (member_id)
               JOIN member_reference m ON m.municipality_code = o.municipality_code AND m.member_id = listed.member_id
               WHERE o.municipality_code = %(tenant)s AND o.state = ANY(%(out)s) AND m.resident_id = ANY(%(people)s)
               UNION
               SELECT i.case_id, (i.reservation -> 'notice' ->> 'move_date')::date, i.received_at, true, r.resident_id, i.received_at
               FROM resident r JOIN arriver a USING (municipality_code, record_code)
               JOIN moving_in i ON i.municipality_code = a.municipality_code AND i.case_id = a.case_id
               WHERE r.municipality_code = %(tenant)s AND r.resident_id = ANY(%(people)s) AND i.kind = 'within-city'
                 AND i.reservation IS NOT NULL AND i.state = ANY(%(in)s) AND a.included AND a.resident_id = '')
           SELECT n.case_id, n.moves_on, n.received_at, n.within_city, array_agg(n.resident_id ORDER BY n.resident_id) AS people,
                  v.on_date, coalesce(v.starts, '') AS starts, n.given_at
           FROM named n LEFT JOIN visit_place v
                ON v.municipality_code = %(tenant)s AND v.case_id = n.case_id AND v.held_until IS NULL AND n.within_city
           GROUP BY n.case_id, n.moves_on, n.received_at, n.within_city, n.given_at, v.on_date, v.starts
           HAVING %(own)s = ANY(array_agg(n.resident_id))
           ORDER BY n.received_at DESC, n.case_id LIMIT 100""",
        {
            "tenant": tx.tenant, "own": resident_id, "people": [resident_id, *beside],
            "out": list(OPEN_OUT), "in": list(OPEN_IN),
        },
    )  # fmt: skip
