"""Time as a parameter: one injected clock, aware instants, civil dates in Asia/Tokyo (design §3.5)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")
EARLIEST = datetime(1926, 1, 1, tzinfo=UTC)
LATEST = datetime(2126, 12, 31, tzinfo=UTC)
"""What is taken for a present: far from the ends of the calendar, for rules add years to it."""


class Clock(Protocol):
    """Whatever tells the time; every rule and service gets one."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


def today(clock: Clock) -> date:
    """The civil date in Japan."""
    return civil(clock.now())


def civil(instant: datetime) -> date:
    """The civil date in Japan of an aware instant."""
    return instant.astimezone(JST).date()


class SystemClock:
    """The machine's clock as it stands. What lives for longer than a command takes the steady one (:mod:`.steady`)."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands until it is moved. For tests."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock holds aware instants only")
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self.set(self._at + by)


class CountryClock:
    """The sandbox country's clock: the machine's time shifted by a stored offset.

    ``load`` reads the offset; it is asked again whenever ``version`` tells something new, and ``version`` is asked at every look.
    So all processes of a country move together: one that lagged by half a second gave out requests and sessions that another,
    a day ahead, found expired.
    """

    def __init__(
        self,
        load: Callable[[], timedelta],
        machine: Clock,
        version: Callable[[], object] = lambda: None,
    ) -> None:
        self._load = load
        self._version = version
        self.machine: Final = machine
        self._known = self._read(version())

    def now(self) -> datetime:
        version = self._version()
        known = self._known  # one look: another thread may change it
        if version != known[0]:
            known = self._known = self._read(version)
        return self.machine.now() + known[1]

    def _read(self, version: object) -> tuple[object, timedelta]:
        """What changes while it is read has another version by then, and is read once more at the next look."""
        return version, self._load()
