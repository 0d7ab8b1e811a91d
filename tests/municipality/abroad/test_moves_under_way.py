"""A move abroad that is entered while a move is under way: as with a death, both cities and the portal go on without those who go, and where
nobody is left it ends, with its appointment free for others."""

from datetime import timedelta

import pytest
from lxml import html

from kazasu.contracts.municipality import NoticeOfMovingOut, SignedDocument
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.municipality.abroad.model import Said
from kazasu.municipality.abroad.service.leaving import LeavingTheCountry
from kazasu.municipality.moving.life import FORGOTTEN
from kazasu.municipality.moving.rules import overlapping
from tests.municipality.abroad.test_leaving_the_country import CHILD, HEAD, WIFE, goes, ids, later
from tests.municipality.deaths.test_moves_under_way import (
    RESIDENT,
    deliver,
    name,
    place,
    shown,
    stand,
    within,
)
from tests.municipality.moving.test_entry_fields import desk
from tests.support.city import CLERK, NEW, OLD
from tests.support.town import Town

UNDECIDED = ["checked", "needs-fix"]


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def proposed(town, *numbers):
    people = ids(town, *numbers)
    on = today(town.clock) + timedelta(days=7)
    said = Said(people, on, "アメリカ合衆国", ids(town, WIFE)[0], "passport")
    return LeavingTheCountry(town.city).propose(OLD, CLERK, people[0], said)


def touched(town, *numbers):
    return [(one.case_id, one.kind, one.over) for one in proposed(town, *numbers).touched]


@pytest.mark.parametrize("state", UNDECIDED)
@pytest.mark.parametrize("who", [HEAD, CHILD], ids=["head", "child"])
def test_the_others_go_on(town, state, who):
    case = stand(town, state)
    assert touched(town, who) == [(case, "undecided", False)]
    goes(town, who)
    rest = [one for one in (HEAD, WIFE, CHILD) if one != who]
    move = town.portal.move(RESIDENT, case)
    assert (move.gone, move.died) == ({name(town, who)}, frozenset())
    if state == "needs-fix":
        town.out.go_on(OLD, CLERK, case, town.out_case(case).version, "電話で確かめました")
    page = html.fromstring(desk(town, OLD).get(f"/desk/out/{case}?lang=en").content).text_content()
    assert "taken off this notice when a move abroad was entered" in page
    town.accept(case)
    town.settle()
    assert {one.mover.name for one in town.people(case)} == {name(town, one) for one in rest}
    arrival = town.arrival(case)
    assert (arrival.abroad, arrival.died) == ([name(town, who)], [])
    assert arrival.head_abroad == (who == HEAD)
    page = html.fromstring(desk(town, NEW).get(f"/desk/in/{case}?lang=en").content)
    assert "Somebody of this move goes abroad" in page.text_content()
    assert place(town, case) is not None
    assert town.resident(who).planned_to == "国外（アメリカ合衆国）"
    assert town.broken() == {}


@pytest.mark.parametrize("state", UNDECIDED)
def test_nobody_is_left_and_it_ends(databases, clock, state):
    town = Town(databases, clock, size=1)
    case = stand(town, state)
    assert place(town, case) is not None
    goes(town, HEAD)
    town.settle()
    assert place(town, case) is None, "the seat is free for others"
    assert town.arrival(case).state in FORGOTTEN
    assert town.out_case(case).state == "closed"
    move = town.portal.move(RESIDENT, case)
    assert move.nobody_left
    assert move.all_abroad
    assert town.out.queue(OLD, CLERK) == []
    said = shown(town, f"/moves/{case}")
    assert "notice was given of a move abroad" in said
    assert "died" not in said
    assert town.broken() == {}
    later(town, 8)
    assert town.broken() == {}


def test_two_of_three_who_go_together_are_both_taken_off(town):
    case = stand(town, "checked")
    assert touched(town, HEAD, WIFE, CHILD) == [(case, "undecided", True)]
    goes(town, HEAD, CHILD)
    assert town.portal.move(RESIDENT, case).gone == {name(town, HEAD), name(town, CHILD)}
    town.accept(case)
    town.settle()
    assert [one.mover.name for one in town.people(case)] == [name(town, WIFE)]


@pytest.mark.parametrize("state", ["ready", "visited", "provisional"])
def test_a_change_of_address_within_the_city(town, state):
    case = within(town, state)
    assert touched(town, CHILD) == [(case, "within-city", False)]
    goes(town, CHILD)
    assert {one.mover.name for one in town.people(case, OLD)} == {
        name(town, HEAD), name(town, WIFE)
    }  # fmt: skip
    found = town.arrival(case, OLD)
    assert found.abroad == [name(town, CHILD)]
    assert town.portal.move(RESIDENT, case).gone == {name(town, CHILD)}
    assert town.broken() == {}


