"""Notice of moving in that comes too late for a card ends it (番号法施行令 14条): at each edge of both periods, by paper."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from kazasu.contracts.jpki.cards import CardNotContinued
from kazasu.contracts.jpki.people import PersonChanged
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import civil, today
from kazasu.foundation.time.dates import is_open
from kazasu.jpki.register import store as jpki_store
from kazasu.kit import periods
from kazasu.municipality.moving.outstanding.papers import PaperDesk
from kazasu.municipality.moving.service.walk_in import PaperCounter
from kazasu.portal.move.standing import standing
from tests.jpki.test_continuing import READING
from tests.municipality.moving.test_by_paper import shown
from tests.municipality.moving.test_entry_fields import desk
from tests.support import pki
from tests.support.city import CLERK, COUNTER, NEW, OLD
from tests.support.town import Town

SAID = "紙で届け出ると申し出た"
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@pytest.fixture
def town(databases, clock):
    town = Town(databases, clock)
    town.papers = PaperDesk(town.city)
    town.counter = PaperCounter(town.city)
    found = town.sign_in_key(town.members()[0], 2, pki.public(5))
    town.databases.__dict__.setdefault("issued", {})[2] = found
    return town


def good(town, kind="authentication"):
    """Is the card of who signed good at J-LIS still?"""
    card = f"{int(town.members()[0].resident_id):015d}"

    def look(tx):
        return [one.kind for one in jpki_store.certificates_on(tx, card) if not one.revoked_at]

    return kind in town.databases("jpki").read("test.good", look, access=READING)


def with_paper(town, moves_on=None):
    """Accepted, with a paper certificate that was given in time."""
    case = town.submit(moves_on=moves_on)
    town.settle()
    town.accept(case)
    town.settle()
    number = town.papers.issue(OLD, CLERK, case, town.out_case(case).version, SAID)
    town.settle()
    return case, number


def comes(town, case, number, on, moved_on):
    """With the paper, on that day; they have lived there since ``moved_on``."""
    town.clock.set(town.clock.now() + (on - today(town.clock)))
    town.settle()
    town.counter.fetch(NEW, CLERK, number, "横浜市")
    town.settle()
    shown(town, case)
    town.enter(case, moved_on=moved_on)
    view = town.arrivals.look(NEW, CLERK, case)
    before = [one for one in view.differences if one.check == "card-lapses"]
    town.register(case)
    town.settle()
    return before


EDGES = {
    "on the fourteenth day after moving": ("moved", 0, True),
    "the day after it": ("moved", 1, False),
    "on the thirtieth day after the planned one": ("planned", 0, True),
    "the day after that": ("planned", 1, False),
}


@pytest.mark.parametrize(("by", "late", "kept"), EDGES.values(), ids=EDGES)
def test_a_card_ends_with_a_notice_that_is_too_late_for_it(town, by, late, kept):
    planned = today(town.clock)
    case, number = with_paper(town, planned)
    if by == "moved":
        moved_on = planned
        last = periods.moving_in_until(moved_on)
        assert last < periods.transfer_usable_until(planned)
    else:
        last = periods.transfer_usable_until(planned)
        moved_on = last
    on = last + timedelta(days=late)
    before = comes(town, case, number, on, moved_on)
    assert town.states(10) == {OLD: "left", NEW: "resident"}, "registered either way"
    assert [bool(before), good(town)] == [not kept, kept]
    assert {one.card for one in town.people(case)} == {"pending" if kept else "lost"}
    assert town.resident(10, NEW).has_card is kept
    assert len(town.cards.waiting(NEW, COUNTER)) == (2 if kept else 0)
    move = town.portal.move("sub-1", case)
    said = [one.event for one in move.events]
    assert [said.count("card-pending"), said.count("card-lost")] == [int(kept), int(not kept)]
    assert standing(move).name == ("cards" if kept else "card-lost")
    if not kept:
        [why] = [one for one in move.events if one.event == "card-lost"]
        assert "A new card can be applied for" in why.note_en
        town.clock.set(town.clock.now() + timedelta(days=120))
        town.settle()
        again = [one.event for one in town.portal.move("sub-1", case).events]
        assert again.count("card-lost") == 1, "it ends once"
    assert town.broken() == {}


def test_who_decides_reads_it_before(town):
    case, number = with_paper(town)
    late = periods.transfer_usable_until(today(town.clock)) + timedelta(days=1)
    town.clock.set(town.clock.now() + (late - today(town.clock)))
    town.settle()
    assert "stop working" in standing(town.portal.move("sub-1", case)).todo.en
    town.counter.fetch(NEW, CLERK, number, "横浜市")
    town.settle()
    shown(town, case)
    town.enter(case, moved_on=today(town.clock))
    page = html.fromstring(desk(town, NEW).get(f"/desk/in/{case}?lang=en").content)
    assert "ends when this is registered" in page.text_content()


def test_the_word_of_the_network_is_waited_for(town):
    """Both letters leave with the registration, and any of them may come first."""
    person = town.members()[0].record_code
    town.clock.set(town.clock.now() + timedelta(minutes=5))
    letter = CardNotContinued(
        resident_record_code=person, municipality_code=NEW, notified_on=civil(town.clock.now()),
        registered_at=town.clock.now(), epoch=7,
    )  # fmt: skip

    def told():
        town.databases("jpki").run(
            "test", lambda tx: town.jpki.life.not_continued(tx, letter, None)
        )

    with pytest.raises(Refusal) as refused:
        told()
    assert refused.value.fault.code == "jpki.network-silent"
    assert good(town)
    word = PersonChanged(
        resident_record_code=person, what="address", municipality_code=NEW, at=town.clock.now(),
        epoch=7,
    )  # fmt: skip
    town.databases("jpki").run("test", lambda tx: town.jpki.life.person_changed(tx, word, None))
    told()
    assert not good(town)


@given(days, st.integers(-40, 40), st.integers(0, 80))
@example(date(2028, 2, 15), 0, 14)
@example(date(2026, 12, 15), 0, 20)
def test_a_card_goes_on_as_long_as_both_periods_do(planned, shift, waits):
    moved = planned + timedelta(days=shift)
    notified = moved + timedelta(days=waits)
    lapsed = periods.card_lapsed(moved, planned, notified)
    if waits <= 14 and notified <= planned + timedelta(days=30):
        assert not lapsed, "the days themselves are never shortened"
    if is_open(notified):
        assert lapsed == ((waits > 14 and notified > periods.moving_in_until(moved)) or (
            notified > periods.transfer_usable_until(planned)
        ))  # fmt: skip
    assert not lapsed or periods.card_lapsed(moved, planned, notified + timedelta(days=1)), (
        "for good"
    )


def test_before_the_tap_the_desk_is_told_to_ask_from_which_day_they_live_here(town):
    """The fourteen days run from the day on which they began to live here, which the visitor says: asked before the card is held."""
    case = town.submit(visit_in=3)
    town.settle()
    town.accept(case)
    town.settle()
    until = periods.moving_in_until(town.out_case(case).moves_on)
    for day, said in ((until, False), (until + timedelta(days=1), True)):
        town.clock.set(town.clock.now() + (day - today(town.clock)))
        page = desk(town, NEW).get(f"/desk/in/{case}?lang=ja").text
        assert "来庁者のカードをかざす" in page
        assert ('id="asks-first"' in page) == said, day
