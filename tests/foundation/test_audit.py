"""The audit tree: an edit, a deletion and a truncation are found; pymerkle is the oracle."""

import dataclasses
import hashlib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from kazasu.foundation.audit import AuditRow, Frontier, checkpoint_bytes, leaf_hash, verify

AT = datetime(2026, 11, 23, tzinfo=UTC)


def row(number: int) -> AuditRow:
    draft = AuditRow(
        number, "141003", AT, "resident", "portal.case.read", "試験", "test", ["r1"], "", [],
        number.to_bytes(16), b"",
    )  # fmt: skip
    return dataclasses.replace(draft, leaf=leaf_hash(draft))


def tree(rows: list[AuditRow]) -> Frontier:
    frontier = Frontier()
    for one in rows:
        frontier.add(one.leaf)
    return frontier


def findings(
    rows: list[AuditRow | None], signed: Frontier, signature: str = "good"
) -> list[tuple[str, str]]:
    found = verify(
        "141003", enumerate(rows), [(signed.size, signed.root, signature)], lambda _, s: s == "good"
    )
    assert {finding.tenant for finding in found} <= {"141003"}
    return [(finding.where, finding.what.en) for finding in found]


@given(st.lists(st.binary(max_size=40), max_size=60))
def test_root_is_that_of_rfc_6962(entries: list[bytes]) -> None:
    oracle = InmemoryTree(algorithm="sha256")
    frontier = Frontier()
    for entry in entries:
        oracle.append_entry(entry)
        frontier.add(hashlib.sha256(b"\x00" + entry).digest())
    expected = oracle.get_root() if entries else hashlib.sha256(b"").digest()
    assert frontier.root == expected


@given(st.integers(1, 40), st.data())
def test_whatever_is_changed_is_found(size: int, data: st.DataObject) -> None:
    rows: list[AuditRow | None] = [row(n) for n in range(size)]
    signed = tree([one for one in rows if one])
    assert findings(rows, signed) == []
    at = data.draw(st.integers(0, size - 1))
    edited = dataclasses.replace(row(at), actor="clerk:other")
    for change in (edited, dataclasses.replace(edited, leaf=leaf_hash(edited)), None):
        assert findings([*rows[:at], change, *rows[at + 1 :]], signed)
    assert findings(rows[:-1], signed)


def test_each_finding_says_where_and_what() -> None:
    rows: list[AuditRow | None] = [row(n) for n in range(3)]
    signed = tree([one for one in rows if one])
    edited = dataclasses.replace(row(1), actor="clerk:other")
    differs = ("size 3", "The tree does not give the signed root")
    assert findings([rows[0], edited, rows[2]], signed) == [
        ("record 1", "The audit record was edited"), differs,
    ]  # fmt: skip
    whole = dataclasses.replace(edited, leaf=leaf_hash(edited))
    assert findings([rows[0], whole, rows[2]], signed) == [differs]
    assert findings([rows[0], None, rows[2]], signed) == [
        ("leaf 1", "The audit record was deleted")
    ]
    assert findings(rows[:2], signed) == [("size 3", "There are fewer records than were signed")]
    assert findings(rows, signed, "forged") == [("size 3", "The root's signature is not valid")]
    gap = verify("141003", [(0, row(0)), (2, row(2))], [], lambda *_: True)
    assert [(one.tenant, one.where, one.what.en) for one in gap] == [
        ("141003", "leaf 1", "A leaf of the tree is missing")
    ]


def test_a_leaf_is_what_other_programs_compute() -> None:
    """As docs say it: SHA-256 of a zero byte, the nonce and the record as JSON without spaces."""
    one = dataclasses.replace(row(1), case_id="MV-1", fields=["name"], subjects=["r1", "名"])
    content = (
        '["141003","2026-11-23T00:00:00+00:00","resident","portal.case.read","試験","test",'
        '["r1","名"],"MV-1",["name"]]'
    )
    assert leaf_hash(one) == hashlib.sha256(b"\x00" + one.nonce + content.encode()).digest()


def test_a_checkpoint_signed_by_nobody_is_found() -> None:
    rows = [row(n) for n in range(3)]
    size, root = 3, tree(rows).root
    assert checkpoint_bytes("141003", size, root).startswith(b"KAZASU-AUDIT-V1\n141003\n3\n")
    found = verify("141003", enumerate(rows), [(size, root, "forged")], lambda _, s: s == "good")
    assert [finding.where for finding in found] == ["size 3"]
