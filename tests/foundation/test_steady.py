"""A step of the machine's clock is not followed at once: a minute's error leaves nothing behind."""

from datetime import UTC, datetime, timedelta

import pytest

from kazasu.foundation.time.clock import CountryClock
from kazasu.foundation.time.country_clock import doubted_seconds
from kazasu.foundation.time.steady import DOUBT_SECONDS, TOLERATED_SECONDS, SteadyClock

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
YEAR = 365 * 86400.0


class Machine:
    """A wall clock and a steady one, which a second moves alike."""

    def __init__(self):
        self.wall, self.steady = START.timestamp(), 1000.0
        self.clock = SteadyClock(lambda: self.wall, lambda: self.steady)

    def passes(self, seconds):
        self.wall += seconds
        self.steady += seconds

    @property
    def told(self):
        return (self.clock.now() - START).total_seconds()


@pytest.fixture
def machine():
    return Machine()


def test_time_goes_on(machine):
    machine.passes(3600)
    assert machine.told == 3600
    assert machine.clock.doubted_seconds == 0


@pytest.mark.parametrize("step", [YEAR, -YEAR, 3600, -3600, 5, -5])
def test_a_minute_of_another_time_is_not_told(machine, step):
    machine.passes(10)
    machine.wall += step
    for _ in range(60):
        machine.passes(1)
        assert abs(machine.told - (machine.steady - 1000)) < 0.001
        assert round(doubted_seconds(machine.clock)) == step
    machine.wall -= step
    assert machine.told == 70
    assert machine.clock.doubted_seconds == 0


@pytest.mark.parametrize("step", [YEAR, -YEAR])
def test_a_step_that_lasts_is_believed(machine, step):
    machine.wall += step
    machine.told  # noqa: B018 - from here on it is in doubt
    machine.passes(DOUBT_SECONDS - 1)
    assert abs(machine.told) < DOUBT_SECONDS
    machine.passes(2)
    assert abs(machine.told - step - DOUBT_SECONDS - 1) < 0.001
    assert machine.clock.doubted_seconds == 0


def test_a_clock_that_jumps_about_is_never_believed(machine):
    for n in range(100):
        machine.wall += YEAR if n % 2 else -YEAR / 2
        machine.passes(30)
        assert abs(machine.told - 30 * (n + 1)) < 0.001


@pytest.mark.parametrize("step", [TOLERATED_SECONDS - 0.1, -TOLERATED_SECONDS + 0.1])
def test_a_small_correction_is_followed_at_once(machine, step):
    for n in range(10):
        machine.wall += step
        machine.passes(10)
        assert abs(machine.told - 10 * (n + 1) - step * (n + 1)) < 0.001


def test_the_countrys_clock_stands_on_it(machine):
    clock = CountryClock(lambda: timedelta(days=400), machine.clock)
    machine.wall += YEAR
    assert clock.now() - START == timedelta(days=400)
    assert doubted_seconds(clock) == YEAR
