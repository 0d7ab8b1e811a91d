"""The checker's look at city registers finds what it is for, on a country where a move has happened."""

from contextlib import ExitStack

import psycopg
import pytest
from tests.support.town import Town

from kazasu.app.invariants import Sight
from kazasu.app.invariants.registers import REGISTERS


@pytest.fixture
def town(databases, clock):
    town = Town(databases, clock)
    town.case = town.moved()
    return town


def broken(town):
    with ExitStack() as stack:
        sight = Sight(
            [
                stack.enter_context(psycopg.connect(town.databases.url(room)))
                for room in ("municipality", "jukinet")
            ]
        )
        return {one.name for one in REGISTERS if list(one.violations(sight))}


def plant(town, room, statement):
    with psycopg.connect(town.databases.url(room), autocommit=True) as connection:
        connection.execute(f"SET search_path TO {room}, public")
        assert connection.execute(statement).rowcount


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
        ("municipality", "UPDATE moving_in SET state = 'provisional'", "provisional-stays-out"),
        ("municipality", "UPDATE resident SET is_head = false", "one-head"),
    ],
)  # fmt: skip
def test_each_finds_its_own_break(town, room, statement, name):
    plant(town, room, statement)
    assert name in broken(town)
