"""What the desk offers, and how it says that there is nothing."""

from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from lxml import html

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import wareki
from kazasu.foundation.values.typed.written import placed
from kazasu.municipality.households import rules
from kazasu.municipality.households.faults import DAY_BEFORE
from kazasu.municipality.households.model import Choice, Notice
from kazasu.municipality.moving.pages.at_counter import CounterForm
from kazasu.municipality.moving.service.walk_in import WalkInDesk
from kazasu.municipality.register import store as register_store
from tests.municipality.households.people import OWN, THERE, person
from tests.municipality.test_desk_pages import desk, words
from tests.support.city import CLERK, NEW, OLD, STRANGER, reading
from tests.support.town import Town


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def test_of_one_condition_none_can_be_left_away(town):
    browser = desk(town)
    one = words(browser, "/desk/residents?q=&born=1911-01-01&purpose=notice")
    assert "Try with less" not in one
    assert "search by something else" in one
    several = words(browser, "/desk/residents?q=&born=1911-01-01&sex=男&purpose=notice")
    assert "Try with less" in several


def test_the_counter_offers_nobody_whom_it_refuses_and_writes_a_place_as_the_register_does(town):
    child, head = town.resident(11), town.resident(10)
    born = today(town.clock) - timedelta(days=365 * 7)

    def seven(tx):
        register_store.change(
            tx, child, reason="職権修正", changed_on=born, birth_date=born, birth_text=wareki(born)
        )

    town.databases("municipality").run("test.seven", seven, tenant=OLD, access=reading())
    browser = desk(town)
    address = f"/desk/residents/{head.resident_id}/moving-out"
    form = html.fromstring(browser.get(f"{address}?lang=ja").content).get_element_by_id("main-form")
    givers = {box.get("value") for box in form.xpath(".//input[@name='given_by']")}
    assert head.resident_id in givers
    assert child.resident_id not in givers, "the label says fifteen or older"
    assert child.resident_id in {box.get("value") for box in form.xpath(".//input[@name='people']")}
    said = CounterForm(
        people=[head.resident_id], on=born, to="札幌市", place="中央区大通西5-3", given_by=head.resident_id,
        document="licence", arrives_by="paper",
    )  # fmt: skip
    assert said.place == placed("中央区大通西5-3") != "中央区大通西5-3"


def test_who_gave_no_notice_is_led_to_where_it_is_given(town):
    with pytest.raises(Refusal) as refused:
        WalkInDesk(town.city).fetch(NEW, CLERK, town.holding(10, NEW))
    assert refused.value.fault.code == "municipality.no-departure"
    assert "先に転出届をします" in refused.value.todo.ja


def test_who_comes_back_is_said_to_before_they_are_registered(town):
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    browser, there = desk(town, NEW), town.resident(STRANGER, NEW).resident_id
    code = str(town.people(case)[0].mover.resident_record_code)
    with patch.object(register_store, "lived_before", lambda *_: {code: there}):
        page = html.fromstring(browser.get(f"/desk/in/{case}?lang=ja").content)
    [line] = page.get_element_by_id("returning").findall("li")
    assert "再転入" in line.text_content()
    assert there in line.text_content()
    assert line.xpath(f".//a[@href='/desk/residents/{there}']")
    plain = html.fromstring(browser.get(f"/desk/in/{case}?lang=ja").content)
    assert plain.get_element_by_id("returning", None) is None


def test_who_lived_here_before_is_known_by_what_was_written_before_the_case_that_brings_them(town):
    case = town.moved()
    code = str(town.resident(10).record_code)

    def found(city, but):
        return town._read(city, lambda tx: register_store.lived_before(tx, [code], but))

    assert found(OLD, "MV-another") == {code: town.resident(10).resident_id}
    assert found(NEW, case) == {}


def test_a_household_is_joined_on_no_day_before_it_lived_there():
    own = [person(1, OWN)]
    there = [person(2, THERE)]
    joins = Choice("merge", joins=there[0].household_number, link="兄")
    found = rules.plan(joins, own, there, date(2026, 11, 24))
    since = max(own[0].lives_here_since, there[0].lives_here_since)
    said = Notice(on=since, given_by=own[0].resident_id, document="card")
    assert rules.must_be_given(found, said, date(2026, 11, 24))
    there = [replace(there[0], lives_here_since=since + timedelta(days=2))]
    found = rules.plan(joins, own, there, date(2026, 11, 24))
    with pytest.raises(Refusal) as refused:
        rules.must_be_given(found, said, date(2026, 11, 24))
    assert refused.value.fault is DAY_BEFORE
    assert refused.value.facts["names"] == there[0].name
