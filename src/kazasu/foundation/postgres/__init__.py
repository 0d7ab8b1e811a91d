"""The PostgreSQL that a house stands on: an embedded one by default, one of your own by URL.

>>> with find_server(settings) as server:       # doctest: +SKIP
...     psycopg.connect(server.url("postgres"))

The embedded one is a real PostgreSQL (fsync on, WAL, scram), reached by a Unix socket only.
"""

from pathlib import Path
from typing import Protocol

from kazasu.foundation.postgres.embedded import EmbeddedPostgres
from kazasu.foundation.postgres.server import GivenPostgres, PostgresServer

__all__ = ["EmbeddedPostgres", "GivenPostgres", "PostgresServer", "find_server"]


class _Settings(Protocol):
    @property
    def data(self) -> Path: ...
    @property
    def database_url(self) -> str: ...


def find_server(settings: _Settings, *, create: bool = False) -> EmbeddedPostgres | GivenPostgres:
    """The server that the settings ask for, not yet started (``start``/``stop`` or ``with``).

    ``create`` makes an embedded one where there is none: for ``up`` and ``serve``, not for who looks.

    Raises:
        Refusal: ``postgres.bad-url`` when the given URL is none.
    """
    if settings.database_url:
        return GivenPostgres(settings.database_url)
    return EmbeddedPostgres(settings.data, create=create)
