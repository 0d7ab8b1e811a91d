"""Alarms: what must not pass unseen rings, waits for a person, and is told by ``/healthz`` until one has looked at it.

An alarm is declared, not remembered: a fault that says ``alarm=`` rings wherever it is raised (at a page, for a program, by a
letter, an inquiry); how many people somebody is shown is counted from the audit records as they are sealed
(:mod:`.harvest`). What lies here is of posts, institutions and places, never of a resident.

Whoever an alarm is about neither sees it while it is open nor closes it: whatever kind it is, by whatever fact it names their
post (:attr:`Alarm.about`). Somebody else looks into it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID, uuid4

import structlog
from prometheus_client import Counter
from psycopg.types.json import Jsonb

from kazasu.foundation.alarms.faults import ABOUT_YOURSELF
from kazasu.foundation.alarms.kinds import KINDS, Kind
from kazasu.foundation.audit import Statements
from kazasu.foundation.database.rows import JSON, columns
from kazasu.foundation.faults import Refusal
from kazasu.foundation.health.troubles import Troubles

log = structlog.get_logger()

RUNG: Final = Counter("kazasu_alarms", "Alarms that rang, by what", ["room", "kind"])
MOST_SHOWN: Final = 200
"""Of one list of the operators' page."""
MOST_OF_A_FACT: Final = 200
OF_POSTS: Final = ("clerk", "staff", "operator")
"""How a fact names somebody who works here: ``clerk:<number>``, by the record of what they did; ``staff:<number>``, by their session."""
_EVERYBODY: Final = "*"


class Rooms(Protocol):
    """A room's database, as who rings after a rolled back transaction needs it."""

    @property
    def room(self) -> str: ...
    def run(self, label: str, work: Any, *, tenant: str = ..., isolation: Any = ...) -> Any: ...


@dataclass(frozen=True, slots=True)
class Alarm:
    """One that rang; all that rang for the same cause while nobody had looked are one."""

    alarm_id: UUID
    kind: str
    cause: str
    facts: dict[str, Any] = field(metadata={JSON: True})
    times: int
    first_at: datetime
    last_at: datetime
    seen_at: datetime | None
    seen_by: str
    reason: str

    @property
    def sort(self) -> Kind:
        return KINDS[self.kind]

    @property
    def about(self) -> frozenset[str]:
        """Numbers of the posts that any of its facts names, whatever the fact is called."""
        return frozenset(filter(None, map(post_of, self.facts.values())))


def post_of(fact: Any) -> str:
    """The number of the post that an actor, or a fact, names; empty: none, or all of them together."""
    kind, _, number = fact.partition(":") if isinstance(fact, str) else ("", "", "")
    return number if kind in OF_POSTS and number != _EVERYBODY else ""


_ALARM: Final = columns(Alarm)
_TROUBLES: Final = Troubles("", "alarms")
"""Of writing one: whoever is refused again and again while the database is away is told of once."""


def ring(tx: Statements, kind: str, cause: str, facts: Mapping[str, Any], *, room: str) -> None:
    """In the caller's transaction. Two statements by key at most, however many alarms lie there. Of how many people somebody was shown
    it tells the most since it first rang.

    Args:
        kind: of :data:`KINDS`.
        cause: what makes two of them the same: who did it, about what. Open ones of one cause are one alarm.
        facts: for who looks: numbers, posts, codes; nothing of a resident.

    Raises ``KeyError``: no such kind.
    """
    told = {name: _short(fact) for name, fact in facts.items()}
    row = Alarm(uuid4(), KINDS[kind].key, cause, told, 1, tx.now, tx.now, None, "", "")
    new = tx.insert("alarm", row, twice="keep", tenant=tx.tenant)
    if not new:
        tx.execute(
            """UPDATE alarm SET times = times + 1, last_at = greatest(last_at, %s),
                   facts = CASE WHEN (facts ->> 'people')::bigint < %s THEN facts || %s ELSE facts END
               WHERE tenant = %s AND kind = %s AND cause = %s AND seen_at IS NULL""",
            (tx.now, facts.get("people", 0), Jsonb(told), tx.tenant, kind, cause),
        )
    tx.after_commit(lambda: _told(room, kind, cause, told, new=new))


