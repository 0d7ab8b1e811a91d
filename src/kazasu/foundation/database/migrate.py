"""Roles, schemas and migrations: a room's floor is laid before it opens.

Migrations are plain SQL files, applied by yoyo as the schema's owner, who is nobody's login: the
app role can use the tables and never change them. Foundation's and exchange's migrations come
first in every room's schema, then the room's own.
"""

import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from yoyo import get_backend, read_migrations
from yoyo.migrations import Migration, MigrationList

from kazasu.foundation.database import jobs
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.postgres.faults import ROLE_TAKEN

OTHER_SCHEMA = define("migrate.other-schema", 409,
    "{room} の表は、この版のものではありません（{migrations}）。", "The tables of {room} are not those of this version ({migrations}).",
    "この国を建てた版で開くか、別の場所に建ててください。何も変えていません。", "Open it with the version that founded it, or found another country elsewhere. Nothing was changed.", who="operator")  # fmt: skip
HOUSE: Final = "kazasu"
"""The schema of what belongs to the whole database: no room has this name."""

FOUNDATION = Path(__file__).parents[1] / "migrations"
_ROOM = re.compile(r"^[a-z]+$")
_LOCK = "kazasu migrations"


def prepare_schema(
    admin: str, room: str, migrations: Sequence[Path], *, password: str, founder: bool
) -> None:
    """Create the room's roles and schema where missing and apply what is new.

    Args:
        admin: conninfo of a role that may create roles and schemas.
        room: name of schema and app role.
        migrations: folders, in order.
        password: of the app role (and of the founder role), used when a role is made. A role that is there
            keeps its password: other processes live by it.
        founder: also make ``<room>_founder``, who may bulk load past row level security. For the
            sandbox country only; needs a superuser.

    Raises:
        Refusal: ``postgres.role-taken``, ``migrate.other-schema``; nothing was changed then.
    """
    if not _ROOM.match(room):
        raise ValueError(f"room name {room!r}")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (_LOCK,))
        if not _ensure_role(connection, room, "LOGIN", password):
            _prove(admin, room, password)
        _ensure_roles(connection, room, password, founder=founder)
        _apply(connection, admin, room, migrations)
        jobs.install(connection, room)
        if founder:
            _let_founder_in(connection, room)


def _ensure_roles(
    connection: psycopg.Connection, room: str, password: str, *, founder: bool
) -> None:
    owner = f"{room}_owner"
    _ensure_role(connection, owner, "NOLOGIN")
    if founder:
        _ensure_role(connection, f"{room}_founder", "LOGIN BYPASSRLS", password)
    name = sql.Identifier
    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name(owner)))
    connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public")
    database = connection.info.dbname
    for statement, names in (
        ("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}", (room, owner)),
        ("GRANT USAGE ON SCHEMA {} TO {}", (room, room)),
        ("REVOKE TEMPORARY ON DATABASE {} FROM public", (database,)),
        ("REVOKE CREATE ON SCHEMA public FROM public", ()),
    ):
        connection.execute(sql.SQL(statement).format(*map(name, names)))


def _ensure_role(
    connection: psycopg.Connection, role: str, options: str, password: str = ""
) -> bool:
    """Whether it was made now; one that was there stays as it is."""
    exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    if exists is not None:
        return False
    statement = sql.SQL("CREATE ROLE {} " + options).format(sql.Identifier(role))
    if password:
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
    connection.execute(statement)
    return True


def _prove(admin: str, role: str, password: str) -> None:
    """One connection as the role: said now and plainly, not by a pool that waits in vain."""
    try:
        psycopg.connect(make_conninfo(admin, user=role, password=password)).close()
    except psycopg.OperationalError as error:
        raise Refusal(ROLE_TAKEN, role=role) from error


def _apply(connection: psycopg.Connection, admin: str, room: str, folders: Sequence[Path]) -> None:
    backend = get_backend(_yoyo_url(admin, room))
    try:
        every = [_migrations(folder) for folder in folders]
        waiting = [backend.to_apply(migrations) for migrations in every]
        new = {migration.id for migrations in waiting for migration in migrations}
        _stamp(connection, room, [m for migrations in every for m in migrations], new)
        for migrations in waiting:
            with redirect_stdout(io.StringIO()):  # yoyo prints what SELECT protect() gives
                backend.apply_migrations(migrations)
    finally:
        backend.connection.close()


def _stamp(
    connection: psycopg.Connection[Any], room: str, known: Iterable[Migration], new: set[str]
) -> None:
    """Compare what was applied with what we would apply, and write down what is new before it is applied.

    yoyo remembers names only: a file edited after it was applied, or one that only a later version has, would
    leave tables that the code does not expect.
    """
    ours = {m.id: hashlib.sha256(Path(m.path).read_bytes()).hexdigest() for m in known}
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(HOUSE)))
    connection.execute(
        """CREATE TABLE IF NOT EXISTS kazasu.migration (
               room text, id text, sha256 text NOT NULL, PRIMARY KEY (room, id))"""
    )
    stamped = "SELECT id, sha256 FROM kazasu.migration WHERE room = %s"
    theirs = dict(connection.execute(stamped, (room,)).fetchall())
    applied = (ours.keys() | theirs.keys()) - new
    if other := sorted(id for id in applied if ours.get(id) != theirs.get(id)):
        raise Refusal(OTHER_SCHEMA, room=room, migrations=", ".join(other))
    for id in new:
        connection.execute(
            """INSERT INTO kazasu.migration VALUES (%s, %s, %s)
               ON CONFLICT (room, id) DO UPDATE SET sha256 = excluded.sha256""",
            (room, id, ours[id]),
        )


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
