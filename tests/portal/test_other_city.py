"""A correction may change to whom a move goes: who is left keeps nothing, and from then on what they say changes nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import psycopg
import pytest

from kazasu.contracts.municipality import HoldVisit, HouseholdOf
from kazasu.contracts.portal import CaseProgress, MoveEvent
from kazasu.exchange.carrier import operator
from kazasu.exchange.handles import seal_handle, seal_subject
from kazasu.exchange.street import institution
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import next_open
from kazasu.municipality.moving.service.walk_in import WalkInDesk
from kazasu.municipality.moving.store import visits
from kazasu.portal.move import answers as notices
from kazasu.portal.move.answers import Answers, answers_from
from kazasu.portal.move.sent import Move
from kazasu.portal.move.standing import standing
from kazasu.portal.store import Draft
from tests.support.city import THIRD
from tests.support.pages import followed, signed_in_at
from tests.support.town import CLERK, NEW, OLD, Town, code_of

RESIDENT = "sub-1"
DESK = Text("窓口", "Counter")


@pytest.fixture
def town(databases, clock):
    town = Town(databases, clock)
    town.found_third()
    town.case = town.submit()
    town.settle()
    return town


def asked_for(town):
    town.out.ask_for_correction(OLD, CLERK, town.case, town.out_case(town.case).version, "直して")
    town.settle()


def corrected(town, to, revision=2, starts="10:00", settled=True):
    asked_for(town)
    town.submit(case_id=town.case, revision=revision, to=to, starts=starts)
    if settled:
        town.settle()


def place(town, city):
    return town._read(city, lambda tx: visits.place_of(tx, town.case))


def move(town):
    return town.portal.move(RESIDENT, town.case)


def says(town, by, event, **more):
    """A city posts this of the case, whatever it has to do with it."""
    house = town.street.house("municipality")

    def work(tx):
        letter = CaseProgress(
            case_id=town.case, event=event, at=tx.now, institution=f"city:{by}", desk_ja="窓口", desk_en="Counter",
            **more,
        )  # fmt: skip
        house.post(f"city:{by}").send(tx, letter, to="portal", case=town.case)

    town.databases("municipality").run("test.says", work, tenant=by)
    town.settle()


def waiting(town):
    return [one.fault for one in town.databases("portal").read("test", operator.waiting)]


def another_day(town):
    return next_open(next_open(today(town.clock) + timedelta(days=1)) + timedelta(days=1))


# ---------------------------------------------------------------- the city that is left


def test_the_dropped_city_keeps_nothing_and_the_appointment_is_changed_at_the_new_one(town):
    corrected(town, THIRD)
    assert (move(town).destination, move(town).former) == (THIRD, [NEW])
    dropped = town.arrival(town.case)
    assert (dropped.state, dropped.reservation) == ("dropped", None)
    assert place(town, NEW) is None, "its place is free for others"
    assert place(town, THIRD) is not None
    day = another_day(town)
    town.portal.change_visit(RESIDENT, town.case, "hall", day, "11:00")
    town.settle()
    assert (place(town, THIRD).on_date, place(town, THIRD).starts) == (day, "11:00")
    assert place(town, NEW) is None
    told = move(town).events[-1]
    assert (told.event, told.institution) == ("visit-changed", f"city:{THIRD}")
    town.accept(town.case)
    town.settle()
    assert town.arrival(town.case, THIRD).state == "ready"
    assert town.people(town.case) == []
    assert town.broken() == {}


def test_the_checker_finds_who_expects_and_who_tells_though_the_move_leads_elsewhere(town):
    corrected(town, THIRD)
    assert town.broken() == {}
    for change, found in (
        ("destination = '011002'", {"expected-where-the-move-leads", "told-by-cities-of-the-move"}),
        ("former = '[]'", {"told-by-cities-of-the-move"}),
    ):
        with psycopg.connect(town.databases.url("portal")) as connection:
            before = connection.execute(
                "SELECT destination, former::text FROM portal.move"
            ).fetchone()
            connection.execute(f"UPDATE portal.move SET {change}")
        assert town.broken().keys() == found
        with psycopg.connect(town.databases.url("portal")) as connection:
            connection.execute("UPDATE portal.move SET destination = %s, former = %s", before)


@pytest.mark.parametrize("event", ["visit-missed", "in-ready", "visited", "registered", "closed"])
def test_what_the_dropped_city_says_changes_nothing(town, event):
    corrected(town, THIRD)
    before = move(town)
    says(town, NEW, event)
    assert move(town) == before
    assert waiting(town) == [], "nor does it lie about for an operator"


def test_a_second_correction_leads_back(town):
    corrected(town, THIRD)
    corrected(town, NEW, revision=3, starts="11:00")
    assert (move(town).destination, move(town).former) == (NEW, [THIRD])
    assert town.arrival(town.case, THIRD).state == "dropped"
    assert town.arrival(town.case).state == "reserved"
    town.accept(town.case)
    town.settle()
    assert town.arrival(town.case).state == "ready"
    assert place(town, NEW).starts == "11:00"
    assert place(town, THIRD) is None


def test_who_stands_at_the_dropped_citys_counter_all_the_same_is_received(town):
    corrected(town, THIRD)
    town.accept(town.case)
    town.settle()
    assert WalkInDesk(town.city).fetch(NEW, CLERK, town.holding(10, NEW))
    town.settle()
    assert town.arrival(town.case).state == "certificate"
    assert move(town).redirected
    assert move(town).new_city == NEW
    assert waiting(town) == []


def test_a_cancelled_move_ends_at_every_city_that_it_ever_led_to(town):
    corrected(town, THIRD)
    town.portal.withdraw(RESIDENT, town.case)
    town.settle()
    assert town.arrival(town.case, THIRD).state == "withdrawn"
    assert town.arrival(town.case).reservation is None
    assert standing(move(town)).name == "cancelled"


def test_a_missed_visit_is_expected_again_with_the_corrected_notice(town):
    """In the same city: the place that came with the correction is an appointment as any other."""
    town.clock.set(town.clock.now() + timedelta(days=6))
    town.expected.note_missed(NEW, today(town.clock))
    town.settle()
    assert move(town).visit_missed
    corrected(town, NEW)
    assert town.arrival(town.case).state == "reserved"
    assert not move(town).visit_missed


def test_a_correction_makes_no_move_within_the_city(town):
    asked_for(town)
    draft = town.portal.correct(RESIDENT, town.case)
    with pytest.raises(Refusal, match=r"^portal\.other-kind-of-move"):
        town.portal.save(RESIDENT, draft, replace(draft.answers, destination=OLD))
    assert move(town).kind == "between-cities"
    browser = signed_in_at(town.street, "portal", "portal", "resident", RESIDENT)
    fields = {"postcode": "231-0005", "shown": "231-0005", "block": "99", "act": "next"}
    origin = {"origin": str(browser.base_url).rstrip("/")}
    told = followed(browser, browser.post("/move/where?lang=en", data=fields, headers=origin))
    assert "cannot turn this into a move within your present city" in told.text
    assert 'aria-invalid="true"' in told.text
    with pytest.raises(Refusal, match=r"^portal\.other-kind-of-move"):
        town.submit(case_id=town.case, revision=2, to=OLD)  # begun before this was refused


# ---------------------------------------------------------------- who may say what


@pytest.mark.parametrize("event", ["registered", "out-rejected", "redirected", "card-lost"])
def test_a_city_with_no_part_in_the_move_says_nothing_of_it(town, event):
    before = move(town)
    says(town, THIRD, event)
    assert move(town) == before
    assert waiting(town) == ["portal.not-of-this-move"]


def test_each_city_tells_its_own_part(town):
    before = move(town)
    says(town, NEW, "out-rejected")
    says(town, OLD, "registered")
    assert move(town) == before


def test_every_event_is_somebodys_to_tell():
    """Of a move between cities it is one city's, but a death or a move abroad; of a move within it that city tells them all."""
    between = Move("MV-1", "between-cities", 1, OLD, NEW, {}, None, None)
    within = Move("MV-1", "within-city", 1, OLD, OLD, {}, None, None)
    for event in get_args(MoveEvent):
        both = event in ("mover-died", "mover-abroad")  # whichever has the record tells it
        assert [between.believes(OLD, event), between.believes(NEW, event)].count(True) == 1 + both
        assert within.believes(OLD, event)
        assert not between.believes(THIRD, event)