def _told(room: str, kind: str, cause: str, facts: Mapping[str, Any], *, new: bool) -> None:
    RUNG.labels(room, kind).inc()
    if new:
        log.warning(
            "alarm", room=room, kind=kind, cause=cause, **{f"fact_{k}": v for k, v in facts.items()}
        )


def ring_for(database: Rooms, tenant: str, refusal: Refusal, *, by: str, where: str = "") -> None:
    """For a refusal whose fault is declared with an alarm; nothing for every other.

    In a transaction of its own: the one that met it is over, and was rolled back. What keeps it from being written is told in
    the log, and keeps nobody from the refusal.

    Args:
        by: who met it: ``clerk:<id>``, ``institution:<id>``, ``nobody``.
        where: which page, letter or inquiry.
    """
    fault = refusal.fault
    if not fault.alarm:
        return
    facts = {"fault": fault.code, "by": by, "where": where} | {
        f"of_{name}": fact for name, fact in refusal.facts.items()
    }
    cause = f"{fault.code} {by} {where}".strip()
    try:
        database.run(
            "alarm.ring",
            lambda tx: ring(tx, fault.alarm, cause, facts, room=database.room),
            tenant=tenant,
            isolation="READ COMMITTED",
        )
    except Exception as error:
        _TROUBLES.failed(f"{database.room}: {fault.alarm}", error)
    else:
        _TROUBLES.well(f"{database.room}: {fault.alarm}")


def unseen(tx: Statements) -> list[Alarm]:
    """Of the transaction's tenant, the oldest first."""
    return tx.all(
        Alarm,
        f"""SELECT {_ALARM} FROM alarm WHERE tenant = %s AND seen_at IS NULL
            ORDER BY first_at LIMIT {MOST_SHOWN}""",
        (tx.tenant,),
    )


def one(tx: Statements, alarm_id: UUID) -> Alarm | None:
    return tx.maybe(
        Alarm,
        f"SELECT {_ALARM} FROM alarm WHERE tenant = %s AND alarm_id = %s",
        (tx.tenant, alarm_id),
    )


def for_others(found: Iterable[Alarm], me: str) -> list[Alarm]:
    """Without those that are still open about the post ``me``: whoever it is about is not warned before somebody has looked."""
    return [one for one in found if one.seen_at is not None or me not in one.about]


def how_many(tx: Statements, me: str = "") -> int:
    """As many as :func:`unseen` shows to the post ``me``."""
    return len(for_others(unseen(tx), me))


def seen(tx: Statements, since: timedelta = timedelta(days=90)) -> list[Alarm]:
    """Which were looked at lately, by whom and why they are over; the newest first."""
    return tx.all(
        Alarm,
        f"""SELECT {_ALARM} FROM alarm WHERE tenant = %s AND seen_at > %s
            ORDER BY seen_at DESC LIMIT {MOST_SHOWN}""",
        (tx.tenant, tx.now - since),
    )


def see(tx: Statements, alarm_id: UUID, by: str, reason: str) -> bool:
    """Somebody looked, and says what it was. False: no such alarm is open. On record by the caller's audit row.

    Raises Refusal ``alarms.about-yourself``: it is about whoever closes it.
    """
    found = one(tx, alarm_id)
    if found is not None:
        must_be_anothers(found, by)
    return (
        tx.execute(
            """UPDATE alarm SET seen_at = %s, seen_by = %s, reason = %s
               WHERE tenant = %s AND alarm_id = %s AND seen_at IS NULL""",
            (tx.now, by, reason, tx.tenant, alarm_id),
        )
        == 1
    )


def must_be_anothers(alarm: Alarm, by: str) -> None:
    """Raises Refusal ``alarms.about-yourself``."""
    if post_of(by) in alarm.about:
        raise Refusal(ABOUT_YOURSELF)


def _short(fact: Any) -> Any:
    return fact if isinstance(fact, int | float | bool) else str(fact)[:MOST_OF_A_FACT]
