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


def findings(rows: list[AuditRow | None], signed: Frontier) -> list[str]:
    found = verify(
        "141003", enumerate(rows), [(signed.size, signed.root, "good")], lambda _, s: s == "good"
    )
    return [finding.what.en for finding in found]


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


def test_a_checkpoint_signed_by_nobody_is_found() -> None:
    rows = [row(n) for n in range(3)]
    size, root = 3, tree(rows).root
    assert checkpoint_bytes("141003", size, root).startswith(b"KAZASU-AUDIT-V1\n141003\n3\n")
    found = verify("141003", enumerate(rows), [(size, root, "forged")], lambda _, s: s == "good")
    assert [finding.where for finding in found] == ["size 3"]
