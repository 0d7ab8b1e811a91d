"""One's own cards on the first page: in words, asked for when it is due, and never at the price of the page."""

import json
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.contracts.jpki.own import CardOfOwn, CertificateOfOwn
from kazasu.exchange.faults import UNREACHABLE
from kazasu.exchange.handles import seal_handle
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.kit.openid import STALE
from kazasu.portal import cards
from kazasu.portal.cards import AGAIN, FRESH, SOON, CardsShown, Known, line, signing, waits
from kazasu.portal.home import waiting
from tests.support.pages import signed_in_at
from tests.support.town import Town, code_of

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
ENDS = date(2029, 4, 1)
STANDINGS = ("good", "held", "lapsed", "replaced", "stopped", "expired")


def certificate(standing="good", kind="authentication", ends=ENDS):
    since = None if standing in ("good", "expired") else NOW
    return CertificateOfOwn(
        kind=kind, standing=standing, expires_on=ends, renewable_from=ends - timedelta(days=90), since=since,
    )  # fmt: skip


def card(*of, media="card", ends=date(2034, 4, 1)):
    return CardOfOwn(media=media, issued_at=NOW, expires_on=ends, certificates=of)


# ---------------------------------------------------------------- in words


@pytest.mark.parametrize("media", ["card", "phone"])
@pytest.mark.parametrize("standing", STANDINGS)
def test_what_does_not_work_says_what_to_do(standing, media):
    one = certificate(standing)
    told = line(card(one, media=media), one, ENDS - timedelta(days=91))
    assert (told.mark == "good") == (standing == "good")
    assert (told.do is None) == (standing == "good")


def test_it_ends_soon_from_the_day_on_which_it_can_be_renewed():
    one = certificate()
    at = [line(card(one), one, one.renewable_from + timedelta(days=n)).mark for n in (-1, 0)]
    assert at == ["good", "warn"]
    assert waits([card(one)], one.renewable_from - timedelta(days=1)) == []
    (told,) = waits([card(one)], one.renewable_from)
    assert (told.urgency, told.on, told.href) == ("now", ENDS, "#cards")


def test_one_that_ends_with_the_card_is_not_renewed_but_the_card_is():
    both = card(certificate(), certificate(kind="signing"), ends=ENDS)
    assert [one.title.en for one in waits([both], ENDS - SOON)] == ["Apply for a new card"]
    assert waits([both], ENDS - SOON - timedelta(days=1)) == []
    assert waits([both], ENDS + timedelta(days=1))[0].urgency == "late"
    assert "new card" in line(both, both.certificates[0], ENDS - timedelta(days=5)).do.en


def test_what_lapsed_with_a_move_waits_with_the_move_alone():
    assert waits([card(certificate("lapsed", "signing"))], ENDS) == []
    (expired,) = waits([card(certificate("expired"))], ENDS + timedelta(days=1))
    assert expired.urgency == "late"
    assert waiting(None, [], ENDS, [expired]) == [expired]


@pytest.mark.parametrize(
    ("cards_there", "said"),
    [
        (None, "can"), ((), "can"), ([card(certificate())], "never"), ([card(certificate(kind="signing"))], "can"),
        ([card(certificate("lapsed", "signing"))], "cannot-now"),
        ([card(certificate("expired", "signing")), card(certificate(kind="signing"))], "can"),
    ],
)  # fmt: skip
def test_who_cannot_sign_is_known_before_they_write(cards_there, said):
    """A child's card has no certificate for it; where nothing is known the reader decides."""
    assert signing(cards_there) == said


# ---------------------------------------------------------------- asking

MOMENTS = st.none() | st.integers(-3600, 3600).map(lambda n: NOW + timedelta(seconds=n))


@given(tried=MOMENTS, news=MOMENTS, missing=st.sampled_from(["", "silent", "signed-in-too-long"]))
def test_it_is_asked_again_when_it_is_old_or_something_happened(tried, news, missing):
    due = Known(None, None, tried, missing).due(NOW, news)
    fresh = tried is not None and timedelta(0) <= NOW - tried < (AGAIN if missing else FRESH)
    assert due == (not fresh or (news is not None and news > tried))


