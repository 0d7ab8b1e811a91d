"""Who moves on from a city without having had their card continued there (番号法施行令 14条; 桑名市): it ends with that move."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from kazasu.contracts.municipality import Address, CardContinuedBefore
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.jpki.register import store as jpki_store
from kazasu.kit import periods
from kazasu.municipality.moving.at_counter.model import Said
from kazasu.municipality.moving.at_counter.service import NoticeCounter
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.moving.service.walk_in import PaperCounter
from kazasu.municipality.moving.store import notices, papers
from tests.jpki.test_continuing import READING
from tests.municipality.cards.test_card_desk import his, tap, waiting
from tests.municipality.moving.test_entry_fields import desk
from tests.support import pki
from tests.support.city import CLERK, COUNTER, NEW, OLD, THIRD
from tests.support.town import Town

HOME = Address(
    municipality_code=MunicipalityCode(THIRD), prefecture="福岡県", city="福岡市中央区", town="天神",
    block="１番地",
)  # fmt: skip
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@pytest.fixture
def town(databases, clock):
    """A family that arrived at Sapporo in time, and whose cards wait there."""
    town = Town(databases, clock)
    town.found_third()
    town.counter, town.papers = NoticeCounter(town.city), PaperCounter(town.city)
    found = town.sign_in_key(town.members()[0], 2, pki.public(5))
    town.databases.__dict__.setdefault("issued", {})[2] = found
    town.first = town.moved()
    return town


def good(town):
    """Is the card of who signed good at J-LIS still?"""
    card = f"{int(town.by_code[next(iter(town.by_code))].resident_id):015d}"

    def look(tx):
        return [one.kind for one in jpki_store.certificates_on(tx, card) if not one.revoked_at]

    return "authentication" in town.databases("jpki").read("test.good", look, access=READING)


def given_notice(town, *numbers, days_ahead=3):
    """At Sapporo's counter, for Fukuoka. Returns the case's number."""
    people = tuple(town.resident(one, NEW).resident_id for one in numbers)
    said = Said(
        people=people, on=today(town.clock) + timedelta(days=days_ahead), to="福岡市",
        place="福岡県福岡市中央区天神1番地", given_by=people[0], document="licence",
    )  # fmt: skip
    case = town.counter.take(NEW, COUNTER, people[0], said, mark="0" * 32)
    town.settle()
    return case


def accepted(town, case):
    found = town._read(NEW, lambda tx: _notice(tx, case))
    town.out.accept(NEW, CLERK, case, found.version)
    town.settle()


def _notice(tx, case):
    return notices.find(tx, case)


def arrives(town, case):
    """At Fukuoka's counter, with the paper, once the day has come. Returns what who decides reads of cards."""
    town.clock.set(town.clock.now() + timedelta(days=4))
    town.settle()
    number = town._read(NEW, lambda tx: papers.of_case(tx, case))[-1].number
    town.papers.fetch(THIRD, CLERK, number, "札幌市")
    town.settle()
    (first, *_) = town.people(case, THIRD)
    version = town.arrival(case, THIRD).version
    town.papers.identify(THIRD, CLERK, case, version, str(first.token), "licence")
    town.enter(case, THIRD, address=HOME)
    view = town.arrivals.look(THIRD, CLERK, case)
    town.register(case, THIRD)
    town.settle()
    return [one for one in view.differences if one.check == "card-lapses"]


