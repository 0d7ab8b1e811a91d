"""What a city says of one person arrives in the order in which it was written, also where the first letter is held up."""

from datetime import timedelta

import psycopg
import pytest

from kazasu.foundation.time.clock import today
from kazasu.jukinet import store as jukinet_store
from kazasu.municipality.abroad.model import Said
from kazasu.municipality.abroad.service.coming import ComingFromAbroad
from kazasu.municipality.abroad.service.leaving import LeavingTheCountry
from tests.municipality.abroad.test_coming_from_abroad import HEAD, abroad, said
from tests.support.city import CLERK, OLD, code_of, reading
from tests.support.town import Town


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def test_an_arrival_that_is_held_up_is_not_passed_by_the_departure(town):
    """The carrier had leased the letter and was killed: two minutes later it goes on. They came back to where they had left, which the network
    knows as their last city: it would take the departure."""
    abroad(town, HEAD)
    ComingFromAbroad(town.city).enter(OLD, CLERK, said(town, HEAD, OLD))
    with psycopg.connect(town.databases.url("municipality")) as connection:
        held = connection.execute(
            "UPDATE municipality.outbox SET next_at = %s WHERE kind = 'jukinet/registration-changed/1' AND sent_at IS NULL",
            (town.clock.now() + timedelta(minutes=2),),
        ).rowcount  # fmt: skip
    assert held == 1
    here = town.resident(HEAD).resident_id
    LeavingTheCountry(town.city).enter(
        OLD, CLERK, here, Said((here,), today(town.clock), "カナダ", here, "passport")
    )
    for relay in town.street.process._relays.values():
        relay.run()  # what is due: town.settle() brings what is held up, too
    assert town.resident(HEAD).state == "left"
    town.clock.set(town.clock.now() + timedelta(minutes=3))
    town.settle()

    def look(tx):
        code = code_of(HEAD)
        return jukinet_store.last_step(tx, code), jukinet_store.latest_registration(tx, code).until

    assert town.databases("jukinet").read("test.network", look, access=reading()) == (
        "emigration", today(town.clock),
    )  # fmt: skip
    assert town.broken() == {}
