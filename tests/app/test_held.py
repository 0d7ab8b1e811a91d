"""One room's database is held: its own pages say so in seconds, and another room's are as quick as ever (faults F14)."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from tests.support.serving import serving
from tests.support.street import Street

from kazasu.cli.processes.countries import free_port
from kazasu.foundation.database.limits import HOT, PAGE
from kazasu.foundation.web.edge.bulkheads import PATIENCE_SECONDS

AT_ONCE = 100
COOKIE = {"cookie": "session=whoever"}
"""Makes each page look the session up."""


@pytest.fixture
def rooms(databases, clock):
    port = free_port()
    street = Street(databases, clock, "portal", "bank", requests_per_minute=1_000_000)
    with serving(street.application, port):
        yield street, port


def get(port, room, path="/"):
    began = time.monotonic()
    headers = {"host": f"{room}.localhost:8000", "accept": "text/html", **COOKIE}
    answer = httpx.get(f"http://127.0.0.1:{port}{path}", headers=headers, timeout=60)
    return answer, time.monotonic() - began


def test_a_held_table_of_one_room_stops_no_page_of_another(rooms, databases):
    _, port = rooms
    get(port, "portal")
    before = statistics.median(get(port, "bank")[1] for _ in range(5))
    with psycopg.connect(databases.url("portal")) as holder, ThreadPoolExecutor(AT_ONCE) as threads:
        holder.execute("LOCK TABLE portal.web_session")
        held = [threads.submit(get, port, "portal") for _ in range(AT_ONCE)]
        time.sleep(1)
        free = [get(port, "bank") for _ in range(5)]
        health, seconds = get(port, "portal", "/healthz")
        answers = [one.result() for one in held]
    assert {answer.status_code for answer, _ in free} == {200}
    assert statistics.median(seconds for _, seconds in free) < before + 1
    assert (health.status_code, seconds < 1) == (200, True)
    assert {answer.status_code for answer, _ in answers} == {503}
    assert all("retry-after" in answer.headers for answer, _ in answers)
    longest = PATIENCE_SECONDS + PAGE.lock + HOT.lock + PATIENCE_SECONDS
    assert max(seconds for _, seconds in answers) < longest + 3
    answer, _ = get(port, "portal")
    assert answer.status_code == 200, "and all is well when it is let go"


def test_a_database_that_is_away_is_said_in_seconds(rooms, monkeypatch):
    street, port = rooms
    database = street.process.prepared.databases["portal"]

    def away(_):
        raise psycopg.OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(database, "_ask", away)
        patch.setattr(database._pool, "getconn", _none)
        with pytest.raises(psycopg.OperationalError):
            database.look(1.0)
        answer, seconds = get(port, "portal")
    assert answer.status_code == 503
    assert seconds < 2
    database.look(5.0)
    assert get(port, "portal")[0].status_code == 200


def _none(timeout):
    time.sleep(timeout)
    raise psycopg.OperationalError
