"""転出届 at the counter: from a resident's record to a paper certificate, with which they arrive; late, by card, of protected people."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html

from kazasu.contracts.base import at_counter
from kazasu.contracts.municipality import HouseholdOf, MoveNotice
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.municipality.moving.at_counter.model import Said
from kazasu.municipality.moving.at_counter.service import NoticeCounter
from kazasu.municipality.moving.outstanding.papers import PaperDesk
from kazasu.municipality.moving.rules import paper_first
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.moving.service.walk_in import PaperCounter
from kazasu.municipality.moving.store import papers
from kazasu.municipality.register import store as register_store
from tests.municipality.households.test_at_the_desk import handles
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.municipality.test_shown import actions
from tests.support.city import CLERK, COUNTER, NEW, OLD, reading
from tests.support.town import Town, asked

HEAD, WIFE = 10, 11


@pytest.fixture
def town(databases, clock):
    return opened(databases, clock)


def opened(databases, clock, **more):
    town = Town(databases, clock, **more)
    town.counter = NoticeCounter(town.city)
    town.papers = PaperCounter(town.city)
    return town


def said(town, *numbers, on=None, **more):
    people = tuple(town.resident(one).resident_id for one in numbers or (HEAD, WIFE))
    given = {
        "people": people, "on": on or today(town.clock), "to": "札幌市", "place": "北海道札幌市中央区大通1番地",
        "given_by": people[0], "document": "licence",
    }  # fmt: skip
    return Said(**given | more)


def taken(town, *numbers, mark="0" * 32, clerk=COUNTER, **more):
    first = town.resident((numbers or (HEAD,))[0]).resident_id
    return town.counter.take(OLD, clerk, first, said(town, *numbers, **more), mark=mark)


def refused(town, *numbers, **more):
    with pytest.raises(Refusal) as caught:
        taken(town, *numbers, **more)
    return caught.value.fault.code


def accepted(town, case, **more):
    town.accept(case, **more)
    town.settle()


def paper_of(town, case):
    found = town._read(OLD, lambda tx: papers.of_case(tx, case))
    return found[-1].number if found else ""


def told(town):
    """How many letters wait for the portal, or were sent to it."""
    sql = "SELECT count(*) FROM outbox WHERE recipient = 'portal'"
    return town.databases("municipality").read(
        "test.outbox", lambda tx: tx.value(sql), tenant=OLD, access=reading()
    )


def arrived_by_paper(town, case):
    town.papers.fetch(NEW, CLERK, paper_of(town, case), "横浜市")
    town.settle()
    (first, *_) = town.people(case)
    version = town.arrival(case).version
    town.papers.identify(NEW, CLERK, case, version, str(first.token), "licence")
    town.enter(case)
    town.register(case)
    town.settle()


def history(town, number):
    one = town.resident(number).resident_id
    return town._read(OLD, lambda tx: register_store.history(tx, one))


def test_from_the_counter_to_the_new_city_with_a_paper(town):
    case = taken(town)
    assert at_counter(case)
    kept = town.out_case(case)
    assert (kept.state, kept.signed, kept.taken["document"]) == ("checked", {}, "licence")
    assert [one.check for one in kept.checks if not one.good] == []
    accepted(town, case)
    assert paper_of(town, case)
    assert town.resident(HEAD).case_id == case
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    arrived_by_paper(town, case)
    assert town.states(HEAD) == town.states(WIFE) == {OLD: "left", NEW: "resident"}
    assert town.out_case(case).state == "closed"
    assert town.broken() == {}


def test_the_portal_that_has_no_case_is_told_nothing(town):
    accepted(town, taken(town))
    assert told(town) == 0


def test_who_moved_three_weeks_ago_is_recorded_ex_officio(town):
    on = today(town.clock) - timedelta(days=25)
    assert refused(town, on=on) == "municipality.late-because"
    case = taken(town, on=on, because="賃貸借契約の終わりを見た")
    late = [one for one in town.out_case(case).checks if one.check == "late"]
    assert [one.blocking for one in late] == [False]
    accepted(town, case)
    versions = history(town, HEAD)
    leaving = next(one for one in versions if one.state == "leaving")
    assert "職権" in leaving.because
    assert "賃貸借契約の終わりを見た" in leaving.because
    assert leaving.notified_on is None
    town.clock.set(town.clock.now() + timedelta(days=1))
    town.settle()
    assert town.resident(HEAD).state == "left-planned"
    assert paper_of(town, case)


def test_in_time_it_is_a_notice_and_dated(town):
    accepted(town, taken(town, on=today(town.clock) - timedelta(days=12)))
    leaving = next(one for one in history(town, HEAD) if one.state == "leaving")
    assert (leaving.because, leaving.notified_on) == ("", today(town.clock))


def test_with_a_card_the_data_go_ahead_and_no_paper_is_given(town):
    case = taken(town, on=today(town.clock) + timedelta(days=40), arrives_by="card")
    accepted(town, case)
    assert paper_of(town, case) == ""
    assert town.arrival(case).state == "ready"
    town.clock.set(town.clock.now() + timedelta(days=41))
    town.settle()
    town.visit(case)
    town.enter(case)
    town.register(case)
    town.settle()
    assert town.states(HEAD) == {OLD: "left", NEW: "resident"}
    assert town.broken() == {}


def test_by_card_only_within_its_days(town):
    assert refused(town, on=today(town.clock) - timedelta(days=50), arrives_by="card", because="申出") == "municipality.not-by-card"  # fmt: skip


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"people": ()}, "municipality.nobody-chosen"),
        ({"people": ("0000000000",)}, "municipality.nobody-chosen"),
        ({"to": "どこか"}, "municipality.destination-unknown"),
        ({"to": ""}, "municipality.destination-unknown"),
        ({"to": OLD}, "municipality.moves-within"),
        ({"given_by": "0000000000"}, "municipality.not-their-notice"),
        ({"given_by": "agent"}, "municipality.mandate-missing"),
        ({"given_by": "agent", "giver_name": "代理　花子"}, "municipality.mandate-missing"),
    ],
)
def test_what_cannot_be_is_refused_in_words(town, more, code):
    assert refused(town, **more) == code


def test_the_day_is_one_on_which_they_lived_there(town):
    since = town.resident(HEAD).lives_here_since
    assert (
        refused(town, on=since - timedelta(days=1), because="申出") == "municipality.moved-before"
    )
    assert (
        refused(town, on=today(town.clock) + timedelta(days=400)) == "municipality.moves-in-a-year"
    )


def test_pressed_twice_it_is_one_case_and_rejected_it_can_be_taken_anew(town):
    case = taken(town)
    assert taken(town) == case
    town.out.reject(OLD, CLERK, case, town.out_case(case).version, "行き先が違う")
    anew = taken(town)
    assert anew != case
    assert town.out_case(anew).state == "checked"


def test_who_is_leaving_already_gives_no_second_notice(town):
    accepted(town, taken(town, on=today(town.clock) + timedelta(days=5)))
    assert refused(town, mark="1" * 32) == "municipality.leaving-already"


def test_nobody_is_asked_to_correct_it_at_the_portal(town):
    case = taken(town)
    with pytest.raises(Refusal) as caught:
        town.out.ask_for_correction(OLD, CLERK, case, town.out_case(case).version, "行き先")
    assert caught.value.fault.code == "municipality.not-at-the-portal"


def test_one_of_two_leaves_and_who_moves_reads_of_it(town):
    soon = today(town.clock) + timedelta(days=5)
    case = taken(town, WIFE, given_by=town.resident(HEAD).resident_id, on=soon)
    accepted(town, case)
    assert town.resident(HEAD).state == "resident"
    found = portal(town, WIFE).own_move
    assert (found.case_id, found.given_by, found.registered) == (
        case,
        town.resident(HEAD).name,
        False,
    )


def test_a_representative_is_named_and_no_mover(town):
    soon = today(town.clock) + timedelta(days=5)
    case = taken(town, given_by="agent", giver_name="代理　花子", mandate="委任状", on=soon)
    found = town.out_case(case)
    assert (found.taken["giver"], found.taken["mandate"]) == ("代理　花子", "委任状")
    assert "代理人" in next(one.ja for one in found.checks if one.check == "applicant")
    accepted(town, case)
    assert portal(town, WIFE).own_move.given_by == "代理　花子"


def test_who_gave_it_at_the_counter_reads_of_no_somebody_else(town):
    """The portal has no notice of theirs: that does not make it another's."""
    case = taken(town, on=today(town.clock) + timedelta(days=5))
    accepted(town, case)
    assert portal(town, HEAD).own_move.by_oneself
    assert not portal(town, WIFE).own_move.by_oneself


