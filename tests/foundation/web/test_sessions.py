"""Where sessions are kept: in one round trip, for one tenant, seen once a minute, gone when dead."""

import sys
import threading
from datetime import timedelta

import psycopg
import pytest

from kazasu.foundation.time.clock import FixedClock
from kazasu.foundation.web.sessions import DatabaseSessions, MemorySessions, Session
from tests.conftest import THE_DAY

IDLE, ABSOLUTE = timedelta(minutes=15), timedelta(hours=12)


@pytest.fixture
def sessions(databases):
    return DatabaseSessions(databases("portal"), IDLE, ABSOLUTE)


@pytest.fixture(params=["memory", "database"])
def either(request, databases, clock):
    """Sessions of both kinds."""
    if request.param == "database":
        return DatabaseSessions(databases("portal"), IDLE, ABSOLUTE)
    return MemorySessions(clock, IDLE)


def kept(databases):
    """``{(tenant, subject): seen_at}`` as the administrator sees it."""
    with psycopg.connect(databases.url("portal")) as connection:
        rows = connection.execute("SELECT tenant, subject, seen_at FROM portal.web_session")
        return {(tenant, subject): seen for tenant, subject, seen in rows}


def saved(sessions, tenant="a", subject="s"):
    session = Session("resident", subject, {"n": [1, "二"]})
    sessions.save(tenant, session)
    return session.token


def test_what_was_saved_is_loaded_by_its_tenant_only(sessions):
    token = saved(sessions)
    found = sessions.load("a", token)
    assert (found.kind, found.subject, found.data) == ("resident", "s", {"n": [1, "二"]})
    assert found.created_at is not None
    assert not found.changed
    for tenant in ("", "b", "A"):
        assert sessions.load(tenant, token) is None
    assert sessions.load("a", token + "x") is None


def test_a_session_is_loaded_in_one_statement(sessions, databases, monkeypatch):
    token = saved(sessions)
    sessions.load("a", token)
    sent = []
    execute = psycopg.Connection.execute

    def counted(self, query, *arguments, **options):
        sent.append(query)
        return execute(self, query, *arguments, **options)

    monkeypatch.setattr(psycopg.Connection, "execute", counted)
    assert sessions.load("a", token).subject == "s"
    assert len(sent) == 1


def test_the_tenant_of_one_look_up_is_not_the_next_statements(sessions, databases):
    token = saved(sessions)
    database = databases("portal")
    for _ in range(20):  # all connections of the pool
        sessions.load("a", token)
        row = database.one_trip("SELECT current_setting('kazasu.tenant', true)", lambda _: ())
        assert not row[0]
        row = database.one_trip("SELECT count(*) FROM web_session", lambda _: ())
        assert row[0] == 0


def test_seen_is_written_once_a_minute(sessions, databases, clock):
    token = saved(sessions)
    first = kept(databases)["a", "s"]
    for seconds, written in ((59, False), (1, False), (1, True), (60, False), (1, True)):
        before = kept(databases)["a", "s"]
        clock.advance(timedelta(seconds=seconds))
        assert sessions.load("a", token)
        assert (kept(databases)["a", "s"] != before) == written, seconds
    assert kept(databases)["a", "s"] - first == timedelta(seconds=122)


def test_idle_and_absolute_ends_are_exact(sessions, clock):
    token = saved(sessions)
    clock.advance(IDLE - timedelta(seconds=1))
    assert sessions.load("a", token)
    clock.advance(IDLE)
    assert sessions.load("a", token) is None
    token = saved(sessions)
    for _ in range(int(ABSOLUTE / timedelta(minutes=10)) - 1):
        clock.advance(timedelta(minutes=10))
        assert sessions.load("a", token)
    clock.advance(timedelta(minutes=10))
    assert sessions.load("a", token) is None


def test_the_dead_of_all_tenants_are_taken_away_by_whoever_comes(databases, clock):
    sessions = DatabaseSessions(databases("portal"), IDLE, ABSOLUTE)
    for tenant in ("a", "b", ""):
        saved(sessions, tenant, "old")
    clock.advance(IDLE + timedelta(seconds=1))
    saved(sessions, "a", "new")
    assert len(kept(databases)) == 4
    another_process = DatabaseSessions(databases("portal"), IDLE, ABSOLUTE)
    another_process.load("c", "nobody")
    assert set(kept(databases)) == {("a", "new")}
    assert sessions.purge() == 0


@pytest.mark.parametrize("tenant", ["a", ""])
def test_a_session_that_ended_is_not_brought_back_by_a_slower_request(either, tenant):
    """django/django#5950: sign-out is no sign-out while a request that began before it may still save."""
    token = saved(either, tenant)
    slower = either.load(tenant, token)
    either.drop(tenant, token)
    slower.data["n"] = 2
    either.save(tenant, slower)
    assert either.load(tenant, token) is None


def test_of_two_requests_at_once_each_change_survives_the_other(either):
    """webtrees#3186, rails#57217: the later save took the first one's outcome away, whose page then said nothing."""
    token = saved(either)
    one, two, three = (either.load("a", token) for _ in range(3))
    one.data["n"] = [1, "二", "one"]
    one.data["only"] = {"one": 1}
    two.data["n"] = ["二", "two"]
    three.data["shared"] = 3
    del three.data["n"]
    for session in (one, two):
        either.save("a", session)
    assert either.load("a", token).data == {"n": ["二", "one", "two"], "only": {"one": 1}}
    either.save("a", three)
    assert either.load("a", token).data == {"only": {"one": 1}, "shared": 3}


def test_one_request_alone_is_kept_as_it_left_it(either):
    token = saved(either)
    session = either.load("a", token)
    for data in ({"n": ["二", 1, 1]}, {"n": []}, {}, {"n": None}):
        session.data = data
        either.save("a", session)
        assert either.load("a", token).data == data


def test_a_change_of_another_tenants_session_changes_nothing(either):
    token = saved(either)
    session = either.load("a", token)
    session.data["n"] = 2
    either.save("b", session)
    assert either.load("a", token).data["n"] == [1, "二"]
    assert either.load("b", token) is None


def test_memory_is_shared_by_threads():
    """faults.md F10: 3 of 14,700 requests at 64 threads died of a dict that changed while it was read."""
    sessions = MemorySessions(FixedClock(THE_DAY), IDLE)
    failed = []
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads change places in the middle of what they do

    def work(who):
        try:
            for number in range(300):
                session = Session("x", f"{who}-{number}", {"n": number})
                sessions.save("t", session)
                assert sessions.load("t", session.token).data == {"n": number}
                if number % 3 == 0:
                    sessions.drop("t", session.token)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert failed == []
    assert len(sessions._kept) == 16 * 200


def test_a_session_that_a_wrong_clock_made_does_not_outlive_it(either, clock):
    """It would never be idle until the time that the clock told has come."""
    right = clock.now()
    clock.advance(timedelta(days=365))
    token = saved(either)
    assert either.load("a", token) is not None
    clock.set(right + timedelta(minutes=1))
    assert either.load("a", token) is None
