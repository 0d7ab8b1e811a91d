"""Enrolling a phone: one secret a page; what does not fit erases nothing else, and nothing waits longer than it must."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kazasu.card.phone.enrolling import LIFE, STEPS, Drafts
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import FixedClock
from tests.conftest import THE_DAY

PIN, PASSWORD = "5678", "PHONE99"
digits = some.text("0123456789", min_size=4, max_size=4)


@pytest.fixture
def drafts(clock):
    return Drafts(clock)


def refused(call, *arguments):
    with pytest.raises(Refusal) as caught:
        call(*arguments)
    return caught.value.fault.code


def test_one_secret_after_the_other(drafts):
    assert drafts.of("a").step == STEPS[0]
    drafts.choose_pin("a", PIN, PIN)
    assert drafts.of("a").step == STEPS[1]
    drafts.choose_password("a", PASSWORD, PASSWORD, made)
    draft = drafts.of("a")
    assert (draft.step, draft.pin, draft.password) == (STEPS[2], PIN, PASSWORD)
    assert drafts.of("b").step == STEPS[0], "another phone's is its own"
    drafts.forget("a")
    assert drafts.of("a").step == STEPS[0]


def test_what_differs_is_named_and_erases_nothing_else(drafts):
    assert refused(drafts.choose_pin, "a", PIN, "5679") == "phone.pins-differ"
    drafts.choose_pin("a", PIN, PIN)
    assert (
        refused(drafts.choose_password, "a", PASSWORD, "OTHER99", made) == "phone.passwords-differ"
    )
    assert refused(drafts.choose_password, "a", "x", "x", made) == "card.pin-form"
    assert drafts.of("a").pin == PIN


def test_after_ten_minutes_nothing_waits(drafts, clock):
    drafts.choose_pin("a", PIN, PIN)
    clock.advance(LIFE - timedelta(seconds=1))
    assert drafts.of("a").pin == PIN
    clock.advance(timedelta(seconds=1))
    assert drafts.of("a").pin == ""


@given(digits, digits)
def test_a_pin_is_kept_exactly_when_it_was_typed_twice(one, other):
    drafts = Drafts(FixedClock(THE_DAY))
    if one == other:
        drafts.choose_pin("a", one, other)
        assert drafts.of("a").pin == one
    else:
        assert refused(drafts.choose_pin, "a", one, other) == "phone.pins-differ"
        assert drafts.of("a").pin == ""
