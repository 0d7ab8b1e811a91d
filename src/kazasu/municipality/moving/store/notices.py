"""Notices of moving out, and who leaves."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.municipality.moving.life import LEAVER, OPEN_OUT, LeaverEvent
from kazasu.municipality.moving.model import Leaver, MovingOut
from kazasu.municipality.moving.store.cases import save_case

_OUT: Final = columns(MovingOut)
_LEAVER: Final = columns(Leaver)


def find(tx: Transaction, case_id: str) -> MovingOut | None:
    return tx.maybe(
        MovingOut,
        f"SELECT {_OUT} FROM moving_out WHERE municipality_code = %s AND case_id = %s",
        (tx.tenant, case_id),
    )


def add(tx: Transaction, case: MovingOut) -> None:
    tx.insert("moving_out", case, municipality_code=tx.tenant)


def save(tx: Transaction, case: MovingOut) -> bool:
    """Write a changed case; False when somebody else changed it since it was read."""
    return save_case(tx, "moving_out", case)


def among(tx: Transaction, states: Sequence[str]) -> list[MovingOut]:
    """Cases in these states, the oldest first."""
    return tx.all(
        MovingOut,
        f"""SELECT {_OUT} FROM moving_out WHERE municipality_code = %s AND state = ANY(%s)
            ORDER BY received_at LIMIT 500""",
        (tx.tenant, list(states)),
    )


def others_open(tx: Transaction, member_ids: Sequence[str], but: str) -> list[str]:
    """Numbers of other notices that name one of these members and are not decided; few are open at a time."""
    return tx.column(
        """SELECT case_id FROM moving_out
           WHERE municipality_code = %s AND state = ANY(%s) AND case_id <> %s
             AND notice -> 'member_ids' ?| %s ORDER BY received_at, case_id""",
        (tx.tenant, list(OPEN_OUT), but, list(member_ids)),
    )


def undecided_of(tx: Transaction, resident_id: str) -> list[str]:
    """Numbers of notices that name this resident and are not decided."""
    return tx.column(
        """SELECT DISTINCT o.case_id FROM member_reference m JOIN moving_out o USING (municipality_code)
           WHERE m.municipality_code = %s AND m.resident_id = %s AND o.state = ANY(%s)
             AND o.notice -> 'member_ids' ? m.member_id ORDER BY o.case_id""",
        (tx.tenant, resident_id, list(OPEN_OUT)),
    )


def add_leaver(tx: Transaction, leaver: Leaver) -> None:
    tx.insert("leaver", leaver, municipality_code=tx.tenant)


def leavers(tx: Transaction, case_id: str) -> list[Leaver]:
    return tx.all(
        Leaver,
        f"""SELECT {_LEAVER} FROM leaver WHERE municipality_code = %s AND case_id = %s
            ORDER BY resident_id""",
        (tx.tenant, case_id),
    )


def leaver_of(tx: Transaction, token: UUID) -> Leaver | None:
    return tx.maybe(
        Leaver,
        f"SELECT {_LEAVER} FROM leaver WHERE municipality_code = %s AND token = %s",
        (tx.tenant, token),
    )


def leavers_with(tx: Transaction, resident_id: str) -> list[Leaver]:
    """Of one person: each of their notices by which they are on the way."""
    return tx.all(
        Leaver,
        f"""SELECT {_LEAVER} FROM leaver WHERE municipality_code = %s AND resident_id = %s
              AND state IN ('open', 'departed') AND consumed_by IS NULL ORDER BY case_id""",
        (tx.tenant, resident_id),
    )


def due_leavers(tx: Transaction, today: date) -> list[Leaver]:
    """Whose planned day has come."""
    return tx.all(
        Leaver,
        f"""SELECT {_LEAVER} FROM leaver
            WHERE municipality_code = %s AND state = 'open' AND planned_on <= %s LIMIT 500""",
        (tx.tenant, today),
    )


def overdue_leavers(tx: Transaction, before: date) -> list[Leaver]:
    """Gone since, and no notice of moved-in came (転入通知未着)."""
    return tx.all(
        Leaver,
        f"""SELECT {_LEAVER} FROM leaver WHERE municipality_code = %s AND state = 'departed'
            AND planned_on < %s ORDER BY planned_on LIMIT 500""",
        (tx.tenant, before),
    )


def turn_leaver(
    tx: Transaction,
    leaver: Leaver,
    event: LeaverEvent,
    *,
    notified_at: datetime | None,
    revision: int,
) -> None:
    """This happens to one mover of a notice. Raises Refusal ``states.not-now``."""
    state = LEAVER.turn(leaver.state, event).to
    tx.execute(
        """UPDATE leaver SET state = %s, notified_at = %s, revision = %s
           WHERE municipality_code = %s AND token = %s""",
        (state, notified_at, revision, tx.tenant, leaver.token),
    )


def note_consumed(tx: Transaction, leaver: Leaver, consumed_by: str, epoch: int) -> None:
    """What the network said of the arrival; said once."""
    tx.execute(
        """UPDATE leaver SET consumed_by = %s, epoch = %s
           WHERE municipality_code = %s AND token = %s""",
        (consumed_by, epoch, tx.tenant, leaver.token),
    )


def note_sent_elsewhere(tx: Transaction, case_id: str, city: str) -> None:
    """This city has the movers' data besides the planned one."""
    tx.insert(
        "certificate_copy", twice="keep",
        municipality_code=tx.tenant, case_id=case_id, to_municipality=city,
    )  # fmt: skip


def cities_with_data(tx: Transaction, case_id: str) -> list[str]:
    """Codes of all cities that expect movers of this case, or did: the planned one, and those that asked."""
    return tx.column(
        """SELECT to_municipality FROM leaver WHERE municipality_code = %(tenant)s AND case_id = %(case)s
           UNION
           SELECT to_municipality FROM certificate_copy
           WHERE municipality_code = %(tenant)s AND case_id = %(case)s
           ORDER BY 1""",
        {"tenant": tx.tenant, "case": case_id},
    )
