"""Rows of emergency looks. Whose record it is, is read unseen: who is told of it need not be that one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.kit.emergency.model import ANSWER, Look

MOST: Final = 200
"""Of one list."""
_LOOK: Final = columns(Look)


def one(tx: Transaction, look_id: str) -> Look | None:
    return tx.maybe(
        Look,
        f"SELECT {_LOOK} FROM emergency_look WHERE tenant = %s AND look_id = %s",
        (tx.tenant, look_id),
    )


def under_way(tx: Transaction, staff_id: str, about: str) -> Look | None:
    """Of this member of staff about this record: asked for, or open."""
    return tx.maybe(
        Look,
        f"""SELECT {_LOOK} FROM emergency_look
            WHERE tenant = %(tenant)s AND asked_by = %(staff)s AND about = %(about)s AND closed_at IS NULL
              AND coalesce(until, asked_at + %(answer)s) > %(now)s
            ORDER BY asked_at DESC LIMIT 1""",
        {"tenant": tx.tenant, "staff": staff_id, "about": about, "answer": ANSWER, "now": tx.now},
    )


def open_to(tx: Transaction, staff_id: str, about: str) -> Look | None:
    """The look that lets this member of staff see this record now."""
    found = under_way(tx, staff_id, about)
    return found if found is not None and found.agreed_at is not None else None


def add(tx: Transaction, look: Look, told: list[str]) -> None:
    tx.insert("emergency_look", look, tenant=tx.tenant)
    for person in told:
        tx.insert("emergency_told", tenant=tx.tenant, person=person, look_id=look.look_id)


def change(tx: Transaction, look: Look) -> None:
    tx.update("emergency_look", look, key=("tenant", "look_id"), tenant=tx.tenant)


def told(tx: Transaction, look_id: str) -> list[str]:
    """Who reads of it."""
    return tx.column(
        "SELECT person FROM emergency_told WHERE tenant = %s AND look_id = %s ORDER BY person",
        (tx.tenant, look_id),
    )


def latest(tx: Transaction) -> list[Look]:
    """All of the place, the newest first."""
    return tx.all(
        Look,
        f"""SELECT {_LOOK} FROM emergency_look WHERE tenant = %s
            ORDER BY asked_at DESC LIMIT {MOST}""",
        (tx.tenant,),
    )


def waiting(tx: Transaction) -> int:
    """How many wait for a second person, as far as a list shows them."""
    return int(
        tx.value(
            f"""SELECT count(*) FROM (
                    SELECT FROM emergency_look WHERE tenant = %s AND agreed_at IS NULL AND closed_at IS NULL
                      AND asked_at > %s LIMIT {MOST}) there""",
            (tx.tenant, tx.now - ANSWER),
        )
    )


def to_review(tx: Transaction) -> int:
    """How many are over and not reviewed, as far as a list shows them."""
    return int(
        tx.value(
            f"""SELECT count(*) FROM (
                    SELECT FROM emergency_look WHERE tenant = %s AND reviewed_at IS NULL AND agreed_at IS NOT NULL
                      AND (closed_at IS NOT NULL OR until <= %s) LIMIT {MOST}) there""",
            (tx.tenant, tx.now),
        )
    )


def of_person(tx: Transaction, person: str, since: timedelta) -> list[Look]:
    """Those that were opened and of which this person reads, the newest first."""
    return tx.all(
        Look,
        f"""SELECT {_LOOK} FROM emergency_look WHERE tenant = %(tenant)s AND agreed_at > %(since)s AND look_id IN (
                SELECT look_id FROM emergency_told WHERE tenant = %(tenant)s AND person = %(person)s)
            ORDER BY agreed_at DESC LIMIT 20""",
        {"tenant": tx.tenant, "person": person, "since": tx.now - since},
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """One time that the record was seen in it."""

    at: datetime
    action: str


def seen(tx: Transaction, look_id: str, told: list[str]) -> list[Seen]:
    """Each look in it, by the audit records; the first first."""
    return tx.all(
        Seen,
        f"""SELECT at, action FROM audit_log
            WHERE tenant = %(tenant)s AND case_id = %(look)s AND fields <> '{{}}' AND id IN (
                SELECT audit_id FROM audit_subject WHERE tenant = %(tenant)s AND subject = ANY(%(told)s))
            ORDER BY id LIMIT {MOST}""",
        {"tenant": tx.tenant, "look": look_id, "told": told},
    )


@dataclass(frozen=True, slots=True)
class Late:
    """One whose review is late. It names no resident."""

    tenant: str
    look_id: str
    asked_by: str
    agreed_by: str
    reason: str
    over_at: datetime


def late(tx: Transaction, review: timedelta) -> list[Late]:
    """Of all tenants, the oldest first: over for longer than ``review``, not reviewed, and no alarm of it is open or was closed as lately."""
    since = tx.now - review
    return tx.all(Late, "SELECT * FROM emergency_reviews_late(%s, %s)", (since, since))
