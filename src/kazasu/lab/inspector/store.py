"""Rows of the request inspector: redacted before they get here, gone after a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import JSON, columns
from kazasu.foundation.values import readable

KEPT = timedelta(hours=24)
MOST = 500
"""Of each party and each half: what it proved to be its own, and what anybody may send in its name."""
_CLAIMED = "(endpoint = 'auth' OR error = 'invalid_client')"
"""Without a proof: a client_id is no secret, and a browser carries it. Strangers must not push the party's own requests out of sight."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """One request of one party."""

    client_id: str
    request_id: UUID
    at: datetime
    endpoint: str
    method: str
    sent: list[list[str]] = field(metadata={JSON: True})
    status: int
    error: str
    description: str
    code: str
    """Of what refused, in OAuth's table or our catalogue."""
    reference: str = ""
    """The number that the page of a fault shows to who met it."""

    def matches(self, wanted: str) -> bool:
        """Is it the one of this number, or does it say these words?"""
        numbers = (str(self.request_id), self.reference)
        if readable.as_given(wanted, groups=2) in numbers or wanted.lower() in numbers:
            return True
        said = (self.endpoint, self.error, self.description, self.code, *(v for _, v in self.sent))
        return wanted.lower() in " ".join(said).lower()


_INSPECTED = f"SELECT {columns(Inspected)} FROM inspected_request"


def insert(tx: Transaction, rows: Sequence[Inspected]) -> None:
    """Keep them, and of each party no more than the newest :data:`MOST`."""
    for row in rows:
        tx.insert("inspected_request", row, expires_at=row.at + KEPT)
    for client_id in {row.client_id for row in rows}:
        tx.execute(
            f"""DELETE FROM inspected_request WHERE client_id = %s AND request_id IN
                   (SELECT request_id FROM (
                        SELECT request_id, row_number() OVER (
                            PARTITION BY {_CLAIMED} ORDER BY at DESC, place DESC) AS nth
                        FROM inspected_request WHERE client_id = %s) AS ranked
                    WHERE nth > %s)""",
            (client_id, client_id, MOST),
        )


def newest(tx: Transaction, client_id: str, most: int = 100) -> list[Inspected]:
    """The newest of each half, newest first."""
    return tx.all(
        Inspected,
        f"""SELECT {columns(Inspected)} FROM (
                SELECT *, row_number() OVER (
                    PARTITION BY {_CLAIMED} ORDER BY at DESC, place DESC) AS nth
                FROM inspected_request WHERE client_id = %s AND expires_at > %s) AS ranked
            WHERE nth <= %s ORDER BY at DESC, place DESC""",
        (client_id, tx.now, most),
    )


def one(tx: Transaction, client_id: str, request_id: UUID) -> Inspected | None:
    """The client's own, while it lives."""
    return tx.maybe(
        Inspected,
        f"{_INSPECTED} WHERE client_id = %s AND request_id = %s AND expires_at > %s",
        (client_id, request_id, tx.now),
    )


def purge(tx: Transaction) -> int:
    return tx.execute("DELETE FROM inspected_request WHERE expires_at <= %s", (tx.now,))
