"""The list of who is let off a rule for tables: it names tables that are, with a reason, and nobody needlessly.

Each room's own tables are held to the rules by its contract (``tests/contracts``).
"""

import psycopg
import pytest

from kazasu.app.rooms import ROOMS
from tests.structure.nets import LET_OFF, table_findings
from tests.support.room_contract import tenants_of
from tests.support.tables import tables_of


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_who_is_let_off_needs_it(module_databases, room):
    with psycopg.connect(module_databases.url(room)) as connection:
        tables = tables_of(connection, room)
    needed = {one.about for one in table_findings(room, tables, tenants=tenants_of(room))}
    mine = {
        one
        for one in LET_OFF
        if one.partition(" ")[2].startswith(f"{room}.") and not one.startswith("nameless ")
    }
    assert mine <= needed, "on the list, and not needed any more"


def test_the_list_names_rooms_that_are():
    tables = {one for one in LET_OFF if not one.startswith("nameless ")}
    assert {one.partition(" ")[2].partition(".")[0] for one in tables} <= set(ROOMS)
    assert all(reason.strip() for reason in LET_OFF.values())
