"""The visit: the way to the counter as the city draws it, the page to print, and the code that the counter reads."""

import tomllib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from kazasu.contracts.base import MOVES
from kazasu.contracts.offices import OfficeOf, OfficePlan
from kazasu.exchange.faults import UNREACHABLE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values import readable
from kazasu.portal.visit.visiting import FIXTURES, WHY, Visiting, code
from kazasu.society.founding import OFFICE_PLANS
from tests.support.town import NEW, Town

PLANS = {
    kind: OfficePlan.model_validate(plan)
    for kind, plan in tomllib.loads(OFFICE_PLANS.read_text(encoding="utf-8")).items()
}
HALL = PLANS["hall"]


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_both_ways_begin_at_a_door_and_end_before_the_counter(plan):
    """Around the counters, through no wall but where there is a door."""
    counter = next(one for one in plan.counters if one.number == plan.moving)
    walls = [side for wall in plan.walls for side in pairwise(wall)]
    for way in (plan.way, plan.step_free):
        x, y = way.line[-1]
        assert counter.x < x < counter.x + counter.width
        assert counter.y + counter.height <= y <= counter.y + counter.height + 10
        assert not [1 for leg in pairwise(way.line) for side in walls if crosses(leg, side)]
        assert len(way.steps_ja) == len(way.steps_en)


def crosses(one, other):
    """Whether two lines cut each other within both."""

    def side(of, point):
        (ax, ay), (bx, by), (x, y) = *of, point
        return (bx - ax) * (y - ay) - (by - ay) * (x - ax)

    return (side(one, other[0]) * side(one, other[1]) < 0
            and side(other, one[0]) * side(other, one[1]) < 0)  # fmt: skip


def test_every_thing_on_a_plan_has_a_drawing_and_a_name():
    kinds = {one.kind for plan in PLANS.values() for one in plan.fixtures}
    assert kinds <= FIXTURES.keys()


@given(number=st.text("0123456789", min_size=1, max_size=4))
def test_a_plan_leads_to_a_counter_that_is_on_it(number):
    there = number in {one.number for one in HALL.counters}
    if there:
        assert OfficePlan.model_validate(HALL.model_dump() | {"moving": number}).moving == number
    else:
        with pytest.raises(ValueError, match="not drawn"):
            OfficePlan.model_validate(HALL.model_dump() | {"moving": number})


@pytest.mark.parametrize(("width", "good"), [(320, True), (315, False)])
def test_nothing_lies_outside_the_drawing(width, good):
    if good:
        OfficePlan.model_validate(HALL.model_dump() | {"width": width})
    else:
        with pytest.raises(ValueError, match="outside"):
            OfficePlan.model_validate(HALL.model_dump() | {"width": width})


def test_the_code_holds_the_number_and_nothing_else():
    number = readable.new(MOVES)
    assert code(number).startswith(b"<?xml")
    as_typed = number.replace("-", "").lower()
    assert code(readable.as_given(as_typed, MOVES)) == code(number), "as a reader types it"
    assert code(number) != code(readable.new(MOVES))


def test_the_city_tells_of_its_office_and_who_is_silent_costs_the_page_nothing(
    databases, clock, monkeypatch
):
    town = Town(databases, clock)
    inquirer = town.street.house("portal").inquirer("portal")
    visiting = Visiting(inquirer)
    without = visiting.office(NEW, "hall")
    assert (without.office.name_ja, without.plan) == ("本庁", None)
    assert visiting.office(NEW, "nowhere") is None
    with pytest.raises(Refusal) as refused:
        inquirer.ask(OfficeOf(office_id="nowhere"), of=f"city:{NEW}", purpose=WHY)
    assert refused.value.fault.code == "municipality.office-unknown"
    databases.founder("municipality").run(
        "test",
        lambda tx: tx.insert(
            "office_plan", municipality_code=NEW, office_id="hall",
            plan=Jsonb(HALL.model_dump(mode="json")),
        ),
        tenant=NEW,
    )  # fmt: skip
    assert visiting.office(NEW, "hall") == without.model_copy(update={"plan": HALL})

    class Silent:
        def inquire(self, to, sealed):
            raise Refusal(UNREACHABLE)

    monkeypatch.setattr(inquirer, "_transport", Silent())
    assert visiting.office(NEW, "hall") is None
