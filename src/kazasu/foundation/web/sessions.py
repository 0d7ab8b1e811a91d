"""Server-side sessions: short, bound to the tenant, renewed at every sign-in.

The cookie holds 256 random bits; the store knows only their hash. Limits as Login.gov's
(reliability §1): 15 minutes idle, 12 hours in all, both settings.
"""

import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from psycopg.types.json import Jsonb

from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.time.clock import Clock

COOKIE = "session"
LAST_SIGN_IN: Final = "last_sign_in"
"""Under this key of its data a session keeps when the same person signed in before: an instant, ISO 8601."""
CARD: Final = "card_subject"
"""Under this key of its data a session keeps as whom its card was proven: the identity service's subject."""
SID: Final = "sid"
"""And under this key in which sign-in there: several browsers of one person have one each."""
NOTED: Final = timedelta(minutes=1)
"""That somebody was there is noted so often at most (``session_of``)."""
_PURGE_SECONDS: Final = 60.0
_MOST_PURGED: Final = 1000
_SKEW: Final = timedelta(minutes=1)


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

    def onto(self, stored: dict[str, Any]) -> dict[str, Any]:
        """What is stored now, with what was changed here: two tabs write one session at the same time."""
        before, ours = json.loads(self._before)[2], json.loads(self.snapshot())[2]
        return _merged(before, ours, stored)


