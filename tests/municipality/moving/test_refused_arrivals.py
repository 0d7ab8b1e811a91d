"""What the network refuses for good comes back to the desk with its reason; what falls due elsewhere waits for nobody."""

from datetime import timedelta

import pytest

from kazasu.contracts.jukinet import ARRIVAL_REFUSED, ConsumeTransfers
from kazasu.exchange.faults import UNREACHABLE
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.time.clock import today
from kazasu.jukinet import faults as network
from kazasu.municipality.moving.service.registering import Registering
from kazasu.municipality.moving.store import arrivals
from kazasu.municipality.register import store as register_store
from tests.support.city import NEW, OLD, SINCE, code_of, reading
from tests.support.town import Town


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, households=2)


def refused(call, *arguments, **more):
    with pytest.raises(Refusal) as caught:
        call(*arguments, **more)
    return caught.value


def dates(town):
    """The tick of all cities, once."""
    town.street.process.rooms["municipality"].ticks["dates"]()


def born_late(town, number):
    """The network knows this person since yesterday only: they came back from abroad."""
    town.databases("jukinet").run(
        "test.since",
        lambda tx: tx.execute(
            "UPDATE registration SET since = %s WHERE resident_record_code = %s",
            (today(town.clock) - timedelta(days=1), code_of(number)),
        ),
        access=reading(),
    )


def test_a_day_before_the_registration_comes_back_to_the_desk_and_is_corrected(town):
    case = town.to_the_desk()
    born_late(town, 11)
    town.enter(case, moved_on=today(town.clock) - timedelta(days=2))
    refusal = refused(town.register, case)
    assert refusal.fault is network.BEFORE_REGISTRATION
    assert refusal.facts["name"] == town.members()[1].name, "the desk reads whose day it is"
    found = town.arrival(case)
    assert found.state == "provisional"
    assert found.refused.fault is network.BEFORE_REGISTRATION
    dates(town)
    assert town.states(10)[NEW] is None, "nobody of the family is registered alone"
    town.enter(case, moved_on=today(town.clock))
    assert town.arrival(case).refused is None
    town.register(case)
    town.settle()
    assert [town.states(n) for n in (10, 11)] == [{OLD: "left", NEW: "resident"}] * 2
    assert town.broken() == {}


def test_the_network_away_is_no_word_and_the_registration_goes_on_later(town, monkeypatch):
    case = town.to_the_desk()
    town.enter(case)
    with monkeypatch.context() as during:
        during.setattr(Registering, "_consume", _away)
        assert refused(town.register, case).fault is UNREACHABLE
        assert town.arrival(case).state == "registering"
    dates(town)
    assert town.arrival(case).state == "registered"


def _away(*_):
    raise Refusal(UNREACHABLE, institution="jukinet")


def test_what_one_won_while_another_gave_it_up_is_registered(town, monkeypatch):
    """Clerk and job at once: the job is refused, as the network has not heard of the transfer; then it hears, and the clerk wins."""
    case = town.to_the_desk()
    town.enter(case)
    unknown = Refusal(network.TRANSFER_UNKNOWN)

    def given_up():
        Registering(town.city)._give_up(NEW, case, unknown)
        assert town.arrival(case).state == "provisional"

    town.between(monkeypatch, ConsumeTransfers, given_up)
    town.register(case)
    town.settle()
    assert town.arrival(case).state == "registered"
    assert [town.states(n) for n in (10, 11)] == [{OLD: "left", NEW: "resident"}] * 2
    assert town.broken() == {}


def test_every_refusal_of_an_arrival_by_the_network_is_known_to_be_one():
    """Who adds a fault to the network says whether asking again may help."""
    letters_alone = {"not-your-transfer", "already-registered", "not-registered", "in-transit", "person-taken", "person-known", "moved-abroad", "number-of-another"}  # fmt: skip
    words = {code for code in CATALOGUE if code.startswith("jukinet.")}
    assert words - ARRIVAL_REFUSED == {f"jukinet.{one}" for one in letters_alone}


def test_a_record_that_was_closed_meanwhile_stops_a_change_of_address_in_words(town):
    case = town.submit(to=OLD)
    town.settle()
    town.visit(case, city=OLD)
    entry = {"city": OLD, "address": town.elsewhere(OLD)}
    town.enter(case, **entry)
    before = town.resident(10)
    town.databases("municipality").run(
        "test.close",
        lambda tx: register_store.change(
            tx, before, state="left", reason="職権修正", changed_on=today(town.clock)
        ),
        tenant=OLD,
        access=reading(),
    )
    assert refused(town.register, case, OLD).fault.code == "municipality.changed-meanwhile"
    found = town.arrival(case, OLD)
    assert (found.state, found.refused.fault.code) == (
        "provisional",
        "municipality.changed-meanwhile",
    )


def test_nobody_moves_before_what_is_known_of_them(town):
    case = town.to_the_desk()
    person = town.people(case)[0]
    newborn = person.mover.model_copy(update={"birth_date": today(town.clock)})
    town.databases("municipality").run(
        "test.born",
        lambda tx: arrivals.add_arriver(tx, case, person.token, newborn),
        tenant=NEW,
        access=reading(),
    )
    early = refused(town.enter, case, moved_on=today(town.clock) - timedelta(days=1))
    assert early.fault.code == "municipality.moved-before"
    assert person.mover.name in early.title.ja
    town.enter(case, moved_on=today(town.clock))
    within = town.submit(household=2, to=OLD, key=3)
    town.settle()
    town.visit(within, 20, city=OLD)
    home = {"city": OLD, "address": town.elsewhere(OLD)}
    early = refused(town.enter, within, moved_on=SINCE - timedelta(days=1), **home)
    assert early.fault.code == "municipality.moved-before"
    town.enter(within, moved_on=SINCE, **home)


def test_one_poisoned_case_keeps_no_city_waiting(town, monkeypatch):
    """Sapporo's registration breaks in each tick; Yokohama, behind it in the alphabet of codes, closes its record on the day."""
    poisoned = town.to_the_desk()
    town.enter(poisoned)
    case = town.submit(household=2, key=3, moves_on=today(town.clock) + timedelta(days=1))
    town.settle()
    town.accept(case)
    town.settle()
    monkeypatch.setattr(Registering, "_consume", _away)
    refused(town.register, poisoned)
    town.clock.set(town.clock.now() + timedelta(days=1))
    with pytest.raises(ExceptionGroup) as caught:
        dates(town)
    assert town.states(20)[OLD] == "left-planned"
    assert [note for one in caught.value.exceptions for note in one.__notes__] == [f"of {NEW}"]
