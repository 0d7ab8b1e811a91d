"""Part of a notice comes first, the rest later: the same notice at the same counter, each with their own days."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import long_date
from kazasu.kit import periods
from kazasu.municipality.moving import entering, telling
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.model import to_come, until
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.portal.move.standing import standing
from tests.municipality.moving.test_entry_fields import sent
from tests.municipality.moving.test_within_the_city import at_the_desk
from tests.municipality.test_desk_pages import desk, words
from tests.support.city import CLERK, NEW, OLD
from tests.support.pages import signed_in_at
from tests.support.town import Town, entered

FAMILY = (10, 11, 12, 13)


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=4)


def first_of(town, case, come, city=NEW):
    """Of the notice only these people, by their place in it, stand at the counter; the first of them heads."""
    people = to_come(town.people(case, city))
    chosen = [people[place] for place in come]
    town.enter(case, city, people=tuple(
        EnteredPerson(
            one.token, one in chosen, "世帯主" if one is chosen[0] else "同居人" if one in chosen else "",
            one is chosen[0],
        )
        for one in people
    ))  # fmt: skip


def part(town, come=(0, 1), **more):
    """The first of a family of four are registered, the others are still to come."""
    case = town.to_the_desk()
    first_of(town, case, come)
    town.register(case, **more)
    town.settle()
    return case


def follow(town, case, number, **changes):
    """The others stand at the counter, and join who came before."""
    town.visit(case, number)
    joins = town.resident(10, NEW).household_number
    people = tuple(
        EnteredPerson(one.token, True, "同居人", False) for one in to_come(town.people(case))
    )
    town.enter(case, people=people, joins_household=joins, **changes)
    town.register(case)
    town.settle()


def at(town, days):
    town.clock.set(town.clock.now() + timedelta(days=days))
    town.settle()


def case_page(town, case, city=NEW, language="en"):
    return html.fromstring(desk(town, city).get(f"/desk/in/{case}?lang={language}").content)


def portal_page(town, case, language="en"):
    browser = signed_in_at(town.street, "portal", "portal", "resident", "sub-1")
    return html.fromstring(browser.get(f"/moves/{case}?lang={language}").content)


def test_the_rest_of_a_family_is_registered_by_the_same_notice_a_week_later(town):
    case = part(town)
    assert town.arrival(case).state == "partly"
    assert [town.states(one) for one in FAMILY[2:]] == [{OLD: "left-planned", NEW: None}] * 2
    assert town.out_case(case).state == "accepted"
    first = {one.token: one for one in town.people(case) if one.registered}
    at(town, 7)
    follow(town, case, 12)
    assert town.arrival(case).state == "registered"
    assert [town.states(one) for one in FAMILY] == [{OLD: "left", NEW: "resident"}] * 4
    assert len({town.resident(one, NEW).household_number for one in FAMILY}) == 1
    people = town.people(case)
    assert {one.moved_on for one in people if one.token in first} == {today(town.clock) - timedelta(days=7)}  # fmt: skip
    assert {one.moved_on for one in people if one.token not in first} == {today(town.clock)}
    assert town.out_case(case).state == "closed"
    assert town.broken() == {}


def test_the_desk_says_who_is_still_to_come_and_until_when(town):
    case = town.to_the_desk()
    first_of(town, case, (0, 1))
    comes = today(town.clock) + timedelta(days=5)
    browser = desk(town, NEW)
    page = html.fromstring(browser.get(f"/desk/in/{case}?lang=en").content)
    third, fourth = town.people(case)[2:]
    form = page.get_element_by_id("main-form")
    day = f"comes_on-{third.token}"
    why = {"left_out": "あとから来る"}
    again = sent(browser, form, "register", **why, **{day: "来週"})
    assert again.xpath(f"//*[@id='{day}-error']"), (
        "a day that cannot be read is refused at its field"
    )
    sent(
        browser, again.get_element_by_id("main-form"), "register", **why, **{day: long_date(comes)}
    )
    town.settle()
    [said_third, said_fourth] = case_page(town, case).get_element_by_id("to-come").findall("li")
    assert long_date(comes, "en") in said_third.text_content()
    assert long_date(periods.moving_in_until(comes), "en") in said_third.text_content()
    planned = today(town.clock) - timedelta(days=1)
    last = periods.transfer_usable_until(planned)
    assert long_date(last, "en") in said_fourth.text_content()
    assert fourth.mover.name.split("　")[0] in said_fourth.text_content()
    listed = words(browser, "/desk/in?show=awaited")
    assert "some registered, the others still to come" in listed
    assert "identify the others when they come" in listed


def test_the_form_of_who_comes_later_offers_the_household_of_who_came_before(town):
    case = part(town)
    town.visit(case, 12)
    page = case_page(town, case)
    values = dict(page.get_element_by_id("main-form").form_values())
    assert values["joins_household"] == town.resident(10, NEW).household_number
    assert values["head"] == "joins"
    assert values["block"] == town.resident(10, NEW).block
    assert len(page.xpath("//input[@name='token']")) == 2, "who is registered is asked no more"


def test_the_portal_says_of_each_who_is_registered_and_until_when_the_others_come(town):
    case = part(town)
    names = [one.mover.name for one in town.people(case)]
    said = [one.text_content() for one in portal_page(town, case).get_element_by_id("each-mover")]
    last = long_date(periods.transfer_usable_until(today(town.clock) - timedelta(days=1)), "en")
    assert all("registered in" in said[place] for place in (0, 1)), said
    assert all(f"at the counter by {last}" in said[place] for place in (2, 3)), said
    move = town.portal.move("sub-1", case)
    assert [one.name for one in move.each_mover] == names
    at(town, 7)
    follow(town, case, 12)
    assert town.portal.move("sub-1", case).each_mover == []
    assert "each-mover" not in html.tostring(portal_page(town, case), encoding="unicode")


def test_the_first_page_says_who_is_to_come_beside_the_cards_and_nothing_is_done_before(town):
    """The nearer day first: a card has ninety days, a notice fourteen."""
    case = part(town)
    waits = town.first_page()
    rest = next(one for one in waits if "Not registered yet" in one.title.en)
    names = [one.mover.name for one in town.people(case)][2:]
    assert all(one in rest.title.ja for one in names)
    assert rest.on == periods.transfer_usable_until(today(town.clock) - timedelta(days=1))
    assert [one.on for one in waits] == sorted(one.on for one in waits)
    assert any("to be updated" in one.title.en for one in waits), "both are said"
    move = town.portal.move("sub-1", case)
    done = replace(move, events=[replace(e, cards=[]) if e.cards else e for e in move.events])
    assert standing(done).name == "rest-to-come", "their own cards are done; the move is not"
    at(town, 45)
    late = next(one for one in town.first_page() if "Not registered yet" in one.title.en)
    assert (late.urgency, "paper certificate" in late.note.en) == ("late", True)


def test_who_does_not_come_in_the_period_lapses_visibly_and_may_come_by_paper(town):
    case = part(town)
    at(town, 45)
    assert town.arrival(case).state == "expired"
    assert "paper certificate" in case_page(town, case).get_element_by_id("to-come").text_content()
    said = [one.text_content() for one in portal_page(town, case).get_element_by_id("each-mover")]
    assert all("paper certificate is needed" in one for one in said[2:])
    assert [town.states(one)[NEW] for one in FAMILY[:2]] == ["resident"] * 2
    assert town.broken() == {}


def test_the_others_stay_and_the_notice_is_at_its_end(town):
    """The old city says that they do not come; those who are registered stay so."""
    case = part(town)
    notice = town.out_case(case)
    Cancelling(town.city).cancel_at_desk(OLD, CLERK, case, notice.version, "引っ越さない")
    town.settle()
    assert not [one for one in town.first_page() if "Not registered yet" in one.title.en]
    assert town.arrival(case).state == "registered"
    assert [town.states(one) for one in FAMILY] == [
        *[{OLD: "left", NEW: "resident"}] * 2, *[{OLD: "resident", NEW: None}] * 2
    ]  # fmt: skip
    assert [one.registered for one in town.people(case)] == [True, True], "their data are gone (I9)"
    assert town.broken() == {}


def test_who_is_registered_already_is_not_identified_again(town):
    case = part(town)
    with pytest.raises(Refusal) as refused:
        town.visit(case, 10, address=town.resident(10, NEW).address)
    assert refused.value.fault.code == "municipality.not-of-this-move"


def test_the_cards_of_who_came_later_have_days_of_their_own(town):
    case = part(town)
    days = {one.name: one.until for one in town.cards.waiting(NEW, CLERK)}
    at(town, 7)
    follow(town, case, 12)
    waiting = {one.name: one.until for one in town.cards.waiting(NEW, CLERK)}
    assert {name: waiting[name] for name in days} == days, "no later for who came first"
    later = {until for name, until in waiting.items() if name not in days}
    assert later == {periods.card_continuation_until(today(town.clock))}
    town.clock.set(town.clock.now() + (min(later) - today(town.clock)))
    town.settle()
    assert {one.name for one in town.cards.waiting(NEW, CLERK)} == set(waiting) - set(days)


def test_within_the_city_the_rest_comes_later_or_stays(databases, clock):
    town = Town(databases, clock, households=2, size=3)
    case = at_the_desk(town)
    first_of(town, case, (0, 1), OLD)
    town.register(case, OLD)
    town.settle()
    assert town.arrival(case, OLD).state == "partly"
    child = to_come(town.people(case, OLD))
    town.visit(case, 12, OLD)
    joins = town.resident(10).household_number
    town.enter(case, OLD, people=(EnteredPerson(child[0].token, True, "子", False),), joins_household=joins)  # fmt: skip
    town.register(case, OLD)
    town.settle()
    assert town.arrival(case, OLD).state == "registered"
    assert {town.resident(one).household_number for one in (10, 11, 12)} == {joins}
    assert town.broken() == {}


def test_within_the_city_who_did_not_come_stays_where_they_are(databases, clock):
    town = Town(databases, clock, households=2, size=3)
    case = at_the_desk(town)
    first_of(town, case, (0, 1), OLD)
    town.register(case, OLD, care="祖母が世話をする")
    town.settle()
    town.clock.set(town.clock.now() + timedelta(days=25))
    town.settle()
    assert town.arrival(case, OLD).state == "registered"
    left = case_page(town, case, OLD).get_element_by_id("left-out").text_content()
    assert town.people(case, OLD)[2].mover.name.split("　")[0] in left
    assert town.broken() == {}


def test_who_comes_later_is_asked_and_dated_by_their_own_day(town):
    """Before, by the day of who had come: registered from it, late in the list, and sent back for a paper while in time."""
    case = town.to_the_desk()
    first_of(town, case, (0, 1))
    announced = telling.announced_day(town.arrival(case))
    comes = today(town.clock) + timedelta(days=4)
    third, fourth = town.people(case)[2:]
    town.registering.register(
        NEW, CLERK, case, town.arrival(case).version, entered(town.arrival(case)),
        left_out="あとから", coming={str(third.token): comes, str(fourth.token): comes},
    )  # fmt: skip
    town.settle()
    one = next(one for one in town.people(case) if not one.registered)
    own = until(town.arrival(case), one)
    assert own == periods.moving_in_until(comes) > periods.moving_in_until(announced)
    at(town, (own - today(town.clock)).days)
    [row] = [row for row in town.arrivals.queue(NEW, CLERK) if row.case_id == case]
    assert (row.due, row.late(today(town.clock))) == (own, 0), "the list agrees with the case"
    town.visit(case, 12)
    form = case_page(town, case, language="ja").get_element_by_id("main-form")
    said = form.xpath(".//input[starts-with(@name, 'moved_on')]")
    assert entering.day_offered(town.arrival(case), town.people(case)) == comes
    assert [box.get("value") for box in said][-1] == str(comes.day)
    assert comes != announced


def test_a_day_that_nobody_said_is_asked_and_not_taken_from_who_came_first(town):
    case = part(town)
    at(town, 1)
    town.visit(case, 12)
    assert telling.announced_day(town.arrival(case)) is not None
    assert entering.day_offered(town.arrival(case), town.people(case)) is None


def test_the_page_says_what_those_who_came_first_were_registered_as(town):
    case = part(town)
    rows = case_page(town, case, language="ja").get_element_by_id("registered").text_content()
    assert "同居人" in rows, "what they are here, and not only in the household before"
    at_home = case_page(town, case, language="ja").get_element_by_id("registered-at").text_content()
    assert town.resident(10, NEW).address in at_home
    assert long_date(town.people(case)[0].moved_on) in at_home