def test_a_city_that_the_old_one_names_is_believed_also_where_it_spoke_first(town):
    says(town, THIRD, "redirected")
    assert not move(town).redirected
    says(town, OLD, "sent-elsewhere", city=THIRD)
    town.settle()
    assert move(town).redirected
    assert waiting(town) == []


def test_who_stands_at_the_planned_counter_after_all_is_led_there(town):
    """They were received elsewhere first and thought better of it: the newest counter is where they are (B5-6)."""
    says(town, OLD, "sent-elsewhere", city=THIRD)
    says(town, THIRD, "redirected")
    town.settle()
    assert move(town).new_city == THIRD
    says(town, NEW, "visited")
    town.settle()
    assert (move(town).new_city, move(town).redirected) == (NEW, False)
    says(town, THIRD, "registered")
    town.settle()
    assert move(town).new_city == THIRD, "whoever registers is right"


# ---------------------------------------------------------------- other tabs


def signed_elsewhere(town, act, revision=2):
    """The correction is signed, and before it comes back another tab does this. Gives the refusal's code, or ''."""
    asked_for(town)
    found = Draft(town.case, revision, answers_from(move(town).answers))
    town._keep(RESIDENT, found)
    act()
    try:
        town.portal.send(RESIDENT, town.case, None, None, revision)
    except Refusal as refusal:
        return refusal.fault.code
    return ""


