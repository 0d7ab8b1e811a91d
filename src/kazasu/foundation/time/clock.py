"""Time as a parameter: one injected clock, aware instants, civil dates in Asia/Tokyo (design §3.5)."""

import threading
import time
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

    ``load`` reads the offset (the process stores it in its database) and is asked at most once in
    ``fresh_for`` seconds, so that all processes on one database follow within that time.
    """

    def __init__(
        self, load: Callable[[], timedelta], machine: Clock, fresh_for: float = 0.5
    ) -> None:
        self._load = load
        self._fresh_for = fresh_for
        self._lock = threading.Lock()
        self._offset = load()
        self._read_at = time.monotonic()
        self.machine: Final = machine

    def now(self) -> datetime:
        if time.monotonic() - self._read_at > self._fresh_for and self._lock.acquire(
            blocking=False
        ):
            try:
                self._offset = self._load()
                self._read_at = time.monotonic()
            finally:
                self._lock.release()
        return self.machine.now() + self._offset

    def reload(self) -> None:
        """Take a moved offset over at once."""
        with self._lock:
            self._offset = self._load()
            self._read_at = time.monotonic()
