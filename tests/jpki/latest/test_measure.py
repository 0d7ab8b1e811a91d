"""Who begins and ends a protective measure: the city of residence, as the network says; in doubt it goes on."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kazasu.jpki
from kazasu.foundation.faults import Refusal
from kazasu.jpki.latest.measure import Measure, Protected
from tests.jpki.test_service import OTHER, PERSON, code_of

YOKOHAMA, SAPPORO, FUKUOKA = CITIES = ("141003", "011002", "401307")
START = datetime(2026, 11, 24, tzinfo=UTC)
MIGRATION = Path(kazasu.jpki.__file__).parent / "migrations/0150-residence.sql"
REFUSED = "jpki.not-of-this-city"

EVENTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["begin", "end"]), st.sampled_from(CITIES)),
        st.tuples(st.just("registered"), st.sampled_from([*CITIES, None])),
    ),
    max_size=12,
)


def protected(state):
    return state.measure is not None and state.measure.protected


def after_one(state, event, city, at):
    """What is refused changes nothing."""
    if event == "registered":
        return state.registered(city)
    with suppress(Refusal):
        state = getattr(state, event)(city, at)
    return state


def after(state, events):
    """Each event an hour after the one before."""
    for hours, (event, city) in enumerate(events):
        state = after_one(state, event, city, START + timedelta(hours=hours))
    return state


@given(before=EVENTS, later=EVENTS, home=st.sampled_from(CITIES))
def test_no_other_city_ends_a_measure_whatever_it_says(before, later, home):
    state = after(Protected(), before).registered(home).begin(home, START + timedelta(days=1))
    others = [one for one in later if one[0] != "registered" and one[1] != home]
    assert protected(after(state, others))
    with pytest.raises(Refusal, match=f"^{REFUSED}"):
        state.end(next(c for c in CITIES if c != home), START + timedelta(days=2))
    assert not protected(state.end(home, START + timedelta(days=2)))


@given(before=EVENTS, between=EVENTS, old=st.sampled_from([YOKOHAMA, None]))
def test_a_measure_is_not_lost_while_its_person_is_on_the_way(before, between, old):
    """The new city says so before the network does; whatever others say meanwhile."""
    state = after(Protected(), before).registered(old).begin(SAPPORO, START + timedelta(days=1))
    others = [one for one in between if one[0] != "registered" and one[1] != SAPPORO]
    arrived = after(state, others).registered(SAPPORO)
    assert arrived.measure == Measure(True, SAPPORO, START + timedelta(days=1))
    assert not protected(arrived.end(SAPPORO, START + timedelta(days=2)))


@given(order=st.permutations(["registered", "begin"]), old=st.sampled_from([YOKOHAMA, None]))
def test_the_networks_word_and_the_citys_come_in_either_order(order, old):
    state = after(Protected(residence=old), [(one, SAPPORO) for one in order])
    assert protected(state)
    assert (state.residence, state.announced) == (SAPPORO, {})


@given(spoke=st.sets(st.sampled_from(CITIES), min_size=1), ends=st.permutations(CITIES))
def test_where_nobody_knows_the_city_all_that_said_so_take_it_back(spoke, ends):
    state = after(Protected(), [("begin", one) for one in spoke])
    for city in ends:
        assert protected(state) is bool(spoke)
        if city in spoke:
            state = state.end(city, START + timedelta(days=1))
            spoke = spoke - {city}
        else:
            with pytest.raises(Refusal, match=f"^{REFUSED}"):
                state.end(city, START + timedelta(days=1))
    assert not protected(state)


@given(events=EVENTS)
@settings(max_examples=200)
def test_it_ends_by_the_end_of_a_city_alone(events):
    state = Protected()
    for hours, (event, city) in enumerate(events):
        before, state = state, after_one(state, event, city, START + timedelta(hours=hours))
        if protected(before) and not protected(state):
            assert event == "end"
            assert before.residence == city or (
                before.residence is None and set(before.announced) == {city}
            )


def test_an_end_that_was_overtaken_by_its_own_beginning_changes_nothing():
    state = Protected(residence=YOKOHAMA).begin(YOKOHAMA, START)
    for late in (START, START - timedelta(hours=1)):
        assert protected(state.end(YOKOHAMA, late))
        assert protected(Protected().begin(FUKUOKA, START).end(FUKUOKA, late))
    assert not protected(state.end(YOKOHAMA, START + timedelta(microseconds=1)))


# ---------------------------------------------------------------- on the database


def known(world, person=PERSON):
    return world.rows(
        """SELECT protected, municipality_code FROM protected_person JOIN person USING (person_id)
           WHERE resident_record_code = %s""",
        (person,),
    )


def test_the_city_of_residence_is_that_of_the_certificate_until_the_network_speaks(world):
    world.protect(city=YOKOHAMA)
    world.later()
    assert code_of(world.protect, False, FUKUOKA) == REFUSED
    world.protect(city=SAPPORO)
    assert known(world) == [(True, YOKOHAMA)]
    world.lapse(PERSON, city=SAPPORO, epoch=2)
    assert known(world) == [(True, SAPPORO)]
    world.later()
    assert code_of(world.protect, False, YOKOHAMA) == REFUSED
    world.protect(False, SAPPORO)
    assert known(world) == [(False, SAPPORO)]
    world.lapse(PERSON, "name", city=SAPPORO, epoch=3)
    assert known(world) == [(False, SAPPORO)], "what was announced is used once"


def test_an_older_word_of_the_network_changes_nothing(world):
    world.protect()
    for city, epoch in ((SAPPORO, 3), (FUKUOKA, 2), (FUKUOKA, None)):
        world.lapse(PERSON, city=city, epoch=epoch)
    world.later()
    assert code_of(world.protect, False, FUKUOKA) == REFUSED
    world.protect(False, SAPPORO)
    assert known(world) == [(False, SAPPORO)]


def test_who_has_no_certificate_is_protected_by_the_city_that_says_so(world):
    world.protect(person=OTHER)
    world.later()
    assert code_of(world.protect, False, FUKUOKA, person=OTHER) == REFUSED
    world.protect(False, person=OTHER)
    assert known(world, OTHER) == [(False, YOKOHAMA)]


def test_a_clock_that_is_ahead_binds_nobody(world):
    """The receiver's time counts: what one city says of years to come ends with its next word."""
    world.protect(at=world.clock.now() + timedelta(days=3650))
    world.later()
    world.protect(False)
    assert known(world) == [(False, YOKOHAMA)]
    world.protect(False, at=world.clock.now() + timedelta(days=3650))
    world.protect(at=world.clock.now() - timedelta(days=3650))
    assert known(world) == [(True, YOKOHAMA)], "in doubt protected: the order in which it is heard"


def test_who_was_protected_before_is_so_by_the_word_of_that_city(world, databases):
    """As the migration finds them, run by the schema's owner, whom row level security binds, too."""
    world.protect(person=OTHER)
    with psycopg.connect(databases.url("jpki")) as connection:
        connection.execute("SET search_path TO jpki")
        [owner] = connection.execute(
            "SELECT tableowner FROM pg_tables WHERE tablename = 'residence'"
        ).fetchone()
        connection.execute("DROP TABLE residence, protection_announced")
        connection.execute(f'SET ROLE "{owner}"')
        connection.execute(MIGRATION.read_text())
    world.later()
    assert code_of(world.protect, False, FUKUOKA, person=OTHER) == REFUSED
    world.protect(False, person=OTHER)
    assert known(world, OTHER) == [(False, YOKOHAMA)]
