"""``kazasu check``: the invariants of the move, over all databases of a country.

In production each owner checks a place of their own: what others hold is told as theirs, and is neither sound nor broken.
"""

import argparse
import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from kazasu.app.country import look
from kazasu.app.invariants import INVARIANTS, CheckerView, Invariant
from kazasu.cli.options import add_place, settings_from
from kazasu.cli.output.speech import in_turn, language, put, say
from kazasu.exchange.directory import read_directory
from kazasu.exchange.keys import key_file
from kazasu.foundation.postgres import find_server
from kazasu.foundation.settings import Settings
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
    """0 when everything holds that can be judged here, 1 when something is broken or should have been seen.

    Raises Refusal ``clock.unreadable``: nothing that it would find good works; ``postgres.takes-nobody``,
    ``postgres.unreachable`` where one of the databases does not answer.
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
            connections.append(stack.enter_context(server.connect(autocommit=False)))
        sight = CheckerView(connections, _lives_here(places))
        for invariant in in_turn(INVARIANTS, _CHECKING):
            seen = invariant.can_be_seen(sight)
            elsewhere = not seen and invariant.is_elsewhere(sight)
            violations = sorted(invariant.violations(sight)) if seen else []
            bad += bool(violations) or not (seen or elsewhere)
            _report(invariant, violations if seen else None, elsewhere, arguments.json)
    return 1 if bad else 0


def _lives_here(places: list[Settings]) -> dict[str, bool]:
    """Of each institution of the directory whether these places have its keys. In the sandbox all is one owner's."""
    first = places[0]
    if first.sandbox or not first.directory_file.exists():
        return {}
    return {
        entry.id: any(
            key_file(one.directory_file.parent / "keys", entry.id).exists() for one in places
        )
        for entry in read_directory(first.directory_file, open_clock(first))
    }


def _report(
    invariant: Invariant, violations: list[str] | None, elsewhere: bool, as_json: bool
) -> None:
    """``violations``: None where it could not be judged."""
    name, says = invariant.name, invariant.says
    if as_json:
        verdict = {
            "invariant": name,
            "seen": violations is not None,
            "elsewhere": elsewhere,
            "violations": violations or [],
        }
        put(json.dumps(verdict, ensure_ascii=False))
        return
    if elsewhere:
        say(Text("― {says}（{name}: 別の場所にあるものが要り、ここでは調べられません）",
                 "― {says} ({name}: needs what another place has, not judged here)"),
            says=says.to(language()), name=name)  # fmt: skip
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
