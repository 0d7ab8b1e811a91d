"""``kazasu check``: the invariants of the move, over all databases of a country."""

import argparse
import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psycopg

from kazasu.app.country import look
from kazasu.app.invariants import INVARIANTS, CheckerView
from kazasu.cli.options import add_place, settings_from
from kazasu.cli.output.speech import in_turn, language, put, say
from kazasu.foundation.postgres import find_server
from kazasu.foundation.text import Text
from kazasu.foundation.time.country_clock import open_clock

SUMMARY = Text("国全体の不変条件を調べる", "check the invariants over all databases")
_CHECKING = Text("不変条件", "invariant")
_SHOWN = 20
"""Violations of one invariant that are printed; all are counted."""


def configure(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    parser.add_argument(
        "--also", type=Path, action="append", default=[], metavar="DIR",
        help="別の置き場所も / another data folder of the same country (serve)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="一行一件 / one object a line")


def run(arguments: argparse.Namespace) -> int:
    """0 when everything holds, 1 when something is broken or could not be seen.

    Raises Refusal ``clock.unreadable``: nothing that it would find good works.
    """
    settings = settings_from(arguments)
    open_clock(settings).now()  # raises where the country has no time, and so does nothing
    places = [settings, *(replace(settings, data=extra.resolve()) for extra in arguments.also)]
    bad = 0
    with ExitStack() as stack:
        connections = []
        for place in places:
            server = stack.enter_context(find_server(place))
            look(server)
            connections.append(stack.enter_context(psycopg.connect(server.url())))
        sight = CheckerView(connections)
        for invariant in in_turn(INVARIANTS, _CHECKING):
            seen = invariant.can_be_seen(sight)
            violations = sorted(invariant.violations(sight)) if seen else []
            bad += bool(violations) or not seen
            _report(invariant.name, invariant.says, violations if seen else None, arguments.json)
    return 1 if bad else 0


def _report(name: str, says: Text, violations: list[str] | None, as_json: bool) -> None:
    if as_json:
        verdict = {
            "invariant": name,
            "seen": violations is not None,
            "violations": violations or [],
        }
        put(json.dumps(verdict, ensure_ascii=False))
        return
    if violations is None:
        say(Text("― {says}（{name}: 見えない部屋があります）", "― {says} ({name}: a room cannot be seen)"),
            says=says.to(language()), name=name)  # fmt: skip
        return
    put(f"{'✗' if violations else '✓'} {says.to(language())} ({name})")
    for violation in violations[:_SHOWN]:
        put(f"    {violation}")
    if len(violations) > _SHOWN:
        say(Text("    ほか {count} 件", "    and {count} more"), count=len(violations) - _SHOWN)
