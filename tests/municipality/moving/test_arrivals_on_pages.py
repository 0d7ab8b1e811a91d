"""What the desk reads of an arrival that came without a reservation, and of one that the network refused."""

from datetime import timedelta

import pytest
from lxml import html

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import long_date
from tests.municipality.moving.test_within_the_city import at_the_desk, on_their_own
from tests.municipality.test_desk_pages import desk, words
from tests.support.city import CLERK, NEW, OLD, reading
from tests.support.town import Town


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def forms(browser, address):
    page = html.fromstring(browser.get(f"{address}?lang=en").content)
    return [form.get("action") for form in page.iter("form")]


def test_who_is_expected_without_a_reservation_can_be_identified(town):
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    town.databases("municipality").run(
        "test.lost",
        lambda tx: tx.execute(
            "UPDATE moving_in SET reservation = NULL, state = 'certificate' WHERE case_id = %s",
            (case,),
        ),
        tenant=NEW,
        access=reading(),
    )
    browser = desk(town, NEW)
    assert f"/desk/in/{case}/visit" in forms(browser, f"/desk/in/{case}")
    listed = words(browser, "/desk/in")
    assert "identify the visitor when they come" in listed
    assert "wait for the reservation" not in listed


def test_a_refused_registration_says_why_and_whose_it_was(town):
    case = town.to_the_desk()
    town.enter(case, moved_on=today(town.clock) - timedelta(days=2))
    town.databases("jukinet").run(
        "test.since",
        lambda tx: tx.execute(
            "UPDATE registration SET since = %s", (today(town.clock) - timedelta(days=1),)
        ),
        access=reading(),
    )
    browser = desk(town, NEW)
    with pytest.raises(Refusal):
        town.register(case)
    for language, said in (
        ("en", ("It could not be registered", "Check the date of the move")),
        ("ja", ("登録できませんでした", "異動日を確かめてください")),
    ):
        shown = words(browser, f"/desk/in/{case}", language)
        assert all(one in shown for one in said)
    page = html.fromstring(browser.get(f"/desk/in/{case}?lang=ja").content)
    assert town.members()[0].name in page.get_element_by_id("refused").text_content()
    assert f"/desk/in/{case}/entry" in forms(browser, f"/desk/in/{case}"), "it can be corrected"
    assert f"/desk/in/{case}/back" in forms(browser, f"/desk/in/{case}"), "and sent back"


def test_the_day_that_was_announced_at_the_old_city_is_shown_without_a_reservation(town):
    case = town.submit(moves_on=today(town.clock) + timedelta(days=3))
    town.settle()
    town.accept(case)
    town.settle()
    town.databases("municipality").run(
        "test.walk-in",
        lambda tx: tx.execute(
            "UPDATE moving_in SET reservation = NULL, state = 'certificate' WHERE case_id = %s",
            (case,),
        ),
        tenant=NEW,
        access=reading(),
    )
    page = html.fromstring(desk(town, NEW).get(f"/desk/in/{case}?lang=en").content)
    said = {
        label.text_content(): label.getnext().text_content().strip() for label in page.iter("dt")
    }
    assert said["Moving day, as announced"] == long_date(
        today(town.clock) + timedelta(days=3), "en"
    )


def test_the_card_desk_marks_the_days_that_have_passed(town):
    case = at_the_desk(town, movers=[0])
    on_their_own(town, case)
    town.register(case, OLD)
    town.settle()
    assert "late" not in words(desk(town, OLD), "/desk/cards")
    [card] = town.cards.waiting(OLD, CLERK)
    town.clock.set(town.clock.now() + (card.until - today(town.clock)) + timedelta(days=3))
    shown = words(desk(town, OLD), "/desk/cards")
    assert "3 days late" in shown
    assert "the card ends" not in shown, "a change of address within the city ends no card"
    assert "3日おくれ" in words(desk(town, OLD), "/desk/cards", "ja")
