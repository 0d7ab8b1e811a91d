"""PostgreSQL killed under a whole country: it is started again, and all work goes on, by themselves."""

import os
import signal
import time
from pathlib import Path

import psycopg
import pytest

from kazasu.society.stories import moving
from kazasu.society.stories.stage import Person, Stage
from tests.support.country import founded

PARTS = {
    "database",
    "jobs",
    "relay",
    "ticks",
    "sealing",
    "disk",
    "clock",
    "certificates",
    "sessions",
    "letters",
    "alarms",
}


@pytest.fixture(scope="module")
def own_country():
    with founded() as running:
        yield running


@pytest.fixture
def own_stage(own_country):
    stage = Stage(own_country.directory, own_country.clock, lambda _: None)
    yield stage
    stage.close()


def health(stage, institution="portal"):
    """Status, and the state of each part."""
    with stage.browser().client as client:
        answer = client.get(f"{stage.origin(institution)}/healthz")
    return answer.status_code, {k: v["status"] for k, v in answer.json()["parts"].items()}


def kill_server(country):
    """Returns the file that tells which process serves, and which one served."""
    with psycopg.connect(country.databases[0]) as connection:
        folder = Path(connection.execute("SHOW data_directory").fetchone()[0])
    before = server_in(folder / "postmaster.pid")
    os.kill(int(before), signal.SIGKILL)
    return folder / "postmaster.pid", before


def server_in(file):
    """The next server takes the old one's file away before it writes its own: at any moment."""
    try:
        return file.read_text().partition("\n")[0]
    except FileNotFoundError:
        return ""


def wait(seconds, what, look):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if look():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds} s")


@pytest.mark.told_of_faults
def test_a_notice_after_the_server_was_killed_is_done_without_a_hand(own_country, own_stage):
    status, parts = health(own_stage)
    assert (status, set(parts)) == (200, PARTS)
    file, before = kill_server(own_country)
    # It may be there again before anybody looked: red is met elsewhere (tests/app/test_watching.py).
    wait(30, "another server", lambda: server_in(file) not in ("", before))
    for institution in ("portal", "identity", "jpki", "bank", "terminal", moving.OLD):
        wait(
            30,
            f"{institution} green again",
            lambda one=institution: health(own_stage, one)[0] == 200,
        )
    hanako = Person(own_stage, "佐藤　花子", own_stage.browser())
    case = moving.give_notice(own_stage, hanako)
    clerk = moving.clerk_at(own_stage, moving.OLD, "鈴木　真理", moving.OLD_CLERK)
    page = f"{own_stage.origin(moving.OLD)}/desk/out/{case}"
    wait(10, "checked", lambda: clerk.browser.get(page).has("checked, to be"))


@pytest.mark.told_of_faults
def test_a_part_that_died_is_named(own_country, own_stage, monkeypatch):
    """One tick of one room fails: that room's health says so, and no other's."""
    process = own_country.process
    for institution in ("identity", "bank", "pay"):
        wait(30, f"{institution} green", lambda one=institution: health(own_stage, one)[0] == 200)
    assert {"clean", "deliver", "inspect", "forget"} < set(health(own_stage, "identity")[1])

    def broken():
        raise RuntimeError("on purpose")

    ticks = {**process.rooms["bank"].ticks, "broken": broken}
    monkeypatch.setattr(process.rooms["bank"], "ticks", ticks)
    wait(10, "named", lambda: health(own_stage, "bank")[1]["ticks"] == "failed")
    assert health(own_stage, "bank")[0] == 503
    assert health(own_stage, "pay")[0] == 200
    monkeypatch.undo()
    wait(10, "well again", lambda: health(own_stage, "bank")[0] == 200)
