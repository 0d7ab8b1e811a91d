"""Rows of age checks: the outcome stays, the request and what its answer is checked against are taken once."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class Check:
    PERSON: ClassVar = "wallet_id"

    check_id: str
    wallet_id: str
    asked_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    outcome: str
    """Empty until decided; ``confirmed``, ``not-confirmed``, ``refused``, ``failed``."""
    code: str
    """Of the fault, when it failed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    check_id: str
    pending: str


_CHECK = columns(Check)


def add_check(tx: Transaction, row: Check) -> None:
    tx.insert("age_check", row)


def check(tx: Transaction, wallet_id: str, check_id: str) -> Check | None:
    return tx.maybe(
        Check,
        f"SELECT {_CHECK} FROM age_check WHERE check_id = %s AND wallet_id = %s",
        (check_id, wallet_id),
    )


def decide(tx: Transaction, check_id: str, outcome: str, code: str) -> int:
    return tx.execute(
        """UPDATE age_check SET decided_at = %s, outcome = %s, code = %s
           WHERE check_id = %s AND decided_at IS NULL""",
        (tx.now, outcome, code, check_id),
    )


def add_request(tx: Transaction, request_id: str, request: str, until: datetime) -> None:
    tx.insert("age_request", request_id=request_id, request=request, expires_at=until)


def take_request(tx: Transaction, request_id: str) -> str | None:
    """Fetched and removed: a second caller gets nothing."""
    found = tx.value(
        "DELETE FROM age_request WHERE request_id = %s AND expires_at > %s RETURNING request",
        (request_id, tx.now),
    )
    return None if found is None else str(found)


def add_pending(tx: Transaction, state: str, row: Waiting, until: datetime) -> None:
    tx.insert("age_pending", row, state=state, expires_at=until)


def take_pending(tx: Transaction, state: str) -> Waiting | None:
    """Fetched and removed: an answer counts once."""
    return tx.maybe(
        Waiting,
        "DELETE FROM age_pending WHERE state = %s AND expires_at > %s RETURNING check_id, pending",
        (state, tx.now),
    )


def clear(tx: Transaction) -> None:
    """Keys of requests that nobody answered do not stay."""
    tx.execute("DELETE FROM age_request WHERE expires_at <= %s", (tx.now,))
    tx.execute("DELETE FROM age_pending WHERE expires_at <= %s", (tx.now,))
