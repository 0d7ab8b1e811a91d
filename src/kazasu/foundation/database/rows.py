"""Rows and dataclasses: a table's columns are the fields of the dataclass that stands for its row.

What is selective, counts or compares stays SQL in the rooms' stores; what only brings a row in or out is written here once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_type_hints

from psycopg.types.json import Jsonb

from kazasu.foundation.enciphering import ENCIPHERED, Ciphers, Enciphered, no_ciphers
from kazasu.foundation.enciphering.fields import index_column

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Row = DataclassInstance
else:
    Row = object

JSON: Final = "json"
"""``field(metadata={JSON: True})``: a list that is a ``jsonb`` column and no array."""
NO_COLUMN: Final = "no column"
"""``field(metadata={NO_COLUMN: True})``: computed by the query, or for others than the table."""
Twice = Literal["refuse", "keep"] | tuple[str, ...]
"""What becomes of a row that is there: the database's error, or it stays as it is. A key: stays if that is the
same, and what another constraint forbids is an error still."""


@lru_cache(maxsize=1000)
def columns(row: type[Row]) -> str:
    """The row's columns, for a SELECT."""
    return ", ".join(_kept(row))


def _kept(row: type[Row]) -> list[str]:
    return [one.name for one in fields(row) if not one.metadata.get(NO_COLUMN)]


@lru_cache(maxsize=1000)
def names(row: type[Row]) -> tuple[str, ...]:
    """What is written of it, one by one (for COPY): its columns, then the blind indices of enciphered ones."""
    indices = (index_column(name) for name, how in secrets(row).items() if how.indexed)
    return (*_kept(row), *indices)


@lru_cache(maxsize=1000)
def secrets(row: Any) -> Mapping[str, Enciphered]:
    """Its fields that stand enciphered in their columns."""
    return {one.name: one.metadata[ENCIPHERED] for one in fields(row) if ENCIPHERED in one.metadata}


def values(
    row: Row | None, more: Mapping[str, Any], ciphers: Ciphers = no_ciphers, tenant: str = ""
) -> dict[str, Any]:
    """Columns and values of one row, then ``more``, which comes before a field of its name.

    Dicts, and lists marked :data:`JSON`, as ``jsonb``; marked by :func:`~kazasu.foundation.enciphering.enciphered`, enciphered.
    """
    if row is None:
        found, documents = dict(more), _NONE
    else:
        kind = type(row)
        found = {name: getattr(row, name) for name in _kept(kind)}
        if hidden := secrets(kind):
            found |= _enciphered(found, hidden, ciphers, tenant)
        found |= more
        documents = _documents(kind)
    for name, value in found.items():
        if isinstance(value, dict) or (name in documents and value is not None):
            found[name] = Jsonb(value)
    return found


def _enciphered(
    row: Mapping[str, Any], hidden: Mapping[str, Enciphered], ciphers: Ciphers, tenant: str
) -> dict[str, bytes | None]:
    """These columns as they are kept, then their indices."""
    kept: dict[str, bytes | None] = {}
    indices: dict[str, bytes | None] = {}
    for name, how in hidden.items():
        value, cipher = row[name], ciphers(tenant)
        text = None if value is None else value.reveal(duty=how.duty)
        kept[name] = None if text is None else cipher.encipher(text, how.place(name, row))
        if how.indexed:
            indices[index_column(name)] = None if text is None else cipher.index(text, name)
    return kept | indices


_NONE: Final[frozenset[str]] = frozenset()


@lru_cache(maxsize=1000)
def _documents(row: type[Row]) -> frozenset[str]:
    return frozenset(one.name for one in fields(row) if one.metadata.get(JSON))


@lru_cache(maxsize=1000)
def insert_statement(table: str, names: tuple[str, ...], twice: Twice) -> str:
    """Takes the values in the order of ``names``."""
    places = ", ".join(["%s"] * len(names))
    end = "" if twice == "refuse" else " ON CONFLICT DO NOTHING"
    if isinstance(twice, tuple):
        end = f" ON CONFLICT ({', '.join(twice)}) DO NOTHING"
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places}){end}"


@lru_cache(maxsize=1000)
def upsert_statement(table: str, names: tuple[str, ...], key: tuple[str, ...]) -> str:
    """Takes the values in the order of ``names``."""
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name not in key)
    insert = insert_statement(table, names, "refuse")
    return f"{insert} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"


@lru_cache(maxsize=1000)
def update_statement(table: str, changed: tuple[str, ...], asked: tuple[str, ...]) -> str:
    """Takes the values of what is ``changed``, then of what is ``asked``: the key, and what was there."""
    changes = ", ".join(f"{name} = %s" for name in changed)
    return f"UPDATE {table} SET {changes} WHERE {' AND '.join(f'{name} = %s' for name in asked)}"


@lru_cache(maxsize=1000)
def conversions(row: Any) -> Mapping[str, type]:
    """Fields whose type is made from what the database gives: a state, an institution, an individual number.

    That is an ``Enum``, or a class with ``from_database = True``; each may be ``| None``.
    """
    found: dict[str, type] = {}
    for name, hint in get_type_hints(row).items():
        for kind in get_args(hint) if isinstance(hint, UnionType) else (hint,):
            if isinstance(kind, type) and (
                issubclass(kind, Enum) or getattr(kind, "from_database", False)
            ):
                found[name] = kind
    return found


def built(
    row: Any,
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    ciphers: Ciphers = no_ciphers,
    tenant: str = "",
) -> list[Any]:
    """Rows of the database as dataclasses, each field of its declared type, enciphered ones deciphered.

    Raises ``TypeError``: a column that is no field, or a field without its column. Raises Refusal as
    :meth:`~kazasu.foundation.enciphering.ColumnCipher.decipher`.
    """
    if hidden := secrets(row):
        rows = [_deciphered(one, names, hidden, ciphers, tenant) for one in rows]
    convert = {
        place: kind for place, name in enumerate(names) if (kind := conversions(row).get(name))
    }
    if convert:
        rows = [_converted(one, convert) for one in rows]
    if tuple(names) == tuple(one.name for one in fields(row)):
        return [row(*one) for one in rows]
    return [row(**dict(zip(names, one, strict=True))) for one in rows]


def _deciphered(
    one: Sequence[Any],
    names: Sequence[str],
    hidden: Mapping[str, Enciphered],
    ciphers: Ciphers,
    tenant: str,
) -> list[Any]:
    row = dict(zip(names, one, strict=True))
    for name, how in hidden.items():
        if row[name] is not None:
            row[name] = ciphers(tenant).decipher(row[name], how.place(name, row))
    return list(row.values())


def _converted(one: Sequence[Any], convert: Mapping[int, type]) -> list[Any]:
    made = list(one)
    for place, kind in convert.items():
        if made[place] is not None and not isinstance(made[place], kind):
            made[place] = kind(made[place])
    return made
