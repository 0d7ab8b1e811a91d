"""What fails again and again is told when it begins and when it is over, and counted in between."""

import re
from pathlib import Path

import httpx
import psycopg
import pytest
from structlog.testing import capture_logs

import kazasu
from kazasu.exchange.faults import TIMEOUT, UNREACHABLE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.health import Health, Pulse
from kazasu.foundation.health.troubles import Troubles, is_expected

SOURCE = Path(kazasu.__file__).parent
ABSENT = [
    Refusal(UNREACHABLE, institution_ja="市", institution_en="City"),
    Refusal(TIMEOUT, institution_ja="市", institution_en="City"),
    httpx.ConnectError("refused"),
    psycopg.OperationalError("server closed the connection"),
]


@pytest.fixture
def hour():
    return [0.0]


@pytest.fixture
def troubles(hour):
    return Troubles("jukinet", "jobs", now=lambda: hour[0])


def mistake(text):
    raise ZeroDivisionError(text)


def fail(troubles, task, text):
    try:
        mistake(text)
    except ZeroDivisionError as error:
        troubles.failed(task, error)


def test_an_hour_of_absence_is_one_line_when_it_begins_and_one_when_it_ends(troubles, hour):
    with capture_logs() as told:
        troubles.well("letters to jpki")
        for second in range(3600):
            hour[0] = second
            troubles.failed("letters to jpki", ABSENT[second % len(ABSENT)])
        assert troubles.facts() == {
            "failing": 1, "failing_tries": 3600, "failing_seconds": 3599.0,
        }  # fmt: skip
        troubles.well("letters to jpki")
        troubles.well("letters to jpki")
    assert [(one["log_level"], one["event"]) for one in told] == [
        ("warning", "fails until further notice"), ("info", "goes well again"),
    ]  # fmt: skip
    assert told[0]["why"] == "exchange.unreachable"
    assert (told[1]["tries"], told[1]["seconds"]) == (3600, 3599.0)
    assert not any("exc_info" in one for one in told)
    assert troubles.facts() == {}


def test_a_mistake_of_ours_has_its_traceback_once_whatever_its_text(troubles):
    with capture_logs() as told:
        for number in range(100):
            fail(troubles, "dates", f"of person {number}")
        troubles.failed("dates", ABSENT[0])
        fail(troubles, "dates", "again")
    assert [one["log_level"] for one in told] == ["error", "warning"]
    assert isinstance(told[0]["exc_info"], ZeroDivisionError)


def test_each_task_is_told_by_itself(troubles):
    with capture_logs() as told:
        troubles.failed("letters to jpki", ABSENT[0])
        troubles.failed("letters to portal", ABSENT[0])
        troubles.well("letters to jpki")
    assert [one["task"] for one in told] == [
        "letters to jpki", "letters to portal", "letters to jpki",
    ]  # fmt: skip
    assert troubles.facts()["failing"] == 1


def test_an_absence_inside_a_librarys_own_error_is_one():
    outer = RuntimeError("a library's own name for it")
    outer.__cause__ = ABSENT[3]
    assert is_expected(outer)
    assert not is_expected(RuntimeError("ours"))


def test_health_tells_how_much_fails_and_stays_good(troubles):
    pulse = Pulse(10)
    pulse.counts = troubles.facts
    health = Health({"relay": pulse})
    troubles.failed("letters to jpki", ABSENT[0])
    assert health.good, "a neighbour's absence is not ours"
    assert health.report()["relay"]["failing"] == 1


def test_nothing_behind_a_room_writes_a_traceback_of_its_own():
    """It would write one for each try: :class:`Troubles` is the way."""
    own = re.compile(r"\b(?:log|logger)\.exception\(|exc_info=True")
    allowed = {
        "foundation/postgres/supervisor.py",  # its pauses grow to a minute
        # No work in the background: one command of whoever holds the card, and a mistake of ours.
        "card/chip/machine.py",
        "card/transports/vpcd.py",
    }
    found = {
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if own.search(file.read_text(encoding="utf-8"))
    }
    assert found <= allowed
