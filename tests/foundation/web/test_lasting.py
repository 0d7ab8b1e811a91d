"""How long a sign-in lasts without anything done: what the page promises holds, and one POST prolongs it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from starlette.testclient import TestClient

from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.foundation.web.lasting import STAY, ends_at
from kazasu.foundation.web.sessions import NOTED, Session
from tests.foundation.web.test_frame import SAME, Pages
from tests.support.pages import TEMPLATES

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
SPANS = st.timedeltas(timedelta(), timedelta(hours=20))


@pytest.fixture(params=["memory", "database"])
def client(request, clock, databases, tmp_path):
    database = databases("portal") if request.param == "database" else None
    site = Site(
        room="portal", name=Text("試験", "Test"), templates=TEMPLATES, settings=Settings(data=tmp_path), clock=clock,
        database=database,
    )  # fmt: skip
    site.sign_outs[""] = "/signout"
    site.enter(Pages(site))
    with TestClient(site.app(), base_url="http://test.localhost:8000") as opened:
        yield opened


def promised(client):
    page = html.fromstring(client.get("/mine").text)
    return timedelta(seconds=int(page.xpath("//*[@data-stay]/ancestor::section/@data-seconds")[0]))


def test_what_the_page_promises_holds(client, clock):
    client.get("/in")
    clock.advance(timedelta(seconds=59))  # not noted
    left = promised(client)
    clock.advance(left - timedelta(seconds=1))
    assert client.get("/mine", follow_redirects=False).status_code == 200


def test_staying_signed_in_is_one_post(client, clock):
    client.get("/in")
    clock.advance(timedelta(minutes=14))
    answer = client.post(STAY, headers=SAME).json()
    assert answer["seconds"] == (timedelta(minutes=15) - NOTED).total_seconds()
    clock.advance(timedelta(minutes=14))
    assert client.get("/mine", follow_redirects=False).status_code == 200
    clock.advance(timedelta(minutes=16))
    assert client.post(STAY, headers=SAME).json() == {"seconds": 0}
    assert client.get("/mine", follow_redirects=False).status_code == 303


def test_no_other_site_keeps_anybody_signed_in(client):
    client.get("/in")
    assert client.post(STAY, headers={"origin": "http://evil.test"}).status_code == 403


def test_nobody_signed_in_nothing_is_announced(client):
    page = client.get("/about/help").text
    assert "session.js" not in page
    assert "data-stay" not in page


@pytest.mark.parametrize(("language", "words"), [("ja", "にサインアウトします"), ("en", "you are signed out at ")])  # fmt: skip
def test_without_a_script_the_footer_says_until_when(client, language, words):
    client.get("/in")
    page = html.fromstring(client.get(f"/mine?lang={language}").text)
    assert words in page.xpath("string(//footer)")


@given(SPANS, SPANS, SPANS)
def test_it_ends_neither_later_than_the_store_nor_before_a_minute_less(begun, idle, absolute):
    session = Session("resident", "x", created_at=NOW - begun)
    ends = ends_at(session, NOW, idle, absolute)
    store = min(NOW + idle, NOW - begun + absolute)
    assert ends <= store or ends == NOW
    assert ends >= min(store - NOTED, NOW)
    assert ends_at(Session(), NOW, idle, absolute) is None
