"""A room that is held sinks alone: its threads are its own, who finds none is told so, and health needs none."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from psycopg import errors
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.routing import Host

from kazasu.cli.processes.countries import free_port
from kazasu.foundation.database import transactions
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, public
from kazasu.foundation.web.edge import bulkheads
from tests.support.serving import serving

PAGES = {"held": "held.localhost", "free": "free.localhost"}


class Rooms:
    """Two rooms of one process; the pages of ``held`` wait until ``release``."""

    def __init__(self, folder, clock, places, queue, patience):
        self.release = threading.Event()
        self.at_work = 0
        self.sites = {}
        for room in PAGES:
            site = Site(
                room=room, name=Text(room, room), templates=folder, settings=Settings(), clock=clock
            )
            site._answering.bulkhead = bulkheads.Bulkhead(places, queue, patience)
            site.route("/", access=public("test"), api=True)(
                self.hold if room == "held" else self.answer
            )
            self.sites[room] = site
        self.app = Starlette(
            routes=[Host(PAGES[room], site.app()) for room, site in self.sites.items()]
        )

    def hold(self, request):
        self.at_work += 1
        self.release.wait(30)
        return self.answer(request)

    def answer(self, _):
        return Site.redirect("/done")


@pytest.fixture
def rooms(tmp_path, clock):
    made = Rooms(tmp_path, clock, places=4, queue=3, patience=0.5)
    yield made
    made.release.set()


def get(port, room, path="/"):
    began = time.monotonic()
    answer = httpx.get(f"http://127.0.0.1:{port}{path}", headers={"host": PAGES[room]}, timeout=20)
    return answer, time.monotonic() - began


def test_a_room_that_is_held_stops_no_other_and_says_so(rooms):
    port = free_port()
    with serving(rooms.app, port), ThreadPoolExecutor(30) as threads:
        waiting = [threads.submit(get, port, "held") for _ in range(20)]
        while rooms.at_work < 4:
            time.sleep(0.01)
        for path in ("/", "/healthz"):
            answer, seconds = get(port, "free", path)
            assert answer.status_code in (200, 303)
            assert seconds < 1
        answer, seconds = get(port, "held", "/healthz")
        assert (answer.status_code, seconds < 1) == (200, True), "from memory, in no thread"
        time.sleep(1)
        turned_away = [one.result()[0] for one in waiting if one.done()]
        assert len(turned_away) == 16
        assert {one.status_code for one in turned_away} == {503}
        assert {one.headers["retry-after"] for one in turned_away} == {"5"}
        assert rooms.at_work == 4
        rooms.release.set()
        assert [one.result()[0].status_code for one in waiting].count(303) == 4


@pytest.mark.parametrize(
    "error",
    [PoolTimeout, errors.LockNotAvailable, errors.QueryCanceled, errors.AdminShutdown,
     errors.IdleInTransactionSessionTimeout, psycopg.OperationalError],
)  # fmt: skip
def test_a_database_that_is_away_or_held_is_503_and_no_fault_of_ours(
    tmp_path, clock, error, caplog
):
    port = free_port()
    site = Site(
        room="bank", name=Text("b", "b"), templates=tmp_path, settings=Settings(), clock=clock
    )

    def page(_):
        raise error("no")

    site.route("/", access=public("test"), api=True)(page)
    with serving(site.app(), port):
        answer, _ = get(port, "held")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["code"] == "web.out-of-reach"
    assert not [one for one in caplog.records if one.exc_info]


def test_the_patience_for_a_connection_is_short_and_shorter_when_it_is_known_to_be_away():
    assert transactions.PATIENCE_SECONDS <= 5
    assert transactions.AWAY_SECONDS <= 0.5