def _merged(before: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """Values by their keys; of two lists, what either added and neither took away."""
    merged = {key: value for key, value in theirs.items() if key in ours or key not in before}
    for key, value in ours.items():
        was, other = before.get(key), theirs.get(key)
        if isinstance(value, list) and isinstance(other, list) and other != was:
            known = was or []
            stays = [one for one in other if one in value or one not in known]
            merged[key] = stays + [one for one in value if one not in [*known, *other]]
        elif key not in before or value != was:
            merged[key] = value
    return merged


class Sessions(Protocol):
    """Where sessions are kept."""

    def load(self, tenant: str, token: str) -> Session | None:
        """The session of this cookie, if it is alive."""

    def save(self, tenant: str, session: Session) -> None:
        """Store a new session, which gets its token so, or change one that is there.

        One that ended meanwhile stays ended: a slower request of a browser that signed out signs nobody in.
        """

    def drop(self, tenant: str, token: str) -> None:
        """Forget it."""

    def claim(self, tenant: str, token: str) -> Session | None:
        """A new session of nobody under this very token; None: there is one already, and somebody came first."""

    def sign_in(self, tenant: str, kind: str, subject: str) -> datetime | None:
        """Note that somebody signs in now. Returns when they did so before; None for the first time."""

    def end_of_card(self, tenant: str, subject: str, sign_in: str, until: datetime) -> int:
        """As :func:`end_card_sessions`."""


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class DatabaseSessions:
    """In the room's own schema, so that every web process of the room knows them."""

    def __init__(self, database: Database, idle: timedelta, absolute: timedelta) -> None:
        self._database = database
        self._idle = idle
        self._absolute = absolute
        self._purged = float("-inf")

    def load(self, tenant: str, token: str) -> Session | None:
        self._purge_now_and_then()
        row = self._database.one_trip(
            "SELECT kind, subject, data, created_at FROM session_of(%s, %s, %s, %s, %s)",
            lambda now: (tenant, _hash(token), now, self._idle, self._absolute),
        )
        if row is None:
            return None
        kind, subject, data, created_at = row
        session = Session(kind, subject, data, created_at, token)
        session._before = session.snapshot()
        return session

    def save(self, tenant: str, session: Session) -> None:
        write = _change if session.token else _begin
        session.token = session.token or secrets.token_urlsafe(32)
        self._database.run(
            "session.save",
            lambda tx: write(tx, tenant, session),
            tenant=tenant,
            isolation="READ COMMITTED",
        )
        session._before = session.snapshot()

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

    def claim(self, tenant: str, token: str) -> Session | None:
        session = Session(token=token)
        first = self._database.run(
            "session.claim",
            lambda tx: _begin(tx, tenant, session),
            tenant=tenant,
            isolation="READ COMMITTED",
        )
        session._before = session.snapshot()
        return session if first else None

    def sign_in(self, tenant: str, kind: str, subject: str) -> datetime | None:
        before: datetime | None = self._database.run(
            "session.sign-in",
            lambda tx: tx.value(
                "SELECT sign_in_noted(%s, %s, %s, %s)", (tenant, kind, subject, tx.now)
            ),
            tenant=tenant,
            isolation="READ COMMITTED",
        )
        return before

    def end_of_card(self, tenant: str, subject: str, sign_in: str, until: datetime) -> int:
        return self._database.run(
            "session.end-of-card",
            lambda tx: end_card_sessions(tx, subject, sign_in, until),
            tenant=tenant,
            isolation="READ COMMITTED",
        )

    def _purge_now_and_then(self) -> None:
        """The first request of each minute deletes dead sessions: they hold tokens and are never asked for again."""
        now = time.monotonic()
        if now - self._purged >= _PURGE_SECONDS:
            self._purged = now
            self.purge()

    def purge(self) -> int:
        """Delete what nobody may use any more, of all tenants. Returns how many (at most so many at once)."""
        row = self._database.one_trip(
            "SELECT purge_sessions(%s, %s)", lambda now: (now - self._idle, _MOST_PURGED)
        )
        return int(row[0]) if row else 0


def _begin(tx: Transaction, tenant: str, session: Session) -> bool:
    """False: there is one of this token, which stays."""
    return tx.insert(
        "web_session",
        twice="keep",
        tenant=tenant,
        id_hash=_hash(session.token),
        kind=session.kind,
        subject=session.subject,
        data=session.data,
        created_at=tx.now,
        seen_at=tx.now,
    )


def _change(tx: Transaction, tenant: str, session: Session) -> bool:
    """False: it has ended, and stays so."""
    key = (tenant, _hash(session.token))
    mine = "WHERE tenant = %s AND id_hash = %s"
    stored = tx.value(f"SELECT data FROM web_session {mine} FOR UPDATE", key)
    if stored is None:
        return False
    update = f"UPDATE web_session SET data = %s, seen_at = %s {mine}"
    return tx.execute(update, (Jsonb(session.onto(stored)), tx.now, *key)) == 1


def end_sessions(tx: Transaction, kind: str, subject: str) -> int:
    """All of one person's of this kind, in every browser, with what else this transaction does. Returns how many."""
    return tx.execute(
        "DELETE FROM web_session WHERE tenant = %s AND kind = %s AND subject = %s",
        (tx.tenant, kind, subject),
    )


def end_card_sessions(
    tx: Transaction, subject: str, sign_in: str = "", until: datetime | None = None
) -> int:
    """Those that the identity service's ``subject`` began, in every browser and of every kind. Returns how many.

    Args:
        sign_in: of this one alone; empty: of all.
        until: begun by then; None: until now.
    """
    return tx.execute(
        """DELETE FROM web_session
           WHERE tenant = %s AND data ->> 'card_subject' = %s AND created_at <= %s
                 AND (%s = '' OR data ->> 'sid' = %s)""",
        (tx.tenant, subject, until or tx.now, sign_in, sign_in),
    )


class MemorySessions:
    """For a site that has no database: the terminal beside a reader."""

    def __init__(self, clock: Clock, idle: timedelta) -> None:
        self._clock = clock
        self._idle = idle
        self._lock = threading.Lock()
        self._kept: dict[bytes, tuple[datetime, str, Session]] = {}
        self._signed_in: dict[tuple[str, str, str], datetime] = {}

    def load(self, tenant: str, token: str) -> Session | None:
        now = self._clock.now()
        with self._lock:
            seen, of, kept = self._kept.get(_hash(token), (None, "", Session()))
            if seen is None or of != tenant or not self._lives(now - seen):
                return None
            self._kept[_hash(token)] = (now, tenant, kept)
            data = json.loads(json.dumps(kept.data))
            session = Session(kept.kind, kept.subject, data, kept.created_at, token)
        session._before = session.snapshot()
        return session

    def save(self, tenant: str, session: Session) -> None:
        now, new = self._clock.now(), not session.token
        session.token = session.token or secrets.token_urlsafe(32)
        session.created_at = session.created_at or now
        with self._lock:
            found = self._kept.get(_hash(session.token))
            if not new:
                if found is None or found[1] != tenant:
                    return
                session.data = session.onto(found[2].data)
            session._before = session.snapshot()
            self._kept[_hash(session.token)] = (now, tenant, session)
            self._kept = {k: v for k, v in self._kept.items() if self._lives(now - v[0])}

    def claim(self, tenant: str, token: str) -> Session | None:
        now = self._clock.now()
        session = Session(created_at=now, token=token)
        session._before = session.snapshot()
        with self._lock:
            seen, of, _ = self._kept.get(_hash(token), (None, "", None))
            if seen is not None and of == tenant and self._lives(now - seen):
                return None
            self._kept[_hash(token)] = (now, tenant, session)
        return Session(created_at=now, token=token, _before=session.snapshot())

    def _lives(self, unseen: timedelta) -> bool:
        """One that was seen in a time to come was made by a wrong clock."""
        return -_SKEW <= unseen <= self._idle

    def drop(self, tenant: str, token: str) -> None:
        with self._lock:
            found = self._kept.get(_hash(token))
            if found is not None and found[1] == tenant:
                del self._kept[_hash(token)]

    def end_of_card(self, tenant: str, subject: str, sign_in: str, until: datetime) -> int:
        with self._lock:
            gone = [
                key
                for key, (_, of, kept) in self._kept.items()
                if (of, kept.data.get(CARD)) == (tenant, subject)
                and sign_in in ("", kept.data.get(SID))
                and (kept.created_at or until) <= until
            ]
            for key in gone:
                del self._kept[key]
        return len(gone)

    def sign_in(self, tenant: str, kind: str, subject: str) -> datetime | None:
        with self._lock:
            before = self._signed_in.get((tenant, kind, subject))
            self._signed_in[tenant, kind, subject] = self._clock.now()
        return before
