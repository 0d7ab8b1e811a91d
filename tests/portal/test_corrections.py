"""A correction and a refusal, as the resident goes on from them: the draft of the one, the new notice after the other."""

from dataclasses import replace

import pytest

from kazasu.exchange.handles import seal_handle
from kazasu.foundation.faults import Refusal
from kazasu.portal.standing import standing
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
    assert (draft.answers.town, draft.answers.move_date, draft.answers.hold_id) == ("大通", "", "")
    assert draft.answers.next_step() == "when"
    assert town.portal.again(RESIDENT, town.case, handle).case_id == draft.case_id
