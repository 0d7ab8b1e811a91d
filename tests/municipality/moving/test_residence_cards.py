"""在留カード: registration writes nothing on it. Who has one is told until the counter has, and what to bring without arriving by card."""

import pytest
from lxml import html

from kazasu.contracts.offices import DOCUMENTS
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import long_date
from kazasu.kit import periods
from kazasu.municipality.moving.outstanding.papers import PaperDesk
from kazasu.municipality.moving.service.cards import ResidenceCards
from kazasu.portal.home import waiting
from tests.municipality.moving.test_by_paper import issued, ran_out
from tests.municipality.moving.test_entry_fields import desk, sent
from tests.municipality.moving.test_within_the_city import _change
from tests.support.city import CLERK, NEW
from tests.support.pages import signed_in_at
from tests.support.town import Town

NUMBER = "AB12345678CD"


@pytest.fixture
def town(databases, clock):
    town = Town(databases, clock)
    _change(town, 11, residence_card_number=NUMBER)
    return town


def portal_page(town, case, path=""):
    browser = signed_in_at(town.street, "portal", "portal", "resident", "sub-1")
    return html.fromstring(browser.get(f"/moves/{case}{path}?lang=en").content)


def waits(town, case):
    titles = [one.title.en for one in waiting(None, [town.portal.move("sub-1", case)], today(town.clock))]  # fmt: skip
    return "Have the new address written on the residence card" in titles


def test_a_residence_card_is_asked_for_until_the_address_is_written_on_it(town):
    case = town.moved()
    wife = next(one for one in town.people(case) if one.mover.residence_card_number)
    last = long_date(periods.moving_in_until(today(town.clock)), "en")
    left = portal_page(town, case).get_element_by_id("residence-cards-left").text_content()
    assert last in left
    assert "Sapporo" in left
    assert waits(town, case)
    browser = desk(town, NEW)
    page = html.fromstring(browser.get(f"/desk/in/{case}?lang=en").content)
    assert last in page.get_element_by_id("residence-cards").text_content()
    form = page.get_element_by_id("residence-cards").find(".//form")
    after = sent(browser, form, "")
    assert "on record" in after.get_element_by_id("done").text_content()
    assert not after.xpath("//*[@id='residence-cards']")
    town.settle()
    assert not portal_page(town, case).xpath("//*[@id='residence-cards-left']")
    assert not waits(town, case)
    ResidenceCards(town.city).written(NEW, CLERK, case, wife.token)
    town.settle()
    told = [one.event for one in town.portal.move("sub-1", case).events]
    assert told.count("residence-card-written") == 1, "pressed again it changes nothing"
    assert town.broken() == {}


def test_of_who_has_none_nothing_is_written(town):
    case = town.moved()
    head = next(one for one in town.people(case) if not one.mover.residence_card_number)
    with pytest.raises(Refusal) as refused:
        ResidenceCards(town.city).written(NEW, CLERK, case, head.token)
    assert refused.value.fault.code == "municipality.no-residence-card"


def test_what_to_bring_by_paper_is_told_by_the_list_of_the_desk(town):
    town.papers = PaperDesk(town.city)
    case = ran_out(town)
    issued(town, case)
    said = portal_page(town, case).get_element_by_id("bring-by-paper").text_content()
    assert all(one.en in said for one in DOCUMENTS.values())
    assert "paper certificate" in said
    assert "mandate" in said
