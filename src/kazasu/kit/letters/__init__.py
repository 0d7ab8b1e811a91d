"""Letters that wait at an institution: what waits, since when, why, and what can be done about it.

Nothing is dropped in silence (design §2), so somebody in each institution sees what could not be applied or delivered.
:mod:`.pages` is the page; a room with a desk of its own shows the same lines there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from kazasu.exchange.carrier import operator
from kazasu.exchange.directory import Directory
from kazasu.exchange.faults import ANOTHER_TIME
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import CATALOGUE, Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Form
from kazasu.kit.letters.words import words_of

Way = Literal["in", "out", "dated"]
"""Try again: to apply, to deliver; or apply though its date cannot be right."""
_NOT_TRIED: Final = Text("まだ送っていません", "Not tried yet")
_NO_WORD: Final = Text("まだ試していません", "Not tried yet")


class AgainForm(Form):
    way: Way
    message_id: UUID


@dataclass(frozen=True, slots=True)
class Line:
    """One letter, as a person reads it."""

    other: Text
    """With whom: the sender's or the receiver's name."""
    institution: str
    kind: str
    case: str
    since: datetime
    next_at: datetime | None
    """When it is tried again by itself; None: it is not."""
    tries: int
    why: Text
    todo: Text | None
    """What can be done; None where nobody can say."""
    message_id: UUID
    ways: tuple[Way, ...]
    """Which buttons it has."""

    @property
    def what(self) -> Text:
        """The letter in words."""
        return words_of(self.kind)


@dataclass(frozen=True, slots=True)
class LettersThatWait:
    waiting: list[Line]
    undelivered: list[Line]
    alarms: list[Line]
    """Letters that were not taken at all: their number, or their place, has another one."""


def letters_that_wait(tx: Transaction, directory: Directory) -> LettersThatWait:
    """All of the transaction's tenant, the oldest first; each list has 500 at most."""
    return LettersThatWait(
        [_waiting(one, directory) for one in operator.waiting(tx)],
        [_undelivered(one, directory) for one in operator.undelivered(tx)],
        [_alarm(one, directory) for one in operator.alarms(tx)],
    )


def see_to(tx: Transaction, way: Way, message_id: UUID) -> bool:
    """Do what a button says. False: no such letter waits any more. On record by the caller's audit row."""
    done = {"in": operator.try_again, "out": operator.send_again, "dated": operator.open_by_hand}
    return done[way](tx, message_id)


def _waiting(one: operator.Waiting, directory: Directory) -> Line:
    fault = CATALOGUE.get(one.fault)
    return Line(
        _name(directory, one.sender), one.sender, one.kind, one.case_id, one.received_at, one.next_at, one.attempts,
        Text(one.fault_ja, one.fault_en) if one.fault else _NO_WORD,
        fault.todo if fault else None, one.message_id,
        ("dated", "in") if one.fault == ANOTHER_TIME.code else ("in",),
    )  # fmt: skip


def _undelivered(one: operator.Undelivered, directory: Directory) -> Line:
    name = _name(directory, one.recipient)
    why, todo = _told(one.last_error, name)
    return Line(
        name, one.recipient, one.kind, one.case_id, one.created_at, one.next_at, one.attempts,
        why, todo, one.message_id, ("out",),
    )  # fmt: skip


def _alarm(one: operator.Alarm, directory: Directory) -> Line:
    """What was refused for good: it is evidence, and no button helps."""
    refusal = Refusal(CATALOGUE[one.fault], case=one.case_id, seq=one.seq)
    return Line(
        _name(directory, one.sender), one.sender, "", one.case_id, one.at, None, 1,
        refusal.title, refusal.todo, one.message_id, (),
    )  # fmt: skip


def _told(error: str, receiver: Text) -> tuple[Text, Text | None]:
    """The last try's outcome in words, as the relay noted it: a fault's code with its facts, or a class of error."""
    if not error:
        return _NOT_TRIED, None
    fault = CATALOGUE.get(error.partition(" ")[0])
    if fault is not None:
        refusal = Refusal(fault, institution_ja=receiver.ja, institution_en=receiver.en)
        try:
            return refusal.title, refusal.todo
        except KeyError:  # it has further facts, which the note has
            return Text(error, error), None
    return Text(f"技術的な理由（{error}）", f"A technical reason ({error})"), None


def _name(directory: Directory, institution: str) -> Text:
    """As the directory calls it; who is in none is called as it called itself."""
    if institution in directory:
        return directory.entry(institution).name
    return Text(institution, institution)
