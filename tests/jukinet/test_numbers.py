"""Numbers that J-LIS gives: each once, the same for the same request, none following from the other."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.city import NEW, OLD, TEST
from tests.support.town import Town

from kazasu.contracts.jukinet import GiveNumbers, NumbersGiven
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.jukinet.numbers import ROOM, numbers, serial_of

SECRET = bytes(range(32))


@given(st.sets(st.integers(0, ROOM - 1), min_size=2, max_size=60))
def test_no_two_are_alike(places):
    found = [numbers(SECRET, place) for place in places]
    assert len({one.code for one in found}) == len(places)
    assert len({one.number for one in found}) == len(places)
    assert all(one.code.startswith("7") for one in found)
    assert all(one.number.reveal(duty="test").startswith("97") for one in found)


def test_another_key_is_another_row_and_neither_follows_from_the_other():
    mine = [numbers(SECRET, place) for place in range(200)]
    theirs = [numbers(bytes(32), place) for place in range(200)]
    assert not {one.code for one in mine} & {one.code for one in theirs}
    bodies = [(one.code[1:10], one.number.reveal(duty="test")[2:11]) for one in mine]
    assert all(code != number for code, number in bodies)
    assert sorted(bodies) != bodies, "nor do they say who was first"


@pytest.mark.parametrize("place", [-1, ROOM])
def test_there_are_no_more_than_there_are(place):
    with pytest.raises(ValueError, match="no number is left"):
        numbers(SECRET, place)


def test_asked_again_it_is_the_same_also_by_another_city(databases, clock):
    """One request is one person; a city that was killed before it wrote them asks again."""
    town = Town(databases, clock)

    def ask(request_id, city=NEW):
        inquiry = GiveNumbers(request_id=request_id, municipality_code=city)
        return town.city.inquirer(city).ask(inquiry, of="jukinet", purpose=TEST)

    first, second = uuid4(), uuid4()
    given_ = ask(first)
    assert isinstance(given_, NumbersGiven)
    assert ask(first) == given_
    others = [ask(second), ask(uuid4(), OLD)]
    codes = {given_.resident_record_code, *(one.resident_record_code for one in others)}
    assert len(codes) == 3


def test_a_number_says_whose_request_it_was_under_the_key_alone():
    secret, another = b"a" * 32, b"b" * 32
    for place in (0, 1, 2, 12_345, ROOM - 1):
        given = numbers(secret, place).number
        assert serial_of(secret, given) == place
        assert serial_of(another, given) != place
    assert serial_of(secret, IndividualNumber.from_body("12345678901")) is None
