"""Every room that there is keeps the contract of a room (``tests/support/room_contract.py``)."""

import pytest

from kazasu.app.rooms import ROOMS
from tests.support.room_contract import PARTS, Contract
from tests.support.street import Street


@pytest.fixture(scope="module")
def opened(module_databases):
    return Street(module_databases, module_databases.clock)


@pytest.mark.parametrize("room", sorted(ROOMS))
@pytest.mark.parametrize("part", PARTS)
def test_a_room_keeps_its_contract(module_databases, opened, part, room):
    contract = Contract(room, module_databases, module_databases.clock, opened)
    broken = contract.broken(part)
    assert broken == [], "\n".join(broken)


def test_the_walks_meet_something(module_databases, opened):
    """A walk over nothing is always green."""
    every = [Contract(room, module_databases, opened.clock, opened) for room in sorted(ROOMS)]
    pages = [declared for one in every for _, declared in one.pages()]
    assert len(pages) > 100
    assert sum(bool(one.access.kind) for one in pages) > 30
    assert sum("POST" in one.methods and not one.api for one in pages) > 50
    assert sum(len(one.opened.letters) for one in every if one.opened) > 10
    assert sum(len(one._forms()) for one in every) > 20
    assert any(len(list(one._others("staff"))) > 1 for one in every if "staff" in one.begins)
