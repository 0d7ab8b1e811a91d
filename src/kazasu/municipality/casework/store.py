"""Who has which case, and the notes on it."""

from collections.abc import Mapping, Sequence

from kazasu.foundation.database import Transaction
from kazasu.municipality.casework.model import (
    Act,
    Colleague,
    Done,
    Holder,
    Kind,
    Note,
    Standing,
)
from kazasu.municipality.hall.model import Clerk, Role
from kazasu.municipality.hall.ports import HeldCase, Way

_HOLDER = """SELECT h.case_id, h.staff_id, coalesce(s.name, h.staff_id) AS name, h.since, coalesce(s.kana, '') AS kana
    FROM case_holder h LEFT JOIN staff s ON s.tenant = h.municipality_code AND s.staff_id = h.staff_id
    WHERE h.municipality_code = %(tenant)s AND h.way = %(way)s"""


def holders(tx: Transaction, way: Way, case_ids: Sequence[str]) -> dict[str, Holder]:
    """Of those cases that somebody has."""
    rows = tx.all(
        Holder,
        f"{_HOLDER} AND h.case_id = ANY(%(cases)s)",
        {"tenant": tx.tenant, "way": way, "cases": list(case_ids)},
    )
    return {one.case_id: one for one in rows}


def standing(
    tx: Transaction, way: Way, case_id: str, *, next_by: Sequence[Role], acts: Sequence[Act]
) -> Standing:
    """Who has this case, what was noted, what was done by whom, and to whom it can be handed.

    Args:
        next_by: who can do what comes next; nobody: it is over.
    """
    notes = tx.all(
        Note,
        """SELECT n.number, n.at, coalesce(s.name, n.staff_id) AS name, n.kind, n.other, n.words,
                  coalesce(s.kana, '') AS kana
           FROM case_note n LEFT JOIN staff s ON s.tenant = n.municipality_code AND s.staff_id = n.staff_id
           WHERE n.municipality_code = %s AND n.way = %s AND n.case_id = %s ORDER BY n.number""",
        (tx.tenant, way, case_id),
    )
    found = colleagues(tx)
    over = not next_by
    held = None if over else holders(tx, way, [case_id]).get(case_id)
    by_number = sorted(found.values(), key=lambda one: one.staff_id)
    going_on = [one for one in by_number if one.holds(next_by)]
    return Standing(held, notes, by_number, going_on, over, done(found, acts))


def held_by(tx: Transaction, staff_id: str) -> list[HeldCase]:
    """What this clerk has, what came last first; with the words that it was handed over with, if it was."""
    return tx.all(
        HeldCase,
        """SELECT h.way, h.case_id, h.since, coalesce(s.name, n.staff_id, '') AS handed_by,
                  coalesce(s.kana, '') AS handed_kana, coalesce(n.words, '') AS words
           FROM case_holder h
           LEFT JOIN case_note n ON n.municipality_code = h.municipality_code AND n.way = h.way
                AND n.case_id = h.case_id AND n.kind = 'handed' AND n.at = h.since
           LEFT JOIN staff s ON s.tenant = n.municipality_code AND s.staff_id = n.staff_id
           WHERE h.municipality_code = %s AND h.staff_id = %s ORDER BY h.since DESC, h.case_id LIMIT 50""",
        (tx.tenant, staff_id),
    )


def colleagues(tx: Transaction) -> dict[str, Colleague]:
    """Everybody with a post here, by their number."""
    rows = tx.all(
        Colleague, "SELECT staff_id, name, kana, roles FROM staff WHERE tenant = %s", (tx.tenant,)
    )
    return {one.staff_id: one for one in rows}


def done(staff: Mapping[str, Colleague], acts: Sequence[Act]) -> list[Done]:
    """Acts with the names of who did them, none where it was nobody of the staff; a number whose post has ended stands for itself."""
    return [
        Done(what, who.name, who.kana, at)
        for what, number, at in acts
        for who in (staff.get(number, Colleague(number, number, "")),)
    ]


def give(tx: Transaction, way: Way, case_id: str, staff_id: str) -> None:
    """It is theirs from now on; whoever has it already keeps the time since when."""
    tx.execute(
        """INSERT INTO case_holder (municipality_code, way, case_id, staff_id, since)
           VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (municipality_code, way, case_id) DO UPDATE
           SET staff_id = EXCLUDED.staff_id, since = EXCLUDED.since
           WHERE case_holder.staff_id <> EXCLUDED.staff_id""",
        (tx.tenant, way, case_id, staff_id, tx.now),
    )


def put_back(tx: Transaction, way: Way, case_id: str) -> None:
    """Nobody has it."""
    tx.execute(
        "DELETE FROM case_holder WHERE municipality_code = %s AND way = %s AND case_id = %s",
        (tx.tenant, way, case_id),
    )


def is_written(
    tx: Transaction, way: Way, case_id: str, staff_id: str, words: str, after: int
) -> bool:
    """Did they write the very same behind that line?"""
    return bool(
        tx.value(
            """SELECT count(*) FROM case_note
               WHERE municipality_code = %s AND way = %s AND case_id = %s AND number > %s
                 AND staff_id = %s AND kind = 'note' AND words = %s""",
            (tx.tenant, way, case_id, after, staff_id, words),
        )
    )


def pass_on(tx: Transaction, way: Way, case_id: str, clerk: Clerk, role: Role) -> None:
    """The next step needs this role: who does not hold it puts the case back, so that a colleague goes on without asking."""
    if role not in clerk.roles and case_id in holders(tx, way, [case_id]):
        put_back(tx, way, case_id)
        write(tx, way, case_id, clerk.staff_id, "released")


def write(
    tx: Transaction, way: Way, case_id: str, staff_id: str, kind: Kind, words: str = "",
    other: str = "",
) -> None:  # fmt: skip
    """A line behind the others. Two at once: the key lets one of them lose, and its transaction is tried again."""
    tx.execute(
        """INSERT INTO case_note (municipality_code, way, case_id, number, at, staff_id, kind, other, words)
           SELECT %(tenant)s, %(way)s, %(case)s, count(*) + 1, %(at)s, %(who)s, %(kind)s, %(other)s, %(words)s
           FROM case_note WHERE municipality_code = %(tenant)s AND way = %(way)s AND case_id = %(case)s""",
        {"tenant": tx.tenant, "way": way, "case": case_id, "at": tx.now, "who": staff_id,
         "kind": kind, "other": other, "words": words},
    )  # fmt: skip
