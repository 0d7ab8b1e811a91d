"""A card that no other try mends: where to read on, at the reader and on the phone, in the words that are read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kazasu.card.phone.faults import OF_A_PHONE
from kazasu.card.phone.room import _WAYS
from kazasu.card.terminal import pages
from kazasu.exchange.taps import ways_of_a_card
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import FixedClock
from kazasu.foundation.web import Site
from kazasu.kit.openid import OF_A_CARD
from tests.card.test_spent import shown
from tests.card.test_tap_pages import ORIGIN
from tests.card.test_terminal import PORTAL, Asker


@pytest.fixture
def asker(clock):
    return Asker(clock)


@pytest.mark.parametrize("words", ["ja", "easy", "en"])
def test_an_expired_card_leads_on_and_to_help(asker, box, clock, words):
    ways = ways_of_a_card(asker.institutions.directory)
    site = Site(
        room="terminal", name=Text("端末", "Terminal"), settings=Settings(), clock=clock,
        templates=Path(pages.__file__).parent / "templates", context=lambda _: {"ways_on": ways},
    )  # fmt: skip
    late = FixedClock(datetime(2060, 1, 1, tzinfo=UTC))
    asker.taps._clock = asker.clock = late
    site.enter(pages.Pages(site, asker.taps, asker.institutions.directory, box))
    browser = TestClient(site.app(), base_url=ORIGIN, follow_redirects=False)
    browser.get("/reader/insert?card=hanako&back=/")
    page = shown(browser, asker, words).text
    assert "card.expired" in page
    assert f'href="{PORTAL}/services/expiry?lang={words}"' in page
    assert page.count('href="/about/help"') > 1, "beside the refusal, too"


def test_each_refusal_that_a_portal_repeats_has_its_way(asker):
    ways = ways_of_a_card(asker.institutions.directory)
    for code, told in OF_A_CARD.items():
        assert code in (_WAYS if code.startswith("phone.") else ways)
        assert code.startswith("phone.") or ways[told.code] == ways[code]


def test_what_mends_a_phone_is_linked_where_it_is_said(asker):
    dead = {
        "phone.locked",
        "phone.suspended",
        "phone.ended",
        "phone.expired",
        "phone.signing-lapsed",
    }
    assert dead <= {fault.code for fault in OF_A_PHONE.values()}
    assert dead == set(_WAYS)
