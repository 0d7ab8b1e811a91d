"""The record of a transaction is its own, and names everybody whose row was read in it."""

from dataclasses import dataclass, replace
from typing import ClassVar

import psycopg
import pytest

from kazasu.cli.audit import check_room
from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.database.transactions import NotTheirs
from kazasu.foundation.text import Text
from tests.support.institutions import Institutions

LOOK = Access("system:test", "jukinet.test.look", Text("試験", "Test"))


@dataclass(frozen=True, slots=True)
class Somebody:
    PERSON: ClassVar = "code"

    code: str


@pytest.fixture
def room(databases):
    """A table of three people, closed without an audit row."""
    with psycopg.connect(databases.url("jukinet"), autocommit=True) as connection:
        connection.execute("SET search_path TO jukinet, public")
        connection.execute("SET ROLE jukinet_owner")
        connection.execute("CREATE TABLE somebody (code text PRIMARY KEY)")
        connection.execute("INSERT INTO somebody VALUES ('a'), ('b'), ('c')")
        connection.execute("SELECT protect('somebody', personal => true)")
    return databases("jukinet")


def everybody(tx):
    return tx.all(Somebody, "SELECT code FROM somebody ORDER BY code")


def looked(room, code):
    return [
        row.subjects for row in room.read("test", lambda tx: audit.accesses(tx, code))
    ]  # the newest first


def test_a_list_is_found_by_each_who_was_on_it(room, databases, clock):
    room.read("test", everybody, access=replace(LOOK, subjects=("z",)))
    for code in ("z", "a", "b", "c"):
        assert looked(room, code) == [["z", "a", "b", "c"]]
    with psycopg.connect(databases.url("jukinet")) as connection:
        found = check_room(connection, "jukinet", Institutions(clock, "jukinet").directory)
        assert [one for _, _, findings in found for one in findings] == []


def test_ones_own_act_shows_nobody_else(room):
    own = replace(LOOK, subjects=("a",), own=True)
    mine = "SELECT code FROM somebody WHERE code = 'a'"
    assert room.read("test", lambda tx: tx.one(Somebody, mine), access=own) == Somebody("a")

    def decides(tx):
        with tx.unseen():
            return len(everybody(tx))

    assert room.run("test", decides, access=own) == 3
    for look in (everybody, lambda tx: tx.shown(["b"]), lambda tx: [everybody(tx), tx.audit(LOOK)]):
        with pytest.raises(NotTheirs, match=r"jukinet\.test\.look.*WHERE"):
            room.run("test", look, access=own)
    assert looked(room, "b") == looked(room, "c") == [], "nothing was shown"
    room.run("test", lambda tx: [tx.audit(LOOK), everybody(tx)], access=own)
    assert looked(room, "c") == [["a", "b", "c"]], "the next record is another act"


def test_each_record_names_who_was_read_under_it(room):
    def work(tx):
        tx.maybe(Somebody, "SELECT code FROM somebody WHERE code = 'a'")
        tx.audit(LOOK)
        tx.maybe(Somebody, "SELECT code FROM somebody WHERE code = 'b'")

    room.run("test", work, access=LOOK)
    assert (looked(room, "a"), looked(room, "b"), looked(room, "c")) == ([["a"]], [["b"]], [])


def test_what_is_undone_was_seen_all_the_same(room):
    def undone(tx):
        with tx.savepoint():
            tx.maybe(Somebody, "SELECT code FROM somebody WHERE code = 'a'")
            tx.audit(LOOK)
            raise ZeroDivisionError

    def work(tx):
        with pytest.raises(ZeroDivisionError):
            undone(tx)
        tx.maybe(Somebody, "SELECT code FROM somebody WHERE code = 'b'")

    room.run("test", work, access=LOOK)
    assert looked(room, "a") == looked(room, "b") == [["a", "b"]]


def test_what_only_decides_is_named_only_if_it_is_shown(room):
    def work(tx):
        with tx.unseen():
            found = everybody(tx)
        tx.shown((found[0].code, ""))

    room.read("test", work, access=LOOK)
    assert (looked(room, "a"), looked(room, "b")) == ([["a"]], [])


def test_a_record_that_names_nobody_by_its_declaration_names_nobody(room):
    room.read("test", everybody, access=replace(LOOK, nameless=True))
    assert looked(room, "a") == []
    own = replace(LOOK, subjects=("a",), own=True, nameless=True)
    with pytest.raises(NotTheirs):
        room.read("test", everybody, access=own)


def test_nobody_writes_names_into_the_record_of_another_transaction(room):
    written = room.run("test", lambda tx: tx.audit(LOOK))

    def add(tx):
        tx.audit(LOOK)
        tx.execute("SELECT name_shown(%s, ARRAY['a'], '')", (written,))

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="this very transaction"):
        room.run("test", add)


def test_nobody_takes_a_name_out_of_a_record(room):
    def remove(tx):
        written = tx.audit(replace(LOOK, subjects=("a", "b")))
        tx.execute("SELECT name_shown(%s, ARRAY['a'], '')", (written,))

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="this very transaction"):
        room.run("test", remove)


NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


@pytest.mark.parametrize("opened", ["NULL", "'2026-01-01'"], ids=["of before", "restored"])
def test_records_that_came_with_a_restore_open_nothing(room, databases, opened):
    """Their transactions' numbers are given out again by the cluster they were restored into."""
    with psycopg.connect(databases.url("jukinet"), autocommit=True) as connection:
        (first,) = connection.execute(NEXT).fetchone()
        connection.execute(
            f"""INSERT INTO jukinet.audit_log (tenant, at, xid, opened, actor, action, purpose_ja, purpose_en,
                                               subjects, case_id, fields, nonce, leaf)
                SELECT '', '2026-01-01', n::text::xid8, {opened}::timestamptz, 'a', 'b', 'c', 'd', '{{}}', '', '{{}}', '', ''
                FROM generate_series(%s::bigint, %s) n""",
            (first, first + 500),
        )

    def read(tx):
        numbered = tx.value("SELECT pg_current_xact_id()::text::bigint")
        assert first < numbered < first + 500
        assert tx.value("SELECT count(*) FROM audit_log WHERE xid = pg_current_xact_id()") == 1
        return everybody(tx)

    for _ in range(5):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no audit, no data"):
            room.read("test", read)
    assert len(room.read("test", everybody, access=LOOK)) == 3


def test_the_record_of_one_tenant_opens_nothing_of_another(room):
    def change(tx):
        tx.value("SELECT set_config('kazasu.tenant', 'other', true)")
        return everybody(tx)

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no audit, no data"):
        room.read("test", change, access=LOOK)
