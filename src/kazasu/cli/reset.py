"""``kazasu reset``: removes the country, so that the next ``up`` founds it anew."""

import argparse
import shutil
import sys

import psycopg
from psycopg import sql

from kazasu.app.rooms import ROOMS
from kazasu.cli.options import add_place, settings_from
from kazasu.cli.refusals import IN_USE, NO_COUNTRY, NOT_CONFIRMED
from kazasu.cli.speech import language, say
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres, GivenPostgres, find_server
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text

SUMMARY = Text("国を消す（次の up で建て直す）", "remove the country; the next up founds it anew")
OURS = ("directory.json", "postgres.lock")
"""One of these lies in every data folder of ours, so that a mistyped --data is not emptied."""


def configure(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    parser.add_argument("--yes", action="store_true", help="確認しない / do not ask")


def run(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    server = find_server(settings)
    if not settings.data.exists() or not any((settings.data / name).exists() for name in OURS):
        raise Refusal(NO_COUNTRY, data=settings.data)
    if isinstance(server, EmbeddedPostgres) and server.in_use():
        raise Refusal(IN_USE, data=settings.data)
    _confirm(arguments, settings)
    if isinstance(server, GivenPostgres):
        drop_rooms(server.start().url())
    server.destroy()
    shutil.rmtree(settings.data)
    say(Text("{data} を消しました。", "Removed {data}."), data=settings.data)
    return 0


def _confirm(arguments: argparse.Namespace, settings: Settings) -> None:
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Refusal(NOT_CONFIRMED)
    question = Text(
        f"{settings.data} のすべてのデータが消えます。よろしければ yes と入力してください: ",
        f"All data in {settings.data} will be lost. Type yes to go on: ",
    )
    if input(question.to(language())).strip() != "yes":
        raise Refusal(NOT_CONFIRMED)


def drop_rooms(url: str) -> None:
    """Remove our schemas and roles from a server that others may use too."""
    with psycopg.connect(url, autocommit=True) as connection:
        for room in ROOMS:
            connection.execute(
                sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(room))
            )
            for role in (room, f"{room}_founder", f"{room}_owner"):
                _drop_role(connection, role)


def _drop_role(connection: psycopg.Connection, role: str) -> None:
    exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    if exists is None:
        return
    for statement in ("DROP OWNED BY {}", "DROP ROLE {}"):
        connection.execute(sql.SQL(statement).format(sql.Identifier(role)))
