"""Rooms' databases for tests: each room's floor is laid once, then cloned for each test."""

import fcntl
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from kazasu.app.rooms import migrations
from kazasu.foundation.database import Database
from kazasu.foundation.database.jobs import Jobs
from kazasu.foundation.database.limits import FOUNDING
from kazasu.foundation.database.migrate import prepare_schema
from kazasu.foundation.enciphering import ColumnCipher, ColumnKeys
from kazasu.foundation.enciphering.cipher import INDEX_OCTETS, KEY_OCTETS
from kazasu.foundation.postgres import PostgresServer
from kazasu.foundation.time.clock import FixedClock

PASSWORD = "only-for-tests"
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Settings of a server whose data nobody needs after a power cut."""
PATIENCE_SECONDS = 60.0
"""A machine that stands still for some seconds while a hundred databases are cloned is no fault of the room."""
KEYS = ColumnKeys("test", "0" * 8, {"0" * 8: b"\1" * KEY_OCTETS}, b"\2" * INDEX_OCTETS)
"""The same in each process of a test: what one has enciphered another reads."""


@cache
def ciphers(tenant: str) -> ColumnCipher:
    return ColumnCipher(tenant, KEYS)


_administrators: dict[str, psycopg.Connection] = {}
"""By server: connecting takes a third of the time that a clone does."""
_laid: set[tuple[str, str]] = set()
"""Server and room whose floor this process has seen laid."""


@cache
def _template_of(room: str) -> str:
    """Its name tells floors apart: a server may outlive a run, and the next one has other migrations (``tools/mutants``)."""
    floor = hashlib.sha256()
    for folder in migrations_of(room):
        for file in sorted(folder.iterdir()):
            if file.is_file():
                floor.update(file.name.encode() + file.read_bytes())
    return f"template_{room}_{floor.hexdigest()[:12]}"


def hang_up() -> None:
    """No more databases will be made by this process."""
    while _administrators:
        _administrators.popitem()[1].close()


def migrations_of(room: str) -> list[Path]:
    """The migration folders of a room's schema, in order."""
    return migrations(room)


class Databases:
    """Makes empty databases on the run's server and drops them when closed."""

    def __init__(self, server: PostgresServer, scratch: Path, clock: FixedClock) -> None:
        self.clock = clock
        self._server = server
        self._scratch = scratch
        self._names: dict[str, str] = {}
        self._open = ExitStack()
        self._made: dict[tuple[str, str], Database] = {}

    def __call__(self, room: str) -> Database:
        """The room's database as its app role sees it; the same one within a test."""
        return self._database(room, room)

    def founder(self, room: str) -> Database:
        """The same database for bulk loading, past row level security."""
        return self._database(room, f"{room}_founder")

    def url(self, room: str) -> str:
        """Its URL for the administrator: to look at what a room cannot see itself."""
        if room not in self._names:
            self._names[room] = self._clone(room)
        return self._server.url(self._names[room])

    def jobs(self, room: str, patience: float = PATIENCE_SECONDS) -> Jobs:
        """The room's queue; ``drain()`` does what is due."""
        return Jobs(self.url(room), room=room, role=room, password=PASSWORD, patience=patience)

    def _database(self, room: str, role: str) -> Database:
        if (room, role) not in self._made:
            database = Database(
                self.url(room), room=room, role=role, password=PASSWORD, clock=self.clock, size=8,
                limits=FOUNDING if role.endswith("_founder") else None, ciphers=ciphers,
                patience=PATIENCE_SECONDS,
            )  # fmt: skip
            self._open.callback(database.close)
            self._made[room, role] = database
        return self._made[room, role]

    def _clone(self, room: str) -> str:
        template = self._template(room)
        name = f"t_{room}_{secrets.token_hex(6)}"
        # By files: twice as fast as through the log, and there is nobody to replay it for.
        self._administrate("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def _template(self, room: str) -> str:
        """Roles belong to the whole server, so only one process lays a floor at a time."""
        name = _template_of(room)
        if (self._server.url(), room) in _laid:
            return name
        with self._alone():
            found = self._administrator().execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (name,)
            )
            if not found.fetchone():
                draft = f"draft_{room}"
                self._administrate("DROP DATABASE IF EXISTS {}", draft)
                self._administrate("CREATE DATABASE {}", draft)
                prepare_schema(
                    self._server.url(draft),
                    room,
                    migrations_of(room),
                    password=PASSWORD,
                    founder=True,
                )
                self._administrate("ALTER DATABASE {} RENAME TO {}", draft, name)
        _laid.add((self._server.url(), room))
        return name

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._scratch / "templates.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _administrate(self, statement: str, *names: str) -> None:
        self._administrator().execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _administrator(self) -> psycopg.Connection:
        url = self._server.url()
        if url not in _administrators:
            _administrators[url] = psycopg.connect(url, autocommit=True)
        return _administrators[url]

    def __enter__(self) -> "Databases":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        for name in self._names.values():
            self._administrate("DROP DATABASE {} WITH (FORCE)", name)
