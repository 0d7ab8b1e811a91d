"""The people of the sandbox: what every register has some of, and nothing that no register may hold."""

from collections import Counter
from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.time.legal_dates import read_date
from kazasu.foundation.values.names import length
from kazasu.foundation.values.typed.written import unwritable
from kazasu.municipality.register import relationships
from kazasu.society import places
from kazasu.society.population.households import households

DAY = date(2026, 11, 29)
CITY = places.chosen("141003")[0]
TOWNS = places.towns_of(CITY)


@pytest.fixture(scope="module")
def many():
    return list(islice(households(1, CITY, TOWNS, DAY), 4000))


KINDS = {
    "another form of a letter": lambda p: any(
        c in p.name for c in "髙\ufa11邉邊齋齊𠮷濵澤嶋嶌櫻廣\ufa10"
    ),
    "a form by a selector": lambda p: "\U000e0100" in p.name or "\U000e0102" in p.name,
    "an unknown date of birth": lambda p: (
        p.birth_text and read_date(p.birth_text).certainty == "unknown"
    ),
    "an uncertain date of birth": lambda p: (
        p.birth_text and read_date(p.birth_text).certainty in ("approximate", "partly-unknown")
    ),
    "a former surname": lambda p: p.former_surname,
    "protected": lambda p: p.protected,
    "a foreign resident with an alias": lambda p: p.alias,
    "a long name": lambda p: length(p.name) > 30,
    "a special permanent resident": lambda p: p.residence_status == "特別永住者",
    "somebody whose stay ends within 90 days": lambda p: (
        p.residence_until and (p.residence_until - DAY).days < 90
    ),
    "a lodger": lambda p: p.relationship in ("同居人", "縁故者"),
    "a parent-in-law": lambda p: p.relationship in ("妻の母", "夫の母"),
    "born this week": lambda p: (DAY - p.birth_date).days < 7,
    "born on 29 February": lambda p: (p.birth_date.month, p.birth_date.day) == (2, 29),
    "over a hundred": lambda p: p.age_on(DAY) >= 95,
}


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_some_of_each_kind(many, kind):
    people = [one for household in many for one in household.people]
    assert 3 <= sum(bool(KINDS[kind](one)) for one in people) < len(people) / 3


def test_households_of_each_kind(many):
    at = Counter((one.town, one.block, one.building) for one in many)
    assert sum(times > 1 for times in at.values()) >= 10, "two households at one address"
    mixed = [h for h in many if len({bool(p.nationality) for p in h.people}) == 2]
    assert len(mixed) >= 10
    assert (
        len([h for h in many if len(h.people) > 1 and all(p.nationality for p in h.people)]) >= 10
    )
    same = [h for h in many if len({p.name for p in h.people}) < len(h.people)]
    assert same, "a father and a son of one name"


def test_foreign_residents_are_some_three_in_a_hundred(many):
    people = [one for household in many for one in household.people]
    assert 0.02 < sum(bool(one.nationality) for one in people) / len(people) < 0.05


@given(st.integers(0, 10**6), st.dates(date(2024, 1, 1), date(2060, 12, 31)))
def test_a_household_is_one_that_a_register_may_hold(seed, day):
    for household in islice(households(seed, CITY, TOWNS, day), 12):
        assert [one.relationship == "世帯主" for one in household.people] == [True] + [False] * (
            len(household.people) - 1
        )
        for one in household.people:
            relationships.check(one.relationship)
            assert one.birth_date <= day
            read_date(one.written_birth)
            assert not unwritable(one.name)
            assert bool(one.nationality) == bool(one.name_roman) == bool(one.residence_status)
        assert household.lives_here_since <= day
        assert not unwritable(f"{household.town.name}{household.block}{household.building}")


def test_the_nth_household_is_the_same_however_many_are_taken():
    first = list(islice(households(7, CITY, TOWNS, DAY), 40))
    assert list(islice(households(7, CITY, TOWNS, DAY), 80))[:40] == first
