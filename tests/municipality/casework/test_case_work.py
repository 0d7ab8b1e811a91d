"""Who of the staff has a case: taken once, handed over with words, seen by the second; notes that nobody removes."""

import itertools
from unittest.mock import patch

import psycopg
import pytest

from kazasu.foundation.faults import Refusal
from kazasu.municipality.casework.service import CaseWork
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.moving.service.visits import STARTS
from tests.support.city import CLERK, COUNTER, NEW, OLD
from tests.support.town import Town

HOUSEHOLDS = itertools.count(1)
THIRD = Clerk("clerk-3", "三人目", frozenset(("counter",)))


@pytest.fixture(scope="module")
def town(module_databases):
    made = Town(module_databases, module_databases.clock, households=6)
    made.employ(THIRD)
    return made


@pytest.fixture
def case(town):
    household = next(HOUSEHOLDS)
    made = town.submit(household, starts=STARTS[household])
    town.settle()
    return made


@pytest.fixture
def work(town):
    return CaseWork(town.city)


def standing(town, case):
    return town.out.look(OLD, CLERK, case).standing


def fault(act, *given):
    with pytest.raises(Refusal) as caught:
        act(OLD, *given)
    return caught.value


def test_taken_handed_over_and_put_back_each_is_a_line(town, work, case):
    assert standing(town, case).holder is None
    work.take(OLD, CLERK, "out", case, "")
    work.take(OLD, CLERK, "out", case, "")
    work.hand_over(OLD, CLERK, "out", case, COUNTER.staff_id, "電話を待っています")
    found = standing(town, case)
    assert found.holder.staff_id == COUNTER.staff_id
    assert found.holder.since == town.clock.now()
    work.put_back(OLD, COUNTER, "out", case, "")
    found = standing(town, case)
    assert found.holder is None
    assert [(one.kind, one.name, one.other) for one in found.notes] == [
        ("took", "職員", ""), ("handed", "職員", "受付"), ("released", "受付", "")
    ]  # fmt: skip
    assert found.notes[1].words == "電話を待っています"


def test_two_press_at_once_and_the_second_is_told(town, work, case):
    """Both saw that nobody has it. Who sees a colleague's name may take it over; a third page is stale by then."""
    work.take(OLD, CLERK, "out", case, "")
    late = fault(work.take, COUNTER, "out", case, "")
    assert (late.fault.code, late.facts["name"]) == ("municipality.taken-by", "職員")
    assert standing(town, case).holder.staff_id == CLERK.staff_id
    work.take(OLD, COUNTER, "out", case, CLERK.staff_id)
    stale = fault(work.take, THIRD, "out", case, CLERK.staff_id)
    assert (stale.fault.code, stale.facts["name"]) == ("municipality.taken-by", "受付")
    assert standing(town, case).holder.staff_id == COUNTER.staff_id


def test_only_who_has_it_hands_it_over(town, work, case):
    work.take(OLD, CLERK, "out", case, "")
    refused = fault(work.hand_over, COUNTER, "out", case, THIRD.staff_id, "")
    assert refused.fault.code == "municipality.case-held"
    assert "職員" in refused.title.ja
    assert fault(work.put_back, COUNTER, "out", case, "").fault.code == "municipality.case-held"
    unknown = "municipality.no-such-colleague"
    codes = {"": "municipality.nobody-to-hand-to", "nobody": unknown, CLERK.staff_id: unknown}
    for stranger, code in codes.items():
        assert fault(work.hand_over, CLERK, "out", case, stranger, "").fault.code == code
    assert [one.kind for one in standing(town, case).notes] == ["took"]


def test_a_note_that_is_sent_twice_stands_once(town, work, case):
    """The same page again (Back and Enter, a double click); the same words from a later page are another note."""
    for after in ("0", "0", "1", "1", "0"):
        work.note(OLD, CLERK, "out", case, "電話した。不在", after)
    work.note(OLD, CLERK, "out", case, "電話した", "0")
    work.note(OLD, COUNTER, "out", case, "電話した。不在", "0")
    assert [one.words for one in standing(town, case).notes] == [
        "電話した。不在",
        "電話した。不在",
        "電話した",
        "電話した。不在",
    ]


def test_notes_stay_and_only_the_staff_of_this_city_reads_them(town, work, case):
    work.note(OLD, CLERK, "out", case, "一行目\n二行目")
    assert [one.words for one in standing(town, case).notes] == ["一行目\n二行目"]
    with psycopg.connect(town.databases.url("municipality")) as connection:
        connection.execute("SET ROLE municipality")
        for statement in (
            "DELETE FROM municipality.case_note",
            "UPDATE municipality.case_note SET words = ''",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)


def test_who_identifies_the_visitor_has_the_case_and_reads_why_it_came_back(databases, clock):
    town = Town(databases, clock)
    made = town.to_the_desk()
    assert town.arrivals.look(NEW, CLERK, made).standing.holder.staff_id == CLERK.staff_id
    town.enter(made)
    version = town.arrival(made).version
    assert fault_of(town, made, version, "　") == "municipality.reason-needed"
    town.arrivals.send_back(NEW, CLERK, made, version, "続柄を確かめてください")
    found = town.arrivals.look(NEW, CLERK, made).standing.notes[-1]
    assert (found.kind, found.words) == ("sent-back", "続柄を確かめてください")


def fault_of(town, case, version, reason):
    with pytest.raises(Refusal) as caught:
        town.arrivals.send_back(NEW, CLERK, case, version, reason)
    return caught.value.fault.code


def test_who_cannot_take_the_next_step_puts_the_case_back_by_the_last_one(databases, clock):
    """A counter's clerk enters, and any decider goes on without asking; who can decide keeps it."""
    town = Town(databases, clock)
    made = town.to_the_desk()
    CaseWork(town.city).take(NEW, COUNTER, "in", made, CLERK.staff_id)
    with patch("tests.support.town.CLERK", COUNTER):
        town.enter(made)
    found = town.arrivals.look(NEW, CLERK, made).standing
    assert (found.holder, found.notes[-1].kind) == (None, "released")
    town.enter(made)
    CaseWork(town.city).take(NEW, CLERK, "in", made, "")
    town.enter(made)
    assert town.arrivals.look(NEW, CLERK, made).standing.holder.staff_id == CLERK.staff_id
    town.register(made)
    assert town.arrival(made).state == "registered"
