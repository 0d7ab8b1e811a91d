"""Server-side sessions: short, bound to the tenant, renewed at every sign-in.

The cookie holds 256 random bits; the store knows only their hash. Limits as Login.gov's
(reliability §1): 15 minutes idle, 12 hours in all, both settings.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from psycopg.types.json import Jsonb

from kazasu.foundation.clock import Clock
from kazasu.foundation.database import Database, Transaction

COOKIE = "session"
_SEEN_EVERY = timedelta(seconds=60)


@dataclass
class Session:
    """What the site remembers of one browser. ``kind`` is empty until somebody signed in."""

    kind: str = ""
    subject: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    token: str = ""
    """The cookie's value; empty for a session that is not stored (yet)."""
    _before: str = field(default="", repr=False)

    def snapshot(self) -> str:
        return json.dumps([self.kind, self.subject, self.data], sort_keys=True, ensure_ascii=False)

    @property
    def changed(self) -> bool:
        return self.snapshot() != self._before


class Sessions(Protocol):
    """Where sessions are kept."""

    def load(self, tenant: str, token: str) -> Session | None:
        """The session of this cookie, if it is alive."""

    def save(self, tenant: str, session: Session) -> None:
        """Store a changed session; gives it a token when it has none."""

    def drop(self, tenant: str, token: str) -> None:
        """Forget it."""


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    subject: str
    data: dict[str, Any]
    created_at: datetime
    seen_at: datetime


class DatabaseSessions:
    """In the room's own schema, so that every web process of the room knows them."""

    def __init__(self, database: Database, idle: timedelta, absolute: timedelta) -> None:
        self._database = database
        self._idle = idle
        self._absolute = absolute

    def load(self, tenant: str, token: str) -> Session | None:
        def work(tx: Transaction) -> Session | None:
            row = tx.maybe(
                _Row,
                """SELECT kind, subject, data, created_at, seen_at FROM web_session
                   WHERE tenant = %s AND id_hash = %s AND seen_at > %s AND created_at > %s""",
                (tenant, _hash(token), tx.now - self._idle, tx.now - self._absolute),
            )
            if row is None:
                return None
            if tx.now - row.seen_at > _SEEN_EVERY:
                tx.execute(
                    "UPDATE web_session SET seen_at = %s WHERE tenant = %s AND id_hash = %s",
                    (tx.now, tenant, _hash(token)),
                )
            session = Session(row.kind, row.subject, row.data, row.created_at, token)
            session._before = session.snapshot()
            return session

        return self._database.run("session.load", work, tenant=tenant, isolation="READ COMMITTED")

    def save(self, tenant: str, session: Session) -> None:
        session.token = session.token or secrets.token_urlsafe(32)

        def work(tx: Transaction) -> None:
            tx.execute(
                """INSERT INTO web_session (tenant, id_hash, kind, subject, data, created_at, seen_at)
                   VALUES (%s, %s, %s, %s, %s, %s, %s)
                   ON CONFLICT (tenant, id_hash) DO UPDATE
                   SET kind = excluded.kind, subject = excluded.subject, data = excluded.data,
                       seen_at = excluded.seen_at""",
                (
                    tenant,
                    _hash(session.token),
                    session.kind,
                    session.subject,
                    Jsonb(session.data),
                    tx.now,
                    tx.now,
                ),
            )

        self._database.run("session.save", work, tenant=tenant, isolation="READ COMMITTED")

    def drop(self, tenant: str, token: str) -> None:
        self._database.run(
            "session.drop",
            lambda tx: tx.execute(
                "DELETE FROM web_session WHERE tenant = %s AND id_hash = %s",
                (tenant, _hash(token)),
            ),
            tenant=tenant,
            isolation="READ COMMITTED",
        )

    def purge(self, tenant: str = "") -> int:
        """Delete what has ended; gives how many."""
        return self._database.run(
            "session.purge",
            lambda tx: tx.execute(
                "DELETE FROM web_session WHERE tenant = %s AND (seen_at < %s OR created_at < %s)",
                (tenant, tx.now - self._idle, tx.now - self._absolute),
            ),
            tenant=tenant,
            isolation="READ COMMITTED",
        )


class MemorySessions:
    """For a site that has no database: the terminal beside a reader."""

    def __init__(self, clock: Clock, idle: timedelta) -> None:
        self._clock = clock
        self._idle = idle
        self._kept: dict[bytes, tuple[datetime, str, Session]] = {}

    def load(self, tenant: str, token: str) -> Session | None:
        found = self._kept.get(_hash(token))
        if found is None or found[1] != tenant or self._clock.now() - found[0] > self._idle:
            return None
        session = Session(
            found[2].kind, found[2].subject, json.loads(json.dumps(found[2].data)), token=token
        )
        session._before = session.snapshot()
        self._kept[_hash(token)] = (self._clock.now(), tenant, found[2])
        return session

    def save(self, tenant: str, session: Session) -> None:
        session.token = session.token or secrets.token_urlsafe(32)
        self._kept[_hash(session.token)] = (self._clock.now(), tenant, session)
        now = self._clock.now()
        self._kept = {k: v for k, v in self._kept.items() if now - v[0] <= self._idle}

    def drop(self, tenant: str, token: str) -> None:
        found = self._kept.get(_hash(token))
        if found is not None and found[1] == tenant:
            del self._kept[_hash(token)]
