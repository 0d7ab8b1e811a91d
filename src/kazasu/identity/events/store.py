"""Rows of deliveries."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from kazasu.foundation.database import Transaction
from kazasu.identity.events.model import Delivery


def insert(
    tx: Transaction, client_id: str, kind: str, event: str, sub: str, sid: str,
    details: dict[str, Any],
) -> None:  # fmt: skip
    tx.insert(
        "delivery",
        client_id=client_id,
        delivery_id=uuid4(),
        kind=kind,
        event=event,
        sub=sub,
        sid=sid,
        details=details,
        happened_at=tx.now,
        next_at=tx.now,
    )


def claim(tx: Transaction, until: datetime, most: int) -> list[Delivery]:
    """Due deliveries, taken until then: another process does not send them meanwhile."""
    return tx.all(
        Delivery,
        """UPDATE delivery d SET attempts = d.attempts + 1, next_at = %s
           FROM client c
           WHERE c.client_id = d.client_id AND (d.client_id, d.delivery_id) IN (
                 SELECT client_id, delivery_id FROM delivery
                 WHERE delivered_at IS NULL AND next_at <= %s
                 ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED)
           RETURNING d.client_id, d.delivery_id, d.kind, d.event, d.sub, d.sid, d.details,
                     d.happened_at, d.attempts,
                     CASE d.kind WHEN 'event' THEN c.events_uri ELSE c.backchannel_logout_uri END
                       AS address""",
        (until, tx.now, most),
    )


def delivered(tx: Transaction, client_id: str, delivery_id: UUID) -> bool:
    return (
        tx.execute(
            """UPDATE delivery SET delivered_at = %s, last_error = ''
               WHERE client_id = %s AND delivery_id = %s AND delivered_at IS NULL""",
            (tx.now, client_id, delivery_id),
        )
        == 1
    )


def failed(
    tx: Transaction, client_id: str, delivery_id: UUID, error: str, next_at: datetime
) -> None:
    tx.execute(
        """UPDATE delivery SET last_error = %s, next_at = %s
           WHERE client_id = %s AND delivery_id = %s AND delivered_at IS NULL""",
        (error[:200], next_at, client_id, delivery_id),
    )


def waiting(tx: Transaction, client_id: str, most: int) -> list[Delivery]:
    """What a party has not taken yet, oldest first: it may fetch it (RFC 8936)."""
    return tx.all(
        Delivery,
        """SELECT d.client_id, d.delivery_id, d.kind, d.event, d.sub, d.sid, d.details,
                  d.happened_at, d.attempts, c.events_uri AS address
           FROM delivery d JOIN client c ON c.client_id = d.client_id
           WHERE d.client_id = %s AND d.kind = 'event' AND d.delivered_at IS NULL
           ORDER BY d.happened_at, d.delivery_id LIMIT %s""",
        (client_id, most),
    )
