"""Lanes: one at a time for each receiver, many receivers at once, and a few places for those that were silent."""

import threading
import time

import pytest

from kazasu.foundation.lanes import Lanes, in_any_order


@pytest.fixture
def lanes():
    made = Lanes(8, reserve=0)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def held():
    event = threading.Event()
    yield event
    event.set()


def test_before_it_is_started_work_is_done_where_it_is_begun():
    done = []
    assert Lanes().begin("a", lambda: done.append(threading.current_thread()))
    assert done == [threading.current_thread()]


def test_a_lane_is_worked_on_once_at_a_time(lanes, held):
    assert lanes.begin("a", held.wait)
    assert not lanes.begin("a", held.wait)
    assert lanes.begin("b", held.wait)
    held.set()
    assert lanes.wait(5)
    assert lanes.begin("a", lambda: None)


def test_a_group_holds_no_more_than_its_share(lanes, held):
    assert [lanes.begin(n, held.wait, {"silent": 2}) for n in range(4)] == [
        True,
        True,
        False,
        False,
    ]
    assert lanes.begin("one that answers", held.wait, {"to here": 1})
    assert not lanes.begin("another", held.wait, {"to here": 1, "silent": 3})
    assert lanes.begin("another", held.wait)
    held.set()
    assert lanes.wait(5)
    assert lanes.begin(0, lambda: None, {"silent": 2})


def test_in_all_there_are_so_many_and_no_more(lanes, held):
    assert sum(lanes.begin(n, held.wait) for n in range(20)) == 8


@pytest.mark.told_of_faults
def test_a_lane_that_fails_gives_its_place_back(lanes):
    def fail():
        raise ValueError

    for _ in range(20):
        while not lanes.begin("a", fail, {"group": 1}):
            time.sleep(0.001)
    assert lanes.wait(5)


def test_the_order_changes_so_that_none_is_always_the_last():
    firsts = {in_any_order(range(4))[0] for _ in range(200)}
    assert firsts == {0, 1, 2, 3}


def test_any_number_of_new_ones_leaves_a_reserve_for_those_that_answered(held):
    lanes = Lanes(8, reserve=3)
    lanes.begin("answered", lambda: 1)
    lanes.begin("came to nothing", lambda: 0)
    lanes.start()
    assert sum(lanes.begin(n, held.wait) for n in range(20)) == 5
    assert not lanes.begin("came to nothing", held.wait)
    assert lanes.begin("answered", held.wait)
    held.set()
    lanes.stop()
