"""Who moves into a household is never left without a head when those who lived there go meanwhile."""

from datetime import date
from uuid import uuid4

import pytest

from kazasu.foundation.time.clock import today
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.model import Leaver
from kazasu.municipality.moving.store import notices
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import address_of
from tests.support.city import NEW, STRANGER, reading
from tests.support.town import Town


@pytest.fixture
def joining(databases, clock):
    """Somebody is about to be registered into the household of another, who lives there alone."""
    town = Town(databases, clock, size=1)
    case = town.to_the_desk()
    (one,) = town.people(case)
    there = town.resident(STRANGER, NEW)
    town.enter(
        case, joins_household=there.household_number, address=address_of(there, NEW),
        people=(EnteredPerson(one.token, True, "同居人", False),),
    )  # fmt: skip
    return town, case


def leaves(town):
    """The head is about to leave, and nobody has named another: a notice accepted before it was asked."""
    there = town.resident(STRANGER, NEW)
    token, on = uuid4(), today(town.clock)

    def work(tx):
        register_store.change(
            tx, there, state="leaving", reason="国内転出", changed_on=on, planned_on=on,
            planned_to="福岡県福岡市",
        )  # fmt: skip
        notices.add_leaver(
            tx, Leaver("MV-other", there.resident_id, token, "401307", on, "open", None, 0)
        )

    town.databases("municipality").run("test.leaves", work, tenant=NEW, access=reading())


def test_who_stays_when_the_head_departs_is_head(joining):
    town, case = joining
    town.register(case)
    leaves(town)
    assert not town.resident(10, NEW).is_head
    town.departures.depart(NEW, date.max)
    alone = town.resident(10, NEW)
    assert (alone.is_head, alone.relationship) == (True, "世帯主")