def test_of_protected_people_nobody_else_reads(databases, clock):
    town = opened(databases, clock, protected={WIFE})
    case = taken(town, on=today(town.clock) + timedelta(days=5))
    accepted(town, case)
    assert told(town) == 0
    assert portal(town, HEAD).own_move.given_by == ""
    arrived_soon = town.people(case)
    assert [one.mover.protected for one in arrived_soon if one.mover.name == town.resident(WIFE).name] == [True]  # fmt: skip


def test_cancelled_they_live_where_they_lived(town):
    case = taken(town, on=today(town.clock) + timedelta(days=5))
    accepted(town, case)
    version = town.out_case(case).version
    Cancelling(town.city).cancel_at_desk(OLD, CLERK, case, version, "引っ越さなくなった")
    town.settle()
    assert town.states(HEAD) == {OLD: "resident", NEW: None}
    assert told(town) == 0
    assert town.broken() == {}


def test_the_paper_may_be_issued_again(town):
    case = taken(town)
    accepted(town, case)
    first = paper_of(town, case)
    PaperDesk(town.city).issue(OLD, CLERK, case, town.out_case(case).version, "なくした")
    assert paper_of(town, case) != first


def portal(town, number):
    inquiry = HouseholdOf(handle=handles(town, number)(f"city:{OLD}"))
    return town.households.household_of(inquiry, asked("portal", f"city:{OLD}"))


