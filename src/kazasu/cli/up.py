"""``kazasu up``: the whole country in one process; founded on the first start."""

import argparse
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from importlib import import_module
from threading import Event
from typing import Final

from kazasu.app.country import (
    Mark,
    enter,
    founding,
    must_be_of_mode,
    occupying,
    read_mark,
    refuse_lost_database,
)
from kazasu.app.databases import RoomDatabases, prepare_databases, refuse_in_production
from kazasu.app.descriptors import most_connections
from kazasu.app.process import Process, directory_of
from kazasu.app.rooms import ROOMS, select
from kazasu.cli.options import add_doors, add_place, settings_from
from kazasu.cli.output.logs import write_log
from kazasu.cli.output.refusals import NOT_FOUNDED, OTHER_COUNTRY
from kazasu.cli.output.speech import language, put, say, tell
from kazasu.cli.processes.running import bound, serve_until_stopped
from kazasu.cli.processes.signals import ended_by_signals
from kazasu.foundation.database.founder import must_lend
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import PostgresServer, find_server
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.country_clock import open_clock

SUMMARY = Text("国を動かす（最初の起動で建国）", "run the country; founded on the first start")

MOST_RESIDENTS: Final = 1_000_000
_CITIES_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class CountrySpec:
    """Which country is founded: the same wish gives the same people, streets and numbers."""

    cities: str
    """``default`` (three), ``all`` (1,741) or municipality codes with commas."""
    residents: int
    seed: int
    port: int
    """It is part of every institution's origin."""


def configure(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    add_doors(parser)
    group = parser.add_argument_group("建国 / founding")
    group.add_argument(
        "--residents", type=_residents, metavar="N", help="住民の数 / residents (3000)"
    )
    group.add_argument(
        "--cities", metavar="CITIES", help="all, 141003,011002,…（既定は三市 / three)"
    )
    group.add_argument("--seed", type=int, metavar="N", help="種 / the seed number (1)")


def run(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    write_log(settings, settings.data / "kazasu.log")
    opened = Event()
    try:
        with ended_by_signals():
            _run(settings, arguments, opened)
    except KeyboardInterrupt:
        if not opened.is_set():
            raise
        say(Text("止めました。データは残っています。", "Stopped. All data are kept."))
    return 0


def _run(settings: Settings, arguments: argparse.Namespace, opened: Event) -> None:
    """``opened`` is set when the doors are: from then on being stopped is the usual end."""

    def ready() -> None:
        opened.set()
        _welcome(settings, process)

    refuse_in_production(settings, select(()))
    most_connections(settings, len(ROOMS))  # before anything is opened: it says what is missing
    if arguments.cities:
        import_module("kazasu.society.places").chosen(arguments.cities)  # nor is one half founded
    with bound(settings) as doors, occupying(settings):
        say(Text("データベースを始めています…", "Starting the database…"))
        given = find_server(settings, create=True)
        refuse_lost_database(settings, given)
        with given as server:
            process = Process(_prepared(settings, server, arguments))
            serve_until_stopped(process, doors, ready)


def _prepared(
    settings: Settings, server: PostgresServer, arguments: argparse.Namespace
) -> RoomDatabases:
    """Those of the country that lives here, or of the one that is founded now."""
    with server.connect() as connection:
        mark = read_mark(connection)
    if mark is not None:
        must_be_of_mode(settings, mark)
    wish = _wish(arguments, settings, mark)
    if mark is None or mark.state != "living":
        return _found(settings, server, wish)
    enter(settings, server)
    directory_of(settings, select(()), open_clock(settings))  # before anything is opened
    return prepare_databases(settings, server, select(()))


def _wish(arguments: argparse.Namespace, settings: Settings, mark: Mark | None) -> CountrySpec:
    """What was founded, else what is asked for. Raises Refusal ``cli.other-country``."""
    living = mark if mark is not None and mark.state == "living" else None
    if living is not None and not living.wish:
        raise Refusal(NOT_FOUNDED, folder=living.folder)
    before = (
        CountrySpec(**living.wish) if living else CountrySpec("default", 3000, 1, settings.port)
    )
    wish = CountrySpec(
        cities=arguments.cities or before.cities,
        residents=arguments.residents or before.residents,
        seed=before.seed if arguments.seed is None else arguments.seed,
        port=settings.port,
    )
    if living and wish != before:
        raise Refusal(OTHER_COUNTRY, data=settings.data, **asdict(before))
    return wish


def _found(settings: Settings, server: PostgresServer, wish: CountrySpec) -> RoomDatabases:
    must_lend(server.url())
    with founding(settings, server, asdict(wish)), ExitStack() as undo:
        say(Text("国を建てています（住民 {residents} 人）…", "Founding the country ({residents} residents)…"),
            residents=f"{wish.residents:,}")  # fmt: skip
        prepared = undo.enter_context(closing(prepare_databases(settings, server, select(()))))
        with prepared.founders(server) as founders:
            import_module("kazasu.society.founding").found_country(
                settings, founders, prepared.clock,
                cities=wish.cities, residents=wish.residents, seed=wish.seed, tell=tell,
            )  # fmt: skip
        undo.pop_all()
    return prepared


def _welcome(settings: Settings, process: Process) -> None:
    """The addresses, and what to try first."""
    directory = process.directory
    own = language()
    say(Text("開きました。止めるには Ctrl-C。", "Open. Ctrl-C stops it."))
    cities = directory.of_kind("city")
    others = [entry for entry in directory if not entry.id.tenant]
    for entry in [*others, *cities[:_CITIES_SHOWN]]:
        put(f"  {entry.origin:<44} {entry.name.to(own)}")
    if len(cities) > _CITIES_SHOWN:
        say(
            Text("  … ほか {count} 市区町村", "  … and {count} more"),
            count=len(cities) - _CITIES_SHOWN,
        )
    say(
        Text(
            "まず: {portal} で「引っ越す」を選び、{tray} からカードを一枚取って、かざしてください。"
            "\n記録: {log}",
            "Try first: open {portal}, choose “Move house”, take a card from {tray} and hold it over "
            "the reader.\nLog: {log}",
        ),
        portal=directory.origin("portal"),
        tray=f"{directory.origin('society')}/tray",
        log=settings.data / "kazasu.log",
    )


def _residents(text: str) -> int:
    if (
        not (text.isascii() and text.isdigit() and len(text) < 9)
        or not 60 <= int(text) <= MOST_RESIDENTS
    ):
        raise argparse.ArgumentTypeError(f"60–{MOST_RESIDENTS:,}: {text}")
    return int(text)
