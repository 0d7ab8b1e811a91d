"""A mover who stands at another city's desk than planned is registered there; nobody else expects them any more."""

import pytest

from kazasu.contracts.municipality import Address
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.moving.service.cards import CardsOfArrivals
from kazasu.municipality.moving.service.walk_in import WalkInDesk
from kazasu.municipality.moving.store import notices, visits
from tests.support.city import CLERK, NEW, OLD, THIRD, code_of
from tests.support.town import Town

HOME = Address(
    municipality_code=MunicipalityCode(THIRD), prefecture="福岡県", city="福岡市中央区",
    town="天神", block="２番",
)  # fmt: skip


@pytest.fixture
def town(databases, clock):
    town = Town(databases, clock)
    town.found_third()
    return town


def walked_in(town, number=10):
    """Planned Sapporo, stands in Fukuoka: the data are on their way there."""
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    assert WalkInDesk(town.city).fetch(THIRD, CLERK, town.holding(number, THIRD)).sent
    town.settle()
    return case


def entered(town, case, *numbers):
    """At Fukuoka's counter, for these alone, the first as the head."""
    codes = [code_of(one) for one in numbers]
    town.enter(
        case,
        THIRD,
        address=HOME,
        people=tuple(
            EnteredPerson(
                one.token, one.mover.resident_record_code in codes,
                "世帯主" if one.mover.resident_record_code == codes[0] else "妻",
                one.mover.resident_record_code == codes[0],
            )
            for one in town.people(case, THIRD)
        ),
    )  # fmt: skip


def where(town, number):
    return {city: r.state for city in (OLD, NEW, THIRD) if (r := town.resident(number, city))}


def test_a_family_is_registered_where_one_of_them_stands(town):
    case = walked_in(town)
    assert town.arrival(case, THIRD).state == "certificate"
    assert len(town.people(case, THIRD)) == 2, "one card is enough for all of the notice"
    town.visit(case, 10, THIRD)
    entered(town, case, 10, 11)
    town.register(case, THIRD)
    town.settle()
    assert [where(town, one) for one in (10, 11)] == [{OLD: "left", THIRD: "resident"}] * 2
    assert town.out_case(case).state == "closed"
    assert {one.consumed_by for one in leavers(town, case)} == {THIRD}
    planned = town.arrival(case)
    assert (planned.state, planned.certificate) == ("elsewhere", None)
    assert town.people(case) == [], "Sapporo keeps nothing of them (I9)"
    assert town._read(NEW, lambda tx: visits.place_of(tx, case)) is None
    with pytest.raises(Refusal, match=r"^municipality\.wrong-state"):
        town.visit(case, 10)
    move = town.portal.move("sub-1", case)
    assert (move.new_city, move.redirected) == (THIRD, True)
    assert move.registered_address == HOME.line
    [told] = [one for one in move.events if one.event == "registered"]
    assert told.institution == f"city:{THIRD}"
    assert told.note_ja.startswith(f"登録した住所：{HOME.line}。世帯主：")
    assert [one.event for one in move.events if one.event == "redirected"] == ["redirected"]
    cards = town._read(THIRD, CardsOfArrivals(town.city).waiting)
    assert [one.case_id for one in cards] == [case, case], "updated where they live"
    assert town.broken() == {}


def leavers(town, case):
    return town._read(OLD, lambda tx: notices.leavers(tx, case))


def test_who_goes_on_as_planned_is_still_expected_there(town):
    """One of the couple is registered in Fukuoka, the other in Sapporo; each city knows its own alone."""
    case = walked_in(town)
    town.visit(case, 10, THIRD)
    entered(town, case, 10)
    town.register(case, THIRD)
    town.settle()
    [still] = town.people(case)
    assert town.arrival(case).state == "ready"
    town.visit(case, 11)
    town.enter(case, people=(EnteredPerson(still.token, True, "世帯主", True),))
    town.register(case)
    town.settle()
    assert where(town, 10) == {OLD: "left", THIRD: "resident"}
    assert where(town, 11) == {OLD: "left", NEW: "resident"}
    assert len(town.people(case, THIRD)) == 1
    assert town.broken() == {}


def test_a_move_that_is_taken_back_is_taken_back_everywhere(town):
    case = walked_in(town)
    town.visit(case, 10, THIRD)
    town.portal.withdraw("sub-1", case)
    town.settle()
    assert [where(town, one) for one in (10, 11)] == [{OLD: "resident"}] * 2
    for city in (NEW, THIRD):
        assert town.people(case, city) == []
        assert town.arrival(case, city).state == "cancelled"
    assert town.broken() == {}


def test_the_desk_is_led_to_the_case_of_a_walk_in(town):
    """The old city says by which case the data come."""
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    answer = WalkInDesk(town.city).fetch(THIRD, CLERK, town.holding(10, THIRD))
    assert (answer.sent, answer.case_id) == (True, case)
    town.settle()
    assert town.arrival(case, THIRD).state == "certificate"
