"""The world for one city's rules (``tests/support/city.py``): quick, and of this city alone."""

import time

import pytest

from kazasu.foundation.text import Text
from tests.support.city import STRANGER, City, code_of

WHY = Text("証明書の交付", "issuing a certificate")


@pytest.fixture
def city(databases, clock):
    return City(databases, clock, households=2)


def test_its_residents_live_in_it_and_nobody_else(city):
    assert {city.resident(number).state for number in (10, 11, 20, 21)} == {"resident"}
    assert city.resident(STRANGER) is None
    assert list(city.street.process.rooms) == ["municipality"]
    assert city.by_code[code_of(20)].is_head


@pytest.mark.deep
def test_it_is_ready_in_a_second(databases, clock):
    """Of processor time, which a busy machine does not stretch: the first has the room's tables, keys and a ceremony to make."""
    for most in (3.0, 1.0, 1.0):
        began = time.process_time()
        City(databases, clock, founded=most < 3.0)
        assert time.process_time() - began < most
