"""Where a PostgreSQL server is and how its administrator reaches it."""

import os
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres.faults import BAD_URL, TAKES_NOBODY, UNREACHABLE

_CALLERS = re.compile(r"PG[A-Z]+")
_PATIENCE = 10
"""Seconds for a connection: a server that is stuck is silent for ever."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server, as its administrator knows it. The password never shows in ``repr``."""

    host: str
    """A host name, or the folder of a Unix socket (it then begins with ``/``)."""
    port: int
    user: str
    password: str = field(repr=False)
    database: str = "postgres"
    options: tuple[tuple[str, str], ...] = ()
    """Further libpq parameters, such as ``sslmode``."""
    log: str = ""
    """Its log file, where it is ours; empty for a server that somebody else runs."""

    def url(
        self, database: str | None = None, user: str | None = None, password: str | None = None
    ) -> str:
        """A libpq URL for ``database`` as ``user``; both default to the administrator's own.

        A password is written for the administrator, or when given: other roles have their own.
        """
        if user is None or user == self.user:
            user, password = self.user, password or self.password
        secret = f":{quote(password, safe='')}" if password else ""
        parameters = urlencode(
            [("host", self.host), ("port", str(self.port)), *self.options], quote_via=quote
        )
        name = quote(database or self.database, safe="")
        return f"postgresql://{quote(user, safe='')}{secret}@/{name}?{parameters}"

    def connect(self, *, autocommit: bool = True) -> psycopg.Connection[Any]:
        """The administrator's connection; with ``autocommit`` each statement is its own transaction.

        Raises:
            Refusal: ``postgres.unreachable``; of a server of ours ``postgres.takes-nobody``.
        """
        try:
            return psycopg.connect(self.url(), autocommit=autocommit, connect_timeout=_PATIENCE)
        except psycopg.OperationalError as error:
            raise self.silent(error) from error

    def silent(self, error: psycopg.OperationalError) -> Refusal:
        """What is told of a database that did not answer or broke off, and the one thing to do about it."""
        reason = str(error).strip()
        if self.log:
            return Refusal(TAKES_NOBODY, reason=reason, log=self.log)
        return Refusal(UNREACHABLE, reason=reason)


def forget_callers_settings() -> None:
    """Take the ``PG…`` variables of the calling shell out of this process.

    libpq mixes them into every connection that does not name the same parameter, our own and the
    libraries': another user's options, time zone, service or certificate. Every server is reached through
    ``start``, which calls this; what a country needs, its URL says.
    """
    for name in [name for name in os.environ if _CALLERS.fullmatch(name)]:
        del os.environ[name]


class GivenPostgres:
    """A server somebody else runs, named by its URL; starting and stopping it is not ours."""

    def __init__(self, url: str) -> None:
        try:
            given = conninfo_to_dict(url)
            port = int(given.get("port") or 5432)
        except (psycopg.ProgrammingError, ValueError) as error:  # several ports are no number
            raise Refusal(BAD_URL, reason=str(error).strip()) from error
        if not 0 < port < 65_536:
            raise Refusal(BAD_URL, reason=f"port {port}?")
        if not given.get("user"):
            raise Refusal(BAD_URL, reason="user?")
        known = {"host", "port", "user", "password", "dbname"}
        self._server = PostgresServer(
            host=str(given.get("host") or "localhost"),
            port=port,
            user=str(given["user"]),
            password=str(given.get("password") or ""),
            database=str(given.get("dbname") or given["user"]),
            options=tuple((k, str(v)) for k, v in given.items() if k not in known),
        )

    def start(self) -> PostgresServer:
        forget_callers_settings()
        return self._server

    def stop(self) -> None:
        """Nothing: the one who started it stops it."""

    def __enter__(self) -> PostgresServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