def test_a_card_that_was_not_continued_ends_with_the_next_move(town):
    case = given_notice(town, 10, 11)
    [said] = [one for one in town._read(NEW, lambda tx: _notice(tx, case)).checks
              if one.check == "card-not-continued"]  # fmt: skip
    assert not said.blocking, "it stands in nobody's way"
    accepted(town, case)
    assert good(town), "as long as the move may be cancelled"
    [before] = arrives(town, case)
    assert "not continued in the city before" in before.en
    assert town.states(10) == {OLD: "left", NEW: "left"}
    assert town.resident(10, THIRD).state == "resident"
    assert not good(town)
    assert {one.card for one in town.people(case, THIRD)} == {"lost"}
    assert not town.resident(10, THIRD).has_card
    assert waiting(town, NEW) == waiting(town, THIRD) == []
    lost = [one for one in town.portal.move("sub-1", town.first).events if one.event == "card-lost"]
    assert len(lost) == 2, "of each of the two"
    assert all("before they moved on" in one.note_en for one in lost)
    town.clock.set(town.clock.now() + timedelta(days=120))
    town.settle()
    again = [one.event for one in town.portal.move("sub-1", town.first).events]
    assert again.count("card-lost") == 2, "it ends once"
    assert town.broken() == {}


@pytest.mark.parametrize("when", ["before the notice", "before leaving"])
def test_a_card_that_was_continued_in_time_goes_on(town, when):
    """Also where the data had left before."""
    case = given_notice(town, 10, 11)
    person = town.by_code[town.resident(10, NEW).record_code]
    if when == "before the notice":
        tap(town, his(town), person)
    accepted(town, case)
    told = [one.mover.card_not_continued for one in town.people(case, THIRD)]
    assert told == ([False, True] if when == "before the notice" else [True, True])
    if when == "before leaving":
        tap(town, his(town), person)
        told = [one.mover.card_not_continued for one in town.people(case, THIRD)]
        assert told == [False, True], "the new city hears of it"
    [ends] = arrives(town, case)
    assert ends.en.count("card of") == 1, "hers alone"
    assert good(town)
    assert [one.card for one in town.people(case, THIRD)] == ["pending", "lost"]
    assert [one.name for one in waiting(town, THIRD)] == [town.resident(10, THIRD).name]
    assert town.broken() == {}


def test_who_gives_up_moving_on_keeps_the_card_and_its_days(town):
    until = his(town).until
    case = given_notice(town, 10)
    town.out.accept(NEW, CLERK, case, town._read(NEW, lambda tx: _notice(tx, case)).version)
    town.settle()
    assert his(town).until == today(town.clock) + timedelta(days=2) < until, (
        "the day before leaving"
    )
    version = town._read(NEW, lambda tx: _notice(tx, case)).version
    Cancelling(town.city).cancel_at_desk(NEW, CLERK, case, version, "転出をやめた")
    town.settle()
    assert his(town).until == until
    assert good(town)


def test_the_desk_of_the_city_that_they_leave_says_it_in_both_languages(town):
    case = given_notice(town, 10)
    for lang, words in (
        ("en", "has not been continued here"),
        ("ja", "継続利用の手続きがまだです"),
    ):
        page = html.fromstring(desk(town, NEW).get(f"/desk/out/{case}?lang={lang}").content)
        assert words in page.text_content()


def test_only_the_city_of_before_says_that_a_card_goes_on(town):
    case = given_notice(town, 10)
    accepted(town, case)
    [one] = town.people(case, THIRD)

    def said(sender):
        letter = CardContinuedBefore(case_id=case, from_municipality=sender, tokens=(one.token,))
        received = type("Received", (), {"sender": f"city:{sender}"})()
        town.databases("municipality").run(
            "test", lambda tx: town.expected.card_continued(tx, letter, received), tenant=THIRD
        )

    with pytest.raises(Refusal) as refused:
        said(OLD)
    assert refused.value.fault.code == "exchange.wrong-sender"
    assert town.people(case, THIRD)[0].mover.card_not_continued
    said(NEW)
    assert not town.people(case, THIRD)[0].mover.card_not_continued


@given(days, st.integers(0, 200))
@example(date(2026, 11, 24), 0)
@example(date(2026, 11, 24), 91)
def test_the_days_for_a_card_end_before_its_holder_leaves(notified, stays):
    whole = periods.card_continuation_until(notified)
    leaves = notified + timedelta(days=stays)
    until = periods.card_continuation_until(notified, leaves)
    assert until <= whole, "moving on gives nobody more time"
    assert until < leaves or leaves > whole
    assert until in {whole, leaves - timedelta(days=1)}
