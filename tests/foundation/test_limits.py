"""How long what kind of work may take in the database."""

import threading
import time

import psycopg
import pytest
from psycopg import errors

from kazasu.foundation.database import limits
from kazasu.foundation.database import transactions as module
from kazasu.foundation.database.limits import BACKGROUND, FOUNDING, HOT, PAGE, doing
from kazasu.foundation.lanes import Lanes
from tests.support.databases import PATIENCE_SECONDS

NAMES = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


def found(tx):
    settings = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
    return dict(tx.connection.execute(settings, [list(NAMES)]).fetchall())


def of_a_transaction(room):
    return room.read("test.limits", found)


def test_each_kind_of_work_has_its_own(databases):
    room = databases("jukinet")
    assert room.glance(found) == HOT.settings()
    assert of_a_transaction(room) == PAGE.settings()
    with doing(BACKGROUND):
        assert of_a_transaction(room) == BACKGROUND.settings()
    assert of_a_transaction(room) == PAGE.settings()
    assert of_a_transaction(databases.founder("jukinet")) == FOUNDING.settings()
    lanes, seen = Lanes(), []
    lanes.begin("a", lambda: seen.append(of_a_transaction(room)))
    assert seen == [BACKGROUND.settings()]


def test_jobs_are_background_work(databases):
    room, seen = databases("jukinet"), []
    jobs = databases.jobs("jukinet")
    jobs.register("look", lambda **_: seen.append(of_a_transaction(room)))
    room.run("test.enqueue", lambda tx: jobs.enqueue(tx, "look"))
    jobs.drain()
    assert seen == [BACKGROUND.settings()]


@pytest.fixture
def quick(databases):
    with doing(limits.Limits(1, 0.2, 0.5)):
        yield databases("jukinet")


def test_who_waits_for_a_lock_gives_up(quick, databases):
    with psycopg.connect(databases.url("jukinet")) as holder:
        holder.execute("LOCK TABLE jukinet.outbox")
        began = time.monotonic()
        with pytest.raises(errors.LockNotAvailable):
            quick.run("test.wait", lambda tx: tx.value("SELECT count(*) FROM outbox"))
        assert time.monotonic() - began < 2


def test_a_statement_without_end_is_ended(quick):
    with pytest.raises(errors.QueryCanceled):
        quick.run("test.sleep", lambda tx: tx.value("SELECT pg_sleep(10)"))


def test_who_holds_a_transaction_and_says_nothing_loses_it(quick):
    def idle(tx):
        tx.value("SELECT 1")
        time.sleep(1.5)
        tx.value("SELECT 1")

    with pytest.raises(psycopg.Error) as lost:
        quick.run("test.idle", idle)
    assert module.out_of_reach(lost.value)
    assert quick.run("test.after", lambda tx: tx.value("SELECT 1")) == 1


def test_a_pool_whose_connections_are_all_at_work_is_waited_for_briefly(databases, monkeypatch):
    room = databases("jukinet")
    monkeypatch.setattr(room, "_patience", 0.2)
    over, begun = threading.Event(), threading.Semaphore(0)

    def hold(tx):
        begun.release()
        over.wait(10)

    threads = [
        threading.Thread(target=lambda: room.run("test.hold", hold))
        for _ in range(room._pool.max_size)
    ]
    for thread in threads:
        thread.start()
        begun.acquire(timeout=10)
    began = time.monotonic()
    with pytest.raises(psycopg.OperationalError):
        room.read("test.read", lambda tx: tx.value("SELECT 1"))
    assert time.monotonic() - began < 2
    over.set()
    for thread in threads:
        thread.join()


def test_while_it_is_known_to_be_away_nobody_waits(databases, monkeypatch):
    room = databases("jukinet")

    def away(_):
        raise psycopg.OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(room, "_ask", away)
        with pytest.raises(psycopg.OperationalError):
            room.look(1.0)
    assert room._patience == module.AWAY_SECONDS
    room.look(5.0)
    assert room._patience == PATIENCE_SECONDS
