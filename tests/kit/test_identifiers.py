"""Own identifiers: whatever happens to cards, no identifier ever names two people, and none is lost."""

import itertools
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kazasu.contracts.base import FourAttributes
from kazasu.foundation.audit import Access
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit.faults import (
    ALREADY_LINKED,
    CHANGED_SINCE,
    KNOWLEDGE_LOCKED,
    NEEDS_FRESH_SIGNATURE,
    NOT_LINKED,
    NOT_THE_SAME,
    UNKNOWN_OWN_ID,
    WRONG_KNOWLEDGE,
)
from kazasu.kit.identifiers import (
    FRESH,
    MOST_FAILURES,
    Identifiers,
    Knowledge,
    MemoryLinks,
    Proof,
    proven_knowledge,
)
from kazasu.kit.sql import SqlLinks

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
HANAKO = FourAttributes(name="佐藤　花子", address="横浜市", birth_date=date(1988, 4, 1), sex="2")
TEST = Access("system:test", "test.links", Text("試験", "Test"))


def ids(links, now=NOW):
    numbers = itertools.count(1)
    return Identifiers(links, lambda: f"own-{next(numbers)}", now)


def proof(subject, who=HANAKO, **changes):
    return replace(Proof(subject, NOW, "EV-1", signed=True, attributes=who), **changes)


def refused(fault, call, *arguments):
    with pytest.raises(Refusal) as caught:
        call(*arguments)
    assert caught.value.fault is fault


@pytest.fixture(params=["memory", "sql"])
def own(request):
    """The same rules on both storages."""
    if request.param == "memory":
        yield ids(MemoryLinks())
        return
    database = request.getfixturevalue("databases")("bank")
    with _open_transaction(database) as tx:
        yield ids(SqlLinks(tx))


class _open_transaction:  # noqa: N801
    """A transaction for the length of a test."""

    def __init__(self, database):
        self._database = database

    def __enter__(self):
        self._begun, self._over, found = threading.Event(), threading.Event(), []

        def work(tx):
            found.append(tx)
            self._begun.set()
            self._over.wait(60)

        self._thread = threading.Thread(
            target=lambda: self._database.run("test", work, access=TEST), daemon=True
        )
        self._thread.start()
        assert self._begun.wait(30)
        return found[0]

    def __exit__(self, *_):
        self._over.set()
        self._thread.join(10)


def test_a_subject_keeps_its_identifier(own):
    assert own.enrol(proof("s1")) == own.enrol(proof("s1")) == own.own_id("s1")
    assert own.enrol(proof("s2")) != own.own_id("s1")
    refused(NOT_LINKED, own.own_id, "s3")


def test_a_new_subject_is_never_linked_by_itself(own):
    first = own.enrol(proof("old"))
    assert own.enrol(proof("new")) != first, "equal attributes prove nothing"


def test_relinking_needs_everything(own):
    first = own.enrol(proof("old"))
    knows = Knowledge(first)
    for bad in (
        proof("new", signed=False),
        proof("new", at=NOW - FRESH - timedelta(seconds=1)),
        proof("new", at=NOW + timedelta(seconds=1)),
        proof("new", attributes=None),
    ):
        refused(NEEDS_FRESH_SIGNATURE, own.relink, first, bad, HANAKO, knows)
    for other in ({"name": "佐藤　華子"}, {"address": "札幌市"}, {"sex": "1"},
                  {"birth_date": date(1988, 4, 2)}):  # fmt: skip
        changed = HANAKO.model_copy(update=other)
        refused(NOT_THE_SAME, own.relink, first, proof("new", changed), HANAKO, knows)
    refused(NOT_THE_SAME, own.relink, first, proof("new"), HANAKO, Knowledge("own-9"))
    refused(UNKNOWN_OWN_ID, own.relink, "own-9", proof("new"), HANAKO, Knowledge("own-9"))
    change = own.relink(first, proof("new"), HANAKO, knows)
    assert own.own_id("new") == own.own_id("old") == first
    assert (change.kind, change.evidence_id) == ("relinked", "EV-1")
    assert own.relink(first, proof("new"), HANAKO, knows) == change, "twice is once"


def test_a_subject_with_a_record_is_merged_and_not_relinked(own):
    first, second = own.enrol(proof("old")), own.enrol(proof("new"))
    refused(ALREADY_LINKED, own.relink, first, proof("new"), HANAKO, Knowledge(first))
    other = HANAKO.model_copy(update={"address": "札幌市"})
    refused(NOT_THE_SAME, own.merge, first, second, proof("new"), (HANAKO, other), "clerk", "")
    refused(NOT_THE_SAME, own.merge, first, second, proof("x"), (HANAKO, HANAKO), "clerk", "")
    change = own.merge(first, second, proof("new"), (HANAKO, HANAKO), "clerk", "one person")
    assert own.own_id("new") == first
    assert own.current(second) == first
    refused(UNKNOWN_OWN_ID, own.relink, second, proof("n"), HANAKO, Knowledge(second))
    own.undo(change.change_id, "clerk", "two people after all")
    assert (own.own_id("new"), own.current(second)) == (second, second)
    refused(CHANGED_SINCE, own.undo, change.change_id, "clerk", "again")


def test_split_and_undo_keep_the_history(own):
    first = own.enrol(proof("old"))
    own.relink(first, proof("wrong"), HANAKO, Knowledge(first))
    new = own.split(first, "wrong", "clerk", "another person")
    assert (own.own_id("old"), own.own_id("wrong")) == (first, new)
    assert [change.kind for change in own.history(first)] == ["enrolled", "relinked", "split"]
    relinked = own.history(first)[1]
    refused(CHANGED_SINCE, own.undo, relinked.change_id, "clerk", "something was built on it")
    refused(NOT_LINKED, own.split, first, "wrong", "clerk", "")
    own.undo(own.history(first)[2].change_id, "clerk", "it was she")
    assert own.own_id("wrong") == first


