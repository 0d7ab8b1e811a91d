"""The checker's look at city registers finds what it is for, on a country where a move has happened."""

from contextlib import ExitStack

import psycopg
import pytest
from tests.support.town import Town

from kazasu.app.invariants import CheckerView
from kazasu.app.invariants.registers import REGISTERS


@pytest.fixture(scope="module")
def town(module_databases):
    town = Town(module_databases, module_databases.clock)
    town.moved()
    return town


def broken(town, room="", statement=""):
    """What the checker finds once this statement was carried out; nothing of it stays."""
    with ExitStack() as stack:
        seen = {
            one: stack.enter_context(psycopg.connect(town.databases.url(one)))
            for one in ("municipality", "jukinet")
        }
        sight = CheckerView(list(seen.values()))
        if statement:
            seen[room].rollback()
            seen[room].read_only = False
            seen[room].execute(f"SET LOCAL search_path TO {room}, public")
            assert seen[room].execute(statement).rowcount
        found = {one.name for one in REGISTERS if list(one.violations(sight))}
        for connection in seen.values():
            connection.rollback()
        return found


def test_a_move_breaks_nothing(town):
    assert broken(town) == set()


@pytest.mark.parametrize(
    ("room", "statement", "name"),
    [
        ("jukinet", "DELETE FROM registration WHERE until IS NULL",
         "registered-where-the-network-says"),
        ("municipality", "DELETE FROM resident WHERE state = 'resident'",
         "registered-where-the-network-says"),
        ("municipality", "UPDATE resident SET block = 'elsewhere'", "every-version-kept"),
        ("municipality", "DELETE FROM resident_history WHERE version = 1", "every-version-kept"),
        ("municipality", "UPDATE moving_in SET state = 'cancelled'", "cancelled-is-purged"),
        ("municipality", "UPDATE moving_in SET state = 'withdrawn'", "cancelled-is-purged"),
        ("municipality", "UPDATE arriver SET resident_id = ''", "provisional-stays-out"),
        ("municipality", "UPDATE resident SET is_head = false", "one-head"),
        ("municipality", "UPDATE resident SET relationship = '世帯主'", "one-head"),
        ("municipality", "UPDATE resident SET city = '大阪市'", "address-in-its-city"),
        ("municipality", "UPDATE resident SET prefecture = '大阪府'", "address-in-its-city"),
        ("municipality", "UPDATE resident SET name = '　'", "named-and-housed"),
        ("municipality", "UPDATE resident SET block = ''", "named-and-housed"),
        ("municipality", "UPDATE resident SET relationship = '夫' WHERE NOT is_head", "related-to-the-head"),
        ("municipality", "UPDATE resident SET block = '８番地' WHERE is_head", "one-address"),
    ],
)  # fmt: skip
def test_each_finds_its_own_break(town, room, statement, name):
    assert name in broken(town, room, statement)
    assert broken(town) == set()
