"""The kit's tables: written once, and in the schema of whoever says that it uses the kit."""

import re
from collections import Counter
from pathlib import Path

import pytest

from kazasu.app.rooms import ROOMS, migrations

SOURCES = Path(__file__).parents[2] / "src"
TABLE = re.compile(r"CREATE TABLE (\w+) \((.*?)\n\);", re.DOTALL)


def tables_of(folder):
    """(name, columns) of each table that this folder's migrations leave in a schema."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql")))
    dropped = set(re.findall(r"DROP TABLE (\w+)", text))
    return [
        (name, " ".join(columns.split()))
        for name, columns in TABLE.findall(text)
        if name not in dropped
    ]


def test_no_table_is_written_down_twice():
    """What two rooms need is the kit's or the carrier's, one file for both."""
    folders = {path.parent for path in SOURCES.rglob("*.sql")}
    written = Counter(table for folder in folders for table in tables_of(folder))
    twice = {name for (name, _), times in written.items() if times > 1}
    assert twice == {"link_message"}, "of the account link: two partners, two columns each"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_what_it_says_that_it_uses(room):
    tables = {name for folder in migrations(room) for name, _ in tables_of(folder)}
    one = ROOMS[room]
    assert ("own_link" in tables) == one.own_identifiers
    assert ("security_event" in tables) == bool(one.client and one.client.events)
