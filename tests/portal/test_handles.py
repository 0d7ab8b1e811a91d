"""Handles that are kept: one exchange for some minutes, each person's their own, never more than there is room for."""

from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.exchange.handles import LIFE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import FixedClock
from kazasu.kit.openid import STALE
from kazasu.portal.pages import handles
from kazasu.portal.pages.handles import KEPT, Handles
from tests.conftest import THE_DAY


class SignIn:
    def __init__(self):
        self.made = 0
        self.refuses = False

    def handle_for(self, request, audience):
        if self.refuses:
            raise Refusal(STALE)
        self.made += 1
        return f"{request.state.session.data['access_token']} at {audience} {self.made}"


def signed_in(token):
    return SimpleNamespace(
        state=SimpleNamespace(session=SimpleNamespace(data={"access_token": token}))
    )


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["jpki", "bank"]), st.integers(0, 700)), max_size=20))  # fmt: skip
def test_everybody_has_their_own_and_none_is_old(looks):
    clock, signin = FixedClock(THE_DAY), SignIn()
    kept, made = Handles(signin, clock), {}
    for token, audience, wait in looks:
        clock.set(clock.now() + timedelta(seconds=wait))
        before = signin.made
        handle = kept.of(signed_in(token))(audience)
        assert handle.startswith(f"{token} at {audience} ")
        at = made.get((token, audience))
        assert (signin.made > before) == (at is None or clock.now() - at >= KEPT)
        if signin.made > before:
            made[token, audience] = clock.now()
    assert KEPT + timedelta(minutes=5) < LIFE


def test_a_clock_that_went_back_and_a_refusal_keep_nothing():
    clock, signin = FixedClock(THE_DAY), SignIn()
    kept = Handles(signin, clock)
    signin.refuses = True
    with pytest.raises(Refusal):
        kept.of(signed_in("a"))("jpki")
    signin.refuses = False
    kept.of(signed_in("a"))("jpki")
    clock.set(clock.now() - timedelta(days=1))
    kept.of(signed_in("a"))("jpki")
    assert signin.made == 2


def test_there_is_an_end_to_what_is_kept():
    signin = SignIn()
    kept = Handles(signin, FixedClock(THE_DAY))
    with patch.object(handles, "MOST", 3):
        for token in "abcd":
            kept.of(signed_in(token))("jpki")
        kept.of(signed_in("d"))("jpki")
        assert signin.made == 4
        kept.of(signed_in("a"))("jpki")
        assert signin.made == 5
