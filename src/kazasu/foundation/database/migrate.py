"""Roles, schemas and migrations: a room's floor is laid before it opens.

Migrations are plain SQL files, applied by yoyo as the schema's owner, who is nobody's login: the
app role can use the tables and never change them. Foundation's and exchange's migrations come
first in every room's schema, then the room's own.
"""

import hashlib
import io
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, LiteralString
from urllib.parse import quote, urlencode

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from yoyo import get_backend, read_migrations
from yoyo.migrations import MigrationList

from kazasu.foundation.database import queue_schema
from kazasu.foundation.database.conversion import Conversion, Floor
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.postgres.faults import ROLE_TAKEN
from kazasu.foundation.time.clock import Clock, SystemClock

OTHER_SCHEMA = define("migrate.other-schema", 409,
    "{room} の表は、この版のものではありません（{migrations}）。", "The tables of {room} are not those of this version ({migrations}).",
    "この国を建てた版で開くか、別の場所に建ててください。何も変えていません。", "Open it with the version that founded it, or found another country elsewhere. Nothing was changed.", who="operator")  # fmt: skip
HOUSE: Final = "kazasu"
"""The schema of what belongs to the whole database: no room has this name."""

FOUNDATION = Path(__file__).parents[1] / "migrations"
_ROOM = re.compile(r"^[a-z]+$")
_LOCK = "kazasu migrations"


def prepare_schema(
    admin: str,
    room: str,
    migrations: Sequence[Path],
    *,
    password: str,
    founder: bool,
    conversions: Mapping[str, Conversion] = MappingProxyType({}),
    clock: Clock | None = None,
) -> None:
    """Create the room's roles and schema where missing and apply what is new.

    Args:
        admin: conninfo of a role that may create roles and schemas.
        room: name of schema and app role.
        migrations: folders, in order.
        password: of the app role (and of the founder role), used when a role is made. A role that is there
            keeps its password: other processes live by it.
        founder: also make ``<room>_founder`` and let it stay. For tests; who founds is lent a role
            (:mod:`kazasu.foundation.database.founder`). Needs a superuser.
        conversions: by the migration before which each comes.
        clock: for the records of conversions.

    Raises:
        Refusal: ``postgres.role-taken``, ``migrate.other-schema``, ``migrate.other-queue``; nothing was changed then.
    """
    if not _ROOM.match(room):
        raise ValueError(f"room name {room!r}")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (_LOCK,))
        _compare(connection, room, migrations)
        if not _ensure_role(connection, room, "LOGIN", password):
            _prove(admin, room, password)
        _ensure_roles(connection, room)
        with Floor.of(admin, owner_options(room), clock or SystemClock()) as floor:
            convert = {id: partial(step, floor) for id, step in conversions.items()}
            _apply(connection, admin, room, migrations, convert)
        queue_schema.lay(connection, room, HOUSE)
        if founder:
            _ensure_role(connection, f"{room}_founder", "LOGIN BYPASSRLS", password)
            let_founder_in(connection, room, f"{room}_founder")


def drop_role(connection: psycopg.Connection[Any], role: str) -> None:
    """Where other databases of this server need the role, it stays."""
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
        return
    connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
    try:
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
    except errors.DependentObjectsStillExist:
        return


def _ensure_roles(connection: psycopg.Connection, room: str) -> None:
    owner = f"{room}_owner"
    _ensure_role(connection, owner, "NOLOGIN")
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
        own = make_conninfo(admin, user=role, password=password, options="")  # not as the owner
        psycopg.connect(own).close()
    except psycopg.OperationalError as error:
        raise Refusal(ROLE_TAKEN, role=role) from error


