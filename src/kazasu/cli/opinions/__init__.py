"""``kazasu opinions``: what people said of pages, in their words; for the operator."""

import argparse
import json
from typing import Any

import psycopg
from psycopg.rows import dict_row

from kazasu.app.country import look
from kazasu.app.rooms import ROOMS
from kazasu.cli.options import add_place, settings_from
from kazasu.cli.output.speech import language, put, say
from kazasu.foundation.postgres import find_server
from kazasu.foundation.text import Text
from kazasu.foundation.web.opinions import VERDICTS

SUMMARY = Text("画面についての意見を読む", "read what people think of pages")
_THERE = "SELECT to_regclass(%s) IS NOT NULL AS there"
_ALL = "SELECT tenant, on_day, page, verdict, words FROM opinion ORDER BY on_day DESC, number DESC"


def configure(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    parser.add_argument("--json", action="store_true", help="一行一件 / one object a line")


def run(arguments: argparse.Namespace) -> int:
    """0; the latest of each room first. Raises Refusal: there is no country."""
    settings = settings_from(arguments)
    with find_server(settings) as server:
        look(server)
        with server.connect(autocommit=False) as connection:
            connection.row_factory = dict_row
            found = [
                one | {"room": room} for room in sorted(ROOMS) for one in _of(connection, room)
            ]
    for one in found:
        _tell(one, as_json=arguments.json)
    if not found and not arguments.json:
        say(Text("まだありません。", "Nothing here yet."))
    return 0


def _of(connection: psycopg.Connection[dict[str, Any]], room: str) -> list[dict[str, Any]]:
    """Of one room; none where it is founded elsewhere or by a version before."""
    there = connection.execute(_THERE, (f"{room}.opinion",)).fetchone()
    if there is None or not there["there"]:
        return []
    connection.execute("SELECT set_config('search_path', %s, false)", (room,))
    return connection.execute(_ALL).fetchall()


def _tell(one: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        put(json.dumps(one, ensure_ascii=False, default=str))
        return
    where = f"{one['room']} {one['tenant']}".strip()
    put(f"{one['on_day']}  {where}  {one['page']}  {VERDICTS[one['verdict']].to(language())}")
    if one["words"]:
        put(f"    {one['words']}")
