"""Terms of the work on a case, without input or output: who has it, what was noted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from kazasu.foundation.text import Text

Way = Literal["in", "out"]
"""Which table of cases: a move has the same number at both cities' desks."""
Kind = Literal["note", "took", "handed", "released", "sent-back"]
KINDS: Final[dict[Kind, Text]] = {
    "note": Text("メモ", "Note"),
    "took": Text("担当になりました", "Took the case"),
    "handed": Text("引き継ぎました", "Handed the case over"),
    "released": Text("担当を外れました", "Put the case back"),
    "sent-back": Text("受付に戻しました", "Sent the case back to the counter"),
}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a case."""

    case_id: str
    staff_id: str
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """One line of what the staff did and wrote; it stays."""

    number: int
    at: datetime
    name: str
    kind: Kind
    other: str
    """Whom it was handed to."""
    words: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The work on one case as its page shows it."""

    holder: Holder | None = None
    notes: Sequence[Note] = ()
    colleagues: Sequence[tuple[str, str]] = field(default=())
    """Number and name of everybody with a post here."""


def free_for(holder: Holder | None, staff_id: str) -> bool:
    """May they go on with it without taking it from somebody?"""
    return holder is None or holder.staff_id == staff_id