def test_nothing_was_sent_is_said(town):
    deleted = signed_elsewhere(town, lambda: town.portal.discard(RESIDENT))
    assert deleted == "portal.not-sent-deleted"
    town.portal.withdraw(RESIDENT, town.case)
    with pytest.raises(Refusal, match=r"^portal\.not-sent-cancelled"):
        town.portal.send(RESIDENT, town.case, None, None, 2)
    assert town.portal.send(RESIDENT, town.case, None, None, 1) == town.case, "that one was sent"
    with pytest.raises(Refusal, match=r"^portal\.no-draft"):
        town.portal.send(RESIDENT, "MV-00000000", None, None, 1)


def test_a_change_of_appointment_takes_no_correction_back(town, monkeypatch):
    asked_for(town)

    def correct():
        town.submit(case_id=town.case, revision=2, to=THIRD, starts="15:00")

    town.between(monkeypatch, HoldVisit, correct)
    with pytest.raises(Refusal, match=r"^portal\.corrected-meanwhile"):
        town.portal.change_visit(RESIDENT, town.case, "hall", another_day(town), "11:00")
    town.settle()
    kept = answers_from(move(town).answers)
    assert (kept.destination, kept.visit_starts, move(town).destination) == (THIRD, "15:00", THIRD)
    assert place(town, THIRD).starts == "15:00"


def test_a_change_of_appointment_writes_the_appointment_alone(town):
    before = answers_from(move(town).answers)
    town.portal.change_visit(RESIDENT, town.case, "hall", another_day(town), "11:00")
    after = answers_from(move(town).answers)
    same = dict.fromkeys(notices.APPOINTMENT, "")
    assert replace(after, **same) == replace(before, **same)
    assert after.visit_starts == "11:00"


def test_a_chosen_day_waits_for_the_city(town):
    town.clock.set(town.clock.now() + timedelta(days=6))
    town.expected.note_missed(NEW, today(town.clock))
    town.settle()
    assert standing(move(town)).name == "choose-again"
    town.portal.change_visit(RESIDENT, town.case, "hall", another_day(town), "11:00")
    assert standing(move(town)).name == "visit-chosen"
    assert move(town).has_visit
    browser = signed_in_at(town.street, "portal", "portal", "resident", RESIDENT)
    page = browser.get(f"/moves/{town.case}?lang=en").text
    assert "(waiting for the city)" in page
    assert "Choose another day" not in page
    town.settle()
    assert not move(town).visit_chosen
    assert standing(move(town)).name == "received"


