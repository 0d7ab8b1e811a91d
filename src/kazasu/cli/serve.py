"""``kazasu serve ROOM…``: some institutions in a process of their own, on their own database."""

import argparse
from contextlib import suppress

from kazasu.app.country import enter_or_open, occupying, refuse_lost_database
from kazasu.app.databases import prepare_databases
from kazasu.app.descriptors import most_connections
from kazasu.app.process import Process
from kazasu.app.production import opened_directory
from kazasu.app.rooms import select
from kazasu.cli.options import add_doors, add_place, settings_from
from kazasu.cli.output.logs import write_log
from kazasu.cli.output.speech import say
from kazasu.cli.processes.running import bound, place_of, serve_until_stopped
from kazasu.cli.processes.signals import ended_by_signals
from kazasu.foundation.postgres import find_server
from kazasu.foundation.text import Text
from kazasu.foundation.time.country_clock import open_clock

SUMMARY = Text("一部の機関だけを開く", "open some institutions in a process of their own")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rooms",
        nargs="+",
        metavar="ROOM",
        help="機関 / institutions: portal, identity, jpki, jukinet, terminal, city:141003",
    )
    parser.add_argument("--directory", metavar="FILE", help="名簿 / the directory of institutions")
    add_place(parser)
    add_doors(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments, directory=arguments.directory)
    write_log(settings)
    selection = select(arguments.rooms)
    opened_directory(settings, selection, open_clock(settings))  # before anything is made
    most_connections(settings, len(selection.rooms))
    with suppress(KeyboardInterrupt), ended_by_signals(), bound(settings) as doors:
        given = find_server(settings, create=True)
        refuse_lost_database(settings, given)
        with occupying(settings), given as server:
            enter_or_open(settings, server)
            process = Process(prepare_databases(settings, server, selection))
            serve_until_stopped(
                process, doors,
                lambda: say(Text("開きました: {rooms}（{place}）", "Open: {rooms} ({place})"),
                            rooms=", ".join(dict.fromkeys(arguments.rooms)), place=place_of(settings)),
            )  # fmt: skip
    return 0