# ------------------------------------------------------------ over HTTP


def form_of(page):
    return page.get_element_by_id("main-form")


def typed(town, **more):
    head, wife = (town.resident(one).resident_id for one in (HEAD, WIFE))
    day = today(town.clock)
    on = {f"on-{part}": str(getattr(day, part)) for part in ("year", "month", "day")}
    return {
        "people": [head, wife], "to": "札幌市", "place": "中央区大通1番地", "given_by": head,
        "document": "licence", "arrives_by": "paper",
    } | on | more  # fmt: skip


def first_page(browser, town):
    one = town.resident(HEAD).resident_id
    page = html.fromstring(browser.get(f"/desk/residents/{one}?lang=en").content)
    (link,) = page.xpath("//p[@id='moving-out']/a/@href")
    return html.fromstring(browser.get(link).content)


def words(page):
    return " ".join(page.find(".//main").text_content().split())


def test_from_the_record_to_the_paper_in_pages(town):
    browser = desk(town, OLD)
    review = sent(browser, form_of(first_page(browser, town)), "on", **typed(town))
    assert "Nothing is written yet" in words(review)
    assert "driving licence" in words(review)
    case = sent(browser, form_of(review), "take")
    assert "The notice of moving out was taken" in case.text_content()
    assert "Taken at the counter" in words(case)
    assert "Ask for a correction" not in words(case)
    done = sent(browser, form_of(case), "paper")
    assert "the paper certificate was issued" in done.text_content()
    town.settle()
    assert told(town) == 0
    arrival = html.fromstring(
        desk(town, NEW).get(f"/desk/in/{town.resident(HEAD).case_id.lower()}?lang=en").content
    )
    assert "they gave notice at the counter of the old city" in words(arrival)
    assert "中央区大通１番地" in words(arrival), "as a card can carry it"
    there = desk(town, NEW)
    assert there.get(f"/desk/in/{town.resident(HEAD).case_id}/form.pdf").content[:4] == b"%PDF"
    assert town.resident(HEAD).case_id in there.get("/desk/in?lang=en").text
    assert town.resident(HEAD).case_id in browser.get("/desk/out?done=1&lang=en").text


def test_who_looked_is_read_by_the_household(town):
    first_page(desk(town, OLD), town)
    read = [actions(town, number).count("moving-out.look-at-counter") for number in (HEAD, WIFE)]
    assert read == [1, 1]


def test_late_the_page_says_that_it_is_ex_officio(town):
    browser = desk(town, OLD)
    day = today(town.clock) - timedelta(days=25)
    on = {f"on-{part}": str(getattr(day, part)) for part in ("year", "month", "day")}
    page = sent(browser, form_of(first_page(browser, town)), "on", **typed(town) | on)
    assert page.get_element_by_id("because").get("aria-invalid") == "true"
    page = sent(browser, form_of(page), "on", because="本人の申出")
    assert "ex officio" in words(page)
    case = sent(browser, form_of(page), "take")
    assert "ex officio (more than 14 days late)" in words(case)
    sent(browser, form_of(case), "paper")
    record = browser.get(f"/desk/residents/{town.resident(HEAD).resident_id}?lang=en")
    assert "職権で記載した" in words(html.fromstring(record.content))


def test_what_is_wrong_stands_at_its_field(town):
    browser = desk(town, OLD)
    page = sent(browser, form_of(first_page(browser, town)), "on", **typed(town, to="どこか"))
    assert page.get_element_by_id("to").get("aria-invalid") == "true"
    assert page.get_element_by_id("place").get("value") == "中央区大通1番地"


def test_a_notice_of_the_counter_has_no_appointment_and_no_portal(town):
    """Twelve days late with a card, then past the fourteen days: nothing is said of an appointment, or of what the portal tells. Who asked
    for a paper never meant to come by card."""
    case = taken(town, on=today(town.clock) - timedelta(days=12), arrives_by="card")
    assert said_first(town, case) == ""
    town.clock.set(town.clock.now() + timedelta(days=4))
    for accept in (False, True):
        if accept:
            accepted(town, case)
        words = said_first(town, case)
        assert "まででした" in words
        assert "予約" not in words
        assert "ポータルには出ません" in words
        assert ("受理したあと、この画面で" in words) != accept
    kept = town.out_case(case)
    by_paper = replace(kept, taken=kept.taken | {"arrives_by": "paper"})
    assert (
        paper_first.said(by_paper, MoveNotice.model_validate(kept.notice), today(town.clock))
        is None
    )


def said_first(town, case):
    page = html.fromstring(desk(town, OLD).get(f"/desk/out/{case}?lang=ja").content)
    return "".join(one.text_content() for one in page.xpath("//*[@id='paper-needed']"))
