"""``kazasu clock``: the country's time, shown or moved forward."""

import argparse
import re
from datetime import datetime, time, timedelta

from kazasu.cli.options import add_place, settings_from
from kazasu.cli.output.refusals import BAD_TIME, CLOCK_IN_PRODUCTION, NO_COUNTRY
from kazasu.cli.output.speech import say
from kazasu.cli.output.usage import Parser
from kazasu.exchange.directory import read_directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import EARLIEST, JST, LATEST
from kazasu.foundation.time.country_clock import BACKWARDS, move_clock, open_clock
from kazasu.foundation.time.legal_dates import read_date

SUMMARY = Text("国の時計を見る・進める", "show or move the country's clock")

_STEP = re.compile(r"^\+(\d+)([dhm])$")
_STEP_BACK = re.compile(r"-\d+([dhm])?")
_MOST_SHOWN = 40
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def configure(parser: argparse.ArgumentParser) -> None:
    add_place(parser)
    if isinstance(parser, Parser):
        parser.instead = _back
    parser.add_argument(
        "to", nargs="?", help="2027-03-31, 2027-03-31T09:00, +3d, +12h, +30m（日本時間 / in Japan)"
    )


def _back(word: str) -> Refusal | None:
    """``-3d`` is no option that is misspelt."""
    return Refusal(BACKWARDS) if _STEP_BACK.fullmatch(word) else None


def run(arguments: argparse.Namespace) -> int:
    if told := _back(arguments.to or ""):
        raise told
    settings = settings_from(arguments)
    if not settings.directory_file.exists():
        raise Refusal(NO_COUNTRY, data=settings.data)
    if arguments.to and not settings.sandbox:
        raise Refusal(CLOCK_IN_PRODUCTION)
    clock = open_clock(settings)
    now = clock.now()
    if arguments.to and (to := read_time(arguments.to, now)) != now:  # +0d: it stays
        ends = read_directory(settings.directory_file, clock).keys_end()
        move_clock(settings, to, clock, ends)
        now = to
    shown = now.astimezone(JST)
    say(
        Text("国の時刻: {at}", "The country's time: {at}"),
        at=shown.strftime("%Y-%m-%d %H:%M:%S %Z"),
    )
    return 0


def read_time(given: str, now: datetime) -> datetime:
    """A date (its first minute), a time, or a step forward from ``now``; civil times are Japan's.

    Raises Refusal ``cli.bad-time``, also for one that rules could not add years to.
    """
    try:
        at = _read(given, now)
    except (ValueError, OverflowError, Refusal):
        at = None
    if at is None or not EARLIEST <= at <= LATEST:
        raise Refusal(BAD_TIME, given=given[:_MOST_SHOWN])
    return at


def _read(given: str, now: datetime) -> datetime:
    """Raises ValueError, OverflowError, Refusal ``dates.unreadable``, ``dates.by-the-moon``: no time, or none that a calendar holds."""
    if step := _STEP.match(given):
        return now + timedelta(**{_UNITS[step.group(2)]: int(step.group(1))})
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        day = read_date(given).exact
        if day is None:
            raise
        at = datetime.combine(day, time.min)
    return at if at.tzinfo else at.replace(tzinfo=JST)
