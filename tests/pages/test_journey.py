"""An invented journey and its case in a real Chromium: by keyboard, on a phone and a desk, without scripts, with axe."""

import pytest

from tests.support.centre import open_centre
from tests.support.chromium import DESK, PHONE, ChromiumBrowser
from tests.support.market import free_port
from tests.support.pages import TEMPLATES
from tests.support.serving import serving
from tests.support.street import Street

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
TUESDAY = {"day__year": "2026", "day__month": "11", "day__day": "24"}
FRIDAY = TUESDAY | {"day__day": "27"}


@pytest.fixture
def home(databases, clock):
    port = free_port()
    street = Street(databases, clock, "portal", port=port)
    site, _ = open_centre(databases, street, clock, TEMPLATES)
    with serving(site.app(), port):
        yield street.directory.origin("portal")


@pytest.fixture
def hand(home, browser, axe_source):
    """``hand(size, …)``; what axe finds on any of its pages fails the test at its end."""
    made = []

    def open_hand(size, *, scripts=True, language="en"):
        axe = axe_source if scripts else ""
        one = ChromiumBrowser(browser, size=size, axe=axe, scripts=scripts, language=language)
        made.append(one)
        one.page.goto(f"{home}/in")
        return one.get(f"{home}/lend")

    yield open_hand
    found = [what for one in made for what in (*one.violations, *one.wide)]
    for one in made:
        one.close()
    assert sorted(set(found)) == []


def value(browser, name):
    return browser.page.locator(f"[name='{name}']").first.input_value()


@pytest.mark.parametrize(
    ("size", "scripts"),
    [(PHONE, True), (PHONE, False), (DESK, True)],
    ids=["phone", "no-js", "desk"],
)
def test_by_keyboard_to_the_case(hand, size, scripts):
    one = hand(size, scripts=scripts)
    one.press("Next", people="99", purpose="meeting").expect("How many people: Please choose again")
    one.press("Next", people="5").expect("Closed on Sundays.")
    one.press("Next", **TUESDAY).press("Next", hall="tea", extras=["piano"])
    box = one.page.locator("[name=phone]")
    box.fill("090")
    with one.page.expect_navigation(wait_until="load"):
        box.press("Enter")
    one._look().expect("Tuesday 24 November 2026").expect("The tea room")
    one.click("Change The day").press("Next", **FRIDAY)
    one.expect("With your change these answers were taken back Room")
    one.press("Next", hall="tea").expect("Friday 27 November 2026")
    one.press("Ask for the room").expect("You asked for a room").expect("Next to act: the staff")
    one.press("Withdraw").expect("You withdrew").expect("This is over")


def test_back_refresh_and_the_language_lose_nothing_and_frighten_nobody(hand):
    one = hand(PHONE)
    one.press("Next", people="5", purpose="meeting").press("Next", **TUESDAY)
    one.page.go_back()
    one._look().expect("The day")
    assert value(one, "day-day") == "24", "as it was answered"
    one.press("Next", **FRIDAY).expect("Room")
    assert not one.fault, "going back and answering anew is no other tab"
    one.page.reload()
    one._look().click("日本語").expect("部屋")
    one.click("English").expect("Room").click("Back")
    assert value(one, "day-day") == "27"


def test_in_japanese(hand):
    one = hand(DESK, language="ja")
    one.expect("使いみち").press("次へ", people="5", purpose="meeting").press("次へ", **TUESDAY)
    one.press("次へ", hall="tea").press("次へ", phone="090").expect("令和8年")
    one.press("申し込む").expect("申し込みました").expect("次に進めるのは：職員")
