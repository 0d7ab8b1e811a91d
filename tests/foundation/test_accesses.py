"""Who looked at whom: found by a key of its own, and no record can be hidden from whom it names."""

from dataclasses import replace
from datetime import timedelta

import psycopg

from kazasu.cli.audit import check_room
from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.text import Text
from tests.support.institutions import Institutions

LOOK = Access("clerk:1", "jukinet.test.look", Text("試験", "Test"))


def write(database, *subjects, tenant=""):
    database.run("test", lambda tx: tx.audit(replace(LOOK, subjects=subjects)), tenant=tenant)


def seen(database, subject, tenant="", limit=200):
    rows = database.read("test", lambda tx: audit.accesses(tx, subject, limit), tenant=tenant)
    assert all(subject in row.subjects for row in rows)
    return [row.subjects for row in rows]


def test_everybody_finds_what_names_them_the_newest_first(databases):
    room = databases("jukinet")
    write(room, "a")
    write(room, "b", "a", "b")
    write(room)
    write(room, "c", "a")
    assert seen(room, "a") == [["c", "a"], ["b", "a"], ["a"]]
    assert seen(room, "a", limit=1) == [["c", "a"]]
    assert seen(room, "b") == [["b", "a"]]
    assert seen(room, "nobody") == []


def test_what_many_records_push_away_is_found_before_them(databases, clock):
    """Nobody buries a look at somebody under others: the list goes on."""
    room = databases("jukinet")
    write(room, "a", "first")
    for _ in range(3):
        clock.advance(timedelta(seconds=1))
        write(room, "a")
    latest = room.read("test", lambda tx: audit.accesses(tx, "a", 3))
    older = room.read("test", lambda tx: audit.accesses(tx, "a", 3, latest[-1].at))
    assert [row.subjects for row in older] == [["a", "first"]]
    assert room.read("test", lambda tx: audit.accesses(tx, "a", 3, older[-1].at)) == []


def test_a_person_of_the_same_number_in_another_city_is_somebody_else(databases):
    room = databases("municipality")
    write(room, "0000000007", tenant="141003")
    assert len(seen(room, "0000000007", tenant="141003")) == 1
    assert seen(room, "0000000007", tenant="011002") == []
    count = "SELECT count(*) FROM audit_subject"
    assert room.read("test", lambda tx: tx.value(count), tenant="011002") == 0


def test_a_record_hidden_from_its_person_is_found(databases, clock):
    room = databases("jukinet")
    institutions = Institutions(clock, "jukinet")
    write(room, "a", "b")
    write(room, "b")
    with psycopg.connect(databases.url("jukinet")) as connection:

        def findings():
            return [
                (finding.where, finding.what.en)
                for _, _, found in check_room(connection, "jukinet", institutions.directory)
                for finding in found
            ]

        assert findings() == []
        connection.execute("DELETE FROM jukinet.audit_subject WHERE subject = 'a'")
        assert findings() == [("record 1", "A person whom the record names does not find it")]
