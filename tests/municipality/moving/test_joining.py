"""Who moves into a household is never left without a head when those who lived there go meanwhile."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import long_date
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.model import Leaver
from kazasu.municipality.moving.store import notices
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import address_of
from tests.support.city import CLERK, NEW, STRANGER, reading
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


def leaves(town, case):
    """The head is about to leave, and nobody has named another: a notice accepted before it was asked."""
    there = town.resident(STRANGER, NEW)
    token, on = uuid4(), today(town.clock)
    notice = town.out_case(case)

    def work(tx):
        register_store.change(
            tx, there, state="leaving", reason="国内転出", changed_on=on, planned_on=on,
            planned_to="福岡県福岡市",
        )  # fmt: skip
        notices.add(tx, replace(notice, case_id="MV-other"))
        notices.add_leaver(
            tx, Leaver("MV-other", there.resident_id, token, "401307", on, "open", None, 0)
        )

    town.databases("municipality").run("test.leaves", work, tenant=NEW, access=reading())


def test_who_stays_when_the_head_departs_is_head(joining):
    town, case = joining
    town.register(case)
    leaves(town, case)
    assert not town.resident(10, NEW).is_head
    town.departures.depart(NEW, date.max)
    alone = town.resident(10, NEW)
    assert (alone.is_head, alone.relationship) == (True, "世帯主")


def test_who_decides_reads_that_the_household_lived_elsewhere_on_the_moving_day(joining):
    """A change of household of such a day is refused; joining it by arrival was not even said."""
    town, case = joining

    def lives_since(on):
        there = town.resident(STRANGER, NEW)
        town.databases("municipality").run(
            "test.since",
            lambda tx: register_store.change(
                tx, there, reason="転居", changed_on=on, lives_here_since=on
            ),
            tenant=NEW, access=reading(),
        )  # fmt: skip

    def found():
        return {one.check: one for one in town.arrivals.look(NEW, CLERK, case).differences}

    lives_since(town.arrival(case).moved_on)
    assert "household-later" not in found()
    lives_since(town.arrival(case).moved_on + timedelta(days=1))
    later = found()["household-later"]
    assert not later.good
    assert long_date(town.arrival(case).moved_on) in later.ja
