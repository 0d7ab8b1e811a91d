"""What cities told: unread until the case is opened or all is marked, by whose it is and by nobody else."""

import pytest

from kazasu.foundation.faults import Refusal
from kazasu.portal.home import changes
from tests.support.town import Town

RESIDENT = "sub-1"


@pytest.fixture
def town(databases, clock):
    town = Town(databases, clock)
    town.case = town.submit()
    town.settle()
    return town


def unread(town, resident=RESIDENT):
    return [one.title.en for one in changes(town.portal.moves(resident), None) if one.new]


def test_opening_the_case_reads_them_and_what_comes_later_is_new(town):
    assert set(unread(town)) == {"Notice of moving out received", "Appointment received"}
    with pytest.raises(Refusal):
        town.portal.opened("sub-2", town.case)
    assert unread(town), "somebody else's look reads nothing"
    town.portal.move(RESIDENT, town.case)
    assert unread(town), "only its own page does"
    assert town.portal.opened(RESIDENT, town.case)[0].seen == 0, "the page still says what is new"
    assert unread(town) == []
    town.accept(town.case)
    town.settle()
    told = unread(town)
    assert "Notice of moving out accepted" in told
    town.portal.all_read("sub-2")
    assert unread(town) == told
    town.portal.all_read(RESIDENT)
    assert unread(town) == []


def test_all_of_them_stay_with_what_the_city_wrote(town):
    town.accept(town.case)
    town.settle()
    town.portal.all_read(RESIDENT)
    found = changes(town.portal.moves(RESIDENT), None)
    assert len(found) >= 3
    assert {one.href for one in found} == {f"/moves/{town.case}"}
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert changes(town.portal.moves(RESIDENT), 2) == found[:2]
