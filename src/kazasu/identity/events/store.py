"""Rows of deliveries."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from kazasu.foundation.database import Transaction
from kazasu.identity.events.model import Delivery, Lane, Logged, Telling


def insert(
    tx: Transaction, client_id: str, kind: str, event: str, sub: str, sid: str,
    details: dict[str, Any], telling: Telling | None = None,
) -> None:  # fmt: skip
    """``telling``: not now and not by its own time. None: at once."""
    tx.insert(
        "delivery",
        client_id=client_id,
        delivery_id=uuid4(),
        kind=kind,
        event=event,
        sub=sub,
        sid=sid,
        details=details,
        happened_at=telling.toe if telling else tx.now,
        next_at=telling.told_from if telling else tx.now,
        told_from=telling.told_from if telling else tx.now,
    )


def lanes(tx: Transaction) -> list[Lane]:
    """Those with something due whose receiver is not left alone."""
    return tx.all(Lane, "SELECT * FROM lanes_to_deliver(%s)", (tx.now,))


def claim(tx: Transaction, lane: Lane, until: datetime, most: int) -> list[Delivery]:
    """Due deliveries of a lane, taken until then: another process does not send them meanwhile. Oldest first."""
    taken = tx.all(
        Delivery,
        """UPDATE delivery SET next_at = %s
           WHERE client_id = %s AND delivery_id = ANY(ARRAY(
                 SELECT delivery_id FROM delivery
                 WHERE client_id = %s AND kind = %s AND delivered_at IS NULL AND next_at <= %s
                 ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED))
           RETURNING client_id, delivery_id, kind, event, sub, sid, details, happened_at, attempts,
                     %s AS address, (SELECT c.id_token_alg FROM client c
                                     WHERE c.client_id = delivery.client_id) AS algorithm""",
        (until, lane.client_id, lane.client_id, lane.kind, tx.now, most, lane.address),
    )
    return sorted(taken, key=lambda one: one.happened_at)


def release(tx: Transaction, untried: Sequence[Delivery]) -> None:
    """Not sent after all: due as before."""
    if untried:
        tx.execute(
            """UPDATE delivery SET next_at = happened_at
               WHERE client_id = %s AND delivery_id = ANY(%s) AND delivered_at IS NULL""",
            (untried[0].client_id, [one.delivery_id for one in untried]),
        )


def leave_alone(tx: Transaction, lane: Lane, next_at: datetime) -> None:
    tx.upsert(
        "delivery_silence",
        key=("client_id", "kind"),
        client_id=lane.client_id,
        kind=lane.kind,
        attempts=lane.failures + 1,
        next_at=next_at,
    )


def heard(tx: Transaction, lane: Lane) -> None:
    if lane.failures:
        tx.execute(
            "DELETE FROM delivery_silence WHERE client_id = %s AND kind = %s",
            (lane.client_id, lane.kind),
        )


def forget_far_waits(tx: Transaction, longest: timedelta, spread: timedelta) -> int:
    """What was tried, or put off, while the clock was wrong is due now. Returns how many.

    Args:
        longest: a wait between two tries.
        spread: for so long something new may be put off.
    """
    far = (tx.now, tx.now + longest)
    return tx.execute(
        """UPDATE delivery SET next_at = %s, told_from = least(told_from, %s)
               WHERE delivered_at IS NULL AND next_at > %s
                 AND (told_from <= %s OR told_from > %s)""",
        (tx.now, tx.now, tx.now + longest, tx.now, tx.now + spread),
    ) + tx.execute("UPDATE delivery_silence SET next_at = %s WHERE next_at > %s", far)


def delivered(tx: Transaction, client_id: str, delivery_id: UUID) -> bool:
    return (
        tx.execute(
            """UPDATE delivery SET delivered_at = %s, last_error = '', attempts = attempts + 1
               WHERE client_id = %s AND delivery_id = %s AND delivered_at IS NULL""",
            (tx.now, client_id, delivery_id),
        )
        == 1
    )


def failed(
    tx: Transaction, client_id: str, delivery_id: UUID, error: str, next_at: datetime
) -> None:
    tx.execute(
        """UPDATE delivery SET last_error = %s, next_at = %s, attempts = attempts + 1
           WHERE client_id = %s AND delivery_id = %s AND delivered_at IS NULL""",
        (error[:200], next_at, client_id, delivery_id),
    )


def waiting(tx: Transaction, client_id: str, most: int) -> list[Delivery]:
    """What a party has not taken yet, oldest first: it may fetch it (RFC 8936)."""
    return tx.all(
        Delivery,
        """SELECT d.client_id, d.delivery_id, d.kind, d.event, d.sub, d.sid, d.details,
                  d.happened_at, d.attempts, c.events_uri AS address, c.id_token_alg AS algorithm
           FROM delivery d JOIN client c ON c.client_id = d.client_id
           WHERE d.client_id = %s AND d.kind = 'event' AND d.delivered_at IS NULL AND d.told_from <= %s
           ORDER BY d.happened_at, d.delivery_id LIMIT %s""",
        (client_id, tx.now, most),
    )


def log(tx: Transaction, client_id: str, most: int) -> list[Logged]:
    """What a party was told, or waits for it; newest first."""
    return tx.all(
        Logged,
        """SELECT d.client_id, d.delivery_id, d.kind, d.event, d.sub, d.sid, d.details,
                  d.happened_at, d.attempts, d.next_at, d.last_error, d.delivered_at,
                  CASE d.kind WHEN 'event' THEN c.events_uri ELSE c.backchannel_logout_uri END
                      AS address, c.id_token_alg AS algorithm
           FROM delivery d JOIN client c ON c.client_id = d.client_id
           WHERE d.client_id = %s AND d.told_from <= %s
           ORDER BY d.happened_at DESC, d.delivery_id LIMIT %s""",
        (client_id, tx.now, most),
    )
