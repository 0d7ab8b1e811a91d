"""What plain SQL cannot do to the tables of a version before: Python steps between migrations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.conversion import Conversion, Floor
from kazasu.foundation.enciphering import ColumnCipher, Place
from kazasu.foundation.enciphering.key_files import KeyFolder
from kazasu.foundation.text import Text
from kazasu.municipality.hall.context import own
from kazasu.municipality.moving.store.arrivals import IN_ARRIVER
from kazasu.municipality.register import number_keys
from kazasu.municipality.register.model import IN_REGISTER

ENCIPHER: Final = own(
    "numbers.encipher",
    Text("個人番号の暗号化", "Enciphering the individual numbers"),
    shows="nobody",
    why="everybody's number of a city, from one column into another; nobody looks at anybody",
)
_AT_ONCE: Final = 5_000
"""Rows that are in memory together."""
_COLUMN: Final = "individual_number"
_TABLES: Final = ("resident", "resident_history", "arriver")


def conversions(keys: KeyFolder) -> Mapping[str, Conversion]:
    return {"0151-no-clear-numbers": partial(encipher_numbers, keys)}


def encipher_numbers(keys: KeyFolder, floor: Floor) -> None:
    """Numbers that stood in the clear until 0.2.0: one transaction a city, then the tables anew on the disk.

    A city that has never had a key is given one here. Raises Refusal ``enciphering.no-key``: it had one before.
    """
    keyed = set(floor.tenants("SELECT municipality_code FROM number_key"))
    for tenant in floor.tenants(_WAITING, *_TABLES):
        if tenant not in keyed:
            keys.make(tenant)
        cipher = keys(tenant)
        floor.run(partial(_one_city, cipher), tenant=tenant, access=ENCIPHER.by())
    floor.rewrite(*_TABLES, column=_COLUMN)


def _one_city(cipher: ColumnCipher, tx: Transaction) -> None:
    for table in ("resident", "resident_history"):
        while waiting := tx.all(_Record, _RECORDS.format(table=table), (tx.tenant, _AT_ONCE)):
            _write_records(tx, cipher, table, waiting)
    while movers := tx.all(_Mover, _MOVERS, (tx.tenant, _AT_ONCE)):
        _write_movers(tx, cipher, movers)
    number_keys.note(tx, cipher)


@dataclass(frozen=True, slots=True)
class _Record:
    resident_id: str
    version: int
    number: str


@dataclass(frozen=True, slots=True)
class _Mover:
    case_id: str
    token: UUID
    number: str


_WAITING: Final = """SELECT municipality_code FROM resident WHERE individual_number_clear IS NOT NULL
    UNION SELECT municipality_code FROM resident_history WHERE individual_number_clear IS NOT NULL
    UNION SELECT municipality_code FROM arriver WHERE individual_number IS NULL ORDER BY 1"""
_RECORDS: Final = """SELECT resident_id, version, individual_number_clear AS number FROM {table}
    WHERE municipality_code = %s AND individual_number_clear IS NOT NULL LIMIT %s"""
_MOVERS: Final = """SELECT case_id, token, mover ->> 'individual_number' AS number FROM arriver
    WHERE municipality_code = %s AND individual_number IS NULL LIMIT %s"""


def _in_register(one: _Record) -> Place:
    return IN_REGISTER.place(_COLUMN, {"resident_id": one.resident_id, "version": one.version})


def _in_arriver(one: _Mover) -> Place:
    return IN_ARRIVER.place(_COLUMN, {"case_id": one.case_id, "token": one.token})


def _write_records(
    tx: Transaction, cipher: ColumnCipher, table: str, records: Sequence[_Record]
) -> None:
    tx.execute(
        f"""UPDATE {table} r SET individual_number_clear = NULL,
                individual_number = new.number, individual_number_index = new.index
            FROM unnest(%s::text[], %s::int[], %s::bytea[], %s::bytea[])
                AS new(resident_id, version, number, index)
            WHERE r.municipality_code = %s AND r.resident_id = new.resident_id
              AND r.version = new.version""",
        (
            [one.resident_id for one in records],
            [one.version for one in records],
            [cipher.encipher(one.number, _in_register(one)) for one in records],
            [cipher.index(one.number, _COLUMN) for one in records],
            tx.tenant,
        ),
    )


def _write_movers(tx: Transaction, cipher: ColumnCipher, movers: Sequence[_Mover]) -> None:
    tx.execute(
        """UPDATE arriver a SET individual_number = new.number, mover = mover - 'individual_number'
           FROM unnest(%s::text[], %s::uuid[], %s::bytea[]) AS new(case_id, token, number)
           WHERE a.municipality_code = %s AND a.case_id = new.case_id AND a.token = new.token""",
        (
            [one.case_id for one in movers],
            [one.token for one in movers],
            [cipher.encipher(one.number, _in_arriver(one)) for one in movers],
            tx.tenant,
        ),
    )
