"""The invented country: numbers, households, places, and the same again from the same seed."""

import re
from datetime import date, datetime
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import JST
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.municipality.register import relationships
from kazasu.society import pages, places, registering
from kazasu.society.numbers import individual_number, record_code, sandbox_subject
from kazasu.society.personas import HOUSEHOLDS, PERSONAS, RETURNERS
from kazasu.society.population.households import households
from kazasu.society.registering import Serials, residents

DAY = date(2026, 11, 24)
YOKOHAMA = places.chosen("141003")[0]
TOWNS = places.towns_of(YOKOHAMA)


def test_all_municipalities_are_there_once():
    found = places.municipalities()
    assert len(found) == 1741
    assert len({one.slug for one in found}) == 1741
    assert {"yokohama", "sapporo", "fukuoka", "sakai"} <= {one.slug for one in found}


def test_a_city_that_does_not_exist():
    with pytest.raises(Refusal) as refused:
        places.chosen("141003,999999")
    assert refused.value.fault.code == "society.unknown-city"


@given(st.integers(0, 10_000), st.lists(st.integers(0, 900_000_000), min_size=2, unique=True))
def test_numbers_are_valid_unique_and_plainly_invented(seed, serials):
    codes = [record_code(seed, serial) for serial in serials]
    assert len(set(codes)) == len(serials)
    digits = [individual_number(seed, s).reveal(duty="test") for s in serials]
    assert len(set(digits)) == len(serials)
    assert all(one.startswith("99") and IndividualNumber(one) for one in digits)


@given(st.integers(0, 50))
@settings(max_examples=20)
def test_households_hold_together(seed):
    for household in islice(households(seed, YOKOHAMA, TOWNS, DAY), 40):
        head, *others = household.people
        assert head.relationship == "世帯主"
        assert head.age_on(DAY) >= 18
        assert household.town in TOWNS
        for one in others:
            assert relationships.check(one.relationship) != "世帯主"
            if one.relationship == "子":
                assert head.birth_date.year + 15 <= one.birth_date.year
        assert all(one.birth_date <= DAY for one in household.people)
        assert household.lives_here_since <= DAY


def test_the_same_seed_gives_the_same_country():
    def first(seed):
        rows = residents(YOKOHAMA, 300, Serials(seed), DAY)
        return [(r.name, r.record_code, r.address.line, r.birth_text) for r, _ in rows]

    assert first(1) == first(1)
    assert first(1) != first(2)
    assert len(first(1)) >= 300


def test_rows_of_a_city_are_a_register():
    rows = [resident for resident, _ in residents(YOKOHAMA, 500, Serials(1), DAY)]
    assert len({r.resident_id for r in rows}) == len(rows)
    heads: dict[str, int] = {}
    for row in rows:
        heads[row.household_number] = heads.get(row.household_number, 0) + row.is_head
    assert set(heads.values()) == {1}


def test_personas_live_where_their_story_says():
    cards = {
        person.card_id: city
        for city, households in HOUSEHOLDS.items()
        for household in households
        for person in household.people
    }
    assert {p.card_id for p in PERSONAS} == set(cards)
    assert all(cards[p.card_id] == p.city for p in PERSONAS)
    assert len([p for p in PERSONAS if not (p.staff_roles or p.operates)]) == 20
    assert all(
        (h.town.postcode, h.town.area, h.town.name)
        in {(t.postcode, t.area, t.name) for t in places.towns_of(places.chosen(city)[0])}
        for city, households in [*HOUSEHOLDS.items(), *RETURNERS.items()]
        for h in households
    )


@given(st.dates(date(2026, 1, 1), date(2060, 12, 31)))
@settings(max_examples=30)
def test_the_newborn_is_new_whenever_the_country_is_founded(today):
    household = registering.shifted(HOUSEHOLDS["141003"][0], today)
    newborn = household.people[3]
    assert (today - newborn.birth_date).days == registering.NEWBORN_DAYS
    assert all(one.birth_date <= today for one in household.people)


def test_staff_subjects_differ_by_seed_card_and_sector():
    made = {
        sandbox_subject(seed, card, sector)
        for seed in (1, 2)
        for card in ("a", "b")
        for sector in ("x", "y")
    }
    assert len(made) == 8
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in made)


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-13-01", "2026-02-30", "9999-12-31", "0001-01-01"]
)
def test_a_time_that_is_none(text):
    with pytest.raises(Refusal) as refused:
        pages._morning(text)
    assert refused.value.fault.code == "society.bad-time"
    assert pages._morning("2026-12-01") == datetime(2026, 12, 1, 9, tzinfo=JST)
