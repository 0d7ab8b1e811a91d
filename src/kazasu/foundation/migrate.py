"""Roles, schemas and migrations: a room's floor is laid before it opens.

Migrations are plain SQL files, applied by yoyo as the schema's owner, who is nobody's login: the
app role can use the tables and never change them. Foundation's and exchange's migrations come
first in every room's schema, then the room's own.
"""

import io
import re
from collections.abc import Sequence
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from yoyo import get_backend, read_migrations
from yoyo.migrations import MigrationList

from kazasu.foundation import jobs

FOUNDATION = Path(__file__).parent / "migrations"
_ROOM = re.compile(r"^[a-z]+$")
_LOCK = "kazasu migrations"


def lay_floor(
    admin: str, room: str, migrations: Sequence[Path], *, password: str, founder: bool
) -> None:
    """Create the room's roles and schema where missing and apply what is new.

    Args:
        admin: conninfo of a role that may create roles and schemas.
        room: name of schema and app role.
        migrations: folders, in order.
        password: of the app role (and of the founder role).
        founder: also make ``<room>_founder``, who may bulk load past row level security. For the
            sandbox country only; needs a superuser.
    """
    if not _ROOM.match(room):
        raise ValueError(f"room name {room!r}")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (_LOCK,))
        _ensure_roles(connection, room, password, founder=founder)
        _apply(admin, room, migrations)
        jobs.install(connection, room)
        if founder:
            _let_founder_in(connection, room)


def _ensure_roles(
    connection: psycopg.Connection, room: str, password: str, *, founder: bool
) -> None:
    owner = f"{room}_owner"
    _ensure_role(connection, owner, "NOLOGIN")
    _ensure_role(connection, room, "LOGIN", password)
    if founder:
        _ensure_role(connection, f"{room}_founder", "LOGIN BYPASSRLS", password)
    name = sql.Identifier
    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name(owner)))
    connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public")
    database = connection.info.dbname
    for statement, names in (
        ("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}", (room, owner)),
        ("GRANT USAGE ON SCHEMA {} TO {}", (room, room)),
        ("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC", (database,)),
        ("REVOKE CREATE ON SCHEMA public FROM PUBLIC", ()),
    ):
        connection.execute(sql.SQL(statement).format(*map(name, names)))


def _ensure_role(
    connection: psycopg.Connection, role: str, options: str, password: str = ""
) -> None:
    exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    verb = "ALTER" if exists is not None else "CREATE"
    statement = sql.SQL(verb + " ROLE {} " + options).format(sql.Identifier(role))
    if password:
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
    connection.execute(statement)


def _apply(admin: str, room: str, folders: Sequence[Path]) -> None:
    backend = get_backend(_yoyo_url(admin, room))
    try:
        for folder in folders:
            waiting = backend.to_apply(_migrations(folder))
            with redirect_stdout(io.StringIO()):  # yoyo prints what SELECT protect() gives
                backend.apply_migrations(waiting)
    finally:
        backend.connection.close()


@cache
def _migrations(folder: Path) -> MigrationList:
    """Read once in a process: foundation's and exchange's go into every room."""
    return read_migrations(str(folder))


def _yoyo_url(admin: str, room: str) -> str:
    """The admin's connection as the schema's owner; a step that cannot lock in 5 s gives way."""
    given = conninfo_to_dict(admin)
    given["options"] = (
        f"-c role={room}_owner -c search_path={room},public"
        " -c lock_timeout=5s -c client_min_messages=warning"
    )
    database = given.pop("dbname", "postgres")
    return f"postgresql+psycopg:///{quote(str(database))}?{urlencode(given, quote_via=quote)}"


def _let_founder_in(connection: psycopg.Connection, room: str) -> None:
    names = {"room": sql.Identifier(room), "founder": sql.Identifier(f"{room}_founder")}
    for statement in (
        "GRANT USAGE ON SCHEMA {room} TO {founder}",
        "GRANT ALL ON ALL TABLES IN SCHEMA {room} TO {founder}",
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA {room} TO {founder}",
    ):
        connection.execute(sql.SQL(statement).format(**names))
