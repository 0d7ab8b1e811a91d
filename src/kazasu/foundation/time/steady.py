"""The machine's clock, believed when it keeps step with the monotonic one.

A time server that errs, a hypervisor or a hand sets a clock a year ahead for a minute; whatever lapses in that minute
(transfers, consents, cards, sessions) lapses for good. So a step is not followed at once: for two minutes time goes on
as it did, and the health of every room says that the clock is in doubt; a step that lasts is then believed.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import structlog

log = structlog.get_logger()

TOLERATED_SECONDS: Final = 2.0
"""What a time service corrects at once."""
DOUBT_SECONDS: Final = 120.0


def _since_boot() -> float:
    """Seconds, suspended ones too where the machine counts them (Linux; time(7), CLOCK_BOOTTIME)."""
    which = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if which is None else time.clock_gettime(which)


class SteadyClock:
    """Used by any thread: each field is written whole."""

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = _since_boot
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._base = wall() - steady()
        self._doubt: tuple[float, float] | None = None
        """Since when, and how far the wall clock is from the steady one."""

    def now(self) -> datetime:
        wall, steady = self._wall(), self._steady()
        base = wall - steady
        if abs(base - self._base) <= TOLERATED_SECONDS:
            self._base, self._doubt = base, None
            return datetime.fromtimestamp(wall, UTC)
        doubt = self._doubt
        if doubt is None or abs(base - doubt[1]) > TOLERATED_SECONDS:
            self._doubt = doubt = (steady, base)
            log.warning("clock in doubt", seconds=round(base - self._base, 1))
        if steady - doubt[0] < DOUBT_SECONDS:
            return datetime.fromtimestamp(steady + self._base, UTC)
        log.warning("clock believed", seconds=round(base - self._base, 1))
        self._base, self._doubt = base, None
        return datetime.fromtimestamp(wall, UTC)

    @property
    def doubted_seconds(self) -> float:
        """How far the machine's clock is from the time that is told; 0 when it is believed."""
        doubt = self._doubt
        return 0.0 if doubt is None else doubt[1] - self._base
