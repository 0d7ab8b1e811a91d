"""What waits, for a person to see and decide (design §2): nothing is dropped in silence."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kazasu.contracts.base import InstitutionId
from kazasu.exchange.faults import ANOTHER_TIME
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter that the receiver has not acknowledged."""

    message_id: UUID
    recipient: InstitutionId
    kind: str
    case_id: str
    seq: int
    created_at: datetime
    next_at: datetime
    attempts: int
    last_error: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that is here and cannot be applied yet."""

    message_id: UUID
    sender: InstitutionId
    kind: str
    case_id: str
    seq: int
    received_at: datetime
    next_at: datetime
    attempts: int
    fault: str
    fault_ja: str
    fault_en: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A letter that was not taken: its number, or its place in its case, has another one."""

    sender: InstitutionId
    message_id: UUID
    at: datetime
    fault: str
    case_id: str
    seq: int


def undelivered(tx: Transaction) -> list[Undelivered]:
    return tx.all(
        Undelivered,
        """SELECT o.message_id, o.recipient, o.kind, o.case_id, o.seq, o.created_at,
                  greatest(o.next_at, s.next_at) AS next_at, o.attempts,
                  coalesce(nullif(o.last_error, ''), s.last_error, '') AS last_error
           FROM outbox o LEFT JOIN outbox_silence s USING (tenant, recipient)
           WHERE o.tenant = %s AND o.sent_at IS NULL ORDER BY o.created_at, o.seq LIMIT 500""",
        (tx.tenant,),
    )


def waiting(tx: Transaction) -> list[Waiting]:
    return tx.all(
        Waiting,
        f"""SELECT {columns(Waiting)} FROM inbox
            WHERE tenant = %s AND applied_at IS NULL ORDER BY received_at LIMIT 500""",
        (tx.tenant,),
    )


def how_many(tx: Transaction) -> int:
    """Letters that wait, in and out, as many as the lists above show."""
    return int(
        tx.value(
            """SELECT (SELECT count(*) FROM (SELECT FROM inbox WHERE tenant = %(tenant)s
                           AND applied_at IS NULL LIMIT 500) here)
                    + (SELECT count(*) FROM (SELECT FROM outbox WHERE tenant = %(tenant)s
                           AND sent_at IS NULL LIMIT 500) there)""",
            {"tenant": tx.tenant},
        )
    )


def alarms(tx: Transaction) -> list[Alarm]:
    return tx.all(
        Alarm,
        f"SELECT {columns(Alarm)} FROM inbox_alarm WHERE tenant = %s ORDER BY at DESC",
        (tx.tenant,),
    )


def send_again(tx: Transaction, message_id: UUID) -> bool:
    """Make an undelivered letter due now, with its case and though its receiver was silent.

    False when it is delivered already. Who does it is on record: the caller's transaction has an audit row.
    """
    due = tx.execute(
        """UPDATE outbox o SET next_at = %s FROM outbox wanted
           WHERE wanted.tenant = %s AND wanted.message_id = %s AND wanted.sent_at IS NULL
             AND o.tenant = wanted.tenant AND o.sender = wanted.sender
             AND o.recipient = wanted.recipient AND o.case_id = wanted.case_id
             AND o.sent_at IS NULL""",
        (tx.now, tx.tenant, message_id),
    )
    tx.execute(
        """UPDATE outbox_silence s SET next_at = %s FROM outbox wanted
           WHERE wanted.tenant = %s AND wanted.message_id = %s AND wanted.sent_at IS NULL
             AND s.tenant = wanted.tenant AND s.recipient = wanted.recipient""",
        (tx.now, tx.tenant, message_id),
    )
    return due > 0


def try_again(tx: Transaction, message_id: UUID) -> bool:
    """Make a waiting letter due now; the process applies it within a second. On record as :func:`send_again` is."""
    changed = tx.execute(
        """UPDATE inbox SET next_at = %s
           WHERE tenant = %s AND message_id = %s AND applied_at IS NULL""",
        (tx.now, tx.tenant, message_id),
    )
    return changed == 1


def open_by_hand(tx: Transaction, message_id: UUID) -> bool:
    """Apply a letter whose date cannot be right (``exchange.of-another-time``): somebody has asked its sender.

    False when no such letter waits for that reason. On record as :func:`send_again` is.
    """
    changed = tx.execute(
        """UPDATE inbox SET by_hand = %s, next_at = %s
           WHERE tenant = %s AND message_id = %s AND applied_at IS NULL AND fault = %s""",
        (tx.now, tx.now, tx.tenant, message_id, ANOTHER_TIME.code),
    )
    return changed == 1
