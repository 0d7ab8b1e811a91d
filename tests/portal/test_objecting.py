"""A notice that is not accepted: who gave it is told in writing how to object (行政不服審査法 82条), on the portal and on what the desk prints."""

from datetime import date

import pytest

from kazasu.foundation.text import Text
from kazasu.kit.told.appeals import how_to_object
from tests.municipality.moving.test_entry_fields import desk
from tests.portal.test_announced import words_of
from tests.support.city import CLERK, OLD
from tests.support.pages import signed_in_at
from tests.support.town import Town


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock)


SAID = {
    "ja": ("知った日の翌日から3か月以内に、横浜市長に審査請求", "6か月以内に、横浜市を被告として"),
    "en": ("Within 3 months", "review by the mayor of Yokohama", "within 6 months"),
}


@pytest.mark.parametrize("lang", SAID)
def test_who_is_refused_reads_how_to_object_and_so_does_the_desk(town, lang):
    case = town.submit()
    town.settle()
    before = words_of(desk(town, OLD).get(f"/desk/out/{case}?lang={lang}"))
    town.out.reject(OLD, CLERK, case, town.out_case(case).version, "住所が確かめられません")
    town.settle()
    portal = signed_in_at(town.street, "portal", "portal", "resident", "sub-1")
    pages = [
        portal.get(f"/moves/{case}?lang={lang}"),
        desk(town, OLD).get(f"/desk/out/{case}?lang={lang}"),
    ]
    for words in map(words_of, pages):
        for said in SAID[lang]:
            assert said in words
            assert said not in before


def test_the_months_and_whom_it_goes_to():
    review, action, _ = how_to_object(Text("札幌市", "Sapporo"), date(2026, 11, 23))
    assert "3か月" in review.ja
    assert "札幌市長に審査請求" in review.ja
    assert "令和8年11月23日" in review.ja
    assert "1年" in review.ja
    assert "6か月" in action.ja
    assert "札幌市を被告" in action.ja
