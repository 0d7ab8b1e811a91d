"""Cases of moving house: notices out, expected arrivals, their people."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from kazasu.contracts.municipality import Mover
from kazasu.foundation.database import Transaction
from kazasu.foundation.numbers import SEALED
from kazasu.municipality.register.model import Arriver, Leaver, MovingIn, MovingOut

_OUT: Final = ", ".join(field.name for field in fields(MovingOut))
_IN: Final = ", ".join(field.name for field in fields(MovingIn))
_LEAVER: Final = ", ".join(field.name for field in fields(Leaver))
_JSON: Final = {"notice", "signed", "findings", "reservation", "certificate", "visit", "entry"}


def _row(case: MovingOut | MovingIn, tenant: str) -> dict[str, Any]:
    row = {field.name: getattr(case, field.name) for field in fields(case)} | {"tenant": tenant}
    return {k: Jsonb(v) if k in _JSON and v is not None else v for k, v in row.items()}


def _insert(table: str, names: str) -> str:
    places = ", ".join(f"%({name})s" for name in names.split(", "))
    return f"INSERT INTO {table} (municipality_code, {names}) VALUES (%(tenant)s, {places})"


def _update(table: str, names: str) -> str:
    changes = ", ".join(f"{n} = %({n})s" for n in names.split(", ") if n not in ("case_id", "version"))  # fmt: skip
    return f"""UPDATE {table} SET {changes}, version = version + 1 WHERE municipality_code = %(tenant)s
               AND case_id = %(case_id)s AND version = %(version)s"""


# ---------------------------------------------------------------- moving out


def out(tx: Transaction, case_id: str) -> MovingOut | None:
    return tx.maybe(
        MovingOut,
        f"SELECT {_OUT} FROM moving_out WHERE municipality_code = %s AND case_id = %s",
        (tx.tenant, case_id),
    )


def outs(tx: Transaction, states: Sequence[str]) -> list[MovingOut]:
    """Cases in these states, the oldest first."""
    return tx.all(
        MovingOut,
        f"""SELECT {_OUT} FROM moving_out WHERE municipality_code = %s AND state = ANY(%s)
            ORDER BY received_at LIMIT 500""",
        (tx.tenant, list(states)),
    )


def add_out(tx: Transaction, case: MovingOut) -> None:
    tx.execute(_insert("moving_out", _OUT), _row(case, tx.tenant))


def save_out(tx: Transaction, case: MovingOut) -> bool:
    """Write a changed case; False when somebody else changed it since it was read."""
    return tx.execute(_update("moving_out", _OUT), _row(case, tx.tenant)) == 1


def add_leaver(tx: Transaction, leaver: Leaver) -> None:
    row = {field.name: getattr(leaver, field.name) for field in fields(leaver)}
    tx.execute(_insert("leaver", _LEAVER), row | {"tenant": tx.tenant})


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


def settle_leaver(
    tx: Transaction, leaver: Leaver, state: str, *, notified_at: datetime | None, revision: int
) -> None:
    tx.execute(
        """UPDATE leaver SET state = %s, notified_at = %s, revision = %s
           WHERE municipality_code = %s AND token = %s""",
        (state, notified_at, revision, tx.tenant, leaver.token),
    )


# ---------------------------------------------------------------- moving in


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected arrival with its appointment, for the list."""

    case_id: str
    state: str
    kind: str
    half: str
    applicant: str
    people: int
    office_id: str
    on_date: date | None
    starts: str


def arrival(tx: Transaction, case_id: str) -> MovingIn | None:
    return tx.maybe(
        MovingIn,
        f"SELECT {_IN} FROM moving_in WHERE municipality_code = %s AND case_id = %s",
        (tx.tenant, case_id),
    )


def add_arrival(tx: Transaction, case: MovingIn) -> None:
    tx.execute(_insert("moving_in", _IN), _row(case, tx.tenant))


def save_arrival(tx: Transaction, case: MovingIn) -> bool:
    """Write a changed case; False when somebody else changed it since it was read."""
    return tx.execute(_update("moving_in", _IN), _row(case, tx.tenant)) == 1


def expected(tx: Transaction, states: Sequence[str], on: date | None = None) -> list[Expected]:
    """Arrivals by their appointment, those of one day when ``on`` is given."""
    return tx.all(
        Expected,
        """SELECT m.case_id, m.state, m.kind,
                  CASE WHEN m.kind = 'within-city' THEN ''
                       WHEN m.certificate IS NULL THEN 'certificate'
                       WHEN m.reservation IS NULL THEN 'reservation' ELSE '' END AS half,
                  coalesce(m.reservation ->> 'applicant_name', '') AS applicant,
                  (SELECT count(*) FROM arriver a WHERE a.municipality_code = m.municipality_code
                     AND a.case_id = m.case_id)::int AS people,
                  coalesce(v.office_id, '') AS office_id, v.on_date,
                  coalesce(v.starts, '') AS starts
           FROM moving_in m
           LEFT JOIN visit_place v ON v.municipality_code = m.municipality_code
                AND v.case_id = m.case_id AND v.held_until IS NULL
           WHERE m.municipality_code = %(tenant)s AND m.state = ANY(%(states)s)
             AND (%(on)s::date IS NULL OR v.on_date = %(on)s)
           ORDER BY v.on_date NULLS LAST, v.starts, m.received_at LIMIT 500""",
        {"tenant": tx.tenant, "states": list(states), "on": on},
    )


