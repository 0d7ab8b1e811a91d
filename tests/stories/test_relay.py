"""Relayed, replayed, photographed taps: none is accepted (reliability §3 threat 1; Germany's CVE-2024-23674).

65 in the normal run, 1,000 with ``--deep``; what is tried is chosen by a seed, so that a red run is red again.
What no program stops: a person who goes on with somebody else's code and picks the right one of three numbers.
"""

import random
from collections import Counter

import pytest

from tests.support.relay import Relay, signed_by


@pytest.fixture
def relay(country):
    with Relay(country) as made:
        yield made


def honest(relay):
    begun = relay.begin()
    return begun, relay.bring(begun.tap, signed_by(begun.tap))


def other_session(relay):
    """Evidence for the victim's session, brought as the answer to the thief's."""
    victim, thief = relay.begin(), relay.begin()
    handle = relay.bring(thief.tap, signed_by(victim.tap))
    return relay.returns(thief, handle)


def other_origin(relay):
    """A city's page had the card sign; the thief is at the portal."""
    victim, thief = relay.begin("city:141003"), relay.begin()
    handle = relay.bring(thief.tap, signed_by(victim.tap))
    return relay.returns(thief, handle)


def made_up_origin(relay):
    """A site of the thief's own, with the thief's request and nonce at the portal."""
    thief = relay.begin()
    content = signed_by(thief.tap).replace(thief.tap.asker_origin.encode(), b"http://evil.test")
    return relay.returns(thief, relay.bring(thief.tap, content))


def other_tap(relay):
    """The same session's earlier tap: nonce and number of another attempt."""
    thief = relay.begin()
    content = relay.challenge(thief.tap, request_id="another-tap", nonce="another-nonce")
    return relay.returns(thief, relay.bring(thief.tap, content))


def other_label(relay):
    """What was signed without a PIN, for a tap that needs one."""
    thief = relay.begin()
    content = signed_by(thief.tap).replace(b"\nauthenticate\n", b"\nauthenticate-without-pin\n")
    return relay.returns(thief, relay.bring(thief.tap, content))


def handle_elsewhere(relay):
    """The whole tap was the victim's; the thief saw the address with the handle."""
    victim, handle = honest(relay)
    thief = relay.begin()
    return relay.returns(victim, handle, client=thief.client)


def handle_again(relay):
    """By somebody else: the browser that brought it is answered once more for ten seconds, as its page and its link may both lead on."""
    victim, handle = honest(relay)
    assert relay.returns(victim, handle)
    return relay.returns(victim, handle, client=relay.stranger())


def link_sent(relay):
    """The thief sends the victim a link to the thief's own request; the victim holds the card."""
    thief = relay.begin()
    handle = relay.bring(thief.tap, signed_by(thief.tap))
    on_victims_screen = relay.returns(thief, handle, client=relay.stranger())
    return on_victims_screen or relay.returns(thief, "")


def photographed(relay):
    """A second phone opens the code, too, and answers after the first: the first answer counts."""
    victim = relay.begin(device="phone")
    answer = {"reader": "phone", "holder": "phone-lock"}
    first, second = relay.open(victim), relay.open(victim)
    assert relay.bring(first, signed_by(first), chosen="00", **answer)
    late = relay.bring(second, signed_by(second), chosen=second.check_number, **answer)
    return bool(late) or relay.let_in_at(victim)


def without_the_number(relay):
    """A phone that skips the comparison, or guesses."""
    victim = relay.begin(device="phone")
    tap = relay.open(victim)
    handle = relay.bring(tap, signed_by(tap), reader="phone", holder="phone-lock", chosen="")
    relay.stranger().get(tap.continue_at, params={"handle": handle})
    return relay.let_in_at(victim)


def never_opened(relay):
    """Who learnt a tap's number answers it without having opened the code."""
    victim = relay.begin(device="phone")
    other = relay.begin(device="phone")
    tap = relay.open(other)
    handle = relay.bring(
        tap, signed_by(tap), reader="phone", holder="phone-lock", chosen=tap.check_number
    )
    relay.stranger().get(tap.continue_at, params={"handle": handle})
    return relay.let_in_at(victim)


def by_a_terminal(relay):
    """What was handed over to a phone, answered by a terminal."""
    victim = relay.begin(device="phone")
    tap = relay.open(victim)
    handle = relay.bring(tap, signed_by(tap), chosen=tap.check_number)
    return bool(handle) or relay.let_in_at(victim)


def weaker_than_asked(relay):
    """The terminal says itself that it saw no PIN."""
    thief = relay.begin()
    return relay.returns(thief, relay.bring(thief.tap, signed_by(thief.tap), holder="face"))


KINDS = [
    other_session, other_origin, made_up_origin, other_tap, other_label, handle_elsewhere, handle_again,
    link_sent, photographed, without_the_number, never_opened, by_a_terminal, weaker_than_asked,
]  # fmt: skip


def test_the_rig_sees_when_somebody_gets_in(relay):
    begun, handle = honest(relay)
    assert relay.returns(begun, handle)
    phone = relay.begin(device="phone")
    tap = relay.open(phone)
    handle = relay.bring(
        tap, signed_by(tap), reader="phone", holder="phone-lock", chosen=tap.check_number
    )
    relay.stranger().get(tap.continue_at, params={"handle": handle})
    assert relay.let_in_at(phone)


@pytest.mark.parametrize("count", [65, pytest.param(1000, marks=pytest.mark.deep)])
@pytest.mark.timeout(1800)
def test_so_many_relayed_challenges_and_0_accepted(relay, count, record_property):
    chance = random.Random(4)  # noqa: S311
    tried, accepted = Counter(), Counter()
    for number in range(count):
        kind = KINDS[number] if number < len(KINDS) else chance.choice(KINDS)
        tried[kind.__name__] += 1
        with relay:
            accepted[kind.__name__] += kind(relay)
    record_property("relayed", dict(tried))
    assert tried.total() == count
    assert set(tried) == {kind.__name__ for kind in KINDS}
    assert accepted.total() == 0, accepted
