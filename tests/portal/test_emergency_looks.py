"""Staff opened the resident's data in an emergency: their portal says so, to nobody else, in plain words."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from kazasu.exchange.faults import STALE_HANDLE
from kazasu.foundation.faults import Refusal
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.register.emergencies import emergencies_of
from kazasu.portal.pages.handles import Handles
from tests.municipality.test_emergencies import ASKER, SECOND
from tests.portal.test_announced import words_of
from tests.portal.test_registered import handles
from tests.support.city import OLD, reading
from tests.support.pages import signed_in_at
from tests.support.town import Town

PROTECTED, SPOUSE = 10, 11
SAID = {
    "ja": ("緊急のため、横浜市の職員があなたの情報を開きました", "救急・消防・警察の出動、消防から", "職員2人の判断で"),
    "en": ("staff of Yokohama", "an ambulance, the fire brigade or the police on their way", "Two members of staff agreed"),
    "easy": ("いそぐ ことが あって",),
}  # fmt: skip


@pytest.fixture
def town(databases, clock):
    made = Town(databases, clock, protected={PROTECTED})
    made.employ(ASKER, SECOND)
    desk = emergencies_of(made.city)
    about = made.resident(PROTECTED, OLD).resident_id
    number = desk.ask(OLD, ASKER, about, "rescue", "消防から")
    made.number = number
    made.answer = lambda act: desk.act(OLD, SECOND, number, act)
    return made


def pages(town, number, lang):
    with patch.object(Handles, "of", lambda *_: handles(town, number)):
        browser = signed_in_at(town.street, "portal", "portal", "resident", f"sub-{number}")
        return [words_of(browser.get(f"{path}?lang={lang}")) for path in ("/", "/messages")]


@pytest.mark.parametrize("lang", SAID)
def test_it_stands_on_the_first_page_and_among_the_messages(town, lang):
    town.answer("agree")
    for words in pages(town, PROTECTED, lang):
        for said in SAID[lang]:
            assert said in words
        assert "clerk-" not in words
        assert "本町" not in words.partition(SAID[lang][0])[2][:400], "it says no address"


@pytest.mark.parametrize("act", ["agree", "refuse"])
def test_who_lives_with_them_reads_nothing_of_it(town, act):
    town.answer(act)
    for words in pages(town, SPOUSE, "en"):
        assert "emergency" not in words.lower()


def test_what_was_refused_is_no_message(town):
    town.answer("refuse")
    for words in pages(town, PROTECTED, "en"):
        assert "In an emergency" not in words


def test_it_leaves_the_first_page_after_a_month_and_the_messages_after_three(town):
    town.answer("agree")
    for days, there in ((29, (True, True)), (2, (False, True)), (60, (False, False))):
        town.clock.advance(timedelta(days=days))
        found = pages(town, PROTECTED, "en")
        assert tuple("In an emergency" in words for words in found) == there, days


@pytest.mark.parametrize(
    ("verdict", "said"), [("wrong", "ought not to have been"), ("right", "It was right")]
)
def test_what_the_review_found_stands_there_and_in_the_list_of_who_looked(town, verdict, said):
    """個人情報保護法 68条: whoever's data were seen is told, and what follows from it."""
    town.answer("agree")
    for words in pages(town, PROTECTED, "en"):
        assert "Not yet: a reviewer is going to look into it" in words
    town.clock.advance(timedelta(minutes=61))
    auditor = Clerk("clerk-7", "監査", frozenset({"auditor"}))
    town.employ(auditor)
    emergencies_of(town.city).review(OLD, auditor, town.number, verdict, "照会の記録がない")
    for words in pages(town, PROTECTED, "en"):
        assert said in words
        assert ("Personal Information Protection Commission" in words) == (verdict == "wrong")
    purposes = town.databases("municipality").read(
        "test.told", lambda tx: tx.column("SELECT purpose_ja FROM audit_log WHERE action = 'municipality.emergency.review'"),
        tenant=OLD, access=reading(),
    )  # fmt: skip
    assert any(
        ("適切でなかった：照会の記録がない" in one) == (verdict == "wrong") for one in purposes
    )


def test_who_signed_in_before_and_cannot_be_asked_for_again_reads_as_of_when(town):
    """The answer of before says an end that may not be: it ended earlier, or was reviewed."""
    town.answer("agree")
    with patch.object(Handles, "of", lambda *_: handles(town, PROTECTED)):
        browser = signed_in_at(town.street, "portal", "portal", "resident", f"sub-{PROTECTED}")
        before = words_of(browser.get("/messages?lang=en"))
        assert " to " in before.partition("opened your data")[2][:120]
    town.clock.advance(timedelta(minutes=11))

    def gone(_):
        raise Refusal(STALE_HANDLE)

    with patch.object(Handles, "of", lambda *_: gone):
        later = words_of(browser.get("/messages?lang=en"))
    assert "Sign in again to see how it stands now" in later
    assert " to " not in later.partition("opened your data")[2].partition("Reason")[0]