def test_an_ended_link_leaves_the_record(own):
    first = own.enrol(proof("old"))
    own.end("old", "identity", "link-ended")
    own.end("old", "identity", "link-ended")
    refused(NOT_LINKED, own.own_id, "old")
    assert own.current(first) == first
    own.relink(first, proof("new"), HANAKO, Knowledge(first))
    assert own.own_id("new") == first
    assert [change.kind for change in own.history(first)] == ["enrolled", "ended", "relinked"]


def test_knowledge_is_counted():
    assert proven_knowledge("own-1", "123", "123", 4) == Knowledge("own-1")
    with pytest.raises(Refusal) as caught:
        proven_knowledge("own-1", "123", "124", 2)
    assert caught.value.fault is WRONG_KNOWLEDGE
    assert caught.value.facts == {"left": 2}
    refused(KNOWLEDGE_LOCKED, proven_knowledge, "own-1", "123", "123", MOST_FAILURES)
    refused(WRONG_KNOWLEDGE, proven_knowledge, "own-1", "", "", 0)


# ---------------------------------------------------------------- any sequence at all


class Lives(RuleBasedStateMachine):
    """Four people, two of whom have the very same four attributes. Cards are renewed, re-issued and
    lost, people move and change phones, certificates lapse; some try what is not theirs."""

    people = st.integers(0, 3)

    @initialize()
    def begin(self):
        self.links = MemoryLinks()
        self.own = ids(self.links)
        twin = {
            "name": "鈴木　一郎",
            "address": "横浜市",
            "birth_date": date(1970, 1, 1),
            "sex": "1",
        }
        self.attributes = [
            FourAttributes(**(twin | ({} if n < 2 else {"name": f"人　{n}"}))) for n in range(4)
        ]
        self.subject = [f"sub-{n}-0" for n in range(4)]
        self.person = {subject: n for n, subject in enumerate(self.subject)}
        self.owner, self.record = {}, {}

    def sign(self, n):
        return proof(self.subject[n], self.attributes[n])

    # ---- what happens to cards

    @rule(n=people, what=st.sampled_from(["renewed", "re-issued", "another phone"]))
    def a_new_certificate(self, n, what):
        """The subject survives: that is what the identity service promises."""

    @rule(n=people, told=st.booleans(), where=st.sampled_from(["横浜市", "札幌市", "福岡市"]))
    def moves(self, n, told, where):
        self.attributes[n] = self.attributes[n].model_copy(update={"address": where})
        for own_id, owner in self.owner.items():
            if told and owner == n:
                self.record[own_id] = self.attributes[n]

    @rule(n=people)
    def lapses(self, n):
        """The subject cannot be linked any more: a new one comes."""
        self.subject[n] = f"sub-{n}-{len(self.person)}"
        self.person[self.subject[n]] = n

    # ---- what people and clerks do

    @rule(n=people)
    def comes(self, n):
        own_id = self.own.enrol(self.sign(n))
        if own_id not in self.owner:
            self.owner[own_id], self.record[own_id] = n, self.attributes[n]
        assert self.owner[own_id] == n

    @precondition(lambda self: self.owner)
    @rule(n=people, data=st.data(), wrong=st.booleans())
    def relinks(self, n, data, wrong):
        """People know the numbers that they were given, and may guess others."""
        own_id = data.draw(st.sampled_from(sorted(self.owner)))
        guess = own_id if self.owner[own_id] == n and not wrong else "own-0"
        try:
            knows = proven_knowledge(own_id, own_id, guess, 0)
            self.own.relink(own_id, self.sign(n), self.record[own_id], knows)
        except Refusal:
            return
        assert self.owner[own_id] == n

    @precondition(lambda self: len(self.owner) > 1)
    @rule(n=people, data=st.data())
    def merges(self, n, data):
        """A clerk joins two records of whoever showed both numbers and signed."""
        known = sorted(own_id for own_id, owner in self.owner.items() if owner == n)
        if len(known) < 2:
            return
        kept, gone = data.draw(st.permutations(known))[:2]
        try:
            recorded = (self.record[kept], self.record[gone])
            self.own.merge(kept, gone, self.sign(n), recorded, "clerk", "one person")
        except Refusal:
            return

    @rule(n=people)
    def ends(self, n):
        self.own.end(self.subject[n], "identity", "link-ended")

    @precondition(lambda self: self.owner)
    @rule(data=st.data())
    def is_undone(self, data):
        own_id = data.draw(st.sampled_from(sorted(self.owner)))
        change = data.draw(st.sampled_from(self.own.history(own_id)))
        try:
            self.own.undo(change.change_id, "clerk", "a mistake")
        except Refusal:
            return

    # ---- what always holds

    @invariant()
    def nobody_has_anybody_elses(self):
        for subject, n in getattr(self, "person", {}).items():
            if own_id := self.links.own_id(subject):
                assert self.owner[own_id] == n

    @invariant()
    def none_is_lost(self):
        """Every identifier goes on somewhere, and its person can have it back."""
        for own_id, n in getattr(self, "owner", {}).items():
            now = self.own.current(own_id)
            assert self.owner[now] == n
            linked = self.links.own_id(self.subject[n])
            if not linked and self.record[now] == self.attributes[n]:
                back = self.own.relink(now, self.sign(n), self.record[now], Knowledge(now))
                assert self.own.own_id(self.subject[n]) == now
                self.own.undo(back.change_id, "test", "only looked")


Lives.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestLives = Lives.TestCase
