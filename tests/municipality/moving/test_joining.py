"""Who moves into a household is never left without a head when those who lived there go meanwhile."""

from datetime import date
from uuid import uuid4

import pytest

from kazasu.contracts.jukinet import ConsumeTransfers
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.model import Leaver
from kazasu.municipality.moving.store import notices
from kazasu.municipality.register import store as register_store
from tests.support.city import NEW, STRANGER, reading
from tests.support.town import Town


@pytest.fixture
def joining(databases, clock):
    """Somebody is about to be registered into the household of another, who lives there alone."""
    town = Town(databases, clock, size=1)
    case = town.to_the_desk()
    (one,) = town.people(case)
    town.enter(
        case, joins_household=town.resident(STRANGER, NEW).household_number,
        people=(EnteredPerson(one.token, True, "同居人", False),),
    )  # fmt: skip
    return town, case


def gone(town, state):
    """The one who lives there leaves the city, or is about to."""
    there = town.resident(STRANGER, NEW)
    token, on = uuid4(), today(town.clock)

    def work(tx):
        register_store.change(
            tx, there, state=state, reason="国内転出", changed_on=on, is_head=state == "leaving",
            planned_on=on, planned_to="福岡県福岡市",
        )  # fmt: skip
        notices.add_leaver(
            tx, Leaver("MV-other", there.resident_id, token, "401307", on, "open", None, 0)
        )

    town.databases("municipality").run("test.gone", work, tenant=NEW, access=reading())


def test_the_last_of_the_household_has_gone_before_the_decision(joining):
    town, case = joining
    gone(town, "left-planned")
    with pytest.raises(Refusal, match=r"^municipality\.no-such-household"):
        town.register(case)
    assert town.arrival(case).state == "provisional"


def test_who_stays_when_the_head_departs_is_head(joining):
    town, case = joining
    gone(town, "leaving")
    town.register(case)
    assert not town.resident(10, NEW).is_head
    town.departures.depart(NEW, date.max)
    alone = town.resident(10, NEW)
    assert (alone.is_head, alone.relationship) == (True, "世帯主")


def test_the_last_of_the_household_goes_while_it_is_registered(joining, monkeypatch):
    """The network has decided by then: who comes is head."""
    town, case = joining
    town.between(monkeypatch, ConsumeTransfers, lambda: gone(town, "left-planned"))
    town.register(case)
    alone = town.resident(10, NEW)
    assert (alone.is_head, alone.relationship) == (True, "世帯主")
