"""Rows of the keys of ID tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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


# ---------------------------------------------------------------- public halves that outlast them


@dataclass(frozen=True, slots=True)
class StatementKey:
    """The public half of a key that signs statements: published for as long as a statement may be shown."""

    kid: str
    jwk: dict[str, Any]
    active_from: datetime


def statement_keys(tx: Transaction) -> list[StatementKey]:
    """Newest first."""
    return tx.all(
        StatementKey,
        f"SELECT {columns(StatementKey)} FROM statement_key ORDER BY active_from DESC, kid",
    )


def keep_public(tx: Transaction, key: StatementKey) -> None:
    tx.insert("statement_key", key, twice=("kid",))


def void_statements(tx: Transaction, kid: str) -> None:
    """Somebody else may have the key: what it signed proves nothing any more."""
    tx.execute("DELETE FROM statement_key WHERE kid = %s", (kid,))
