"""The city corrected a record ex officio: whose it is reads what from, what to and why (住民基本台帳法施行令 12条3項; that it is told is ours)."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from kazasu.municipality.register.service.corrections import Corrections
from kazasu.portal.pages.handles import Handles
from tests.portal.test_announced import words_of
from tests.portal.test_registered import handles
from tests.support.city import CLERK, OLD
from tests.support.pages import signed_in_at
from tests.support.town import Town

HEAD, WIFE = 10, 11
WHY = "戸籍の記載を確かめた"


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


def corrected(town, number, **changes):
    one = town.resident(number, OLD)
    return Corrections(town.city).correct(
        OLD, CLERK, one.resident_id, one.version, changes, WHY, whole_household=True
    )


def pages(town, number, lang="ja"):
    with patch.object(Handles, "of", lambda *_: handles(town, number)):
        browser = signed_in_at(town.street, "portal", "portal", "resident", f"sub-{number}")
        return [words_of(browser.get(f"{path}?lang={lang}")) for path in ("/", "/messages")]


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("ja", "あなたの住民票を直しました（職権修正）"),
        ("en", "corrected your resident record ex officio"),
    ],
)
def test_whose_record_it_is_reads_what_from_what_to_and_why(town, lang, title):
    before = town.resident(HEAD, OLD)
    corrected(town, HEAD, name="訂正　太郎", kana="テイセイ　タロウ")
    for words in pages(town, HEAD, lang):
        assert title in words
        told = words.partition(title)[2]
        assert before.name.replace("　", "") in told.replace("　", "").replace(" ", "")
        assert "訂正" in told
        assert WHY in told
    for words in pages(town, WIFE, lang):
        assert title not in words, "it is not her record"


def test_of_an_address_everybody_who_lives_there_reads_it(town):
    corrected(town, HEAD, block="９番地")
    for number in (HEAD, WIFE):
        for words in pages(town, number):
            told = words.partition("（職権修正）")[2]
            assert "９番地" in told or "9番地" in told
            assert WHY in told


def test_it_leaves_the_first_page_after_a_month_and_the_messages_after_three(town):
    corrected(town, HEAD, kana="ベツノ　ヨミ")
    for days, there in ((29, (True, True)), (2, (False, True)), (60, (False, False))):
        town.clock.advance(timedelta(days=days))
        assert tuple("職権修正" in words for words in pages(town, HEAD)) == there, days
