"""Under which keys a city's numbers lie: noted in its database, so that a lost key is told before the city opens."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.enciphering import ColumnCipher


@dataclass(frozen=True, slots=True)
class NumberKey:
    municipality_code: str
    key_id: str


def note(tx: Transaction, cipher: ColumnCipher) -> None:
    """Numbers are written under its current key from now on."""
    tx.insert(
        "number_key",
        twice="keep",
        municipality_code=tx.tenant,
        key_id=cipher.current,
        since=tx.now,
    )


def prove(database: Database, tenants: Collection[str]) -> None:
    """Every key that these cities' numbers were written under is at hand, before any of them opens.

    Raises Refusal ``enciphering.no-key``, ``enciphering.key-unreadable``, ``enciphering.unknown-key``.
    """
    noted = database.glance(
        lambda tx: tx.all(NumberKey, "SELECT municipality_code, key_id FROM number_keys()")
    )
    known = {(one.municipality_code, one.key_id) for one in noted}
    for one in noted:
        if one.municipality_code in tenants:
            database.ciphers(one.municipality_code).must_have(one.key_id)
    for tenant in sorted(tenants):
        if (tenant, database.ciphers(tenant).current) not in known:
            cipher = database.ciphers(tenant)
            database.run("number-keys.note", partial(note, cipher=cipher), tenant=tenant)
