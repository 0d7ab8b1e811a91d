"""Where a PostgreSQL server is and how its administrator reaches it."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres.faults import BAD_URL


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


class GivenPostgres:
    """A server somebody else runs, named by its URL; starting and stopping it is not ours."""

    def __init__(self, url: str) -> None:
        try:
            given = conninfo_to_dict(url)
        except ProgrammingError as error:
            raise Refusal(BAD_URL, reason=str(error).strip()) from error
        if not given.get("user"):
            raise Refusal(BAD_URL, reason="user?")
        known = {"host", "port", "user", "password", "dbname"}
        self._server = PostgresServer(
            host=str(given.get("host") or "localhost"),
            port=int(given.get("port") or 5432),
            user=str(given["user"]),
            password=str(given.get("password") or ""),
            database=str(given.get("dbname") or given["user"]),
            options=tuple((k, str(v)) for k, v in given.items() if k not in known),
        )

    def start(self) -> PostgresServer:
        return self._server

    def stop(self) -> None:
        """Nothing: whoever started it stops it."""

    def destroy(self) -> None:
        """Nothing: the databases in it are dropped by ``reset``, the server stays."""

    def __enter__(self) -> PostgresServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
