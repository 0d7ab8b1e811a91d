"""A room that stands still holds its share of the threads that ask it, and no more."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kazasu.exchange.carrier.transport import PATIENCE, LocalTransport
from kazasu.foundation.faults import Refusal
from kazasu.foundation.http import SHARE
from tests.support.institutions import Institutions

STILL, ALIVE = "jukinet", "jpki"
TENTH = PATIENCE / 10


@pytest.fixture
def rig(clock, monkeypatch):
    monkeypatch.setattr("kazasu.exchange.carrier.transport.PATIENCE", TENTH)
    go_on, inside = threading.Event(), threading.Semaphore(0)

    def answer(of, sealed):
        if of == STILL:
            inside.release()
            go_on.wait(30)
        return f"{of} {sealed}"

    directory = Institutions(clock, "portal", STILL, ALIVE).directory
    transport = LocalTransport(directory, str, answer, answer, onward=None)
    with ThreadPoolExecutor(SHARE) as threads:
        held = [threads.submit(transport.inquire, STILL, "?") for _ in range(SHARE)]
        for _ in held:
            assert inside.acquire(timeout=10)
        try:
            yield transport, held, go_on
        finally:
            go_on.set()


def test_who_asks_a_room_that_stands_still_is_refused_soon_and_others_are_answered(rig):
    transport, held, go_on = rig
    with pytest.raises(Refusal) as refused:
        transport.inquire(STILL, "?")
    assert refused.value.fault.code == "exchange.timeout"
    assert transport.inquire(ALIVE, "?") == "jpki ?"
    go_on.set()
    assert {one.result(10) for one in held} == {"jukinet ?"}
    assert transport.inquire(STILL, "again") == "jukinet again", "each gave its place back"
