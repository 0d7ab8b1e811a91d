"""Rows of the moving tables: the dataclass names the columns, its documents go in as jsonb."""

from dataclasses import fields
from typing import Any, Final

from psycopg.types.json import Jsonb

from kazasu.foundation.database import Transaction
from kazasu.municipality.moving.model import Leaver, MovingIn, MovingOut

_JSON: Final = {"notice", "signed", "findings", "reservation", "certificate", "visit", "entry"}
_KEY: Final = ("case_id", "version")


def columns(cls: type[MovingOut | MovingIn | Leaver]) -> str:
    return ", ".join(field.name for field in fields(cls))


def insert(tx: Transaction, table: str, row: MovingOut | MovingIn | Leaver) -> None:
    names = columns(type(row))
    places = ", ".join(f"%({name})s" for name in names.split(", "))
    tx.execute(
        f"INSERT INTO {table} (municipality_code, {names}) VALUES (%(tenant)s, {places})",
        _values(tx, row),
    )


def update(tx: Transaction, table: str, case: MovingOut | MovingIn) -> bool:
    """Write a changed case; False when somebody else changed it since it was read."""
    changes = ", ".join(f"{f.name} = %({f.name})s" for f in fields(case) if f.name not in _KEY)
    written = tx.execute(
        f"""UPDATE {table} SET {changes}, version = version + 1
            WHERE municipality_code = %(tenant)s AND case_id = %(case_id)s
              AND version = %(version)s""",
        _values(tx, case),
    )
    return written == 1


def _values(tx: Transaction, row: MovingOut | MovingIn | Leaver) -> dict[str, Any]:
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    documents = {k: Jsonb(v) for k, v in values.items() if k in _JSON and v is not None}
    return values | documents | {"tenant": tx.tenant}
