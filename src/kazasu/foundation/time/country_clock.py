"""Where the sandbox country's clock is kept: one small file that all processes read."""

from datetime import datetime, timedelta
from pathlib import Path

from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.happenings import Happenings
from kazasu.foundation.private_files import write_whole
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import Clock, CountryClock, civil
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.time.steady import SteadyClock

BACKWARDS = define("clock.backwards", 422,
    "国の時計は戻せません", "The country's clock does not go back",
    "今より後の日時を選ぶか、./kazasu reset で建て直してください", "Choose a later time, or found the country anew with ./kazasu reset", who="integrator")  # fmt: skip
PAST_THE_END = define("clock.past-the-end", 422,
    "{until}より後へは進められません", "The clock does not go past {until_en}",
    "その日に、機関の証明書の有効期限が切れ、どの機関も互いを確かめられなくなります。それより前の日を選んでください", "On that day the institutions’ certificates end, and no institution could verify another. Choose an earlier day", who="integrator")  # fmt: skip
UNREADABLE = define("clock.unreadable", 500,
    "国の時計 {file} が読めません", "The country's clock {file} does not read",
    "進めた秒数を書いて直してください。消すと、進めた分が戻ります", "Write the seconds by which it was moved. Without the file it goes back by them", who="operator")  # fmt: skip
MOVED = "the clock was moved"
"""For the sandbox's guided tours."""


def clock_file(settings: Settings) -> Path:
    """Beside the directory: anyone who shares the directory shares the time."""
    return settings.directory_file.parent / "clock"


def open_clock(settings: Settings) -> Clock:
    """The country's clock in the sandbox; the machine's in production. Neither follows a step at once."""
    if not settings.sandbox:
        return SteadyClock()
    path = clock_file(settings)
    return CountryClock(lambda: _offset(path), SteadyClock(), lambda: _version(path))


def doubted_seconds(clock: Clock) -> float:
    """By how much the machine's clock has stepped and is not believed yet; 0 where it keeps step."""
    machine = clock.machine if isinstance(clock, CountryClock) else clock
    return machine.doubted_seconds if isinstance(machine, SteadyClock) else 0.0


def move_clock(settings: Settings, to: datetime, clock: Clock, until: datetime) -> None:
    """Set the country's clock; every process follows at its next look.

    ``clock``: the country's, as this process has it. What it says of the machine's time counts: a step of the machine that is in
    doubt would move the country for good. ``until``: when the first certificate of an institution ends. The clock does not go
    back, so a country beyond it could only be founded anew.

    Raises Refusal ``clock.backwards``, ``clock.past-the-end``.
    """
    if to >= until:
        day = civil(until)
        raise Refusal(PAST_THE_END, until=long_date(day), until_en=long_date(day, "en"))
    path = clock_file(settings)
    machine = clock.machine if isinstance(clock, CountryClock) else clock
    offset = to - machine.now()
    if offset < _offset(path):
        raise Refusal(BACKWARDS)
    write_whole(path, f"{offset.total_seconds():.6f}\n")
    Happenings(path.parent).note(MOVED)  # by whichever door


def _version(path: Path) -> tuple[int, int, int] | None:
    """What changes with the file, at a microsecond's cost; None when there is none."""
    try:
        told = path.stat()
    except FileNotFoundError:
        return None
    return told.st_ino, told.st_mtime_ns, told.st_size


def _offset(path: Path) -> timedelta:
    try:
        return timedelta(seconds=float(path.read_text()))
    except FileNotFoundError:
        return timedelta()
    except (ValueError, OverflowError) as error:
        raise Refusal(UNREADABLE, file=path) from error
