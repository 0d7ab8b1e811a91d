"""Background jobs go on by themselves after the database was away."""

import threading
import time

import psycopg
import pytest
from psycopg import sql


@pytest.fixture
def away(databases):
    """``away(seconds)``: nobody gets into the room's database for that long, and who was in is thrown out."""
    name = psycopg.conninfo.conninfo_to_dict(databases.url("portal"))["dbname"]
    with psycopg.connect(databases.url("jukinet"), autocommit=True) as administrator:
        doors = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")

        def close(seconds):
            administrator.execute(doors.format(sql.Identifier(name), sql.Literal(False)))
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            time.sleep(seconds)
            administrator.execute(doors.format(sql.Identifier(name), sql.Literal(True)))

        yield close


@pytest.fixture
def jobs(databases):
    made = databases.jobs("portal")
    made.done = {}

    def note(tenant, number):
        made.done.setdefault(number, threading.Event()).set()

    made.register("note", note)
    made.start()
    yield made
    made.stop()


def ask(databases, jobs, number):
    """Enqueue. Returns whether it was done within ten seconds."""
    done = jobs.done.setdefault(number, threading.Event())
    databases("portal").run("test.ask", lambda tx: jobs.enqueue(tx, "note", number=number))
    return done.wait(10)


@pytest.mark.told_of_faults
@pytest.mark.parametrize("seconds", [0, 6], ids=["for a moment", "longer than it waits"])
def test_jobs_go_on_after_the_database_was_away(databases, jobs, away, seconds):
    assert ask(databases, jobs, "before")
    away(seconds)
    assert ask(databases, jobs, "after")
    assert jobs.pulse.state == "ok"


@pytest.mark.told_of_faults
@pytest.mark.parametrize("trouble", [psycopg.OperationalError, RuntimeError, None])
def test_another_worker_begins_whatever_ended_the_first(databases, monkeypatch, trouble):
    """The real loss ends procrastinate's worker only if it falls between two of its looks: here it always does."""
    begun = []
    again = threading.Event()

    async def work(**_):
        begun.append(time.monotonic())
        if len(begun) == 2:
            again.set()
        if trouble is not None:
            raise trouble("gone")

    jobs = databases.jobs("portal")
    monkeypatch.setattr(jobs, "_work", work)
    jobs.start()
    try:
        assert again.wait(10)
    finally:
        jobs.stop()


@pytest.mark.told_of_faults
def test_the_pulse_misses_while_there_is_no_database(databases, jobs, away):
    assert ask(databases, jobs, "before")
    states = set()
    closing = threading.Thread(target=away, args=[14])  # the worker looks each five seconds
    closing.start()
    while closing.is_alive():
        states.add(jobs.pulse.state)
        time.sleep(0.05)
    assert "failed" in states


def test_a_dead_connection_in_the_pool_costs_nobody_a_request(databases, away):
    database = databases("portal")
    assert database.read("test.look", lambda tx: tx.value("SELECT 1")) == 1
    away(0)
    assert database.read("test.look", lambda tx: tx.value("SELECT 1")) == 1


def test_the_pool_looks_again_soon_after_a_long_absence(databases, away):
    database = databases("portal")
    database.look(1)
    closing = threading.Thread(target=away, args=[8])
    closing.start()
    failed = 0
    while closing.is_alive():
        try:
            database.look(0.2)
        except psycopg.OperationalError:
            failed += 1
        time.sleep(0.1)
    assert failed > 1
    began = time.monotonic()
    database.read("test.look", lambda tx: tx.value("SELECT 1"))
    assert time.monotonic() - began < 4


def test_a_busy_pool_is_not_a_dead_database(databases):
    """Every connection is held: the database answers all the same."""
    database = databases("portal")
    release = threading.Event()
    entered = threading.Semaphore(0)

    def hold(tx):
        entered.release()
        release.wait(20)

    holders = [threading.Thread(target=database.read, args=["test.hold", hold]) for _ in range(8)]
    for holder in holders:
        holder.start()
    for _ in holders:
        assert entered.acquire(timeout=10)
    try:
        database.look(0.2)
    finally:
        release.set()
        for holder in holders:
            holder.join()


def test_what_was_tried_by_a_clock_that_was_wrong_is_done(databases, jobs):
    """A retry that waits for a year, and a worker that was killed with its heart in it."""
    jobs.stop()
    room = databases("portal")
    room.run("test.ask", lambda tx: jobs.enqueue(tx, "note", number="7"))
    year = "now() + interval '1 year'"
    room.run(
        "test.wrong", lambda tx: tx.execute(f"UPDATE procrastinate_jobs SET scheduled_at = {year}")
    )
    room.run("test.beat", lambda tx: tx.execute(
        f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES ({year})",
    ))  # fmt: skip
    jobs.drain()
    assert "7" not in jobs.done
    jobs.mend_waits()
    jobs.drain()
    assert jobs.done["7"].is_set()
    late = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now()"
    assert room.read("test.read", lambda tx: tx.value(late)) == 0
