"""``kazasu doctor``: is everything here that a country needs, and how is the one that lives here?

What Python alone can see lies in the launcher, which answers by itself before the environment is complete. Here:
settings, database, card readers, the data folder and its country. It looks; nothing is made, fetched or started.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from kazasu.cli.doctor.country import at_home, data_folder, running
from kazasu.cli.doctor.pcsc import readers
from kazasu.cli.doctor.postgres import database
from kazasu.cli.doctor.production import production
from kazasu.cli.launcher.doctor import environment
from kazasu.cli.launcher.findings import Finding, Words, show
from kazasu.cli.launcher.machine import machine, names, port
from kazasu.cli.launcher.programs import programs
from kazasu.cli.options import add_place, add_port, settings_from
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text

SUMMARY = Text(
    "この機械に要るものがそろっているか調べる", "look whether this machine has what is needed"
)
ROOT = Path(__file__).parents[4]
_USE: Words = ("すべてのコマンド", "every command")


def configure(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    add_port(parser)
    parser.add_argument("--json", action="store_true", help="一行一件 / one object a line")


def run(arguments: argparse.Namespace) -> int:
    """0 when all that a country needs is here, 1 when something is not."""
    settings, told = _settings(arguments)
    alive = running(settings)
    settings = at_home(settings, alive=alive)
    clone = [environment(ROOT)] if (ROOT / "requirements").exists() else []
    found = [
        *machine(ROOT if clone else Path(__file__).parents[3], settings.data), *clone, told,
        *_doors(settings, alive=alive), *database(settings),
        *data_folder(settings, alive=alive), *readers(settings), *programs(),
    ]  # fmt: skip
    return show(found, as_json=arguments.json)


def _doors(settings: Settings, *, alive: bool) -> list[Finding]:
    """By which people and institutions come: of a sandbox its port and its names below ``localhost``."""
    by_port = [] if settings.socket else [port(settings.port, ours=alive)]
    return [*by_port, *(names() if settings.sandbox else production(settings))]


def _settings(arguments: argparse.Namespace) -> tuple[Settings, Finding]:
    """Those of the environment; what is wrong with them is a finding, and the rest is looked at by the usual ones."""
    try:
        settings = settings_from(arguments)
    except Refusal as refusal:
        told = (refusal.title.ja, refusal.title.en)
        standard = Settings(data=(arguments.data or Path("data")).resolve(), port=arguments.port or 8000)  # fmt: skip
        return standard, Finding("settings", "broken", told, _USE, f"./kazasu faults {refusal.fault.code}")  # fmt: skip
    mode = f"KAZASU_MODE={settings.mode}"
    settings = replace(settings, data=settings.data.resolve())
    return settings, Finding("settings", "ok", (mode, mode), _USE)
