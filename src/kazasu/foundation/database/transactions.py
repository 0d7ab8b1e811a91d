"""The database as a room sees it: its own schema, its own role, one tenant per transaction.

SQL is written as SQL in the rooms' ``store.py``; results are typed by the dataclass that the
caller names. Transactions are SERIALIZABLE and retried, so a use case is written as if it ran
alone; it must therefore have no effect outside the database (design §2).
"""

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal, TypeVar

import psycopg
from psycopg import errors, sql
from psycopg_pool import ConnectionPool, PoolTimeout

from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.crash import crash_point
from kazasu.foundation.database import rows
from kazasu.foundation.database.limits import HOT, Limits, of_this_work
from kazasu.foundation.enciphering import Ciphers, ColumnCipher, no_ciphers
from kazasu.foundation.time.clock import Clock

T = TypeVar("T")
Params = Sequence[Any] | Mapping[str, Any] | None
Isolation = Literal["SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED"]

LOST_RACE: Final = (errors.SerializationFailure, errors.DeadlockDetected)
"""Tried again; raised by :meth:`Database.run` when every try was lost."""
_TRIES = 12
PATIENCE_SECONDS: Final = 3.0
"""For a connection of a pool whose connections are all at work, or whose server is being started again."""
AWAY_SECONDS: Final = 0.3
"""The same while the database is known not to answer."""


def out_of_reach(error: Exception) -> bool:
    """Was the database away, or had no connection, or no time left? Nothing is wrong with what was asked.

    ``QueryCanceled`` and ``LockNotAvailable`` are our limits, ``IdleInTransactionSessionTimeout`` too.
    """
    return isinstance(error, psycopg.OperationalError | errors.IdleInTransactionSessionTimeout)


def out_of_space(error: Exception) -> bool:
    """Has the database no room left on its disk? Nothing is wrong with what was asked, and time alone mends nothing."""
    return isinstance(error, errors.DiskFull)


def unkeepable(error: Exception) -> bool:
    """Is this about a character that PostgreSQL keeps in no text: NUL, half a surrogate pair?"""
    if isinstance(error, psycopg.DataError):  # psycopg itself refuses NUL, without a state
        return error.sqlstate in {None, "22021", "22P05"}
    return isinstance(error, UnicodeEncodeError)


class _Gone(errors.OperationalError):
    """The connection had died in the pool: nothing has been done on it that may not be done again."""


_here = threading.local()


def in_transaction() -> bool:
    """Is this thread inside a transaction? Then it must not wait for anybody else."""
    return getattr(_here, "depth", 0) > 0


@contextmanager
def _depth() -> Iterator[None]:
    _here.depth = getattr(_here, "depth", 0) + 1
    try:
        yield
    finally:
        _here.depth -= 1


class NoRow(LookupError):
    """A row that must exist does not."""


class NotTheirs(TypeError):
    """Somebody's own act would have shown another person's row: a mistake of the room, whose page shows nothing then."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f"{action}: a row of somebody who is none of its subjects was read. Ask for the person's own rows in WHERE; what only "
            "decides is read in tx.unseen(); an action that shows others is declared with shows='found' and says why"
        )


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """One cursor for a connection's life: making one costs four times a statement."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.hand: Final = self.cursor()


