"""What a clerk's search finds, and that the desk counts what its lists show."""

import unicodedata
from datetime import date

import pytest
from bench.filling import CITY, fill

from kazasu.exchange.carrier import operator
from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from kazasu.foundation.values.names import SUBSTITUTES
from kazasu.municipality.moving.life import AT_THE_DESK, EXPECTED, InState
from kazasu.municipality.moving.service.departures import OVERDUE_AFTER
from kazasu.municipality.moving.store import arrivals, notices, queues
from kazasu.municipality.register import store as register
from kazasu.municipality.register.searching import store as searching
from kazasu.municipality.register.searching.conditions import Wanted
from kazasu.municipality.register.searching.store import MOST
from tests.support.city import SINCE

LOOKING = Access("system:test", "municipality.test.look", Text("試験", "Test"))
TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def city(module_databases):
    fill(module_databases.founder("municipality"), 200, waiting=30)
    return module_databases("municipality")


def look(city, work):
    return city.run("test.look", work, tenant=CITY, access=LOOKING)


def found(city, text):
    return [one.resident_id for one in look(city, lambda tx: searching.found(tx, Wanted(text)))][
        :MOST
    ]


@pytest.mark.parametrize(
    "text",
    ["サトウ　000123", "サトウ 000123", "サトウ000123", "さとう000123", "ｻﾄｳ　０００１２３", "サ・トウ000123",
     "佐藤　000123", "佐藤000123", "佐\U000e0101藤000123", "SATO 000123", "sato000123", "Ｓａｔｏ000123",
     "0000000123"],
)  # fmt: skip
def test_one_person_however_they_are_typed(city, text):
    assert found(city, text) == ["0000000123"]


@pytest.mark.parametrize(
    "text", ["藤", "トウ", "%", "_", "\\", "　", "・", "000000012", "サトウ%", "サトウ_0"]
)
def test_only_a_beginning_counts_and_nothing_is_a_pattern(city, text):
    assert found(city, text) == []


def test_a_given_name_alone_is_found(city):
    """Its beginning, in any writing of it; what stands inside a name is not looked for (0111: an index for each key)."""
    for text in ("000123", "０００１２３"):
        assert found(city, text) == ["0000000123"]
    assert found(city, "00123") == []


def test_at_most_fifty_in_the_order_of_the_reading(city):
    for text in ("さ", "佐藤", "SATO"):
        assert found(city, text) == [f"{n:010}" for n in range(1, 51)]


def test_agreed_substitutes_stand_for_both_writings(city):
    """The table in the database is that of ``kazasu.foundation.values.names``; NFKC covers the rest."""
    keys = look(city, lambda tx: {
        letter: tx.value("SELECT search_key(%s)", (letter,))
        for pair in SUBSTITUTES.items() for letter in pair
    })  # fmt: skip
    assert {one for one, other in SUBSTITUTES.items() if keys[one] != keys[other]} == set()
    hiragana = "".join(chr(n) for n in range(0x3041, 0x3097))
    katakana = "".join(chr(n + 0x60) for n in range(0x3041, 0x3097))
    assert look(city, lambda tx: tx.value("SELECT search_key(%s)", (hiragana,))) == katakana
    assert unicodedata.normalize("NFKC", katakana) == katakana


def test_the_key_follows_a_correction(city):
    def correct(tx):
        before = register.by_id(tx, "0000000007")
        register.change(
            tx,
            before,
            name="髙橋　花子",
            kana="タカハシ　ハナコ",
            reason="職権修正",
            changed_on=SINCE,
        )
        return [one.resident_id for one in searching.found(tx, Wanted("高橋花子"))]

    assert look(city, correct) == ["0000000007"]


def test_the_desk_counts_what_its_lists_show(city):
    awaited = ("ready", "reserved", "certificate")

    def both(tx):
        tx.execute(
            "UPDATE moving_in SET state = 'visited' WHERE municipality_code = %s AND case_id = 'MV-3'",
            (CITY,),
        )
        before = TODAY - OVERDUE_AFTER
        pairs = {
            "out": (queues.notices(tx), notices.among(tx, ("received", "checked"))),
            "today": (queues.visiting(tx, EXPECTED, TODAY), arrivals.expected(tx, awaited, TODAY)),
            "expected": (
                queues.arriving(tx, (*EXPECTED, InState.MISSED)),
                arrivals.expected(tx, (*awaited, "missed")),
            ),
            "provisional": (
                queues.arriving(tx, AT_THE_DESK),
                arrivals.expected(tx, ("visited", "provisional")),
            ),
            "cards": (
                len(queues.card_holders(tx)),
                {one.resident_id for one in arrivals.cards_waiting(tx)},
            ),
            "overdue": (queues.overdue(tx, before), notices.overdue_leavers(tx, before)),
        }
        letters = len(operator.waiting(tx)) + len(operator.undelivered(tx))
        return (
            {name: (count, len(listed)) for name, (count, listed) in pairs.items()},
            operator.how_many(tx),
            letters,
        )

    pairs, how_many, letters = look(city, both)
    assert {name: count for name, (count, _) in pairs.items()} == {
        name: listed for name, (_, listed) in pairs.items()
    }
    assert min(count for count, _ in pairs.values()) > 0
    assert how_many == letters == 200
