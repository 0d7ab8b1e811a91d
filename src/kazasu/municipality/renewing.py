"""A city's numbers under its newest key: what lies under earlier ones is enciphered anew, some rows at a time.

Done while the city works. Earlier keys stay in the file: backups lie under them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.conversion import Floor
from kazasu.foundation.enciphering import ColumnCipher
from kazasu.foundation.text import Text
from kazasu.municipality.hall.context import own
from kazasu.municipality.moving.store.arrivals import IN_ARRIVER
from kazasu.municipality.register import number_keys
from kazasu.municipality.register.model import IN_REGISTER

RENEW: Final = own(
    "numbers.renew",
    Text("個人番号の鍵の更新", "Renewing the key of the individual numbers"),
    shows="nobody",
    why="everybody's number of a city, from one key to another; nobody looks at anybody",
)
_AT_ONCE: Final = 5_000
"""Rows that are locked together."""
_COLUMN: Final = "individual_number"


def renew_numbers(cipher: ColumnCipher, floor: Floor, tenant: str) -> int:
    """How many values were enciphered anew; done again, it goes on where it was interrupted.

    Raises Refusal as :meth:`~kazasu.foundation.enciphering.ColumnCipher.decipher`.
    """
    floor.run(lambda tx: number_keys.note(tx, cipher), tenant=tenant, access=RENEW.by())
    done = 0
    for some in (
        partial(_records, cipher, "resident"),
        partial(_records, cipher, "resident_history"),
        partial(_movers, cipher),
    ):
        while count := floor.run(some, tenant=tenant, access=RENEW.by()):
            done += count
    return done


@dataclass(frozen=True, slots=True)
class _Record:
    resident_id: str
    version: int
    number: bytes


@dataclass(frozen=True, slots=True)
class _Mover:
    case_id: str
    token: UUID
    number: bytes


_OF_ANOTHER_KEY: Final = "municipality_code = %s AND substr(individual_number, 2, 4) <> %s LIMIT %s FOR UPDATE"  # fmt: skip


def _records(cipher: ColumnCipher, table: str, tx: Transaction) -> int:
    found = tx.all(
        _Record,
        f"""SELECT resident_id, version, individual_number AS number FROM {table}
            WHERE {_OF_ANOTHER_KEY}""",
        (tx.tenant, bytes.fromhex(cipher.current), _AT_ONCE),
    )
    places = [
        IN_REGISTER.place(_COLUMN, {"resident_id": one.resident_id, "version": one.version})
        for one in found
    ]
    return tx.execute(
        f"""UPDATE {table} r SET individual_number = new.number
            FROM unnest(%s::text[], %s::int[], %s::bytea[]) AS new(resident_id, version, number)
            WHERE r.municipality_code = %s AND r.resident_id = new.resident_id
              AND r.version = new.version""",
        (
            [one.resident_id for one in found],
            [one.version for one in found],
            _anew(cipher, found, places),
            tx.tenant,
        ),
    )


def _movers(cipher: ColumnCipher, tx: Transaction) -> int:
    found = tx.all(
        _Mover,
        f"""SELECT case_id, token, individual_number AS number FROM arriver
            WHERE {_OF_ANOTHER_KEY}""",
        (tx.tenant, bytes.fromhex(cipher.current), _AT_ONCE),
    )
    places = [
        IN_ARRIVER.place(_COLUMN, {"case_id": one.case_id, "token": one.token}) for one in found
    ]
    return tx.execute(
        """UPDATE arriver a SET individual_number = new.number
           FROM unnest(%s::text[], %s::uuid[], %s::bytea[]) AS new(case_id, token, number)
           WHERE a.municipality_code = %s AND a.case_id = new.case_id AND a.token = new.token""",
        (
            [one.case_id for one in found],
            [one.token for one in found],
            _anew(cipher, found, places),
            tx.tenant,
        ),
    )


def _anew(cipher: ColumnCipher, found: Sequence[Any], places: Sequence[Any]) -> list[bytes]:
    return [
        cipher.encipher(cipher.decipher(one.number, place), place)
        for one, place in zip(found, places, strict=True)
    ]
