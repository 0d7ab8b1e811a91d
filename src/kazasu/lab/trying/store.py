"""Rows of trial logins."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import JSON, columns


@dataclass(frozen=True, slots=True)
class Trial:
    """The test client of one party, and its last login."""

    party_id: str
    client_id: str
    key: dict[str, Any] = field(metadata={JSON: True})
    """Private: the sandbox's own, of nobody else."""
    state: str
    nonce: str
    verifier: str
    begun_at: datetime

    def begun(self, state: str, nonce: str, verifier: str, at: datetime) -> "Trial":
        return replace(self, state=state, nonce=nonce, verifier=verifier, begun_at=at)


def trial(tx: Transaction, party_id: str) -> Trial | None:
    return tx.maybe(Trial, f"SELECT {columns(Trial)} FROM trial WHERE party_id = %s", (party_id,))


def keep(tx: Transaction, one: Trial) -> None:
    tx.execute("DELETE FROM trial WHERE party_id = %s", (one.party_id,))
    tx.insert("trial", one)


def take(tx: Transaction, party_id: str) -> Trial | None:
    """The login under way, which is then over: its answer counts once."""
    found = trial(tx, party_id)
    if found is None or not found.state:
        return None
    tx.execute("UPDATE trial SET state = '' WHERE party_id = %s", (party_id,))
    return found
