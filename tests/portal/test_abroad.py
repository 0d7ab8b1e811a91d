"""Who will live abroad, or does: the first page says the day, what it ends, how it is taken back and how one returns, and nothing that sends them
to the counter of a city that has them no longer."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from lxml import html

from kazasu.contracts.municipality import MovingAbroad
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.jukinet.faults import MOVED_ABROAD
from kazasu.municipality.abroad.service.leaving import LeavingTheCountry
from kazasu.municipality.deaths.model import Death
from kazasu.municipality.deaths.service import Deaths
from kazasu.portal.cards import line, waits
from kazasu.portal.household.abroad import STAYS, Leave, abroad, leave_of
from kazasu.portal.household.moved import MovesShown, OwnRecord
from kazasu.portal.household.registered import household_now
from tests.municipality.abroad.test_leaving_the_country import goes, ids, later
from tests.portal.test_cards import card, certificate
from tests.portal.test_registered import handles, inquirer
from tests.support.city import CLERK, OLD
from tests.support.pages import signed_in_at
from tests.support.town import Town


def _plain(page):
    """Without the readings of やさしい日本語."""
    return re.sub(r"\s*（[^）]*）\s*", "", page)


DAY, ENDS = date(2026, 12, 20), date(2029, 4, 1)
CITY = Text("横浜市", "Yokohama")


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def record(town, number):
    return MovesShown(inquirer(town)).own({}, handles(town, number), town.clock.now(), [])


@pytest.mark.parametrize("goes_on", [True, False])
def test_the_city_tells_whoever_is_to_leave(town, goes_on):
    assert record(town, 11).abroad is None
    said = goes(town, 10, cards=ids(town, 10) if goes_on else ())
    kept = record(town, 10).abroad
    assert kept == MovingAbroad(
        on=said.on,
        to="アメリカ合衆国",
        to_en="the United States",
        card="goes-on" if goes_on else "ends",
    )
    assert record(town, 11).abroad is None, "it is their own alone"
    LeavingTheCountry(town.city).cancel(OLD, CLERK, ids(town, 10)[0], "行かない")
    assert record(town, 10).abroad is None


def test_after_the_day_the_network_says_abroad_and_not_nowhere(town):
    said = goes(town, 10)
    later(town, 7)
    assert record(town, 10).gone_since == said.on
    with pytest.raises(Refusal) as refused:
        household_now(inquirer(town), handles(town, 10))
    assert refused.value.fault is MOVED_ABROAD
    assert f"{refused.value.facts['since']}" == f"{said.on}"


def test_of_who_died_it_is_not_said(town):
    one = town.resident(11)
    Deaths(town.city).enter(
        OLD, CLERK, one.resident_id, one.version, Death(today(town.clock), "notice")
    )
    town.settle()
    with pytest.raises(Refusal) as refused:
        household_now(inquirer(town), handles(town, 11))
    assert refused.value.fault.code == "jukinet.not-registered"


def planned(kind, days=20):
    return OwnRecord(None, None, "141003", abroad=MovingAbroad(on=DAY, to="ベトナム", card=kind))


@pytest.mark.parametrize("words", ["ja", "en", "easy"])
@pytest.mark.parametrize("kind", ["none", "ends", "goes-on"])
def test_before_the_day_it_waits_with_what_ends_and_the_way_back(kind, words):
    (one,) = abroad(planned(kind), CITY, DAY - timedelta(days=15))
    assert (one.urgency, one.on) == ("later", DAY)
    assert abroad(planned(kind), CITY, DAY - timedelta(days=14))[0].urgency == "now"
    note = one.note.to(words)
    assert "ベトナム" in one.title.to(words)
    assert CITY.to(words) in note
    assert ("カード" in note or "My Number Card" in note or "Your card" in note) == (kind != "none")
    assert ".." not in note
    assert "。。" not in note


@pytest.mark.parametrize("goes_on", [True, False])
def test_the_list_of_cards_ends_on_the_day_and_not_by_its_date(goes_on):
    leave = leave_of(planned("goes-on" if goes_on else "ends"))
    mine = card(certificate("good"), certificate("good", "signing"))
    signing_in, signing = (
        line(mine, one, DAY - timedelta(days=5), leave) for one in mine.certificates
    )
    assert signing.until.en == "until Sunday 20 December 2026"
    assert "move abroad" in signing.do.en
    assert (signing_in.mark == "good") is goes_on
    assert leave.ends("card", mine.expires_on) == (None if goes_on else DAY)
    early = card(certificate("good", ends=DAY - timedelta(days=1)))
    assert line(early, early.certificates[0], DAY, leave).until.en.endswith("19 December 2026")


@pytest.mark.parametrize("standing", ["expired", "held", "lapsed", "stopped", "replaced"])
def test_abroad_nobody_is_sent_to_the_counter_of_their_city(standing):
    leave = Leave(gone=DAY)
    mine = card(certificate(standing))
    told = line(mine, mine.certificates[0], DAY, leave)
    assert "embassy" in told.do.en
    assert "在外公館" in told.do.ja
    here = line(mine, mine.certificates[0], DAY, STAYS)
    assert "embassy" not in here.do.en
    for one in waits([mine], ENDS, leave):
        assert "counter of your city" not in one.note.en
    if standing == "stopped":
        assert waits([mine], DAY, leave) == []
        assert waits([mine], DAY) != []


def test_what_lapsed_by_the_move_abroad_says_so():
    lapsed = certificate("lapsed").model_copy(
        update={"since": datetime(2026, 12, 20, 3, tzinfo=UTC)}
    )
    mine = card(lapsed)
    assert "because you moved abroad" in line(mine, lapsed, DAY, Leave(gone=DAY)).until.en
    before = certificate("lapsed")
    assert "address or name" in line(mine, before, DAY, Leave(gone=DAY)).until.en


@pytest.fixture
def front(town, monkeypatch):
    """The first page, with what their city or the network has of them."""

    def read(record, words):
        monkeypatch.setattr(MovesShown, "own", lambda *_: record)
        browser = signed_in_at(town.street, "portal", "portal", "resident", "sub-1")
        answer = browser.get("/" if words == "ja" else f"/?lang={words}")
        assert answer.status_code == 200
        return " ".join(html.fromstring(answer.content).text_content().split())

    return read


@pytest.mark.parametrize("words", ["ja", "en", "easy"])
def test_the_first_page(front, words):
    page = front(planned("ends"), words)
    assert "ベトナム" in page
    page = front(OwnRecord(None, None, "", gone_since=DAY), words)
    said = {
        "ja": "戸籍の附票の写し",
        "en": "copies of your family register",
        "easy": "日本に 住所が ありません",
    }
    assert said[words] in _plain(page)
    assert "Nothing waits for you" not in page
