"""``/healthz`` names each part, and is red when one is."""

import shutil
import time
from collections import namedtuple
from datetime import timedelta

import psycopg
import pytest
from psycopg import errors
from structlog.testing import capture_logs
from tests.support.street import Street

from kazasu.app import background, watching
from kazasu.exchange.faults import UNREACHABLE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.health import Pulse

PARTS = {
    "database", "relay", "ticks", "sealing", "jobs", "disk", "clock", "certificates", "sessions",
    "letters", "alarms",
}  # fmt: skip


@pytest.fixture
def process(databases, clock):
    made = Street(databases, clock, "jukinet", "portal").process
    made.watch._stop.set()  # it looks once, and then when it is asked
    made.start()
    yield made
    made.stop()


def report(process):
    process.watch.look()
    return process.rooms["portal"].app.state.health.report()


def test_each_part_is_named(process):
    told = report(process)
    assert set(told) == PARTS
    assert {part["status"] for part in told.values()} == {"ok"}
    assert told["certificates"]["days"] > 300
    assert told["disk"]["free_megabytes"] > 0
    assert abs(told["clock"]["from_database_seconds"]) < 1


def test_a_full_disk_is_red(process, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**10, 10**10, 10**6))
    told = report(process)["disk"]
    assert (told["status"], told["free_megabytes"]) == ("failed", 1)


@pytest.mark.parametrize("mode", ["ACCESS EXCLUSIVE", "SHARE"])
def test_a_held_table_of_sessions_is_red_until_it_is_let_go(process, databases, mode):
    """Every page needs it, to read and to write: green meanwhile, a load balancer sent everybody there."""
    with psycopg.connect(databases.url("portal")) as holder:
        holder.execute(f"LOCK TABLE portal.web_session IN {mode} MODE")
        assert report(process)["sessions"]["status"] == "failed"
        assert process.rooms["jukinet"].app.state.health.good
    assert report(process)["sessions"]["status"] == "ok"


def test_a_disk_of_the_database_that_is_full_is_red(process, monkeypatch):
    """It may be another one than ours, whose room we see."""

    def full(tx):
        tx.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$")

    with pytest.raises(errors.DiskFull):
        process.prepared.databases["portal"].run("test.full", full)
    assert report(process)["disk"]["status"] == "failed"
    assert process.rooms["jukinet"].app.state.health.parts["disk"].state == "ok"
    monkeypatch.setattr(watching, "FULL_SECONDS", 0.0)
    assert report(process)["disk"]["status"] == "ok"


def test_certificates_that_end_soon_are_red(process, clock):
    clock.advance(
        watching._earliest_end(process.watch._directory, process.watch._houses, clock.now())
        - clock.now()
        - timedelta(days=watching.FEWEST_DAYS - 1)
    )
    assert report(process)["certificates"]["status"] == "failed"


def test_a_clock_before_what_was_seen_is_red_until_it_has_lasted(process, clock, monkeypatch):
    report(process)
    clock.set(clock.now() - timedelta(days=365))
    assert report(process)["clock"]["status"] == "failed"
    monkeypatch.setattr(watching, "BELIEVED_SECONDS", -1.0)
    report(process)
    assert report(process)["clock"]["status"] == "ok"


def test_a_step_in_doubt_is_red(process, monkeypatch):
    monkeypatch.setattr(watching, "doubted_seconds", lambda _: 3600.0)
    assert report(process)["clock"]["status"] == "failed"
    assert not process.rooms["portal"].app.state.health.good


def wait(look):
    end = time.monotonic() + 20
    while not look():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_was_red_is_looked_at_again_soon(databases, clock, monkeypatch):
    """Every ten seconds it would be up to ten seconds after all is well that anybody is sent here again."""
    monkeypatch.setattr(watching, "LOOK_SECONDS", 600.0)
    monkeypatch.setattr(watching, "AGAIN_SECONDS", 0.1)
    process = Street(databases, clock, "jukinet", "portal").process
    process.prepared.databases["portal"].full_at = time.monotonic()
    with process:
        disk = process.rooms["portal"].app.state.health.parts["disk"]
        wait(lambda: disk.state == "failed")
        process.prepared.databases["portal"].full_at = float("-inf")
        wait(lambda: disk.state == "ok")


@pytest.mark.told_of_faults
def test_what_failed_behind_a_room_is_tried_again_soon(databases, clock, monkeypatch):
    monkeypatch.setattr(background, "AGAIN_SECONDS", 0.1)
    behind = Street(databases, clock, "jukinet", "portal").process.behind["portal"]
    tried = []

    def work():
        tried.append(time.monotonic())
        if len(tried) == 1:
            raise RuntimeError("on purpose")

    behind._begin("sealing", lambda: behind._loop("sealing", 3.0, work))
    wait(lambda: len(tried) == 2)
    behind.stop()
    behind.join()
    assert tried[1] - tried[0] < 1.5


def test_a_neighbour_that_is_away_is_counted_and_turns_nobody_red(databases, clock):
    """A load balancer reads health: one institution's absence would else take all from the network that ask it."""
    away = Refusal(UNREACHABLE, institution_ja="住基ネット", institution_en="Network")
    behind = Street(databases, clock, "jukinet", "portal").process.behind["portal"]
    behind._ticks = lambda: {"dates": lambda: behind_fails(away)}
    behind.pulses.update(ticks=Pulse(10), dates=Pulse(10))
    behind.pulses["ticks"].counts = behind.troubles.facts
    with capture_logs() as told:
        for _ in range(3):
            behind.tick()
    assert [one["event"] for one in told] == ["fails until further notice"]
    assert behind.pulses["ticks"].state == behind.pulses["dates"].state == "ok"
    assert behind.pulses["ticks"].counts()["failing_tries"] == 3


def behind_fails(error):
    raise error