@pytest.fixture
def draft(town):
    answers = replace(answers_from(move(town).answers), block="1", phone="", hold_id="h")
    found = Draft("MV-TEST0001", 1, answers)
    town._keep(RESIDENT, found)
    return found


def test_a_page_saves_what_it_asked_and_nothing_else(town, draft):
    """Two tabs that read the same draft: neither takes the other's answers back."""
    town.portal.save(RESIDENT, draft, replace(draft.answers, phone="090-1234-5678"))
    kept = town.portal.save(RESIDENT, draft, replace(draft.answers, block="2", building="別館"))
    assert (kept.answers.phone, kept.answers.block) == ("090-1234-5678", "2")
    assert town.portal.draft(RESIDENT) == kept


def test_a_place_of_another_city_is_no_appointment(town, draft):
    elsewhere = draft.answers.with_destination_changed(destination=THIRD)
    town.portal.save(RESIDENT, draft, elsewhere)
    late = replace(draft.answers, visit_starts="16:00", hold_id="held-at-the-former-city")
    kept = town.portal.save(RESIDENT, draft, late).answers
    assert (kept.destination, kept.hold_id, kept.next_step()) == (THIRD, "", "visit")


@pytest.mark.parametrize("meanwhile", ["begun", "sent"])
def test_beginning_in_two_tabs_begins_once(town, monkeypatch, meanwhile):
    """What the other tab answered, or sent, while this one asked the city for the household is there."""
    town.portal.withdraw(RESIDENT, town.case)
    town.settle()
    answered = answers_from(move(town).answers)
    begun = Draft("MV-TEST0002", 1, answered)

    def other_tab():
        if meanwhile == "begun":
            town._keep(RESIDENT, begun)
        else:
            town.submit(case_id="MV-TEST0003")

    town.between(monkeypatch, HouseholdOf, other_tab)
    if meanwhile == "begun":
        assert town.portal.begin(RESIDENT, handles(town)) == begun
        return
    with pytest.raises(Refusal, match=r"^portal\.already-moving"):
        town.portal.begin(RESIDENT, handles(town))


def test_what_was_sent_or_thrown_away_is_not_saved_back(town, draft):
    town.portal.discard(RESIDENT)
    with pytest.raises(Refusal, match=r"^portal\.no-draft"):
        town.portal.save(RESIDENT, draft, replace(draft.answers, phone="1"))


def test_every_answer_is_asked_on_one_page():
    """So nothing that a page asks is left out when it is saved."""
    asked = [name for page in notices._ASKED_TOGETHER for name in page]
    given = {
        "origin", "old_address", "head_name", "together", "members", "notice_by",
        "announced_by", "announced_within",
    }  # fmt: skip
    assert len(asked) == len(set(asked))
    assert set(asked) | given == set(Answers.__dataclass_fields__)


# ---------------------------------------------------------------- who looked


def handles(town):
    process = town.street.process

    def handle_for(audience):
        if institution(audience.partition(":")[0]).by_record_code:
            return seal_handle(process.institution("jpki"), code_of(10), audience, town.clock)
        return seal_subject(process.institution("jpki"), "sub", audience, town.clock)

    return handle_for


def test_a_look_at_the_dropped_city_is_told(town):
    corrected(town, THIRD)
    town.arrivals.look(NEW, CLERK, town.case)
    found = town.looking.accesses(RESIDENT, handles(town))
    assert (f"city:{NEW}", "municipality.in.case") in {
        (one.institution, one.action) for one in found.entries
    }


def test_nowhere_registered_is_an_answer(town):
    handle_for = handles(town)

    def in_no_city(audience):
        if audience == "jukinet":
            process = town.street.process
            return seal_handle(process.institution("jpki"), code_of(77), audience, town.clock)
        return handle_for(audience)

    assert "jukinet" not in town.looking.accesses(RESIDENT, in_no_city).silent
