"""Which country a database holds; nothing but ``reset`` ever takes one away.

The word lies in the database itself, in a schema of its own: a file can be lost, be copied or belong to
another database. ``founding`` is written before the first row of the country, ``living`` after the last;
only what says ``founding``, and whose founder is gone, may be begun again.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from kazasu.app import faults
from kazasu.app.rooms import ROOMS
from kazasu.app.secrets import FILE, make_secrets, read_secrets
from kazasu.foundation.database.migrate import HOUSE, drop_role
from kazasu.foundation.database.owner import as_owner
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres, GivenPostgres, PostgresServer
from kazasu.foundation.postgres.user import folder_mode, lock_file
from kazasu.foundation.settings import Settings

FILES: Final = ("keys", "cards", "pki", "directory.json", "clock")
"""What founding lays down beside the directory; each of them is of one country."""
_LOCK: Final = "kazasu country"
_USERS: Final = "country.users"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the database says of its country."""

    country: str
    state: str
    """``founding`` or ``living``."""
    folder: str
    """The data folder that holds the secrets, as its founder saw it."""
    wish: dict[str, Any]
    """What was asked for when it was founded; empty when it was opened without founding."""

    @property
    def mode(self) -> str:
        """``production`` where it says so; everything else is a sandbox."""
        return str(self.wish.get("mode", "sandbox"))


def read_mark(connection: psycopg.Connection[Any]) -> Mark | None:
    """None where no country is.

    Raises Refusal ``app.not-empty`` where something else is, ``app.other-owner`` where another role laid the house.
    """
    if found := _written(connection):
        return found
    if connection.execute(_ANYTHING, [HOUSE]).fetchone() != (False,):
        raise Refusal(faults.NOT_EMPTY)
    return None


def _written(connection: psycopg.Connection[Any]) -> Mark | None:
    try:
        if connection.execute("SELECT to_regclass('kazasu.country')").fetchone() == (None,):
            return None
        with connection.cursor(row_factory=class_row(Mark)) as cursor:
            asked = "SELECT country, state, folder, wish FROM kazasu.country"
            return cursor.execute(asked).fetchone()
    except InsufficientPrivilege as error:
        connection.rollback()
        owner = "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %s"
        found = connection.execute(owner, [HOUSE]).fetchone() or ("?",)
        raise Refusal(faults.OTHER_OWNER, user=connection.info.user, owner=found[0]) from error


_ANYTHING: Final = """
    WITH extension AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e')
    SELECT EXISTS (
        SELECT FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public', %s)
          AND ('pg_namespace'::regclass, oid) NOT IN (SELECT * FROM extension))
      OR EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public'
          AND ('pg_class'::regclass, c.oid) NOT IN (SELECT * FROM extension))
"""


def look(server: PostgresServer) -> Mark:
    """The country in this database, whichever folder asks: for commands that only look.

    Raises Refusal ``app.no-country``, ``app.half-founded``, ``app.not-empty``.
    """
    with server.connect() as connection:
        mark = read_mark(connection)
    if mark is None:
        raise Refusal(faults.NO_COUNTRY_HERE)
    if mark.state != "living":
        raise Refusal(faults.HALF_FOUNDED, folder=mark.folder)
    return mark


def enter(settings: Settings, server: PostgresServer) -> Mark:
    """The country in this database, which must be that of our data folder.

    Raises Refusal as :func:`look`, and ``app.other-folder``.
    """
    mark = look(server)
    must_fit(settings, mark)
    return mark


def enter_or_open(settings: Settings, server: PostgresServer) -> Mark:
    """As :func:`enter`; an empty database becomes that of this folder's country (``kazasu serve``)."""
    owner = as_owner(server, HOUSE)
    with owner.connect() as connection, connection.transaction():
        _lock(connection, "pg_advisory_xact_lock")
        if read_mark(connection) is None:
            wish = {} if settings.sandbox else {"mode": settings.mode}
            _write(connection, settings, "living", wish)
    return enter(settings, server)


@contextmanager
def founding(settings: Settings, server: PostgresServer, wish: Mapping[str, Any]) -> Iterator[None]:
    """Hold the database, empty or half-founded by this folder, while its country is founded.

    The lock dies with our connection, so a founder that is killed leaves no lock.

    Raises Refusal ``app.being-founded``, ``app.not-empty``, ``app.folder-taken``, ``app.other-folder``,
    ``app.founded-elsewhere``.
    """
    with alone(server) as connection:
        mark = read_mark(connection)
        if mark is None:
            _refuse_elsewhere(settings, settings.data)
            refuse_foreign_files(settings)
        elif mark.state == "living":
            raise Refusal(faults.BEING_FOUNDED)  # by somebody who was faster
        else:
            must_fit(settings, mark)
            _refuse_elsewhere(settings, Path(mark.folder))
            _clear_half(connection, settings)
        with connection.transaction():
            _write(connection, settings, "founding", wish)
        yield
        _make_durable(settings)
        connection.execute("UPDATE kazasu.country SET state = 'living'")


@contextmanager
def alone(server: PostgresServer) -> Iterator[psycopg.Connection[Any]]:
    """A connection while nobody else founds or removes. Raises Refusal ``app.being-founded``."""
    with server.connect() as connection:
        if not _lock(connection, "pg_try_advisory_lock"):
            raise Refusal(faults.BEING_FOUNDED)
        yield connection


