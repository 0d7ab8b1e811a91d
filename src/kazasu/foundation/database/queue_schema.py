"""procrastinate's tables in a room's schema: laid, brought to the version that this house runs, or refused.

The library has migrations of its own, one file each, which it leaves to its user to apply (procrastinate documentation,
"Migrations"). Which of them a schema has is written beside our own, in ``kazasu.migration``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import psycopg
from procrastinate.schema import SchemaManager
from psycopg import sql

from kazasu.foundation.faults import Refusal, define

OTHER_QUEUE = define("migrate.other-queue", 409,
    "{room} のキューの表は、この版の procrastinate のものではありません（{found}）。", "The queue's tables of {room} are not those of this procrastinate ({found}).",
    "requirements の版を入れ直すか、その表を作った版で開いてください。何も変えていません。", "Install the version that requirements name, or open it with the version that made the tables. Nothing was changed.", who="operator")  # fmt: skip
STAMP: Final = "procrastinate"
BEFORE_STAMPS: Final = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
"""What the schemas of our release 0.2.0 have, which wrote down nothing."""


def lay(connection: psycopg.Connection[Any], room: str, house: str) -> None:
    """Make the tables, or bring them to our version. ``house``: the schema of the stamps.

    Raises:
        Refusal: ``migrate.other-queue``: they are of a version that we do not know.
    """
    ours = _migrations()
    found = known(connection, room, house)
    if found == ours[-1]:
        return
    steps = (
        [SchemaManager.get_schema()]
        if found is None
        else [_text(name) for name in ours[ours.index(found) + 1 :]]
    )
    with connection.transaction():
        _apply(connection, room, steps)
        connection.execute(
            sql.SQL(
                """INSERT INTO {}.migration VALUES (%s, %s, %s)
                   ON CONFLICT (room, id) DO UPDATE SET sha256 = excluded.sha256"""
            ).format(sql.Identifier(house)),
            (room, STAMP, ours[-1]),
        )


def known(connection: psycopg.Connection[Any], room: str, house: str) -> str | None:
    """The last migration that the room's tables have; None: there are no tables. Changes nothing.

    Raises Refusal as :func:`lay`.
    """
    found = _found(connection, room, house)
    if found is not None and found not in _migrations():
        raise Refusal(OTHER_QUEUE, room=room, found=found)
    return found


def _found(connection: psycopg.Connection[Any], room: str, house: str) -> str | None:
    look = "SELECT to_regclass(%s)"
    if connection.execute(look, (f"{room}.procrastinate_jobs",)).fetchone() == (None,):
        return None
    if connection.execute(look, (f"{house}.migration",)).fetchone() == (None,):
        return BEFORE_STAMPS
    stamp = connection.execute(
        sql.SQL("SELECT sha256 FROM {}.migration WHERE room = %s AND id = %s").format(
            sql.Identifier(house)
        ),
        (room, STAMP),
    ).fetchone()
    return str(stamp[0]) if stamp else BEFORE_STAMPS


def _apply(connection: psycopg.Connection[Any], room: str, steps: Sequence[str]) -> None:
    name = {"room": sql.Identifier(room), "owner": sql.Identifier(f"{room}_owner")}
    connection.execute(sql.SQL("SET LOCAL ROLE {owner}").format(**name))
    connection.execute(sql.SQL("SET LOCAL search_path TO {room}").format(**name))
    for step in steps:
        connection.execute(step.encode())
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename LIKE 'procrastinate%%'",
        (room,),
    ).fetchall()
    for (table,) in tables:
        connection.execute(
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {room}").format(
                sql.Identifier(table), **name
            )
        )
    connection.execute(
        sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {room} TO {room}").format(**name)
    )
    connection.execute("RESET ROLE")


def _migrations() -> list[str]:
    """Names of the library's migrations, in order."""
    return sorted(path.name for path in _folder().glob("*.sql"))


def _text(name: str) -> str:
    return (_folder() / name).read_text(encoding="utf-8")


def _folder() -> Path:
    return Path(SchemaManager.get_migrations_path())
