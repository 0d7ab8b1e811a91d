"""A cancelled move leaves each household with the head that it had before: by the mark and by the relationships."""

from datetime import timedelta

import pytest

from kazasu.foundation.time.clock import today
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.register import heads
from kazasu.municipality.register import store as register_store
from tests.support.city import OLD, reading
from tests.support.town import Town

HEAD, WIFE, CHILD = 10, 11, 12


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=3)


def leaves(town, number, key, new_head=None):
    """One of them gives notice, and it is accepted, a while after what was before."""
    town.clock.advance(timedelta(minutes=5))
    case = town.submit(movers=[number - HEAD], key=key, starts=f"{8 + key}:00")
    town.settle()
    related = {town.resident(CHILD).resident_id: "子"} if new_head == WIFE else None
    head = town.resident(new_head).resident_id if new_head else ""
    town.accept(case, new_head=head, related=related)
    town.settle()
    return case


def cancel(town, case):
    town.clock.advance(timedelta(minutes=5))
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


def test_who_stands_to_a_head_that_the_system_names_is_what_follows_or_is_asked(town):
    """The head and whoever was named are gone: 父 of his is 夫の父 of his wife, his child is hers or his alone."""
    on = today(town.clock)

    def departs(tx):
        father = register_store.by_id(tx, town.resident(CHILD).resident_id)
        register_store.change(tx, father, reason="職権修正", changed_on=on, relationship="父")
        head = register_store.by_id(tx, town.resident(HEAD).resident_id)
        register_store.change(
            tx, head, state="left-planned", is_head=False, reason="国内転出", changed_on=on
        )
        return heads.name_one(tx, head.household_number, on=on, gone=head)

    work = town.databases("municipality").run("test.departs", departs, tenant=OLD, access=reading())
    assert work == []
    assert [one[1:] for one in family(town)[1:]] == [(True, "世帯主"), (False, "夫の父")]


def test_a_reason_is_of_its_version_alone(town):
    on = today(town.clock)

    def twice(tx):
        child = register_store.by_id(tx, town.resident(CHILD).resident_id)
        said = register_store.change(
            tx, child, reason="職権修正", changed_on=on, relationship="妹", because="戸籍"
        )
        return said, register_store.change(tx, said, reason="職権修正", changed_on=on, block="１")

    found = town.databases("municipality").run("test.twice", twice, tenant=OLD, access=reading())
    assert [one.because for one in found] == ["戸籍", ""]


def test_who_is_asked_is_a_lodger_until_then_and_what_they_can_be_is_said(town):
    on = today(town.clock)

    def departs(tx):
        head = register_store.by_id(tx, town.resident(HEAD).resident_id)
        register_store.change(
            tx, head, state="left-planned", is_head=False, reason="国内転出", changed_on=on
        )
        return heads.name_one(tx, head.household_number, on=on, gone=head)

    [(asked, stands)] = town.databases("municipality").run(
        "test.departs", departs, tenant=OLD, access=reading()
    )
    assert asked.resident_id == town.resident(CHILD).resident_id
    assert stands.offered == ("子", "夫の子")
    assert family(town)[2][2] == "同居人"
