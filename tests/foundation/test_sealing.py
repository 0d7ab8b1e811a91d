"""Audit records get their place in the signed tree, and ``kazasu audit verify`` proves it from the database."""

import threading

import psycopg
import pytest

from kazasu.cli.audit import CHECKPOINT, Head, check_room, read_heads
from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from tests.support.institutions import Institutions

ROOM = "portal"
LOOKED = Access("system:test", "portal.test.look", Text("試験", "Test"), subjects=("P-1",))


@pytest.fixture
def institutions(clock):
    return Institutions(clock, ROOM)


@pytest.fixture
def seal(databases, institutions):
    def sealed(most=5000):
        def work(tx):
            return audit.seal(
                tx, lambda content: institutions[ROOM].sign(content, CHECKPOINT), most
            )

        return databases(ROOM).run("audit.seal", work, isolation="READ COMMITTED")

    return sealed


@pytest.fixture
def look(databases):
    return lambda: databases(ROOM).run("test.look", lambda tx: tx.audit(LOOKED))


def checked(databases, institutions, earlier=None):
    """``(records in the tree, what does not fit)``."""
    with psycopg.connect(databases.url(ROOM)) as connection:
        (found,) = check_room(connection, ROOM, institutions.directory, earlier)
    return found[1], [str(one.what) for one in found[2]]


def test_what_is_sealed_in_pieces_is_one_tree(databases, institutions, seal, look):
    for _ in range(7):
        look()
    assert [seal(3), seal(3), seal(3), seal(3)] == [3, 3, 1, 0]
    look()
    assert checked(databases, institutions) == (7, []), "not sealed yet is no fault"
    assert seal() == 1
    assert checked(databases, institutions) == (8, [])


def test_a_record_that_names_more_people_later_is_sealed_with_them(databases, institutions, seal):
    def work(tx):
        return audit.name(tx, audit.record(tx, LOOKED)[0], ["P-2", "P-1", "P-3"])

    named = databases(ROOM).run("test.look", work)
    assert named.subjects == ["P-1", "P-2", "P-3"]
    assert named.leaf == audit.leaf_hash(named)
    assert seal() == 1
    assert checked(databases, institutions) == (1, [])
    for person in named.subjects:
        (found,) = databases(ROOM).run("test.list", lambda tx, p=person: audit.accesses(tx, p))
        assert found == named


def test_two_sealers_give_each_record_one_place(databases, institutions, seal, look):
    for _ in range(40):
        look()
    done = []
    sealers = [threading.Thread(target=lambda: done.append(seal(9))) for _ in range(6)]
    for one in sealers:
        one.start()
    for one in sealers:
        one.join()
    assert sum(done) == 40
    assert checked(databases, institutions) == (40, [])


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE portal.audit_log SET purpose_en = 'Nothing' WHERE id = 2",
        "DELETE FROM portal.audit_log WHERE id = 2",
        "DELETE FROM portal.audit_leaf WHERE audit_id = 2",
        "UPDATE portal.audit_checkpoint SET root = sha256('')",
        "UPDATE portal.audit_checkpoint SET size = 2",
        "UPDATE portal.audit_log SET subjects = '{}' WHERE id = 3",
    ],
    ids=lambda sql: " ".join(sql.split()[:4]),
)
def test_a_record_that_is_changed_underhand_is_found(
    databases, institutions, seal, look, tampering
):
    for _ in range(3):
        look()
    seal()
    with psycopg.connect(databases.url(ROOM), autocommit=True) as administrator:
        administrator.execute("SET session_replication_role = replica")
        assert administrator.execute(tampering.encode()).rowcount == 1
    assert checked(databases, institutions)[1] != []


def heads_of(databases):
    with psycopg.connect(databases.url(ROOM)) as connection:
        return [
            Head(room=ROOM, tenant=tenant, size=size, root=root, signature=signature)
            for tenant, size, root, signature in connection.execute(
                "SELECT tenant, size, encode(root, 'hex'), signature FROM portal.audit_checkpoint"
            )
        ]


@pytest.mark.parametrize("newest", [3, 1], ids=["everything", "the newest record and its root"])
def test_what_the_administrator_removes_whole_is_found_by_an_earlier_head(
    databases, institutions, seal, look, newest
):
    for _ in range(3):
        look()
        seal(1)
    earlier = heads_of(databases)
    assert checked(databases, institutions, earlier) == (3, [])
    with psycopg.connect(databases.url(ROOM), autocommit=True) as administrator:
        administrator.execute("SET session_replication_role = replica")
        for table in ("log", "leaf", "subject"):
            key = "id" if table == "log" else "audit_id"
            administrator.execute(
                f"DELETE FROM portal.audit_{table} WHERE {key} > %s", (3 - newest,)
            )
        administrator.execute("DELETE FROM portal.audit_checkpoint WHERE size > %s", (3 - newest,))
    assert checked(databases, institutions) == (3 - newest, []), "the database alone cannot tell"
    assert checked(databases, institutions, earlier)[1] != []


def test_a_room_without_a_record_is_named(databases, institutions):
    databases(ROOM)
    assert checked(databases, institutions) == (0, [])


@pytest.mark.parametrize(
    "line", ["x", "{}", "[]", '{"room": "bank"}', '{"room":"bank","tenant":"","size":"1","root":"zz","signature":""}']
)  # fmt: skip
def test_heads_that_cannot_be_read_are_refused(tmp_path, line):
    file = tmp_path / "heads"
    file.write_text(line + "\n")
    with pytest.raises(Refusal) as refusal:
        read_heads(file)
    assert refusal.value.fault.code == "cli.unreadable-heads"


def test_a_file_without_a_root_proves_nothing_and_says_so(tmp_path):
    """What the shell leaves behind when the command that should fill it failed."""
    file = tmp_path / "heads"
    for text in ("", "\n", " \n\n"):
        file.write_text(text)
        with pytest.raises(Refusal) as refusal:
            read_heads(file)
        assert refusal.value.fault.code == "cli.no-heads"


def test_a_log_of_which_no_earlier_root_is_given_is_a_finding(databases, institutions, seal, look):
    look()
    seal(1)
    assert checked(databases, institutions, heads_of(databases)) == (1, [])
    elsewhere = [one.model_copy(update={"room": "bank"}) for one in heads_of(databases)]
    _, findings = checked(databases, institutions, elsewhere)
    assert len(findings) == 1
    assert "no root of this log" in findings[0]
