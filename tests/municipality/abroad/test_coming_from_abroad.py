"""Coming from abroad: the network says that they moved abroad, the city that had them last who they are; each is registered once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html

from kazasu.contracts.municipality import Address
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.jpki.register import person_store
from kazasu.jukinet import store as jukinet_store
from kazasu.municipality.abroad.service import coming
from kazasu.municipality.abroad.service.coming import Coming, ComingFromAbroad
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.register import store as register_store
from tests.jpki.test_continuing import READING
from tests.municipality.abroad.test_leaving_the_country import HEAD, WIFE, goes, ids, later
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.support import pki
from tests.support.city import CLERK, COUNTER, NEW, OLD, code_of, reading
from tests.support.town import Town


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def said(town, number, city=NEW, *, days=0, **more):
    address = town.elsewhere(city) if "joins" not in more else Address(
        municipality_code=city, prefecture="", city="", town=""
    )  # fmt: skip
    on = today(town.clock) - timedelta(days=days)
    return Coming(**{"code": code_of(number), "on": on, "address": address, "document": "passport"} | more)  # fmt: skip


def comes(town, number, city=NEW, clerk=CLERK, **more):
    found = ComingFromAbroad(town.city).enter(city, clerk, said(town, number, city, **more))
    town.settle()
    return found


def abroad(town, *numbers, **more):
    goes(town, *numbers, **more)
    later(town, 7)


def network(town, number):
    def look(tx):
        found = jukinet_store.latest_registration(tx, code_of(number))
        return found.municipality_code, found.until

    return town.databases("jukinet").read("test.network", look, access=reading())


@pytest.mark.parametrize("city", [OLD, NEW], ids=["where they lived", "another city"])
def test_who_comes_back_is_registered_once(town, city):
    before = town.resident(HEAD)
    abroad(town, HEAD)
    later(town, 400)
    comes(town, HEAD, city)
    found = town.resident(HEAD, city)
    assert (found.state, found.reason, found.is_head, found.relationship) == (
        "resident",
        "国外転入",
        True,
        "世帯主",
    )
    assert found.individual_number == before.individual_number
    assert (found.name, found.birth_date) == (before.name, before.birth_date)
    assert found.resident_since == today(town.clock)
    assert network(town, HEAD) == (city, None)
    if city == OLD:
        assert found.resident_id == before.resident_id, "the same number of the register again"
        assert found.former_address == "国外（アメリカ合衆国）"
    else:
        assert town.resident(HEAD, OLD).state == "left"
    assert town.broken() == {}


def test_pressed_twice_it_is_one(town):
    abroad(town, HEAD)
    what = said(town, HEAD)
    desk_ = ComingFromAbroad(town.city)
    first = desk_.enter(NEW, CLERK, what, mark="a" * 32)
    town.settle()
    version = town.resident(HEAD, NEW).version
    assert desk_.enter(NEW, CLERK, what, mark="a" * 32) == first
    town.settle()
    with pytest.raises(Refusal) as refused:  # another page of the same person and day
        desk_.enter(NEW, CLERK, replace(what, document="residence-card"), mark="b" * 32)
    assert refused.value.fault.code == "municipality.not-from-abroad"
    assert town.resident(HEAD, NEW).version == version
    assert town.broken() == {}


def test_a_family_comes_one_after_the_other(town):
    abroad(town, HEAD, WIFE)
    comes(town, HEAD)
    household = town.resident(HEAD, NEW).household_number
    comes(town, WIFE, joins=household, relationship="妻")
    wife = town.resident(WIFE, NEW)
    assert (wife.household_number, wife.is_head, wife.relationship) == (household, False, "妻")
    assert wife.address == town.resident(HEAD, NEW).address
    assert town.broken() == {}


def test_a_card_that_went_on_waits_at_the_card_desk(town):
    town.sign_in_key(town.members()[0], 2, pki.public(5))
    abroad(town, HEAD, cards=ids(town, HEAD))
    comes(town, HEAD)
    assert town.resident(HEAD, NEW).has_card
    [card] = town.cards.waiting(NEW, COUNTER)
    assert (card.resident_id, card.ends) == (town.resident(HEAD, NEW).resident_id, False)

    def where(tx):
        return person_store.registered_in(tx, person_store.person_of(tx, code_of(HEAD)))

    assert town.databases("jpki").read("test.where", where, access=READING) == NEW, "it is written anew here"  # fmt: skip


def test_who_did_not_move_abroad_is_not_taken(town):
    """Registered, on the way, dead, known to nobody, registered in a third city since."""
    refused = {}

    def attempt(name, number, city=NEW, **more):
        with pytest.raises(Refusal) as caught:
            comes(town, number, city, **more)
        refused[name] = caught.value.fault.code, caught.value.facts.get("standing_en")

    attempt("registered", HEAD)
    goes(town, HEAD)
    attempt("leaving still", HEAD)
    later(town, 7)
    comes(town, HEAD)
    attempt("registered since", HEAD, OLD)
    one = town.resident(WIFE)
    Deaths(town.city).enter(OLD, CLERK, one.resident_id, one.version, Death(today(town.clock), "notice"))  # fmt: skip
    town.settle()
    attempt("dead", WIFE)
    assert {code for code, _ in refused.values()} == {"municipality.not-from-abroad"}
    assert [words for _, words in refused.values()] == [
        "they are registered", "they are registered", "they are registered", "their death is entered",
    ]  # fmt: skip
    assert town.broken() == {}


def test_who_is_on_the_way_within_the_country_is_not_taken(town):
    town.to_the_desk()
    with pytest.raises(Refusal) as refused:
        comes(town, HEAD)
    assert refused.value.facts["standing_en"] == "they are between two cities"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"code": "123"}, "municipality.from-abroad-who"),
        ({"code": code_of(99)}, "municipality.not-from-abroad"),
        ({"days": -1}, "municipality.from-abroad-day-ahead"),
        ({"days": 30}, "municipality.from-abroad-day-before"),
        ({"joins": "0000000000", "relationship": "妻"}, "municipality.from-abroad-household"),
    ],
)
def test_what_cannot_be(town, more, code):
    abroad(town, HEAD)
    with pytest.raises(Refusal) as refused:
        comes(town, HEAD, **more)
    assert refused.value.fault.code == code
    assert town.resident(HEAD, NEW) is None


def test_a_child_comes_to_a_household_and_heads_none(town, monkeypatch):
    abroad(town, HEAD, WIFE)
    monkeypatch.setattr(coming.periods, "too_young", lambda birth, on: True)
    with pytest.raises(Refusal) as refused:
        comes(town, HEAD)
    assert refused.value.fault.code == "municipality.from-abroad-too-young"
    monkeypatch.undo()
    comes(town, HEAD)
    household = town.resident(HEAD, NEW).household_number
    monkeypatch.setattr(coming.periods, "too_young", lambda birth, on: True)
    comes(town, WIFE, joins=household, relationship="子")
    assert town.resident(WIFE, NEW).state == "resident"


def test_where_the_last_city_has_no_record_of_it_nobody_is_written(town, monkeypatch):
    """The network and the city disagree: it is asked, and nothing is guessed."""
    abroad(town, HEAD)

    def corrected(tx):
        record = register_store.by_record_code(tx, code_of(HEAD))
        register_store.change(tx, record, reason="職権修正", changed_on=today(town.clock))

    town.databases("municipality").run("test.correct", corrected, tenant=OLD, access=reading())
    with pytest.raises(Refusal) as refused:
        comes(town, HEAD)
    assert refused.value.fault.code == "municipality.from-abroad-no-record"
    assert town.resident(HEAD, NEW) is None


def test_a_relationship_is_one_of_the_register(town):
    abroad(town, HEAD, WIFE)
    comes(town, HEAD)
    household = town.resident(HEAD, NEW).household_number
    for word, code in (
        ("", "municipality.relationship-needed"),
        ("世帯主", "municipality.bad-relationship"),
        ("家内", "municipality.bad-relationship"),
    ):
        with pytest.raises(Refusal) as refused:
            comes(town, WIFE, joins=household, relationship=word)
        assert refused.value.fault.code == code


def test_it_is_looked_at_before_it_is_written(town):
    abroad(town, HEAD)
    browser = desk(town, NEW)
    first = html.fromstring(browser.get("/desk?lang=en").content)
    assert first.xpath("//a[@href='/desk/from-abroad']")
    form = html.fromstring(browser.get("/desk/from-abroad").content).get_element_by_id("main-form")
    assert "Choose the document that was seen" in sent(browser, form, "").text_content()
    day = today(town.clock)
    fields = {"on-year": f"{day.year}", "on-month": f"{day.month}", "on-day": f"{day.day}", "on": f"{day}"}  # fmt: skip
    shown = sent(
        browser, form, "", code=code_of(HEAD), city="札幌市中央区", town="大通", block="１番地", document="passport", **fields
    )  # fmt: skip
    assert town.resident(HEAD, NEW) is None
    assert town.resident(HEAD).name in shown.text_content()
    done = sent(browser, shown.get_element_by_id("main-form"), "write")
    assert "registered as coming from abroad" in done.text_content()
    again = sent(browser, shown.get_element_by_id("main-form"), "write")
    assert "registered as coming from abroad" in again.text_content()
    assert town.resident(HEAD, NEW).state == "resident"


def test_the_paper_lies_in_the_sandbox_and_leads_back_in(town):
    """Who walks in the sandbox holds what in reality the family register's municipality issues."""
    goes(town, WIFE, days=0)
    wife = town.resident(WIFE)
    at_desk = desk(town, OLD)
    assert 'href="/desk/from-abroad/papers"' in at_desk.get("/desk/from-abroad").text
    page = html.fromstring(at_desk.get("/desk/from-abroad/papers?lang=en").content)
    (paper,) = page.find_class("paper")
    code = paper.xpath(".//code")[0].text
    assert code == str(wife.record_code)
    at_desk.get(f"/desk/residents/{wife.resident_id}?look_for=notice")
    record = at_desk.get(f"/desk/residents/{wife.resident_id}?lang=en").text
    assert 'id="comes-back"' in record
    comes(town, WIFE, OLD)
    assert at_desk.get("/desk/from-abroad/papers?lang=en").text.count('class="paper"') == 0
    assert (
        "Nobody has moved abroad from here" in at_desk.get("/desk/from-abroad/papers?lang=en").text
    )


def test_in_production_there_is_no_such_paper(town):
    goes(town, WIFE, days=0)
    settings = replace(town.city.house.settings, mode="production")
    city = replace(town.city, house=replace(town.city.house, settings=settings))
    with pytest.raises(Refusal) as refused:
        ComingFromAbroad(city).papers(OLD, CLERK)
    assert refused.value.fault is NOT_FOUND
