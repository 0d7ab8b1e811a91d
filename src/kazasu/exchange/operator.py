"""What waits, for a person to see and decide (design §2): nothing is dropped in silence."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kazasu.foundation.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter that the receiver has not acknowledged."""

    message_id: UUID
    recipient: str
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
    sender: str
    kind: str
    case_id: str
    seq: int
    received_at: datetime
    attempts: int
    fault: str
    fault_ja: str
    fault_en: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A number that came again with other content."""

    sender: str
    message_id: UUID
    at: datetime


def undelivered(tx: Transaction) -> list[Undelivered]:
    return tx.all(
        Undelivered,
        """SELECT message_id, recipient, kind, case_id, seq, created_at, next_at, attempts,
                  last_error
           FROM outbox WHERE tenant = %s AND sent_at IS NULL ORDER BY created_at LIMIT 500""",
        (tx.tenant,),
    )


def waiting(tx: Transaction) -> list[Waiting]:
    return tx.all(
        Waiting,
        """SELECT message_id, sender, kind, case_id, seq, received_at, attempts, fault, fault_ja,
                  fault_en
           FROM inbox WHERE tenant = %s AND applied_at IS NULL ORDER BY received_at LIMIT 500""",
        (tx.tenant,),
    )


def alarms(tx: Transaction) -> list[Alarm]:
    return tx.all(
        Alarm,
        "SELECT sender, message_id, at FROM inbox_alarm WHERE tenant = %s ORDER BY at DESC",
        (tx.tenant,),
    )


def send_again(database: Database, tenant: str, message_id: UUID) -> bool:
    """Make an undelivered letter due now. False when it is delivered already."""

    def work(tx: Transaction) -> bool:
        changed = tx.execute(
            """UPDATE outbox SET next_at = %s
               WHERE tenant = %s AND message_id = %s AND sent_at IS NULL""",
            (tx.now, tenant, message_id),
        )
        return changed == 1

    return database.run("operator.send-again", work, tenant=tenant)


def try_again(database: Database, tenant: str, message_id: UUID) -> bool:
    """Make a waiting letter due now; the process applies it within a second."""

    def work(tx: Transaction) -> bool:
        changed = tx.execute(
            """UPDATE inbox SET next_at = %s
               WHERE tenant = %s AND message_id = %s AND applied_at IS NULL""",
            (tx.now, tenant, message_id),
        )
        return changed == 1

    return database.run("operator.try-again", work, tenant=tenant)
