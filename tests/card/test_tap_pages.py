"""The terminal's page of a tap: after a wrong PIN neither refresh nor the language does anything."""

import re
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from starlette.testclient import TestClient

from kazasu.card.client import AUTHENTICATION
from kazasu.card.terminal import pages
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from tests.card.conftest import PIN
from tests.card.test_terminal import IDENTITY, Asker, counters

ORIGIN = "http://terminal.localhost:8000"


@pytest.fixture
def asker(clock):
    return Asker(clock)


@pytest.fixture
def browser(asker, box, clock):
    """Before the terminal, with Hanako's card on the reader."""
    site = Site(
        room="terminal", name=Text("端末", "Terminal"), settings=Settings(), clock=clock,
        templates=Path(pages.__file__).parent / "templates",
    )  # fmt: skip
    site.enter(pages.Pages(site, asker.taps, asker.institutions.directory, box))
    made = TestClient(site.app(), base_url=ORIGIN, follow_redirects=False)
    made.get("/reader/insert?card=hanako&back=/")
    return made


def pressed(browser, asker, **typed):
    """The page's form sent: its answer."""
    page = browser.get(f"/tap?{urlencode({'request': asker.request()})}").text
    form = page[page.index('action="/tap"') :]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    wanted = {name: hidden[name] for name in ("_page", "request")}
    return browser.post("/tap", data=wanted | typed, headers={"origin": ORIGIN})


def test_the_right_pin_ends_in_one_clear_state_and_leads_on(browser, asker):
    answer = pressed(browser, asker, pin=PIN)
    place = answer.headers["location"]
    assert place.startswith("/done?")
    for _ in range(2):
        page = browser.get(place).text
        assert "カードを離してください" in page
        assert f'href="{IDENTITY}/tap/return?handle=h&amp;lang=ja" data-goes-on' in page
    assert len(asker.brought) == 1, "looking at the end again brings nothing again"
    assert browser.get("/done").headers["location"] == "/", "without an outcome there is no end"


def test_done_is_not_shown_before_the_asker_took_it(browser, asker):
    asker.answer = httpx.ConnectError("down")
    answer = pressed(browser, asker, pin=PIN)
    place = answer.headers["location"]
    assert place.startswith("/tap?")
    page = browser.get(place).text
    assert "terminal.receiver-silent" in page
    assert "カードを離してください" not in page
    assert 'name="pin"' not in page, "one way on: once more"


def test_a_refresh_after_a_wrong_pin_spends_no_try(browser, asker, box):
    before = counters(box)[AUTHENTICATION]
    answer = pressed(browser, asker, pin="0000")
    assert answer.status_code == 303
    for _ in range(3):
        page = browser.get(answer.headers["location"])
        assert "card.wrong-pin" in page.text
        assert "0000" not in page.text
    assert counters(box)[AUTHENTICATION] == before - 1
    assert asker.brought == []


def test_the_language_after_a_wrong_pin_says_the_same_in_the_other(browser, asker):
    page = browser.get(pressed(browser, asker, pin="0000").headers["location"]).text
    assert '<html lang="ja">' in page
    switch = re.search(r'href="([^"]*lang=en)"', page)[1].replace("&amp;", "&")
    english = browser.get(switch).text
    assert '<html lang="en">' in english
    assert "card.wrong-pin" in english
    assert "terminal.forged-request" not in english
    assert 'action="/tap"' in english, "and the PIN can be typed again"


def test_an_empty_pin_is_told_by_the_page_in_its_language_and_costs_no_try(browser, asker, box):
    """A browser's own bubble speaks the browser's language, and goes away."""
    before = counters(box)
    page = browser.get(pressed(browser, asker, pin="").headers["location"]).text
    assert "card.pin-form" in page
    assert counters(box) == before
    assert "data-tap novalidate" in page
    assert 'aria-describedby="failure pin-hint" aria-invalid="true"' in page
