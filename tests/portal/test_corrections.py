"""A correction and a refusal, as the resident goes on from them: the draft of the one, the new notice after the other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kazasu.exchange.handles import seal_handle
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.kit.periods import move_dates_open_on
from kazasu.portal.move.answers import answers_from
from kazasu.portal.move.standing import standing
from kazasu.portal.store import Draft
from tests.support.town import CLERK, OLD, Town, code_of

RESIDENT, NOTE = "sub-1", "建物名を書いてください"


@pytest.fixture
def town(databases, clock):
    town = Town(databases, clock)
    town.case = town.submit()
    town.settle()
    return town


def decided(town, act):
    act(OLD, CLERK, town.case, town.out_case(town.case).version, NOTE)
    town.settle()


def test_a_correction_says_why_is_gone_on_with_and_ends_with_the_move(town):
    decided(town, town.out.ask_for_correction)
    portal = town.portal
    draft = portal.correct(RESIDENT, town.case)
    assert portal.asked_for(RESIDENT, draft).ja == NOTE
    portal.save(RESIDENT, draft, replace(draft.answers, building="ハイツ大通　３０５"))
    assert portal.correct(RESIDENT, town.case).answers.building == "ハイツ大通　３０５"
    assert portal.discard(RESIDENT) == town.case, "the notice itself stays"
    assert standing(portal.move(RESIDENT, town.case)).name == "correct"
    portal.correct(RESIDENT, town.case)
    portal.withdraw(RESIDENT, town.case)
    with pytest.raises(Refusal) as refused:
        portal.draft(RESIDENT)
    assert refused.value.fault.code == "portal.no-draft"


def test_a_refused_notice_is_begun_again_with_what_it_said(town):
    def handle(who):
        return seal_handle(town.street.process.institution("jpki"), code_of(10), who, town.clock)

    with pytest.raises(Refusal) as refused:
        town.portal.again(RESIDENT, town.case, handle)
    assert refused.value.fault.code == "portal.too-late-to-change"
    decided(town, town.out.reject)
    assert standing(town.portal.move(RESIDENT, town.case)).why.ja == NOTE
    draft = town.portal.again(RESIDENT, town.case, handle)
    assert draft.case_id != town.case
    assert (draft.answers.town, draft.answers.hold_id) == ("大通", "")
    assert draft.answers.move_date == town.portal.move(RESIDENT, town.case).answers["move_date"]
    assert draft.answers.next_step() == "visit"
    assert town.portal.again(RESIDENT, town.case, handle).case_id == draft.case_id


def days_ago(town, days):
    """A notice for a day that was so many days ago when it was given today."""
    case = town.submit(key=5, moves_on=today(town.clock) - timedelta(days=days), visit_in=2)
    town.settle()
    return case


def test_what_was_given_in_time_may_be_corrected_later(databases, clock):
    """The last day for the notice passes between its sending and the correction that the city asks for."""
    town = Town(databases, clock)
    first, _ = move_dates_open_on(today(clock))
    town.case = days_ago(town, (today(clock) - first).days)
    decided(town, town.out.ask_for_correction)
    clock.advance(timedelta(days=3))
    draft = town.portal.correct(RESIDENT, town.case)
    assert draft.answers.moves_on == first
    open_from, open_until = town.portal.days_open(RESIDENT, draft)
    assert open_from == first < move_dates_open_on(today(clock))[0]
    assert open_until == move_dates_open_on(today(clock))[1]
    town.submit(key=5, moves_on=first, case_id=town.case, revision=2, visit_in=2, starts="10:00")
    town.settle()
    case = town.out_case(town.case)
    assert (case.revision, case.given_on) == (2, today(clock) - timedelta(days=3))
    assert [one.good for one in case.checks if one.check == "window"] == [True]
    town.accept(town.case)
    assert town.out_case(town.case).state == "accepted"


def test_a_draft_that_was_never_sent_keeps_to_the_days_of_today(town):
    sent = answers_from(town.portal.move(RESIDENT, town.case).answers)
    town.clock.advance(timedelta(days=3))
    draft = Draft("MV-1", 1, sent)
    assert town.portal.days_open(RESIDENT, draft) == move_dates_open_on(today(town.clock))


def test_the_desk_goes_on_without_a_correction_that_nobody_sends(town):
    """The resident reads why; the draft of the correction is not sent any more; it can be accepted as it came."""
    decided(town, town.out.ask_for_correction)
    draft = town.portal.correct(RESIDENT, town.case)
    with pytest.raises(Refusal) as refused:
        town.out.go_on(OLD, CLERK, town.case, town.out_case(town.case).version, " ")
    assert refused.value.fault.code == "municipality.answer-needed"
    decided(town, town.out.go_on)
    move = town.portal.move(RESIDENT, town.case)
    assert not move.needs_fix
    assert move.events[-1].event == "fix-withdrawn"
    assert move.events[-1].note_ja == NOTE
    assert draft.revision == 2
    with pytest.raises(Refusal) as refused:
        town.submit(case_id=town.case, revision=2, starts="11:00")
    assert refused.value.fault.code == "portal.not-sent-unasked"
    decided(town, town.out.ask_for_correction)
    assert town.portal.move(RESIDENT, town.case).needs_fix, "asked again, it may be sent again"
    decided(town, town.out.go_on)
    town.accept(town.case)
    town.settle()
    assert standing(town.portal.move(RESIDENT, town.case)).name not in ("correct", "checked")


def test_a_correction_that_nobody_sends_can_be_refused(town):
    decided(town, town.out.ask_for_correction)
    decided(town, town.out.reject)
    assert standing(town.portal.move(RESIDENT, town.case)).name == "rejected"
    assert town.arrival(town.case) is None or town.arrival(town.case).state == "withdrawn"


def test_a_correction_that_comes_after_the_acceptance_is_told_of(town):
    """Sent in the moment in which the desk went on and accepted: what was accepted is what came before."""
    decided(town, town.out.ask_for_correction)
    town.submit(case_id=town.case, revision=2, starts="11:00")  # not carried yet
    town.out.go_on(OLD, CLERK, town.case, town.out_case(town.case).version, NOTE)
    town.accept(town.case)
    town.settle()
    case = town.out_case(town.case)
    assert (case.state, case.revision) == ("accepted", 1)
    told = [one.note_ja for one in town.portal.move(RESIDENT, town.case).events]
    assert any("受理のあとに届きました" in one for one in told)
