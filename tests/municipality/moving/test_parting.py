"""Two notices that part one household: whoever opens one, or the list, sees the other, and who would head those who stay."""

import pytest

from tests.municipality.test_desk_pages import desk, words
from tests.support.city import CLERK, OLD
from tests.support.town import Town


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=4)


def parts(town, case):
    """What the case says of the other notice."""
    found = town.out.look(OLD, CLERK, case).case.checks
    return [one for one in found if one.check == "parts-household"]


def test_the_clerk_who_opens_one_sees_the_other_and_who_would_head_the_rest(town):
    head, wife, *children = town.members()
    his = town.submit(movers=[0])
    town.settle()
    assert parts(town, his) == []
    hers = town.submit(movers=[1], key=3, starts="11:00")
    town.settle()
    [said] = parts(town, his)
    assert hers in said.ja
    assert wife.name in said.ja
    assert not said.good
    assert not said.blocking
    assert all(one.name in said.ja for one in children), "of those who stay one is to be named"
    assert head.name not in said.ja
    [said] = parts(town, hers)
    assert his in said.en
    shown = words(desk(town, OLD), f"/desk/out/{hers}")
    assert "of others of the same household waits, too" in shown
    assert "those who stay need a head (one of:" in shown


def test_the_list_marks_both(town):
    his = town.submit(movers=[0])
    hers = town.submit(movers=[1], key=3, starts="11:00")
    town.settle()
    rows = {one.case_id: one.beside for one in town.out.queue(OLD, CLERK)}
    assert rows == {his: [hers], hers: [his]}
    assert words(desk(town, OLD), "/desk/out").count("another notice of this household waits") == 2
    town.accept(his, new_head=town.members()[1].resident_id)
    town.settle()
    assert [one.beside for one in town.out.queue(OLD, CLERK)] == [()], "who leaves is of it no more"


def test_a_notice_of_moving_out_and_a_change_of_address_of_one_household(town):
    out = town.submit(movers=[0])
    within = town.submit(movers=[1], key=3, starts="11:00", to=OLD)
    town.settle()
    [said] = parts(town, out)
    assert within in said.en
    assert "change of address" in said.en
    checks = {one.check: one for one in town.arrivals.look(OLD, CLERK, within).checks}
    assert out in checks["parts-household"].ja
    [row] = town.arrivals.queue(OLD, CLERK)
    assert row.beside == [out]


def test_a_notice_for_all_of_them_is_beside_none(town):
    case = town.submit()
    town.settle()
    assert parts(town, case) == []
    assert [one.beside for one in town.out.queue(OLD, CLERK)] == [()]