class Asker:
    """The portal of a town, asking for one person; ``kept`` is their session's."""

    def __init__(self, databases, clock):
        self.town = Town(databases, clock)
        self.town.sign_in_key(self.town.by_code[code_of(10)])
        self.clock, self.asked, self.kept = clock, 0, {}
        self.shown = CardsShown(self.town.street.house("portal").inquirer("portal"))
        self.fails = None

    def handle(self, audience):
        self.asked += 1
        if self.fails:
            self.fails()
        return seal_handle(
            self.town.street.process.institution("jpki"), code_of(10), audience, self.clock
        )

    def look(self, news=None):
        self.kept = json.loads(json.dumps(self.kept))  # as a session keeps it
        return self.shown.known(self.kept, self.handle, self.clock.now(), news)


@pytest.fixture
def asker(databases, clock):
    return Asker(databases, clock)


def test_it_is_asked_once_and_again_when_it_is_due(asker):
    known = asker.look()
    assert [one.kind for one in known.cards[0].certificates] == ["signing"]
    assert waits(known.cards, today(asker.clock)) == []
    assert asker.look() == known
    assert asker.asked == 1
    assert asker.look(news=asker.clock.now() + timedelta(seconds=1)).cards == known.cards
    assert asker.asked == 2
    asker.shown.forget(asker.kept)
    assert asker.look().cards == known.cards
    assert asker.asked == 3


def test_who_does_not_answer_is_told_and_costs_the_page_little(asker, monkeypatch):
    monkeypatch.setattr(cards, "DEADLINE", 0.2)
    known = asker.look()
    asker.clock.set(asker.clock.now() + FRESH)

    def unreachable():
        raise Refusal(UNREACHABLE)

    def slow():
        time.sleep(1)

    for fails in (unreachable, slow):
        asker.fails = fails
        asker.clock.set(asker.clock.now() + AGAIN)
        before = time.monotonic()
        told = asker.look()
        assert time.monotonic() - before < 0.9
        assert (told.missing, told.cards, told.as_of) == ("silent", known.cards, known.as_of)
        asked = asker.asked
        assert asker.look() == told
        assert asker.asked == asked, "not at each look"


def test_a_sign_in_that_is_too_old_is_no_silence(asker):
    def stale():
        raise Refusal(STALE)

    asker.fails = stale
    told = asker.look()
    assert (told.missing, told.cards) == ("signed-in-too-long", None)


@pytest.mark.parametrize(("came", "asked"), [("same-site", True), ("same-origin", False)])
def test_who_comes_from_elsewhere_is_told_what_is_true_now(databases, clock, came, asked):
    """A certificate is suspended on the phone's own page, and the way back shows it."""
    town = Town(databases, clock)
    at = clock.now().isoformat()
    kept = {"cards": [], "as_of": at, "tried_at": at, "missing": ""}
    browser = signed_in_at(town.street, "portal", "portal", "resident", "sub-1", cards=kept)
    shown = browser.get("/?lang=en", headers={"sec-fetch-site": came}).text
    assert ("cannot be looked up now" in shown) is asked, "nobody answers here: asked is told"


def test_a_suspension_is_said_once():
    told = line(card(certificate("held")), certificate("held"), ENDS)
    assert (told.state.en, told.until.en) == ("Suspended", "since Monday 23 November 2026")


@pytest.mark.parametrize(
    ("held_by", "at_the_counter", "on_the_phone"),
    [("", False, True), ("phone", False, True), ("card", True, False), ("both", True, True)],
)
def test_a_suspended_phone_says_the_way_that_lifts_it(held_by, at_the_counter, on_the_phone):
    one = certificate("held").model_copy(update={"held_by": held_by})
    do = line(card(one, media="phone"), one, ENDS).do
    for said, way in ((do.ja, "窓口"), (do.en, "counter"), (do.easy, "窓口")):
        assert (way in said) is at_the_counter
    assert ("on its page" in do.en) is on_the_phone
    assert ("かざして" in do.ja) is on_the_phone