def refuse_other_schemas(admin: str, rooms: Mapping[str, Sequence[Path]]) -> None:
    """Compare every room with its migrations, before the first of them is changed.

    Raises:
        Refusal: ``migrate.other-schema``, ``migrate.other-queue``.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        for room, folders in rooms.items():
            _compare(connection, room, folders)


def _compare(connection: psycopg.Connection[Any], room: str, folders: Sequence[Path]) -> None:
    """Compare what was applied with what we would apply.

    yoyo remembers names only: a file edited after it was applied, or one that only a later version has, would
    leave tables that the code does not expect. A stamp of what was never applied binds nobody.
    """
    applied = _read(
        connection, f"{room}._yoyo_migration", "SELECT migration_id, migration_id FROM {}"
    )
    stamps = "SELECT id, sha256 FROM {} WHERE room = %(room)s"
    theirs = _read(connection, f"{HOUSE}.migration", stamps, room=room)
    ours = _hashes(folders)
    other = sorted(id for id in applied if id not in ours or ours[id] != theirs.get(id))
    if other:
        raise Refusal(OTHER_SCHEMA, room=room, migrations=", ".join(other))
    queue_schema.known(connection, room, HOUSE)


def _read(
    connection: psycopg.Connection[Any], table: str, query: LiteralString, **facts: str
) -> dict[str, str]:
    """Pairs of a table; none where there is no such table yet."""
    if connection.execute("SELECT to_regclass(%s)", (table,)).fetchone() == (None,):
        return {}
    named = sql.SQL(query).format(sql.Identifier(*table.split(".")))
    return dict(connection.execute(named, facts).fetchall())


def _hashes(folders: Sequence[Path]) -> dict[str, str]:
    every = [migration for folder in folders for migration in _migrations(folder)]
    return {m.id: hashlib.sha256(Path(m.path).read_bytes()).hexdigest() for m in every}


def _apply(
    connection: psycopg.Connection,
    admin: str,
    room: str,
    folders: Sequence[Path],
    convert: Mapping[str, Callable[[], None]],
) -> None:
    backend = get_backend(_yoyo_url(admin, room))
    try:
        waiting = [backend.to_apply(_migrations(folder)) for folder in folders]
        new = {migration.id for migrations in waiting for migration in migrations}
        _stamp(connection, room, {id: sha for id, sha in _hashes(folders).items() if id in new})
        for migration in (one for migrations in waiting for one in migrations):
            if migration.id in convert:
                convert[migration.id]()
            with redirect_stdout(io.StringIO()):  # yoyo prints what SELECT protect() gives
                backend.apply_migrations(MigrationList([migration]))
    finally:
        backend.connection.close()


def _stamp(connection: psycopg.Connection[Any], room: str, new: Mapping[str, str]) -> None:
    """Write down what is applied next: yoyo's own mark, set afterwards, is what makes a stamp count."""
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(HOUSE)))
    connection.execute(
        """CREATE TABLE IF NOT EXISTS kazasu.migration (
               room text, id text, sha256 text NOT NULL, PRIMARY KEY (room, id))"""
    )
    for id, sha256 in new.items():
        connection.execute(
            """INSERT INTO kazasu.migration VALUES (%s, %s, %s)
               ON CONFLICT (room, id) DO UPDATE SET sha256 = excluded.sha256""",
            (room, id, sha256),
        )


@cache
def _migrations(folder: Path) -> MigrationList:
    """Read once in a process: foundation's and exchange's go into every room."""
    return read_migrations(str(folder))


def _yoyo_url(admin: str, room: str) -> str:
    """The admin's connection as the schema's owner."""
    given = conninfo_to_dict(admin)
    given["options"] = owner_options(room)
    database = given.pop("dbname", "postgres")
    return f"postgresql+psycopg:///{quote(str(database))}?{urlencode(given, quote_via=quote)}"


def owner_options(room: str) -> str:
    """As the schema's owner; a step that cannot lock in 5 s gives way."""
    return (
        f"-c role={room}_owner -c search_path={room},public"
        " -c lock_timeout=5s -c client_min_messages=warning"
    )


def let_founder_in(connection: psycopg.Connection, room: str, role: str) -> None:
    """All tables and sequences of the room's schema, for this role."""
    names = {"room": sql.Identifier(room), "founder": sql.Identifier(role)}
    for statement in (
        "GRANT USAGE ON SCHEMA {room} TO {founder}",
        "GRANT ALL ON ALL TABLES IN SCHEMA {room} TO {founder}",
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA {room} TO {founder}",
    ):
        connection.execute(sql.SQL(statement).format(**names))
