"""Rows of the keys of ID tokens."""

from dataclasses import dataclass
from datetime import datetime

from kazasu.foundation.database import Transaction


@dataclass(frozen=True, slots=True)
class StoredKey:
    kid: str
    sealed: str
    active_from: datetime


def keys(tx: Transaction) -> list[StoredKey]:
    """Oldest first."""
    return tx.all(
        StoredKey, "SELECT kid, sealed, active_from FROM id_token_key ORDER BY active_from, kid"
    )


def insert_key(tx: Transaction, new: StoredKey) -> None:
    tx.execute(
        "INSERT INTO id_token_key (kid, sealed, active_from) VALUES (%s, %s, %s)",
        (new.kid, new.sealed, new.active_from),
    )


def delete_key(tx: Transaction, kid: str) -> None:
    tx.execute("DELETE FROM id_token_key WHERE kid = %s", (kid,))