class Transaction:
    """One unit of work in one room for one tenant. Made by :class:`Database` only."""

    def __init__(
        self,
        connection: Connection,
        tenant: str,
        now: datetime,
        ciphers: Ciphers = no_ciphers,
    ) -> None:
        self.connection: Final = connection
        self._ciphers: Final = ciphers
        self._hand: Final = connection.hand
        self.tenant: Final = tenant
        self.now: Final = now
        """The one instant of this transaction, from the injected clock."""
        self._record: audit.AuditRow | None = None
        self._looks_only = False
        self._own: frozenset[str] | None = None
        """Whose rows may be shown, where the person themselves acts."""
        self._shown: dict[str, None] = {}
        self._named: dict[str, None] = {}
        self._after: list[Callable[[], None]] = []

    @property
    def cipher(self) -> ColumnCipher:
        """For the tenant's enciphered columns, where a statement names one itself.

        Raises Refusal ``enciphering.no-key``, ``enciphering.key-unreadable``.
        """
        return self._ciphers(self.tenant)

    def values(self, row: rows.Row | None, more: Mapping[str, Any]) -> dict[str, Any]:
        """Columns and values of a row as this tenant keeps it; see :func:`rows.values`."""
        return rows.values(row, more, self._ciphers, self.tenant)

    def execute(self, query: str, params: Params = None) -> int:
        """Run a statement. Returns the number of rows it touched."""
        return self._hand.execute(query.encode(), params).rowcount

    def all(self, cls: type[T], query: str, params: Params = None) -> list[T]:
        """Its rows as ``cls``, each field of its declared type. The columns are named as the fields.

        A ``cls`` with a ``PERSON`` says which of its fields names a person: whoever is read is shown.
        """
        found = self._typed(self._hand.execute(query.encode(), params), cls)
        if found and (person := getattr(cls, "PERSON", "")):
            self.shown(getattr(row, person) for row in found)
        return found

    def maybe(self, cls: type[T], query: str, params: Params = None) -> T | None:
        """The row, or None. Raises ``LookupError`` when there are several."""
        rows = self.all(cls, query, params)
        if len(rows) > 1:
            raise LookupError(f"one {cls.__name__} expected, {len(rows)} found")
        return rows[0] if rows else None

    def one(self, cls: type[T], query: str, params: Params = None) -> T:
        """The row. Raises :class:`NoRow` when there is none."""
        row = self.maybe(cls, query, params)
        if row is None:
            raise NoRow(cls.__name__)
        return row

    def _typed(self, cursor: psycopg.Cursor[tuple[Any, ...]], cls: type[T]) -> list[T]:
        found = cursor.fetchall()
        if not found or cursor.pgresult is None:
            return []
        result = cursor.pgresult
        names = tuple((result.fname(n) or b"").decode() for n in range(result.nfields))
        return rows.built(cls, names, found, self._ciphers, self.tenant)

    def value(self, query: str, params: Params = None) -> Any:
        """The first column of the first row, or None."""
        row = self._hand.execute(query.encode(), params).fetchone()
        return row[0] if row else None

    def column(self, query: str, params: Params = None) -> list[Any]:
        """The first column of all rows."""
        return [row[0] for row in self._hand.execute(query.encode(), params).fetchall()]

    def insert(
        self,
        table: str,
        row: rows.Row | None = None,
        /,
        *,
        twice: rows.Twice = "refuse",
        **more: Any,
    ) -> bool:
        """Enter a row; ``more``: columns that the dataclass has not (the tenant), or all of them.

        Returns whether it was entered; False only where ``twice`` let one stay that was there.
        """
        values = self.values(row, more)
        statement = rows.insert_statement(table, tuple(values), twice)
        return self.execute(statement, tuple(values.values())) == 1

    def upsert(
        self, table: str, row: rows.Row | None = None, /, *, key: Sequence[str], **more: Any
    ) -> None:
        """Enter a row, or put it in the place of the one with this key."""
        values = self.values(row, more)
        statement = rows.upsert_statement(table, tuple(values), tuple(key))
        self.execute(statement, tuple(values.values()))

    def update(
        self,
        table: str,
        row: rows.Row,
        /,
        *,
        key: Sequence[str],
        was: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> bool:
        """Write all other columns of the row with this key, where ``was`` still holds.

        Returns whether it did: False when there is no such row, or somebody else changed it.
        """
        values, was = self.values(row, more), was or {}
        asked = [values.pop(name) for name in key]
        statement = rows.update_statement(table, tuple(values), (*key, *was))
        return self.execute(statement, (*values.values(), *asked, *was.values())) == 1

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Bulk load by COPY (founding only: row level security refuses it to app roles)."""
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        count = 0
        with self._hand.copy(statement) as stream:
            for row in rows:
                stream.write_row(row)
                count += 1
        return count

    def audit(self, access: Access) -> int:
        """Write an audit row in this transaction; who is shown from now on is named in it. Returns its id."""
        self._name_shown()
        written, access = audit.record(self, access)
        self._record = None if access.nameless else written
        self._own = frozenset(access.subjects) if access.own else None
        self._looks_only = access.looks_only
        return written.id

    @contextmanager
    def as_recorded(self) -> Iterator[None]:
        """What is on record as a mere look can write nothing: the database refuses it until this ends."""
        if not self._looks_only:
            yield
            return
        with self.connection.transaction():  # read only as long as its savepoint lasts
            self._hand.execute(b"SET LOCAL transaction_read_only = on")
            yield

    def shown(self, people: Iterable[object]) -> None:
        """Rows of these were shown: the audit row names them, too, before the commit. Empty ones are nobody."""
        self._shown |= {str(one): None for one in people if one}

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """What is read inside decides, and is shown to nobody: it is named only if it is :meth:`shown` after."""
        before = self._shown
        self._shown = {}
        try:
            yield
        finally:
            self._shown = before

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is raised inside undoes what was done inside, and only that. Who was shown stays named."""
        before = self._record
        self._named = {}
        try:
            with self.connection.transaction():
                yield
        except BaseException:
            self._record, self._shown = before, self._named | self._shown
            raise

    def _name_shown(self) -> None:
        """Write them into the record under which they were read.

        Raises :class:`NotTheirs`, with nothing shown, where it is the record of somebody's own act.
        """
        if self._own is not None and not self._own.issuperset(self._shown):
            raise NotTheirs(self._record.action if self._record else "")
        if self._record is not None and self._shown:
            self._record = audit.name(self, self._record, self._shown)
            self._named |= self._shown
        self._shown = {}

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call once the work is durable; not at all if it is rolled back."""
        self._after.append(callback)


class Database:
    """A room's connection pool."""

    def __init__(
        self,
        conninfo: str,
        *,
        room: str,
        role: str,
        password: str,
        clock: Clock,
        size: int = 10,
        limits: Limits | None = None,
        ciphers: Ciphers = no_ciphers,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """``limits``: of all its work; without, of what the calling thread does (:mod:`.limits`).

        ``ciphers``: of a room with enciphered columns. ``patience``: seconds that a caller waits for a
        connection, before ``psycopg_pool.PoolTimeout`` tells it that the room is overloaded.
        """
        self.room: Final = room
        self.clock: Final = clock
        self.ciphers: Final = ciphers
        self._limits = limits
        self._longest = self._patience = patience
        self.full_at = float("-inf")
        """When something was last refused for want of room on the disk (``time.monotonic``)."""
        self._conninfo = psycopg.conninfo.make_conninfo(
            conninfo,
            user=role,
            password=password,
            application_name=f"kazasu {room}",
            options=f"-c search_path={room},public -c timezone=UTC {(limits or HOT).options()}",
        )
        self._pool = ConnectionPool(
            self._conninfo,
            connection_class=Connection,
            kwargs={"autocommit": True},  # _once opens and ends its transactions itself
            min_size=1,
            max_size=size,
            open=True,
            timeout=patience,
            # The pool doubles its pause after each attempt, so that after a minute's outage it would look again
            # in a minute. Given up at once, the next request or :meth:`look` tries anew.
            reconnect_timeout=1,
        )

    def look(self, patience: float) -> None:
        """Prove within ``patience`` seconds that the database answers; else throw dead connections away.

        Who asks while it does not answer is told so almost at once, and not after everybody's patience.

        Raises ``psycopg.OperationalError``.
        """
        try:
            self._ask(patience)
        except psycopg.OperationalError:
            self._patience = AWAY_SECONDS
            self._pool.check()
            raise
        self._patience = self._longest

    def _ask(self, patience: float) -> None:
        try:
            with self._pool.connection(patience) as connection:
                connection.execute("")
        except PoolTimeout:  # all connections are busy, or none can be made: busy is not dead
            psycopg.connect(self._conninfo, connect_timeout=2).close()

    def close(self) -> None:
        self._pool.close()

    def run(
        self,
        label: str,
        work: Callable[[Transaction], T],
        *,
        tenant: str = "",
        access: Access | None = None,
        isolation: Isolation = "SERIALIZABLE",
        lazily: bool = False,
    ) -> T:
        """Run ``work`` in one transaction; retried as a whole when it lost a race.

        Args:
            label: names the use case, and its crash points ``<label>:before-commit`` and
                ``<label>:after-commit``.
            tenant: the city's municipality code; empty in rooms without tenants.
            access: written first, in the same transaction; personal tables stay closed without.
            lazily: do not wait for the disk. Only for what is done anew, to the same end, when a power
                cut takes the last moment away: a letter sent again, and never a letter received.
        """
        limits = self._limits or of_this_work()
        opening = _opening(isolation, tenant, limits, lazily=lazily)
        result, after = self._persistently(
            lambda: self._once(label, work, opening, tenant, access, isolation)
        )
        for callback in after:
            callback()
        return result

    def read(
        self,
        label: str,
        work: Callable[[Transaction], T],
        *,
        tenant: str = "",
        access: Access | None = None,
    ) -> T:
        """Like :meth:`run` for work that only looks: one snapshot, never a lost race."""
        return self.run(label, work, tenant=tenant, access=access, isolation="REPEATABLE READ")

    def one_trip(self, query: str, params: Callable[[datetime], Sequence[Any]]) -> Any:
        """One statement that is a transaction of its own, in one round trip. Returns its first row, or None.

        Args:
            query: calls a function of the schema that sets the tenant itself, for none is set here. Asked
                again when the connection had died, so it must come to the same end when done twice.
            params: its values, at this instant.
        """
        return self._alone(
            lambda connection: connection.execute(
                query.encode(), params(self.clock.now()), prepare=True
            ).fetchone()
        )

    def glance(self, look: Callable[[Transaction], T]) -> T:
        """Like :meth:`read` for one statement of no tenant: without BEGIN, settings and COMMIT.

        For what every process asks each second: is there anything to do, and for whom? A second
        statement of ``look`` would see another instant.
        """
        return self._alone(lambda connection: look(Transaction(connection, "", self.clock.now())))

    def _alone(self, statement: Callable[[Connection], T]) -> T:
        """Outside of any transaction; again on another connection where this one had died."""

        def once() -> T:
            with self._pool.connection(self._patience) as connection:
                try:
                    return statement(connection)
                except psycopg.OperationalError as error:
                    if not connection.closed:  # the statement itself came to nothing
                        raise
                    raise _Gone(str(error)) from error

        return self._persistently(once)

    def _persistently(self, once: Callable[[], T]) -> T:
        try:
            return _persistently(once)
        except errors.DiskFull:
            self.full_at = time.monotonic()
            raise

    def _once(
        self,
        label: str,
        work: Callable[[Transaction], T],
        opening: bytes,
        tenant: str,
        access: Access | None,
        isolation: Isolation,
    ) -> tuple[T, list[Callable[[], None]]]:
        with self._pool.connection(self._patience) as connection:  # whatever is raised rolls back
            with _depth():
                try:
                    connection.hand.execute(opening, prepare=False)
                except psycopg.OperationalError as error:
                    raise _Gone(str(error)) from error
                tx = Transaction(connection, tenant, self.clock.now(), self.ciphers)
                if access is not None:
                    tx.audit(access)
                with tx.as_recorded():
                    result = work(tx)
                tx._name_shown()
                if isolation != "REPEATABLE READ":
                    crash_point(f"{label}:before-commit")
                connection.commit()
            if isolation != "REPEATABLE READ":
                crash_point(f"{label}:after-commit")
            return result, tx._after


def _persistently(once: Callable[[], T]) -> T:
    """Tried again, after a pause, when it lost a race or had a dead connection."""
    for attempt in range(1, _TRIES):
        try:
            return once()
        except (*LOST_RACE, _Gone):
            time.sleep(random.uniform(0, 0.004 * 2**attempt))  # noqa: S311 - not a secret
    return once()


@lru_cache(maxsize=10_000)
def _opening(isolation: Isolation, tenant: str, limits: Limits, *, lazily: bool) -> bytes:
    """Begin, and say for whom and for how long: one round trip, for most transactions have only one or two more."""
    settings = "SELECT set_config('kazasu.tenant', {}, true)"
    if lazily:
        settings += ", set_config('synchronous_commit', 'off', true)"
    for name, value in limits.settings().items():
        settings += f", set_config('{name}', '{value}', true)"
    return (
        sql.SQL("BEGIN ISOLATION LEVEL " + isolation + "; " + settings)
        .format(sql.Literal(tenant))
        .as_bytes()
    )
