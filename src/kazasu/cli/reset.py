"""``kazasu reset``: removes the country, so that the next ``up`` founds it anew. Nothing else does.

Of the sandbox alone: a production's keys and authorities were made at a ceremony, and no ``up`` makes them again.
"""

import argparse
import sys
from contextlib import ExitStack

from kazasu.app.country import Mark, alone, drop_rooms, in_use, must_fit, occupied, read_mark
from kazasu.app.folder import clear, is_ours
from kazasu.app.production import is_of_production
from kazasu.cli.options import add_place, settings_from
from kazasu.cli.output.refusals import IN_USE, NO_COUNTRY, NO_RESET, NOT_CONFIRMED
from kazasu.cli.output.speech import language, say
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres, GivenPostgres, find_server
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text

SUMMARY = Text("国を消す（次の up で建て直す）", "remove the country; the next up founds it anew")


def configure(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    parser.add_argument("--yes", action="store_true", help="確認しない / do not ask")


def run(arguments: argparse.Namespace) -> int:
    """Raises Refusal ``cli.no-reset-in-production``, ``cli.in-use``, ``cli.no-country``, ``cli.not-confirmed``."""
    settings = settings_from(arguments)
    if not settings.sandbox or is_of_production(settings):
        raise Refusal(NO_RESET, data=settings.data)
    given = find_server(settings)
    ours = is_ours(settings.data)
    if ours and (occupied(settings) or (isinstance(given, EmbeddedPostgres) and given.in_use())):
        raise Refusal(IN_USE, data=settings.data)
    if isinstance(given, GivenPostgres):
        _reset_given(given, settings, arguments, ours=ours)
    elif not ours:
        raise Refusal(NO_COUNTRY, data=settings.data)
    else:
        _agreed(arguments, [_folder(settings)])
        given.destroy()
    if ours:
        _tell(settings, clear(settings.data))
    return 0


def _tell(settings: Settings, left: list[str]) -> None:
    if left:
        say(Text("{data} の国を消しました。国のものではない {left} は残しました。",
                 "Removed the country in {data}. What is not of it was left there: {left}."),
            data=settings.data, left=", ".join(left))  # fmt: skip
    else:
        say(Text("{data} を消しました。", "Removed {data}."), data=settings.data)


def _reset_given(
    given: GivenPostgres, settings: Settings, arguments: argparse.Namespace, *, ours: bool
) -> None:
    """Our schemas and roles, on a server that others may use too; what carries no mark is not ours."""
    with ExitStack() as stack:
        connection = stack.enter_context(alone(given.start()))
        mark = read_mark(connection)
        if mark is None and not ours:
            raise Refusal(NO_COUNTRY, data=settings.data)
        if mark is not None and ours:
            must_fit(settings, mark)
        if in_use(connection):
            raise Refusal(IN_USE, data=settings.data)
        _agreed(arguments, [*_database(mark), *([_folder(settings)] if ours else [])])
        if mark is not None:
            drop_rooms(connection)


def _folder(settings: Settings) -> Text:
    return Text(
        f"{settings.data} の国のすべて（データベース、鍵、カード、秘密）",
        f"all of the country in {settings.data} (database, keys, cards, secrets)",
    )


def _database(mark: Mark | None) -> list[Text]:
    if mark is None:
        return []
    return [
        Text(
            f"データベースにある、{mark.folder} の国のすべての機関の表",
            f"the tables of all institutions of the country of {mark.folder} in this database",
        )
    ]


def _agreed(arguments: argparse.Namespace, lost: list[Text]) -> None:
    """Say what will be lost, then ask. Raises Refusal ``cli.not-confirmed``."""
    say(Text("次のものが消えます:", "This will be lost:"))
    for one in lost:
        say(Text(f"  {one.ja}", f"  {one.en}"))
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise Refusal(NOT_CONFIRMED)
    question = Text("よろしければ yes と入力してください: ", "Type yes to go on: ")
    if input(question.to(language())).strip() != "yes":
        raise Refusal(NOT_CONFIRMED)
