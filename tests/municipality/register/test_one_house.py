"""One rule says whether two lines are one house: for who joins a household, who lives there already, who reads of it, and the checker;
and one household is never written in two ways."""

import pytest

from kazasu.municipality.moving.entering import EnteredPerson
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import address_of
from tests.municipality.moving.test_refused_arrivals import refused
from tests.municipality.moving.test_within_the_city import at_the_desk
from tests.support.city import CLERK, NEW, OLD, STRANGER, reading
from tests.support.town import Town

WRITINGS = ("1", "１", "１番", "１番地", "一番地", "1-")
"""Of 1番地, as the household of the new city has it."""


@pytest.mark.parametrize("block", WRITINGS)
def test_who_joins_a_household_takes_its_own_writing(databases, clock, block):
    town = Town(databases, clock, size=1)
    case = town.to_the_desk()
    (one,) = town.people(case)
    there = town.resident(STRANGER, NEW)
    typed = address_of(there, NEW).model_copy(update={"block": block, "postcode": "0600042"})
    town.enter(
        case, joins_household=there.household_number, address=typed,
        people=(EnteredPerson(one.token, True, "同居人", False),),
    )  # fmt: skip
    town.register(case)
    town.settle()
    joined = town.resident(10, NEW)
    assert joined.address == town.resident(STRANGER, NEW).address
    assert joined.postcode == "0600042", "what the household has not, the notice brings"
    told = [one for one in town.portal.move("sub-1", case).events if one.event == "registered"]
    assert there.block in told[0].note_ja
    assert town.broken() == {}


def test_another_house_is_joined_by_nobody(databases, clock):
    town = Town(databases, clock, size=1)
    case = town.to_the_desk()
    (one,) = town.people(case)
    there = town.resident(STRANGER, NEW)
    for changes in ({"block": "11"}, {"building": "101"}, {"town": "本町2"}):
        typed = address_of(there, NEW).model_copy(update=changes)
        assert (
            refused(
                town.enter, case, joins_household=there.household_number, address=typed,
                people=(EnteredPerson(one.token, True, "同居人", False),),
            ).fault.code
            == "municipality.household-elsewhere"
        )  # fmt: skip


def test_where_somebody_lives_already_is_no_new_address(databases, clock):
    town = Town(databases, clock, size=3)
    case, home = at_the_desk(town), address_of(town.resident(10), OLD)
    for block in WRITINGS:
        same = home.model_copy(update={"block": block})
        code = refused(town.enter, case, OLD, address=same).fault.code
        assert code == "municipality.lives-there-already", block


def test_the_announced_house_is_the_announced_one_however_it_is_typed(databases, clock):
    town = Town(databases, clock)
    case = town.to_the_desk()
    town.enter(case, address=town.elsewhere(NEW, block="1"))
    found = town.arrivals.look(NEW, CLERK, case).differences
    (said,) = (one for one in found if one.check == "address-announced")
    assert said.reason.en.startswith("The address of the notice, in another writing")
    assert not said.blocking
    town.register(case)
    town.settle()
    told = [one for one in town.portal.move("sub-1", case).events if one.event == "registered"]
    assert "not the one that was announced" not in (told[0].note_en or "")


@pytest.mark.parametrize(("block", "one_house"), [("1", True), ("１番", True), ("8番地", False)])
def test_the_checker_reads_houses_as_the_desk_does(databases, clock, block, one_house):
    town = Town(databases, clock)
    head = town.resident(10)
    town.databases("municipality").run(
        "test.change",
        lambda tx: register_store.change(
            tx, head, reason="職権修正", changed_on=head.changed_on, block=block
        ),
        tenant=OLD,
        access=reading(),
    )
    assert ("one-address" not in town.broken()) is one_house
