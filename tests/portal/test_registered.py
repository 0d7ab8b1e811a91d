"""A draft is signed with what is registered today; whoever is moved by another's notice sees it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kazasu.contracts.municipality import HouseholdOf
from kazasu.exchange.handles import seal_handle
from kazasu.foundation.time.clock import today
from kazasu.portal.household.moved import FRESH, MovesShown
from kazasu.portal.household.registered import household_now, renewed, same
from tests.support.town import NEW, OLD, Town, asked, code_of


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def handles(town, number):
    issuer = town.street.process.institution("jpki")
    return lambda who: seal_handle(issuer, code_of(number), who, town.clock)


def soon(town):
    """They still live at the old address when the notice is accepted."""
    return today(town.clock) + timedelta(days=5)


def inquirer(town):
    return town.street.house("portal").inquirer("portal")


def household(town, number, city=OLD):
    inquiry = HouseholdOf(handle=handles(town, number)(f"city:{city}"))
    return town.households.household_of(inquiry, asked("portal", f"city:{city}"))


def answered(now):
    return replace(
        now, chosen=tuple(now.free), new_head=now.members[0].name, destination=NEW, block="１番地",
        prefecture="北海道", city="札幌市中央区", town="大通", move_date="2026-12-20", hold_id="h",
        phone="0901234567", contact_asked=True,
    )  # fmt: skip


def test_a_draft_kept_over_a_registration_begins_with_what_is_true(town):
    before = answered(household_now(inquirer(town), handles(town, 11)))
    assert same(before, household_now(inquirer(town), handles(town, 11)))
    town.moved()
    now = household_now(inquirer(town), handles(town, 11))
    assert not same(before, now)
    after = renewed(before, now)
    assert (after.origin, after.old_address) == (NEW, now.old_address)
    assert after.old_address != before.old_address
    assert after.next_step() == "who", "who moves is asked again, of the household of now"
    assert (after.block, after.phone) == ("１番地", "0901234567"), "what was typed is kept"


def test_a_notice_that_was_accepted_marks_whom_it_moves(town):
    before = answered(household_now(inquirer(town), handles(town, 11)))
    case = town.submit(movers=[0], moves_on=soon(town))
    town.settle()
    assert same(before, household_now(inquirer(town), handles(town, 11))), "nobody decided yet"
    town.accept(case)
    town.settle()
    now = household_now(inquirer(town), handles(town, 11))
    assert not same(before, now)
    leaving = [one for one in now.members if one.leaving_on]
    assert [one.name for one in leaving] == [town.members(1)[0].name]
    assert now.free == [one.member_id for one in now.members if not one.leaving_on]
    assert set(renewed(before, now).chosen) == set(now.free)
    assert now.own_leaving is None
    assert household_now(inquirer(town), handles(town, 10)).own_leaving == leaving[0].leaving_on


def test_whoever_is_moved_by_anothers_notice_reads_who_gave_it(town):
    applicant = town.members(1)[0].name
    assert household(town, 11).own_move is None, "of nobody before"
    case = town.submit(moves_on=soon(town))
    town.settle()
    town.accept(case)
    town.settle()
    own = household(town, 11).own_move
    assert (own.case_id, own.registered, own.given_by) == (case, False, applicant)


def test_after_the_registration_too_and_asked_for_once_in_a_while(town, monkeypatch):
    case = town.moved()
    kept, now = {}, town.clock.now()
    shown = MovesShown(inquirer(town))
    found = shown.own(kept, handles(town, 11), now, []).by_others(())
    assert (found.move.case_id, found.move.registered) == (case, True)
    assert found.move.given_by == town.members(1)[0].name
    assert found.address == household(town, 11, NEW).address.line
    assert shown.own(kept, handles(town, 11), now, []).by_others((case,)) is None, (
        "one's own is a procedure"
    )

    def nobody(_):
        raise AssertionError("asked again")

    assert shown.own(kept, nobody, now + FRESH / 2, []).by_others(()) == found
    assert shown.own(kept, nobody, now + FRESH, []).by_others(()) == found, (
        "without an answer: what was known"
    )


def test_of_a_protected_household_nobody_is_named(databases, clock):
    town = Town(databases, clock, protected={10})
    case = town.submit(movers=[1], moves_on=soon(town))
    town.settle()
    town.accept(case, new_head="")
    town.settle()
    own = household(town, 11).own_move
    assert (own.case_id, own.given_by) == (case, "")