def past_special_route(tx: Transaction, today: date) -> list[str]:
    """Cases whose certificate data may have run out; the rule itself says which have."""
    return tx.column(
        """SELECT case_id FROM moving_in
           WHERE municipality_code = %s AND state IN ('certificate', 'ready', 'visited', 'missed')
             AND certificate IS NOT NULL AND (certificate ->> 'planned_date')::date + 30 < %s""",
        (tx.tenant, today),
    )


def add_arriver(tx: Transaction, case_id: str, token: UUID, mover: Mover) -> None:
    tx.execute(
        """INSERT INTO arriver (municipality_code, case_id, token, mover, included, resident_id, card)
           VALUES (%s, %s, %s, %s, true, '', %s)
           ON CONFLICT (municipality_code, case_id, token) DO UPDATE SET mover = EXCLUDED.mover""",
        (
            tx.tenant,
            case_id,
            token,
            Jsonb(json.loads(mover.model_dump_json(context=SEALED))),
            "pending" if mover.has_card else "none",
        ),
    )


@dataclass(frozen=True, slots=True)
class _ArriverRow:
    case_id: str
    token: UUID
    mover: dict[str, Any]
    included: bool
    resident_id: str
    card: Any


def arrivers(tx: Transaction, case_id: str) -> list[Arriver]:
    """The people of an arrival, the head first."""
    rows = tx.all(
        _ArriverRow,
        """SELECT case_id, token, mover, included, resident_id, card FROM arriver
           WHERE municipality_code = %s AND case_id = %s
           ORDER BY mover ->> 'relationship' <> '世帯主', mover ->> 'birth_date', token""",
        (tx.tenant, case_id),
    )
    return [
        Arriver(r.case_id, r.token, _mover(r.mover), r.included, r.resident_id, r.card)
        for r in rows
    ]


def _mover(document: dict[str, Any]) -> Mover:
    return Mover.model_validate_json(json.dumps(document))


def set_arriver(
    tx: Transaction, arriver: Arriver, *, included: bool, resident_id: str, card: str
) -> None:
    tx.execute(
        """UPDATE arriver SET included = %s, resident_id = %s, card = %s
           WHERE municipality_code = %s AND case_id = %s AND token = %s""",
        (included, resident_id, card, tx.tenant, arriver.case_id, arriver.token),
    )


def purge_arrivers(tx: Transaction, case_id: str) -> None:
    """The certificate data of a cancelled transfer is deleted (I9)."""
    tx.execute(
        "DELETE FROM arriver WHERE municipality_code = %s AND case_id = %s", (tx.tenant, case_id)
    )


@dataclass(frozen=True, slots=True)
class CardWaiting:
    """A card that carries the old address still."""

    case_id: str
    token: UUID
    resident_id: str
    name: str
    notified_on: date


def cards_waiting(tx: Transaction) -> list[CardWaiting]:
    return tx.all(
        CardWaiting,
        """SELECT a.case_id, a.token, a.resident_id, a.mover ->> 'name' AS name, m.notified_on
           FROM arriver a JOIN moving_in m USING (municipality_code, case_id)
           WHERE a.municipality_code = %s AND m.state = 'registered' AND a.included
             AND a.card = 'pending' ORDER BY m.notified_on, a.resident_id""",
        (tx.tenant,),
    )


@dataclass(frozen=True, slots=True)
class CardTap:
    request_id: str
    case_id: str
    token: UUID
    staff_id: str
    expires_at: datetime
    handle: str


def add_card_tap(tx: Transaction, tap: CardTap) -> None:
    tx.execute(
        """INSERT INTO card_tap (municipality_code, request_id, case_id, token, staff_id, expires_at,
                                 handle) VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        (tx.tenant, tap.request_id, tap.case_id, tap.token, tap.staff_id, tap.expires_at, tap.handle),
    )  # fmt: skip


def card_tap(tx: Transaction, request_id: str) -> CardTap | None:
    return tx.maybe(
        CardTap,
        """SELECT request_id, case_id, token, staff_id, expires_at, handle FROM card_tap
           WHERE municipality_code = %s AND request_id = %s""",
        (tx.tenant, request_id),
    )


def set_card_tap_handle(tx: Transaction, request_id: str, handle: str) -> None:
    tx.execute(
        "UPDATE card_tap SET handle = %s WHERE municipality_code = %s AND request_id = %s",
        (handle, tx.tenant, request_id),
    )


def take_card_tap(tx: Transaction, handle: str, staff_id: str) -> CardTap | None:
    """Fetched and removed, for the clerk who began it."""
    return tx.maybe(
        CardTap,
        """DELETE FROM card_tap
           WHERE municipality_code = %s AND handle = %s AND handle <> '' AND staff_id = %s
           RETURNING request_id, case_id, token, staff_id, expires_at, handle""",
        (tx.tenant, handle, staff_id),
    )
