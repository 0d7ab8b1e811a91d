"""Rows of the keys of ID tokens."""

from dataclasses import dataclass
from datetime import datetime

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class StoredKey:
    kid: str
    sealed: str
    active_from: datetime
    algorithm: str = "ES256"


def keys(tx: Transaction) -> list[StoredKey]:
    """Oldest first."""
    return tx.all(
        StoredKey, f"SELECT {columns(StoredKey)} FROM id_token_key ORDER BY active_from, kid"
    )


def insert_key(tx: Transaction, new: StoredKey) -> None:
    tx.insert("id_token_key", new)


def delete_key(tx: Transaction, kid: str) -> None:
    tx.execute("DELETE FROM id_token_key WHERE kid = %s", (kid,))
