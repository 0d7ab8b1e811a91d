"""Who looked at whom: found by a key of its own, and no record can be hidden from whom it names."""

from dataclasses import replace

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
