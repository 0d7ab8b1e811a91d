"""Many people's cards at one terminal: counted where the tap is taken in, by the address of the screen beside it."""

import pytest

from kazasu.foundation.alarms.harvest import Limits
from kazasu.foundation.alarms.ringing import unseen
from tests.identity.conftest import World


@pytest.fixture
def world(databases, clock, monkeypatch):
    monkeypatch.setattr(Limits, "of", classmethod(lambda cls, _: cls(terminal=1)))
    return World(databases, clock)


def test_one_person_too_many_at_a_terminal_rings(world):
    def rung():
        return [one.kind for one in world.street.databases("identity").read("test", unseen)]

    for _ in range(3):
        world.login(card=1)
    assert rung() == [], "one person, however often"
    world.login(card=3)
    assert rung() == ["one-terminal"]