def test_nobody_is_left_within_the_city(databases, clock):
    town = Town(databases, clock, size=1)
    case = within(town, "ready")
    assert [one.starts for one in proposed_alone(town)] == ["09:00"]
    goes(town, HEAD)
    found = town.arrival(case, OLD)
    assert (found.state, found.reservation, found.abroad) == ("cancelled", None, [])
    assert place(town, case, OLD) is None
    assert town.portal.move(RESIDENT, case).all_abroad
    assert town.broken() == {}


def proposed_alone(town):
    people = ids(town, HEAD)
    said = Said(people, today(town.clock) + timedelta(days=7), "ベトナム", people[0], "passport")
    return LeavingTheCountry(town.city).propose(OLD, CLERK, people[0], said).touched


def test_who_stays_after_all_gives_notice_again(town):
    """What ended with the move abroad does not come back when that is cancelled: portal and desk count the same people."""
    case = stand(town, "checked")
    goes(town, CHILD)
    LeavingTheCountry(town.city).cancel(OLD, CLERK, ids(town, CHILD)[0], "行かない")
    town.settle()
    town.accept(case)
    town.settle()
    assert len(town.people(case)) == 2
    assert town.resident(CHILD).state == "resident"
    assert town.broken() == {}


@pytest.mark.parametrize("gone", [False, True], ids=["leaving", "gone"])
def test_a_notice_that_comes_after_it(town, gone):
    """Sent before it was entered, delivered after it: its signature is held against what was signed."""
    case = stand(town, "checked")
    kept = town.out_case(case)
    town.clock.set(town.clock.now() + timedelta(minutes=1))
    goes(town, CHILD, days=0 if gone else 7)
    town.databases.founder("municipality").run(
        "test.forget", lambda tx: tx.execute("DELETE FROM moving_out WHERE case_id = %s", (case,))
    )
    letter = NoticeOfMovingOut(
        case_id=case, notice=kept.notice, signed=SignedDocument.model_validate(kept.signed),
        submitted_at=kept.submitted_at,
    )  # fmt: skip
    deliver(town, OLD, lambda tx: town.out.receive(tx, letter, None))
    town.settle()
    found = town.out_case(case)
    assert {one.check for one in found.checks if not one.good and one.blocking} == set()
    assert next(one for one in found.checks if one.check == "document").good
    town.accept(case)
    town.settle()
    assert len(town.people(case)) == 2
    assert town.broken() == {}


def test_the_notice_holds_for_the_others_when_who_gave_it_has_left(town):
    case = stand(town, "checked")
    goes(town, HEAD, days=0)
    page = html.fromstring(desk(town, OLD).get(f"/desk/out/{case}?lang=en").content).text_content()
    assert "after giving notice" in page
    assert "not a resident of this city" not in page
    town.accept(case)
    town.settle()
    assert len(town.people(case)) == 2
    assert town.broken() == {}


def test_who_leaves_the_country_is_refused_another_move_and_told_why(town):
    goes(town, CHILD)
    with pytest.raises(Refusal) as refused:
        overlapping.must_not_leave([town.resident(WIFE), town.resident(CHILD)])
    assert refused.value.fault.code == "municipality.leaving-the-country"
    assert refused.value.facts["names"] == name(town, CHILD)


def test_a_notice_that_slipped_in_says_what_stands_in_its_way(town):
    """Not an accepted notice without a number."""
    goes(town, CHILD)
    child = town.resident(CHILD)
    found = overlapping._leaving([town.resident(WIFE), child])
    assert [one.blocking for one in found] == [True]
    assert "国外（アメリカ合衆国）" in found[0].ja
    assert "（）" not in found[0].ja
    assert "moves abroad on" in found[0].en


def test_the_review_names_them_and_another_version_of_them_is_another_review(town):
    case = stand(town, "checked")
    before = proposed(town, CHILD).document
    assert case in before.decode()
    town.out.reject(OLD, CLERK, case, town.out_case(case).version, "取りやめ")
    assert proposed(town, CHILD).document != before


def test_who_is_on_the_way_cancels_that_first_and_the_page_says_so(town):
    case = stand(town, "accepted", movers=[1])
    wife, head = ids(town, WIFE, HEAD)
    page = html.fromstring(desk(town, OLD).get(f"/desk/residents/{head}/abroad?lang=en").content)
    assert case in page.get_element_by_id("bound").text_content()
    page = html.fromstring(desk(town, OLD).get(f"/desk/residents/{wife}?lang=en").content)
    assert case in page.get_element_by_id("abroad-first").text_content()
    with pytest.raises(Refusal) as refused:
        goes(town, WIFE, given_by=head)
    assert refused.value.fault.code == "municipality.abroad-nobody"
