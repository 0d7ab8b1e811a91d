"""Killed at every crash point that a move passes: started again, it ends the same way.

Before and after each commit, before a letter is sent, before its receipt is noted. Here the process is
killed by an exception that nothing catches, and opened again on the same databases; a few points are
killed for real in ``tests/stories/test_killed.py``.
"""

import threading
import time

import pytest
from psycopg import connect

from kazasu.app.invariants import INVARIANTS, CheckerView
from kazasu.portal.store import moves as portal_moves
from tests.support.city import NEW, OLD, reading
from tests.support.databases import Databases
from tests.support.town import Town

CASE = "MV-crash-test-0001"
ROOMS = ("jpki", "jukinet", "municipality", "portal")
POINTS = ("kazasu.foundation.database.transactions", "kazasu.exchange.carrier.relay")
PATIENCE_SECONDS = 30


class Killed(BaseException):
    """Like a power cut: no handler of the house may catch it."""


def alive(town):
    """Go on from wherever it stands to the end; every step asks what is done already."""
    begun = town.databases("portal").run(
        "test.begun", lambda tx: [m.case_id for m in portal_moves(tx, "sub-1")], access=reading()
    )
    if not begun:
        town.submit(case_id=CASE)
    town.settle()
    if (case := town.out_case(CASE)) and case.state == "checked":
        town.accept(CASE)
    town.settle()
    for state, step in (
        ("ready", lambda: town.visit(CASE)),
        ("visited", lambda: town.enter(CASE)),
        ("provisional", lambda: town.register(CASE)),
    ):
        if (arrival := town.arrival(CASE)) and arrival.state == state:
            step()
    town.settle()


def ended_well(town, point=""):
    assert town.out_case(CASE).state == "closed", point
    assert town.arrival(CASE).state == "registered"
    for number in (10, 11):
        assert town.states(number) == {OLD: "left", NEW: "resident"}
    told = [e.event for e in town.portal.move("sub-1", CASE).events]
    for once in ("received-out", "out-done", "certificate-received", "in-ready", "visited",
                 "registered", "old-record-closed"):  # fmt: skip
        assert told.count(once) == 1, (once, told)
    connections = [connect(town.databases.url(room)) for room in ROOMS]
    try:
        sight = CheckerView(connections)
        broken = {i.name: sorted(i.violations(sight)) for i in INVARIANTS if i.can_be_seen(sight)}
    finally:
        for connection in connections:
            connection.close()
    assert {name: found for name, found in broken.items() if found} == {}


def _of_a_running_country():
    """Its threads are in this process where stories ran before: what they pass is none of this move's."""
    part = threading.current_thread().name.partition(" ")[0]
    return part in {"relay", "ticks", "sealing", "database", "mend", "watch", "jobs"}


@pytest.fixture
def passed(monkeypatch, postgres_server, scratch, clock):
    """The names of all points that an undisturbed move passes."""
    names = []

    def noted(name):
        if not _of_a_running_country():
            names.append(name)

    with Databases(postgres_server, scratch, clock) as databases, monkeypatch.context() as during:
        for module in POINTS:
            during.setattr(f"{module}.crash_point", noted)
        town = _town(databases, clock)
        names.clear()
        alive(town)
        moved = sorted({n for n in names if not n.startswith(("test.", "found"))})
        ended_well(town)
    return moved


@pytest.mark.timeout(1800)
def test_killed_anywhere_it_ends_the_same(passed, monkeypatch, postgres_server, scratch, clock,
                                          request):  # fmt: skip
    assert len(passed) > 60
    deep = request.config.getoption("--deep")
    points = passed if deep else passed[::12]
    hit = set()
    for point in points:
        with Databases(postgres_server, scratch, clock) as databases:
            _one(point, databases, clock, monkeypatch, hit)
    assert hit == set(points), "each point was really passed, and died at, once"


def _town(databases, clock):
    """With the applicant's certificate issued: that is not part of the move."""
    town = Town(databases, clock)
    town._certificate(town.members()[0], 2)
    return town


def _one(point, databases, clock, monkeypatch, hit):
    town = _town(databases, clock)

    def dying(name):
        if name == point and point not in hit and not _of_a_running_country():
            hit.add(point)
            raise Killed(point)

    with monkeypatch.context() as during:
        for module in POINTS:
            during.setattr(f"{module}.crash_point", dying)
        end = time.monotonic() + PATIENCE_SECONDS
        while (case := town.out_case(CASE)) is None or case.state != "closed":
            assert time.monotonic() < end, (point, case, town.arrival(CASE))
            try:
                alive(town)
            except Killed:
                town = Town(databases, clock, founded=True)
            else:
                # A job that died is tried again after seconds by the machine's clock.
                time.sleep(0.05)
        ended_well(town, point)
