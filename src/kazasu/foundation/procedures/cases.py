"""An event of a case: its cell asked, the list of what happened made longer, its letters sent, all in one transaction.

The table says what may happen (:mod:`kazasu.foundation.procedures.states`); a room says where its cases lie and who carries its letters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.procedures.states import State, Table, Turn

NOT_YOURS = define("states.not-yours", 403,
    "この操作は、ほかの人や機関がするものです", "Somebody else does this",
    "あなたができることは、この画面のボタンに出ています。何も変えていません", "What you can do is on the buttons of this page. Nothing was changed")  # fmt: skip
CHANGED_MEANWHILE = define("states.changed-meanwhile", 409,
    "別の画面で、内容が変わっていました", "It was changed elsewhere in the meantime",
    "いまの内容を確かめて、必要ならもう一度送ってください。何も上書きしていません", "Look at how it stands now and, if you still want to, send it again. Nothing was overwritten")  # fmt: skip


class Sealable(Protocol):
    """A letter."""

    kind: ClassVar[str]


L = TypeVar("L", bound=Sealable)
L_contra = TypeVar("L_contra", bound=Sealable, contravariant=True)


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that happened to a case: a row of the room's own table."""

    event: str
    by: str
    """The party, as in ``Event.by``."""
    at: datetime


class Cases(Protocol):
    """A room's own tables, within the transaction of the event."""

    def past(self, tx: Transaction, case: str) -> Sequence[Past]:
        """What happened to it, in order. Raises the room's Refusal: there is no such case for whoever asks."""

    def add(self, tx: Transaction, case: str, past: Past, to: State) -> None:
        """Write down what happened, and what of the case's own row changes with it."""


class Carrier(Protocol[L_contra]):
    """The exchange's ``Post``."""

    def send(self, tx: Transaction, letter: L_contra, *, to: str, case: str) -> Any:
        """Lay it into the outbox."""


Letters = Callable[[Turn], Sequence[tuple[L, str]]]
"""The letters of this turn, each with the institution that it goes to."""


@dataclass(frozen=True, slots=True)
class CaseBook(Generic[L]):
    """A table with a room's cases."""

    table: Table
    cases: Cases
    post: Carrier[L]

    def happen(
        self,
        tx: Transaction,
        case: str,
        event: str,
        *,
        by: str,
        letters: Letters[L] = lambda _: (),
        seen: int | None = None,
    ) -> State:
        """Let it happen. Returns where the case stands then.

        Args:
            seen: how many things had happened to the case on the page that this comes from. The same event by the same party
                pressed twice is done once.

        Raises:
            Refusal: ``states.not-yours``, ``states.not-now``, ``states.changed-meanwhile``; nothing was changed.
            TypeError: the letters are not those that the cell declares; a fault of ours, and nothing is sent.
        """
        past = self.cases.past(tx, case)
        here = self.table.after(one.event for one in past)
        if seen is not None and seen != len(past):
            if seen == len(past) - 1 and (past[-1].event, past[-1].by) == (event, by):
                return here
            raise Refusal(CHANGED_MEANWHILE)
        if by not in self.table.events[event].by:
            raise Refusal(NOT_YOURS)
        turn = self.table.turn(here.key, event)
        after = self.table.states[turn.to]
        self.cases.add(tx, case, Past(event, by, tx.now), after)
        self._send(tx, case, turn, letters(turn))
        return after

    def _send(
        self, tx: Transaction, case: str, turn: Turn, letters: Sequence[tuple[L, str]]
    ) -> None:
        kinds = {letter.kind for letter, _ in letters}
        if kinds != set(turn.letters):
            raise TypeError(
                f"{self.table.name} → {turn.to}: declared {turn.letters}, written {kinds}"
            )
        for letter, to in letters:
            self.post.send(tx, letter, to=to, case=case)
