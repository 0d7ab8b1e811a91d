"""A cancelled move leaves each household with the head that it had before: by the mark and by the relationships."""

import pytest

from kazasu.municipality.moving.service.cancelling import Cancelling
from tests.support.city import OLD
from tests.support.town import Town

HEAD, WIFE, CHILD = 10, 11, 12


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def leaves(town, number, key, new_head=None):
    """One of them gives notice, and it is accepted."""
    case = town.submit(movers=[number - HEAD], key=key, starts=f"{8 + key}:00")
    town.settle()
    related = {town.resident(CHILD).resident_id: "子"} if new_head == WIFE else None
    head = town.resident(new_head).resident_id if new_head else ""
    town.accept(case, new_head=head, related=related)
    town.settle()
    return case


def cancel(town, case):
    Cancelling(town.city).cancel(OLD, case_id=case)
    town.settle()


def family(town):
    found = (town.resident(one) for one in (HEAD, WIFE, CHILD))
    return [(one.state, one.is_head, one.relationship) for one in found]


AS_BEFORE = [("resident", True, "世帯主"), ("resident", False, "妻"), ("resident", False, "子")]


@pytest.mark.parametrize("first_back", [HEAD, WIFE])
def test_of_two_who_left_one_after_the_other_the_first_head_has_it_again(town, first_back):
    """The wife became head, then left, too, and the child was it: whoever comes back first, in the end all is as it was."""
    cases = {
        HEAD: leaves(town, HEAD, 2, new_head=WIFE),
        WIFE: leaves(town, WIFE, 3),
    }
    assert family(town)[2] == ("resident", True, "世帯主")
    cancel(town, cases.pop(first_back))
    back = family(town)
    assert [one[1] for one in back] == [first_back == HEAD, first_back == WIFE, False]
    assert back[2] == ("resident", False, "子")
    cancel(town, *cases.values())
    assert family(town) == AS_BEFORE
    assert town.broken() == {}
