"""``kazasu up``: the whole country in one process; founded on the first start."""

import argparse
import json
import shutil
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from kazasu.app.descriptors import most_connections
from kazasu.app.process import Floors, Process, open_floors
from kazasu.app.rooms import ROOMS, select
from kazasu.cli.logs import write_log
from kazasu.cli.options import add_doors, add_place, settings_from
from kazasu.cli.refusals import OTHER_COUNTRY
from kazasu.cli.reset import drop_rooms
from kazasu.cli.running import serve_until_stopped
from kazasu.cli.signals import ended_by_signals
from kazasu.cli.speech import language, put, say
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres, GivenPostgres, find_server
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text

SUMMARY = Text("国を動かす（最初の起動で建国）", "run the country; founded on the first start")

MOST_RESIDENTS: Final = 1_000_000
_CITIES_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Wish:
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
    try:
        with ended_by_signals():
            _run(settings, arguments)
    except KeyboardInterrupt:
        say(Text("止めました。データは残っています。", "Stopped. All data are kept."))
    return 0


def _run(settings: Settings, arguments: argparse.Namespace) -> None:
    say(Text("データベースを始めています…", "Starting the database…"))
    most_connections(settings, len(ROOMS))  # before anything is opened: it says what is missing
    given = find_server(settings)
    founded = read_wish(settings.data)
    wish = _wish(arguments, settings, founded)
    if founded is None:
        _clear(given, settings)
    with given as server:
        floors = open_floors(settings, server, select(()))
        try:
            if founded is None:
                _found(settings, floors, wish)
            process = Process(floors)
        except BaseException:
            floors.close()
            raise
        serve_until_stopped(process, lambda: _welcome(settings, process))


def _wish(arguments: argparse.Namespace, settings: Settings, founded: Wish | None) -> Wish:
    """What was founded, else what is asked for. Raises Refusal ``cli.other-country``."""
    before = founded or Wish("default", 3000, 1, settings.port)
    wish = Wish(
        cities=arguments.cities or before.cities,
        residents=arguments.residents or before.residents,
        seed=before.seed if arguments.seed is None else arguments.seed,
        port=settings.port,
    )
    if founded is not None and wish != founded:
        raise Refusal(OTHER_COUNTRY, data=settings.data, **asdict(founded))
    return wish


def read_wish(data: Path) -> Wish | None:
    """The wish that the country in ``data`` was founded on; None while there is none, or half a
    one: the file is written last."""
    file = data / "country.json"
    return Wish(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def _clear(given: EmbeddedPostgres | GivenPostgres, settings: Settings) -> None:
    """Take away what an interrupted founding left: half a country looks like a whole one."""
    if isinstance(given, GivenPostgres):
        drop_rooms(given.start().url())
    given.destroy()
    for name in ("keys", "cards", "pki"):
        shutil.rmtree(settings.data / name, ignore_errors=True)
    for name in ("directory.json", "roles.json", "clock"):
        (settings.data / name).unlink(missing_ok=True)


def _found(settings: Settings, floors: Floors, wish: Wish) -> None:
    say(Text("国を建てています（住民 {residents} 人）…", "Founding the country ({residents} residents)…"),
        residents=f"{wish.residents:,}")  # fmt: skip
    founders = floors.founders()
    try:
        import_module("kazasu.society.founding").found_country(
            settings,
            founders,
            floors.clock,
            cities=wish.cities,
            residents=wish.residents,
            seed=wish.seed,
            tell=say,
        )
    finally:
        for founder in founders.values():
            founder.close()
    draft = settings.data / "country.new"
    draft.write_text(json.dumps(asdict(wish)), encoding="utf-8")
    draft.replace(settings.data / "country.json")


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
    if not text.isdigit() or not 60 <= int(text) <= MOST_RESIDENTS:
        raise argparse.ArgumentTypeError(f"60–{MOST_RESIDENTS:,}: {text}")
    return int(text)
