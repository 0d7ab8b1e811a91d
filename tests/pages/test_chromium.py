"""The move in a real Chromium: by keyboard, at phone and desk width, in both languages, with and without
JavaScript, and nothing that axe finds."""

import pytest

from kazasu.society.stories import moving
from kazasu.society.stories.stage import Person
from tests.support.chromium import DESK, PHONE

SCROLLS_SIDEWAYS = """() => [...document.querySelectorAll('main *')].some(
    one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'auto')"""
EDGES = """() => ['.site-name', 'main h1', '.site-footer p'].map(
    one => Math.round(document.querySelector(one).getBoundingClientRect().left))"""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


def test_the_move_on_a_phone(stage, axe_source):
    moving.play(stage(size=PHONE, axe=axe_source))


def test_a_move_at_a_desk_without_javascript(stage):
    one = stage(size=DESK, scripts=False)
    kenta = Person(one, "山田　颯太", one.browser())
    case = moving.give_notice(one, kenta, postcode="0600041")
    clerk = moving.at_notice(one, case)
    clerk.browser.press("Accept").expect("accepted")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_front_page(stage, axe_at, language, size, country):
    one = stage(size=size, axe=axe_at(language, size), language=language)
    browser = one.browser()
    for institution, paths in {
        "portal": ["/", "/moves/nothing"],
        "identity": ["/"],
        "jpki": ["/"],
        "jukinet": ["/"],
        "terminal": ["/", "/inspector"],
        "phone": ["/", "/lost", "/offline", "/enrol"],
        "society": ["/", "/tray", "/clock", "/faults?q=card"],
        moving.OLD: ["/"],
    }.items():
        for path in paths:
            browser.get(f"{country.directory.origin(institution)}{path}")
    origin = country.directory.origin("portal")
    browser.get(f"{origin}/").page.locator("html").get_attribute("lang")
    assert browser.page.locator("html").get_attribute("lang") == language
    for path in ("/", "/about/help"):
        browser.get(f"{origin}{path}")
        assert len(set(browser.page.evaluate(EDGES))) == 1, (
            "header, content and footer begin at one edge"
        )


def test_faults_and_forms_with_errors(stage, axe_source):
    one = stage(size=PHONE, axe=axe_source)
    person = Person(one, "松本　玲", one.browser())
    browser = person.browser.get(f"{one.origin('portal')}/move")
    browser.press("Hold this card: 松本　玲")
    browser.press("Confirm", pin="0000")
    assert browser.fault == "card.wrong-pin"
    browser.press("Confirm", pin=moving.PIN)
    browser.press("Next").press("Find the address", postcode="1").expect(
        "Please correct the following"
    )
    browser.get(f"{one.origin('portal')}/accesses").expect("Who looked at your data")
    assert not browser.page.evaluate(SCROLLS_SIDEWAYS), "purpose and record number are off the edge"
    browser.get(f"{one.origin('portal')}/move/who").click("Stop and delete this draft").press(
        "Delete it"
    )
