"""A request that was used already, at the terminal and on the phone: said before any card, with a way out that leads out."""

from datetime import timedelta
from pathlib import Path
from typing import get_args
from urllib.parse import urlencode

import httpx
import pytest
from starlette.testclient import TestClient

from kazasu.card.client import AUTHENTICATION
from kazasu.card.terminal import pages
from kazasu.card.terminal.scene import still_says
from kazasu.contracts.terminal import Ending
from kazasu.exchange.faults import TIMEOUT
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from tests.card.test_tap_pages import ORIGIN, pressed
from tests.card.test_terminal import IDENTITY, SHOP, Asker, counters

STATES = ("answered", *get_args(Ending))


@pytest.fixture
def asker(clock):
    return Asker(clock)


@pytest.fixture
def site(asker, box, clock):
    made = Site(
        room="terminal", name=Text("端末", "Terminal"), settings=Settings(), clock=clock,
        templates=Path(pages.__file__).parent / "templates",
    )  # fmt: skip
    made.enter(pages.Pages(made, asker.taps, asker.institutions.directory, box))
    return made.app()


@pytest.fixture
def browser(site):
    made = TestClient(site, base_url=ORIGIN, follow_redirects=False)
    made.get("/reader/insert?card=hanako&back=/")
    return made


def shown(browser, asker, language="ja", **request):
    return browser.get(f"/tap?{urlencode({'request': asker.request(**request), 'lang': language})}")


@pytest.mark.parametrize("language", ["ja", "easy", "en"])
@pytest.mark.parametrize("state", STATES)
def test_it_says_so_before_any_card_and_leads_to_who_asked(browser, asker, state, language):
    asker.stands = state
    page = shown(browser, asker, language).text
    assert 'name="pin"' not in page
    assert 'action="/tap/stop"' not in page, "there is nothing to stop"
    assert f'href="{SHOP}/"' in page
    if state not in ("stopped",):
        assert not any(words in page for words in ("何も送", "Nothing was sent", "何も 送"))


def test_no_try_is_spent_for_it(browser, asker, box):
    """The form was open in two tabs, and the other one was first."""
    before = counters(box)[AUTHENTICATION]
    states = iter(["open", "signed-in"])

    def take(given):
        asker.stands = next(states)
        return asker.take(given)

    asker.taps._client = httpx.Client(transport=httpx.MockTransport(take))
    sent = pressed(browser, asker, pin="0000")
    assert sent.headers["location"].startswith("/tap?request=")
    assert counters(box)[AUTHENTICATION] == before
    assert asker.brought == []


@pytest.mark.parametrize("failure", ["", "card.locked"])
@pytest.mark.parametrize("answer", [httpx.Response(409, json={}), httpx.ConnectError("down")])
def test_stop_and_back_always_lead_out(asker, failure, answer):
    asker.answer = answer
    tap = asker.taps.read(asker.request())
    assert asker.taps.give_up(tap, failure) == f"{IDENTITY}/tap/cancel?tap=1"


def test_who_does_not_say_how_it_stands_is_taken_to_wait(asker):
    tap = asker.taps.read(asker.request())
    for answer in (httpx.Response(404, json={}), httpx.Response(200, json={"state": "?"})):
        asker.taps._client = httpx.Client(transport=httpx.MockTransport(lambda _, a=answer: a))
        assert asker.taps.standing(tap) == "open"


def test_after_its_time_what_was_done_is_said_and_not_that_time_ran_out(browser, asker, clock):
    sealed, asker.stands = asker.request(), "signed"
    clock.advance(timedelta(minutes=6))
    page = browser.get(f"/tap?{urlencode({'request': sealed, 'lang': 'en'})}").text
    assert "It was signed already" in page
    asker.stands = "gone"
    page = browser.get(f"/tap?{urlencode({'request': sealed, 'lang': 'en'})}").text
    assert "This request is over" in page
    assert "Time ran out" not in page, "it may have been used, and nobody knows any more"
    assert "not used" not in page
    asker.stands = "answered"
    page = browser.get(f"/tap?{urlencode({'request': sealed, 'lang': 'en'})}").text
    assert "terminal.stale-request" in page, "it was read, and not taken in while there was time"


@pytest.mark.parametrize("keeps", [True, False])
def test_a_browser_without_cookies_is_told_once(site, asker, keeps):
    browser = TestClient(site, base_url=ORIGIN, follow_redirects=False)
    back = f"/tap?{urlencode({'request': asker.request()})}"
    place = browser.get(f"/reader/insert?{urlencode({'card': 'hanako', 'back': back})}").headers[
        "location"
    ]
    assert place.startswith("/tap?request=")
    if not keeps:
        browser.cookies.clear()
    page = browser.get(place).text
    assert ("terminal.no-cookies" in page) is not keeps
    assert ('name="pin"' in page) is keeps
    browser.cookies.clear()
    assert "terminal.no-cookies" not in browser.get(back).text, (
        "who has held nothing yet is not warned"
    )


@pytest.mark.parametrize("answer", [httpx.ReadTimeout("late"), httpx.Response(503, json=Refusal(TIMEOUT, institution_ja="J-LIS", institution_en="J-LIS").to_document())])  # fmt: skip
def test_why_the_press_came_to_nothing_stands_above_what_is_so_now(browser, asker, answer):
    """It used the request up all the same, or seems to while the answer is under way: "used already" alone hides the reason."""

    def take(given):
        if given.method == "GET":
            return asker.take(given)
        asker.stands = "answered"
        if isinstance(answer, Exception):
            raise answer
        return answer

    asker.taps._client = httpx.Client(transport=httpx.MockTransport(take))
    sent = pressed(browser, asker, pin="1234")
    page = browser.get(sent.headers["location"] + "&lang=en").text
    assert "did not answer in time" in page
    assert page.index("did not answer in time") < page.rindex("This request was used already")
    assert "Nothing was sent" not in page
    anew = sent.headers["location"].partition("&kept=")[0]
    assert "did not answer in time" not in browser.get(anew + "&lang=en").text, "opened anew"


BEFORE_ANYTHING_IS_BROUGHT = {
    "a wrong PIN": {"pin": "0000"},
    "no PIN at all": {"pin": "12"},
    "letters instead of digits": {"pin": "abcd"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("wrong", BEFORE_ANYTHING_IS_BROUGHT)
def test_back_after_the_end_does_not_bring_back_an_earlier_refusal(browser, asker, state, wrong):
    """Typed wrongly once, then rightly; the browser's Back leads to the page that told of the first try."""
    refused = pressed(browser, asker, **BEFORE_ANYTHING_IS_BROUGHT[wrong]).headers["location"]
    assert "card." in browser.get(refused).text
    asker.stands = state
    page = browser.get(refused + "&lang=en").text
    assert "card." not in page
    assert "Enter it again" not in page
    assert "Nothing was sent" not in page


def test_a_good_end_is_said_with_no_refusal_and_a_bad_one_only_with_its_reason():
    """Every fault there is × how a request ends: what was refused before the card's answer was brought is over."""
    assert still_says(None, "answered") is None
    for code, fault in CATALOGUE.items():
        refusal = Refusal(fault)
        own = code.startswith(("card.", "phone.", "web.", "terminal.")) and not code.startswith(
            ("terminal.receiver-", "terminal.signed-not-")
        )
        for state in STATES:
            says = None if own or state not in ("answered", "gone") else refusal
            assert still_says(refusal, state) is says, (code, state)
