"""A family is registered whole or stays whole: cancel and arrival meet once for all of them, at the network."""

from datetime import timedelta
from uuid import UUID

import pytest

from kazasu.contracts.jukinet import CancelTransfers, ConsumeTransfers
from kazasu.foundation.faults import Refusal
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.service.cancelling import Cancelling
from tests.support.city import NEW, OLD
from tests.support.town import Town

FAMILY = (10, 11, 12, 13)


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=4)


def provisional(town):
    case = town.to_the_desk()
    town.enter(case)
    return case


def cancelled(town, case):
    """As the job does it, at any moment."""
    Cancelling(town.city).cancel(OLD, case_id=case)


def test_a_cancellation_while_a_family_is_being_registered_comes_too_late_for_all(
    town, monkeypatch
):
    case = provisional(town)
    town.between(monkeypatch, ConsumeTransfers, lambda: cancelled(town, case))
    town.register(case)
    town.settle()
    assert [town.states(one) for one in FAMILY] == [{OLD: "left", NEW: "resident"}] * 4
    assert "cancel-refused" in [e.event for e in town.portal.move("sub-1", case).events]
    assert town.broken() == {}


def test_a_registration_while_a_family_is_being_cancelled_comes_too_late_for_all(town, monkeypatch):
    case = provisional(town)

    def too_late():
        with pytest.raises(Refusal, match=r"^jukinet\.transfer-cancelled"):
            town.register(case)

    town.between(monkeypatch, CancelTransfers, too_late)
    cancelled(town, case)
    town.settle()
    assert [town.states(one) for one in FAMILY] == [{OLD: "resident", NEW: None}] * 4
    assert town.arrival(case).state == "cancelled"
    assert town.people(case) == []
    assert town.broken() == {}


def test_who_has_not_come_with_the_family_can_still_take_it_back(town):
    """Three arrived; the fourth stays, and their old household has one head again."""
    case = provisional(town)
    people = list(town.people(case))
    stays = people[1]
    entry = town.arrival(case).entry["people"]
    town.enter(case, people=tuple(
        EnteredPerson(UUID(one["token"]), one["token"] != str(stays.token), one["relationship"], one["is_head"])
        for one in entry
    ))  # fmt: skip
    town.register(case)
    cancelled(town, case)
    assert any(town.resident(one).is_head for one in FAMILY), "at once, before any notice comes"
    town.settle()
    at = {r.record_code: town.resident(n, OLD) for n in FAMILY if (r := town.resident(n, OLD))}
    back = at[stays.mover.resident_record_code]
    assert (back.state, back.is_head, back.relationship) == ("resident", True, "世帯主")
    assert [one.state for one in at.values()].count("left") == 3
    assert [one.mover.resident_record_code for one in town.people(case)] != []
    assert stays.token not in [one.token for one in town.people(case)], "their data are gone (I9)"
    assert town.out_case(case).state == "closed"
    told = town.portal.move("sub-1", case).events
    assert "cancelled" not in [e.event for e in told]
    (said,) = [e.note_en for e in told if e.event == "cancel-refused"]
    assert said.startswith("Cancelled for those who had not arrived: 1.")
    assert "certificates for signing ended" in said
    assert town.broken() == {}


def test_a_cancellation_that_overtakes_the_notice_waits_for_it(town):
    """The network has not heard of the transfers yet: nothing is decided, least of all that they had arrived."""
    case = town.submit()
    town.settle()
    town.accept(case)
    with pytest.raises(Refusal, match=r"^municipality\.transfer-not-opened"):
        cancelled(town, case)
    assert town.out_case(case).state == "accepted"
    town.settle()
    assert "cancel-refused" not in [e.event for e in town.portal.move("sub-1", case).events]
    cancelled(town, case)
    town.settle()
    assert [town.states(one) for one in FAMILY] == [{OLD: "resident", NEW: None}] * 4
    assert town.broken() == {}


def test_who_stays_after_the_special_route_ran_out_is_in_both_registers(town):
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    town.clock.advance(timedelta(days=60))
    town.settle()
    cancelled(town, case)
    town.settle()
    assert [town.states(one)[OLD] for one in FAMILY] == ["resident"] * 4
    assert town.broken() == {}
