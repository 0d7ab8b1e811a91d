"""Whose row a clerk was shown finds it in "who looked": lists, households, cases, searches; and clerks who go are gone."""

import pytest

from kazasu.contracts.accesses import AccessesOf
from kazasu.contracts.municipality import HouseholdOf
from kazasu.exchange.handles import seal_handle
from kazasu.foundation.actions import MOST_OF_A_REASON
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.register.pages import CorrectionForm
from kazasu.municipality.register.searching.conditions import Wanted
from kazasu.municipality.register.service.records import Records
from tests.support.city import CLERK, NEW, OLD, STRANGER, code_of
from tests.support.town import Town, asked

WHY = Text("証明書の交付、受付 12 号", "issuing a certificate, case 12")


def looked(town, number, city=OLD):
    """The actions of which the person reads, the newest first."""
    handle = seal_handle(
        town.street.process.institution("jpki"), code_of(number), f"city:{city}", town.clock
    )
    answer = town.street.process.rooms["municipality"].inquiries[AccessesOf]
    return answer(AccessesOf(handle=handle), asked("portal", f"city:{city}")).entries


def actions(town, number, city=OLD):
    return [one.action.removeprefix("municipality.") for one in looked(town, number, city)]


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, households=3)


def test_a_search_is_found_by_each_whom_it_found_with_what_it_was_for(town):
    found = Records(town.city).search(OLD, CLERK, Wanted("シケン"), WHY)
    assert len(found.residents) == 6
    for number in (10, 11, 20, 21, 30, 31):
        (entry,) = [one for one in looked(town, number) if one.action.endswith(".search")]
        assert entry.purpose_ja == "住民の検索（証明書の交付、受付 12 号）"
        assert entry.purpose_en == "Looking for a resident (issuing a certificate, case 12)"
        assert entry.actor == "clerk"
    assert "resident.search" not in actions(town, STRANGER, NEW)


def test_nobody_is_searched_for_without_a_reason(town):
    with pytest.raises(TypeError):
        Records(town.city).search(OLD, CLERK, Wanted("シケン"))
    page = town.street.browser()
    assert page.get("http://yokohama.city.localhost:8000/desk/residents?q=x").status_code == 303
    assert "resident.search" not in actions(town, 10)


def test_no_reason_is_cut_short():
    """What the page takes the record keeps."""
    (length,) = (
        one.max_length
        for one in CorrectionForm.model_fields["because"].metadata
        if hasattr(one, "max_length")
    )
    assert length == MOST_OF_A_REASON


def test_a_record_page_is_found_by_the_whole_household(town):
    Records(town.city).look(OLD, CLERK, town.members()[0].resident_id)
    assert [actions(town, number).count("resident.read") for number in (10, 11, 20)] == [1, 1, 0]


def test_a_notice_is_found_by_those_who_stay_too(town):
    case = town.submit(movers=[1])
    town.settle()
    town.out.look(OLD, CLERK, case)
    town.out.queue(OLD, CLERK, done=False)
    assert [actions(town, number).count("out.case") for number in (10, 11, 20)] == [1, 1, 0]
    assert actions(town, 11).count("out.list") == 1


def test_where_somebody_is_protected_who_stays_reads_nothing_of_the_notice(databases, clock):
    """Else "who looked" would tell a spouse that the other one goes, and where to (I8)."""
    town = Town(databases, clock, households=2, protected=True)
    case = town.submit(movers=[1])
    town.settle()
    town.out.look(OLD, CLERK, case)
    town.accept(case)
    stays, goes = ([one for one in actions(town, who) if "out." in one] for who in (10, 11))
    assert stays == []
    assert {"out.case", "moving-out.accept"} <= set(goes)


def test_an_arrival_is_found_by_those_who_are_not_in_the_register_yet(town):
    case = town.to_the_desk()
    town.arrivals.queue(NEW, CLERK, done=False, on=None)
    town.arrivals.look(NEW, CLERK, case)
    for number in (10, 11):
        assert {"in.list", "in.case"} <= set(actions(town, number, NEW))
    assert "in.list" not in actions(town, STRANGER, NEW)
    town.enter(case)
    town.register(case)
    town.settle()
    town.arrivals.queue(NEW, CLERK, done=True, on=None)
    town.cards.waiting(NEW, CLERK)
    for number in (10, 11):
        assert actions(town, number, NEW).count("in.list") == 2
        assert {"arrival.register", "card.list"} <= set(actions(town, number, NEW))


def test_a_protected_persons_household_does_not_learn_that_they_looked(databases, clock):
    town = Town(databases, clock, protected=True)
    jpki = town.street.process.institution("jpki")
    handle = seal_handle(jpki, code_of(11), f"city:{OLD}", clock)
    town.households.household_of(HouseholdOf(handle=handle), asked("portal", f"city:{OLD}"))
    assert ["household.read" in actions(town, number) for number in (10, 11)] == [False, True]


def test_who_is_dismissed_sees_nothing_more_with_the_page_still_open(town):
    clerk = Clerk("clerk-7", "職員", frozenset(("counter", "decider", "operator")))
    town.employ(clerk)
    assert town.out.queue(OLD, clerk, done=False) == []
    town.dismiss(clerk)
    for act in (
        lambda: town.out.queue(OLD, clerk, done=False),
        lambda: Records(town.city).search(OLD, clerk, "シケン", WHY),
        lambda: town.front.letters(OLD, clerk),
        lambda: town.front.counts(OLD, clerk, ()),
    ):
        with pytest.raises(Refusal, match=r"kit\.not-staff|kit\.not-your-role"):
            act()
    assert "resident.search" not in actions(town, 10)


def test_who_lost_a_role_may_not_use_it_though_the_session_says_so(town):
    case = town.submit()
    town.settle()
    town.dismiss(CLERK, roles={"counter"})
    with pytest.raises(Refusal, match=r"kit\.not-your-role"):
        town.accept(case)
    assert town.out_case(case).state == "checked"


def test_a_letter_that_is_tried_again_is_on_record(town, databases):
    case = town.submit()
    sent = databases("municipality").read(
        "test", lambda tx: tx.column("SELECT message_id FROM outbox LIMIT 1"), tenant=OLD
    )
    town.settle()
    town.accept(case)
    sent = databases("municipality").read(
        "test",
        lambda tx: tx.column("SELECT message_id FROM outbox WHERE sent_at IS NULL"),
        tenant=OLD,
    )
    town.front.try_again(OLD, CLERK, sent[0], "out")
    records = (
        "SELECT actor || ' ' || case_id FROM audit_log WHERE action = 'municipality.letters.again'"
    )
    found = databases("municipality").read("test", lambda tx: tx.column(records), tenant=OLD)
    assert found == [f"clerk:clerk-1 {sent[0]}"]
