"""The founder's role for the time of one command: who founds passes row level security once, not for ever.

It has a password that nobody keeps, and is gone with the command. What a killed command left is removed by the next one.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import errors, sql

from kazasu.foundation.database.migrate import let_founder_in
from kazasu.foundation.faults import Refusal, define

_LOCK: Final = "kazasu lent founder"
MAY_NOT_FOUND = define("migrate.may-not-found", 403,
    "このデータベースの役割では、行の保護を越えて読み込めません", "The database's role may not load past row level security",
    "何も変えていません。建国のコマンドだけ、環境変数 KAZASU_DATABASE_URL に superuser の URL を書いてください", "Nothing was changed. For the founding commands alone, put the URL of a superuser into the environment variable KAZASU_DATABASE_URL", who="operator")  # fmt: skip


def must_lend(admin: str) -> None:
    """Before anything is laid: tried, and taken back. Which attributes it takes differs between PostgreSQL's versions.

    Raises Refusal ``migrate.may-not-found``.
    """
    role = sql.Identifier(f"kazasu_lent_{secrets.token_hex(4)}")
    with psycopg.connect(admin) as connection:
        try:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN BYPASSRLS").format(role))
        except errors.InsufficientPrivilege as error:
            raise Refusal(MAY_NOT_FOUND) from error
        finally:
            connection.rollback()


@contextmanager
def lent_founder(admin: str, room: str) -> Iterator[tuple[str, str]]:
    """The role's name and password, of a room whose floor is laid; afterwards there is no such role.

    Raises Refusal ``migrate.may-not-found``.
    """
    password = secrets.token_urlsafe(24)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (f"{_LOCK} {room}",))
        # Roles are the whole server's, the lock is this database's: the name says to which one a role was lent.
        ours = f"{room}_lent_{_number_of_database(connection)}_"
        role = ours + secrets.token_hex(4)
        create = sql.SQL("CREATE ROLE {} LOGIN BYPASSRLS PASSWORD {}")
        try:
            connection.execute(create.format(sql.Identifier(role), sql.Literal(password)))
        except errors.InsufficientPrivilege as error:
            raise Refusal(MAY_NOT_FOUND) from error
        left = "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) AND rolname <> %s"
        for (name,) in connection.execute(left, (ours, role)).fetchall():
            _remove(connection, name)
        try:
            let_founder_in(connection, room, role)
            yield role, password
        finally:
            _remove(connection, role)


def _number_of_database(connection: psycopg.Connection[Any]) -> int:
    query = "SELECT oid FROM pg_database WHERE datname = current_database()"
    return int(connection.execute(query).fetchone()[0])  # type: ignore[index]  # we are in it


def _remove(connection: psycopg.Connection[Any], role: str) -> None:
    for statement in ("DROP OWNED BY {}", "DROP ROLE {}"):
        connection.execute(sql.SQL(statement).format(sql.Identifier(role)))