def in_use(connection: psycopg.Connection[Any]) -> bool:
    """Whether any process has a room of this database open: each keeps at least one connection."""
    rooms = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY(%s)"
    return bool(connection.execute(f"SELECT EXISTS ({rooms})", [list(ROOMS)]).fetchone() == (True,))


def drop_rooms(connection: psycopg.Connection[Any]) -> None:
    """Remove our schemas, then our roles, then the mark: interrupted, it can be done again."""
    _drop_schemas(connection)
    for room in ROOMS:
        for role in (room, f"{room}_founder", f"{room}_owner"):
            drop_role(connection, role)
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(HOUSE)))


def must_be_of_mode(settings: Settings, mark: Mark) -> None:
    """Raises Refusal ``app.other-mode``: invented people never meet real ones."""
    if mark.mode != settings.mode:
        raise Refusal(faults.OTHER_MODE, found=mark.mode, asked=settings.mode)


def must_fit(settings: Settings, mark: Mark) -> None:
    """Raises Refusal ``app.other-folder``: the country in the database is not that of our secrets;
    ``app.other-mode``."""
    must_be_of_mode(settings, mark)
    ours = read_secrets(settings.data)
    if ours is None or ours.country != mark.country:
        raise Refusal(faults.OTHER_FOLDER, data=settings.data, folder=mark.folder)


@contextmanager
def occupying(settings: Settings) -> Iterator[None]:
    """Say that a process lives by the files of this folder; the lock dies with the process."""
    settings.data.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
    with lock_file(settings.data / _USERS) as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield


def occupied(settings: Settings) -> bool:
    """Whether any process is inside :func:`occupying`, wherever its database is."""
    if not (settings.data / _USERS).exists():
        return False
    with lock_file(settings.data / _USERS) as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def refuse_foreign_files(settings: Settings) -> None:
    """Raises Refusal ``app.folder-taken``: a country's files lie where its database does not."""
    if found := files_of(settings):
        raise Refusal(faults.FOLDER_TAKEN, data=settings.data, found=", ".join(found))


def refuse_lost_database(settings: Settings, given: EmbeddedPostgres | GivenPostgres) -> None:
    """Raises Refusal ``app.database-gone`` before a server of our own is made anew beside old keys.

    In production keys and directory come first, by design: there the roles' passwords show that a database was.
    """
    names = (FILE, *FILES) if settings.sandbox else (FILE,)
    found = [name for name in names if (settings.data / name).exists()]
    if found and isinstance(given, EmbeddedPostgres) and not given.exists():
        raise Refusal(faults.DATABASE_GONE, data=settings.data, found=", ".join(found))


def files_of(settings: Settings) -> list[str]:
    """Which files of a country lie in our folder."""
    return [name for name in FILES if (settings.data / name).exists()]


def _refuse_elsewhere(settings: Settings, folder: Path) -> None:
    """Raises Refusal ``app.founded-elsewhere``: files would be laid, or taken away, outside the folder that
    the mark names. What lies there may be another country's."""
    if settings.data.resolve() != folder.resolve() or (
        settings.directory_file.resolve() != folder.resolve() / "directory.json"
    ):
        raise Refusal(faults.FOUNDED_ELSEWHERE, file=settings.directory_file, folder=folder)


def _clear_half(connection: psycopg.Connection[Any], settings: Settings) -> None:
    """Take away what an interrupted founding left: half a country looks like a whole one.

    Nothing of these names lay in the folder when it began (:func:`refuse_foreign_files`).
    """
    _drop_schemas(connection)
    connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(HOUSE)))
    for name in files_of(settings):
        path = settings.data / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _make_durable(settings: Settings) -> None:
    """Keys and cards lie in files: they must last as long as the word that they are there."""
    roots = [settings.data, *(settings.data / name for name in files_of(settings))]
    inside = (path for root in roots[1:] if root.is_dir() for path in root.rglob("*"))
    for path in (*roots, *inside):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def _write(
    connection: psycopg.Connection[Any], settings: Settings, state: str, wish: Mapping[str, Any]
) -> None:
    """The secrets first: a mark without them could be opened by nobody."""
    ours = make_secrets(settings.data, ROOMS)
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(HOUSE)))
    connection.execute(
        """CREATE TABLE IF NOT EXISTS kazasu.country (
               one     boolean PRIMARY KEY DEFAULT true CHECK (one),
               country text  NOT NULL,
               state   text  NOT NULL CHECK (state IN ('founding', 'living')),
               folder  text  NOT NULL,
               wish    jsonb NOT NULL)"""
    )
    connection.execute(
        "INSERT INTO kazasu.country (country, state, folder, wish) VALUES (%s, %s, %s, %s)",
        (ours.country, state, str(settings.data.resolve()), Jsonb(dict(wish))),
    )


def _lock(connection: psycopg.Connection[Any], how: str) -> bool:
    call = sql.SQL("SELECT {}(hashtext(%s))").format(sql.Identifier(how))
    return connection.execute(call, [_LOCK]).fetchone() != (False,)


def _drop_schemas(connection: psycopg.Connection[Any]) -> None:
    for room in ROOMS:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(room)))
