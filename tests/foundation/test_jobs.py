"""Background jobs go on by themselves after the database was away."""

import asyncio
import gc
import logging
import threading
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import httpx
import psycopg
import psycopg_pool
import pytest
from psycopg import sql
from structlog.testing import capture_logs

from kazasu.foundation.database import transactions
from kazasu.foundation.database.jobs import MOST_TRIES, TRIES_OF_A_DEFECT, _Tries
from kazasu.foundation.web.edge.failures import refusal_of
from kazasu.foundation.web.faults import BUSY


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
    made = databases.jobs("portal", patience=3.0)  # an absence is met while it lasts
    made.done = {}

    def note(tenant, number):
        made.done.setdefault(number, threading.Event()).set()

    made.register("note", note)
    made.start()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def _told_here():
    """What a worker that lost its database left behind is told when it is collected: not in the next test."""
    yield
    gc.collect()


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
    database.look(4)  # as the watcher does; until then nobody waits longer than a moment
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


def _states(databases):
    rows = databases("portal").read(
        "test.look",
        lambda tx: tx.connection.execute(
            "SELECT status::text, attempts FROM procrastinate_jobs"
        ).fetchall(),
    )
    return [tuple(row.values()) if isinstance(row, dict) else tuple(row) for row in rows]


@pytest.mark.told_of_faults
@pytest.mark.parametrize(
    ("error", "tries"), [(TypeError("ours"), TRIES_OF_A_DEFECT), (psycopg.OperationalError("theirs"), MOST_TRIES)],
    ids=["a defect", "what may pass"],
)  # fmt: skip
def test_no_job_is_tried_without_end_and_who_waits_is_told(databases, error, tries):
    jobs, tried, told = databases.jobs("portal"), [], []

    def work(tenant, number):
        tried.append(number)
        if error_now:
            raise error

    error_now = True
    jobs.register("note", work, lambda tenant, number: told.append(number))
    room = databases("portal")
    room.run("test.ask", lambda tx: jobs.enqueue(tx, "note", number="1"))
    before = f"UPDATE procrastinate_jobs SET scheduled_at = NULL, attempts = {tries - 2} WHERE attempts = 0"
    at_once = "UPDATE procrastinate_jobs SET scheduled_at = NULL"
    for statement in (before, at_once, at_once):
        room.run("test.now", lambda tx, statement=statement: tx.execute(statement))
        jobs.drain()
    assert (len(tried), told) == (2, ["1"])
    ((status, _),) = _states(databases)
    assert status == "failed"
    jobs.drain()
    assert jobs.pulse.facts == {"given_up": 1}
    error_now = False  # mended, and started again
    jobs.start()
    try:
        until = time.monotonic() + 10
        while _states(databases) and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        jobs.stop()
    assert (len(tried), _states(databases)) == (3, [])


@pytest.mark.parametrize("attempts", [0, 5, 18])
def test_no_try_waits_for_more_than_a_day(attempts):
    decided = _Tries().get_retry_decision(
        exception=OSError(), job=SimpleNamespace(attempts=attempts)
    )
    waits = (decided.retry_at - datetime.now(UTC)).total_seconds()
    assert waits == pytest.approx(min(2 ** (attempts + 1), 86_400), abs=5)


@pytest.fixture
def losing(databases):
    """``losing(times)``: so many jobs lose a race while they are put into the queue."""

    def lose(times):
        with psycopg.connect(databases.url("portal"), autocommit=True) as connection:
            connection.execute("CREATE SEQUENCE portal.tried; GRANT ALL ON portal.tried TO portal")
            connection.execute(
                sql.SQL("""CREATE FUNCTION portal.lose() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF nextval('portal.tried') <= {} THEN
                        RAISE 'lost' USING ERRCODE = 'serialization_failure';
                    END IF;
                    RETURN NEW;
                END $$""").format(sql.Literal(times))
            )
            connection.execute(
                """CREATE TRIGGER lose BEFORE INSERT ON portal.procrastinate_jobs
                   FOR EACH ROW EXECUTE FUNCTION portal.lose()"""
            )

    return lose


def test_a_race_that_is_lost_while_a_job_is_asked_for_is_run_again(databases, losing):
    losing(2)
    tried = []

    def work(tx):
        tried.append(tx)
        databases.jobs("portal").enqueue(tx, "note", number="1")

    databases("portal").run("test.ask", work)
    assert len(tried) == 3


def test_who_always_loses_it_is_told_that_it_was_a_race(databases, losing, monkeypatch):
    losing(1000)
    monkeypatch.setattr(transactions.time, "sleep", lambda seconds: None)
    with pytest.raises(psycopg.errors.SerializationFailure) as lost:
        databases("portal").run(
            "test.ask", lambda tx: databases.jobs("portal").enqueue(tx, "note", number="1")
        )
    assert refusal_of(lost.value, room="portal", incident="").fault is BUSY


def test_a_job_whose_neighbour_is_away_is_a_line_and_no_traceback(databases, caplog):
    """procrastinate would write a traceback for each try of each job."""
    away = [True]
    jobs = databases.jobs("portal")

    def ask(tenant, number):
        if away:
            raise httpx.ConnectError("nobody there")

    jobs.register("ask", ask)
    for number in range(5):
        databases("portal").run("test", lambda tx, n=number: jobs.enqueue(tx, "ask", number=str(n)))
    with caplog.at_level(logging.INFO), capture_logs() as told:
        jobs.drain()
        assert jobs.pulse.counts() | {"failing_seconds": 0} == {
            "failing": 1, "failing_tries": 5, "failing_seconds": 0,
        }  # fmt: skip
        away.clear()
        databases("portal").run("test", lambda tx: tx.execute("UPDATE procrastinate_jobs SET scheduled_at = now()"))  # fmt: skip
        jobs.drain()
    assert [one["event"] for one in told] == ["fails until further notice", "goes well again"]
    assert told[1]["tries"] == 5
    assert not [one for one in caplog.records if one.exc_info]


@pytest.mark.parametrize("moment", [0, 0.03, 0.1])
def test_work_that_has_just_begun_ends_at_once(databases, moment, monkeypatch):
    """A pool that is cancelled while it opens may keep a task that never ends: it is left to open."""
    opening, cancelled = psycopg_pool.AsyncConnectionPool.open, []

    async def slowly(pool, *arguments, **options):
        try:
            await opening(pool, *arguments, **options)
            await asyncio.sleep(0.1)
        except asyncio.CancelledError:
            cancelled.append(pool.name)
            raise

    monkeypatch.setattr(psycopg_pool.AsyncConnectionPool, "open", slowly)
    jobs = databases.jobs("portal")
    jobs.start()
    time.sleep(moment)
    began = time.monotonic()
    jobs.stop()
    assert (cancelled, jobs._thread.is_alive()) == ([], False)
    assert time.monotonic() - began < 5
