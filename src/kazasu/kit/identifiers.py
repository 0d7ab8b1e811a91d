"""A service's own identifiers: what they are linked to, and what may change a link.

The lesson of the libraries (peers, "Own-ID linkage kit"): anyone who keys their records on a number
of the card loses them when law or card changes. So a service gives identifiers of its own; the
identity service's pairwise subject only *proves* one. A subject survives renewal, re-issue, move
and change of phone. Where it cannot (a lapsed certificate, a link that was ended), a new subject
comes, and the same identifier is given to it only by :meth:`Identifiers.relink`: never by itself.

All is a list of changes; each says what it moved from where to where, so each can be undone as
long as nothing was built on it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol
from uuid import UUID, uuid4

from kazasu.contracts.base import FourAttributes
from kazasu.foundation.faults import Refusal
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

FRESH: Final = timedelta(minutes=15)
"""How long ago a signature may be that changes a link."""
MOST_FAILURES: Final = 5

ChangeKind = Literal["enrolled", "relinked", "ended", "merged", "split", "undone"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What the identity service proved of the person who is here."""

    subject: str
    at: datetime
    evidence_id: str = ""
    signed: bool = False
    """With the signing key, not only by signing in."""
    attributes: FourAttributes | None = None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The customer knew what only the customer knows. Made by :func:`proven_knowledge` alone."""

    of: str
    """The identifier that it is knowledge of."""


def proven_knowledge(own_id: str, expected: str, given: str, failures: int) -> Knowledge:
    """Compare what the customer says; the service counts the failures and keeps them.

    Raises Refusal ``kit.wrong-knowledge``, ``kit.knowledge-locked``.
    """
    if failures >= MOST_FAILURES:
        raise Refusal(KNOWLEDGE_LOCKED)
    if not expected or expected != given:
        raise Refusal(WRONG_KNOWLEDGE, left=MOST_FAILURES - failures - 1)
    return Knowledge(own_id)


@dataclass(frozen=True, slots=True)
class Move:
    """One subject's link before and after; empty: none."""

    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history. Never altered; undone by another entry."""

    change_id: UUID
    at: datetime
    kind: ChangeKind
    own_id: str
    moves: tuple[Move, ...]
    actor: str
    evidence_id: str = ""
    reason: str = ""
    gone: str = ""
    """Of a merge: the identifier that goes on as ``own_id``."""
    undoes: UUID | None = None

    @property
    def own_ids(self) -> tuple[str, ...]:
        """Every identifier whose history this is."""
        named = [self.own_id, self.gone]
        named += [own_id for move in self.moves for own_id in (move.before, move.after)]
        return tuple(dict.fromkeys(filter(None, named)))


class Links(Protocol):
    """Where links and their history are kept: :class:`MemoryLinks`, or ``kit.sql.SqlLinks``."""

    def own_id(self, subject: str) -> str:
        """What the subject is linked to; empty: nothing."""

    def subjects(self, own_id: str) -> list[str]:
        """Who is linked to it."""

    def apply(self, change: Change) -> None:
        """Enter the change, and move its subjects."""

    def change(self, change_id: UUID) -> Change | None:
        """One entry."""

    def history(self, own_id: str) -> list[Change]:
        """Entries that name this identifier, oldest first."""


class Identifiers:
    """Own identifiers of one service."""

    def __init__(self, links: Links, new_own_id: Callable[[], str], now: datetime) -> None:
        """``new_own_id`` makes identifiers that were never used; ``now`` is this transaction's."""
        self._links = links
        self._new_own_id = new_own_id
        self._now = now

    # ------------------------------------------------------------ everyday

    def own_id(self, subject: str) -> str:
        """Whose record it is. Raises Refusal ``kit.not-linked``."""
        found = self._links.own_id(subject)
        if not found:
            raise Refusal(NOT_LINKED)
        return found

    def enrol(self, proof: Proof, actor: str = "customer") -> str:
        """The identifier of a subject; a new one for somebody who has none. Idempotent: a repetition changes nothing."""
        found = self._links.own_id(proof.subject)
        if found:
            return found
        own_id = self._new_own_id()
        if self._links.history(own_id):
            raise Refusal(ALREADY_LINKED)
        self._enter("enrolled", own_id, (Move(proof.subject, "", own_id),), actor,
                    evidence_id=proof.evidence_id)  # fmt: skip
        return own_id

    def end(self, subject: str, actor: str, reason: str) -> None:
        """The subject is no longer linked; the record and its identifier stay. Idempotent: a repetition changes nothing."""
        own_id = self._links.own_id(subject)
        if own_id:
            self._enter("ended", own_id, (Move(subject, own_id, ""),), actor, reason=reason)

    # ------------------------------------------------------------ a subject that is new

    def relink(
        self,
        own_id: str,
        proof: Proof,
        recorded: FourAttributes,
        knowledge: Knowledge,
        actor: str = "customer",
    ) -> Change:
        """Give a new subject the identifier of old. Never done without all of these:

        1 a signature made now; 2 its four attributes are those of the record; 3 the customer knew
        what only they know; 4 the subject has no record of its own yet (else: merge). Old subjects
        stay linked: a subject belongs to one person for ever.

        Raises Refusal: ``kit.unknown-own-id``, ``kit.needs-fresh-signature``,
        ``kit.not-the-same``, ``kit.already-linked``.
        """
        self._must_exist(own_id)
        self._check_signature(proof)  # 1
        if proof.attributes != recorded or knowledge.of != own_id:  # 2, 3
            raise Refusal(NOT_THE_SAME)
        linked = self._links.own_id(proof.subject)
        if linked == own_id:
            return self._links.history(own_id)[-1]
        if linked:  # 4
            raise Refusal(ALREADY_LINKED)
        return self._enter("relinked", own_id, (Move(proof.subject, "", own_id),), actor,
                           evidence_id=proof.evidence_id)  # fmt: skip

    # ------------------------------------------------------------ two records, one person

    def merge(
        self,
        kept: str,
        gone: str,
        proof: Proof,
        recorded: tuple[FourAttributes, FourAttributes],
        actor: str,
        reason: str,
    ) -> Change:
        """Two records of one person go on as ``kept``.

        The person signs now, is linked to one of the two, and both records have their attributes.
        Raises Refusal as :meth:`relink`.
        """
        self._must_exist(kept)
        self._must_exist(gone)
        self._check_signature(proof)
        of_one = self._links.own_id(proof.subject) in (kept, gone)
        if kept == gone or not of_one or any(proof.attributes != one for one in recorded):
            raise Refusal(NOT_THE_SAME)
        moves = tuple(Move(subject, gone, kept) for subject in self._links.subjects(gone))
        return self._enter("merged", kept, moves, actor, reason=reason, gone=gone,
                           evidence_id=proof.evidence_id)  # fmt: skip

    def split(self, own_id: str, subject: str, actor: str, reason: str) -> str:
        """A subject was linked wrongly: it goes on with an identifier of its own, which is given."""
        if self._links.own_id(subject) != own_id:
            raise Refusal(NOT_LINKED)
        new = self._new_own_id()
        self._enter("split", own_id, (Move(subject, own_id, new),), actor, reason=reason)
        return new

    def undo(self, change_id: UUID, actor: str, reason: str) -> Change:
        """Put back what a change moved, if all of it is still as the change left it.

        Raises Refusal ``kit.unknown-own-id``, ``kit.changed-since``.
        """
        change = self._links.change(change_id)
        if change is None:
            raise Refusal(UNKNOWN_OWN_ID)
        undone = any(c.undoes == change_id for c in self._links.history(change.own_id))
        if undone or any(self._links.own_id(m.subject) != m.after for m in change.moves):
            raise Refusal(CHANGED_SINCE)
        back = tuple(Move(m.subject, m.after, m.before) for m in change.moves)
        return self._enter("undone", change.own_id, back, actor, reason=reason, gone=change.gone,
                           undoes=change_id)  # fmt: skip

    def current(self, own_id: str) -> str:
        """The identifier under which a record goes on: itself, or what it was merged into."""
        history = self._links.history(own_id)
        if not history:
            raise Refusal(UNKNOWN_OWN_ID)
        undone = {change.undoes for change in history}
        for change in reversed(history):
            if change.kind == "merged" and change.gone == own_id and change.change_id not in undone:
                return self.current(change.own_id)
        return own_id

    def history(self, own_id: str) -> list[Change]:
        """Everything that happened to it, oldest first."""
        return self._links.history(own_id)

    # ------------------------------------------------------------ inside

    def _must_exist(self, own_id: str) -> None:
        if not own_id or self.current(own_id) != own_id:
            raise Refusal(UNKNOWN_OWN_ID)

    def _check_signature(self, proof: Proof) -> None:
        age = self._now - proof.at
        if not proof.signed or proof.attributes is None or not timedelta(0) <= age <= FRESH:
            raise Refusal(NEEDS_FRESH_SIGNATURE)

    def _enter(
        self, kind: ChangeKind, own_id: str, moves: tuple[Move, ...], actor: str, *,
        evidence_id: str = "", reason: str = "", gone: str = "", undoes: UUID | None = None,
    ) -> Change:  # fmt: skip
        change = Change(uuid4(), self._now, kind, own_id, moves, actor, evidence_id, reason)
        change = replace(change, gone=gone, undoes=undoes)
        self._links.apply(change)
        return change


class MemoryLinks:
    """Links in memory: for tests, and to read what :class:`Links` has to do."""

    def __init__(self) -> None:
        self._linked: dict[str, str] = {}
        self._changes: list[Change] = []

    def own_id(self, subject: str) -> str:
        return self._linked.get(subject, "")

    def subjects(self, own_id: str) -> list[str]:
        return [subject for subject, linked in self._linked.items() if linked == own_id]

    def apply(self, change: Change) -> None:
        for move in change.moves:
            if self.own_id(move.subject) != move.before:
                raise Refusal(CHANGED_SINCE)
            self._linked[move.subject] = move.after
        self._changes.append(change)

    def change(self, change_id: UUID) -> Change | None:
        return next((c for c in self._changes if c.change_id == change_id), None)

    def history(self, own_id: str) -> list[Change]:
        return [change for change in self._changes if own_id in change.own_ids]
