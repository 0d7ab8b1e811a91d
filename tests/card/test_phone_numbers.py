"""The number of a code: who does not see the other screen has one guess of one list, whatever was seen before."""

import random
from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kazasu.card.phone.faults import OPENED_ELSEWHERE, WRONG_NUMBER
from kazasu.card.phone.model import NUMBERS, numbers
from kazasu.card.phone.taps import Openings
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import JST, FixedClock
from kazasu.identity.model import check_number
from tests.card.test_terminal import Asker

TWO_DIGITS = some.integers(10, 99).map(str)


@pytest.fixture(scope="module")
def clock():
    return FixedClock(datetime(2026, 11, 29, 10, tzinfo=JST))


@pytest.fixture(scope="module")
def request_of(clock):
    asker = Asker(clock)
    made = asker.reader("phone").proven(asker.request(audience="phone", check_number="42"))
    return lambda number, request_id="1": made.model_copy(
        update={"request_id": request_id, "check_number": number}
    )


@given(TWO_DIGITS, some.text("abcdefgh0123", min_size=1, max_size=12))
def test_one_of_three_and_the_same_three_at_every_look(request_of, number, request_id):
    request = request_of(number, request_id)
    shown = numbers(request)
    assert number in shown
    assert len(set(shown)) == NUMBERS
    assert numbers(request) == shown


def test_who_remembers_the_codes_before_guesses_no_better(request_of):
    """The number that was shown most often, the last list's, the first of the list: one in three each."""
    tries, chance = 900, random.Random(1)  # noqa: S311
    often, won, before = Counter(), Counter(), ()
    for code in range(tries):
        number = check_number()
        shown = numbers(request_of(number, f"{code}"))
        again = [one for one in shown if one in before]
        won["often"] += max(shown, key=lambda one: often[one]) == number
        won["again"] += (again or [chance.choice(shown)])[0] == number
        won["first"] += shown[0] == number
        often.update(shown)
        before = shown
    assert all(0.25 < wins / tries < 0.42 for wins in won.values()), won


def said_by(call, *given):
    """What it returns, or the fault with which it refuses."""
    try:
        return call(*given)
    except Refusal as refused:
        return refused.fault


@given(some.lists(some.tuples(some.sampled_from("ab"), some.booleans()), max_size=8))
def test_the_first_browser_has_it_and_one_wrong_number_ends_it(clock, request_of, choices):
    request, openings = request_of("42"), Openings(clock)
    owner, ended = "", False
    for browser, right in choices:
        owner = owner or browser
        told = said_by(openings.choose, request, browser, "42" if right else "43")
        ended = ended or (browser == owner and not right)
        assert told is (OPENED_ELSEWHERE if browser != owner else not ended)
    for browser in "ab":
        of_another = bool(owner) and browser != owner
        expected = OPENED_ELSEWHERE if of_another else WRONG_NUMBER if ended else None
        assert said_by(openings.check, request, browser) is expected
