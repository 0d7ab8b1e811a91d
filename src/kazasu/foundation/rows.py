"""Rows and dataclasses: a table's columns are the fields of the dataclass that stands for its row.

What is selective, counts or compares stays SQL in the rooms' stores; what only brings a row in or out is written here once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, get_type_hints

from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Row = DataclassInstance
else:
    Row = object

JSON: Final = "json"
"""``field(metadata={JSON: True})``: a list that is a ``jsonb`` column and no array."""
Twice = Literal["refuse", "keep"]
"""What becomes of a row whose key is there: the database's error, or it stays as it is."""


@lru_cache(maxsize=1000)
def columns(row: type[Row], *, without: tuple[str, ...] = (), of: str = "") -> str:
    """The row's columns for a SELECT; ``of``: the table's name or alias before each."""
    start = f"{of}." if of else ""
    return ", ".join(f"{start}{one.name}" for one in fields(row) if one.name not in without)


def values(row: Row) -> dict[str, Any]:
    """Columns and values of one row; dicts, and lists marked :data:`JSON`, as ``jsonb``."""
    return {one.name: _value(getattr(row, one.name), one.metadata) for one in fields(row)}


def _value(value: Any, metadata: Mapping[Any, Any]) -> Any:
    if value is not None and (isinstance(value, dict) or metadata.get(JSON)):
        return Jsonb(value)
    return value


@lru_cache(maxsize=1000)
def insert_statement(table: str, names: tuple[str, ...], twice: Twice) -> str:
    places = ", ".join(f"%({name})s" for name in names)
    end = " ON CONFLICT DO NOTHING" if twice == "keep" else ""
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places}){end}"


@lru_cache(maxsize=1000)
def upsert_statement(table: str, names: tuple[str, ...], key: tuple[str, ...]) -> str:
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name not in key)
    insert = insert_statement(table, names, "refuse")
    return f"{insert} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"


@lru_cache(maxsize=1000)
def update_statement(table: str, names: tuple[str, ...], key: tuple[str, ...]) -> str:
    changes = ", ".join(f"{name} = %({name})s" for name in names if name not in key)
    where = " AND ".join(f"{name} = %({name})s" for name in key)
    return f"UPDATE {table} SET {changes} WHERE {where}"


@lru_cache(maxsize=1000)
def conversions(row: Any) -> Mapping[str, type]:
    """Fields whose type is made from what the database gives: a municipality code, an individual number."""
    found: dict[str, type] = {}
    for name, hint in get_type_hints(row).items():
        if isinstance(hint, type) and getattr(hint, "from_database", False):
            found[name] = hint
    return found


def built(row: Any, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Rows of the database as dataclasses, each field of its declared type.

    Raises ``TypeError``: a column that is no field, or a field without its column.
    """
    convert = {place: kind for place, name in enumerate(names) if (kind := conversions(row).get(name))}
    if convert:
        rows = [_converted(one, convert) for one in rows]
    if tuple(names) == tuple(one.name for one in fields(row)):
        return [row(*one) for one in rows]
    return [row(**dict(zip(names, one, strict=True))) for one in rows]


def _converted(one: Sequence[Any], convert: Mapping[int, type]) -> list[Any]:
    made = list(one)
    for place, kind in convert.items():
        if made[place] is not None and not isinstance(made[place], kind):
            made[place] = kind(made[place])
    return made
