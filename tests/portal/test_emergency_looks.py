"""Staff opened the resident's data in an emergency: their portal says so, to nobody else, in plain words."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from kazasu.municipality.register.emergencies import emergencies_of
from kazasu.portal.pages.handles import Handles
from tests.municipality.test_emergencies import ASKER, SECOND
from tests.portal.test_announced import words_of
from tests.portal.test_registered import handles
from tests.support.city import OLD
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
