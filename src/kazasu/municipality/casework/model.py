"""Terms of the work on a case, without input or output: who has it, what was noted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from kazasu.foundation.text import Text

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
    kana: str = ""


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
    kana: str = ""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with a post here."""

    staff_id: str
    name: str
    kana: str
    roles: list[str] = field(default_factory=list)

    def holds(self, roles: Collection[str]) -> bool:
        """One of these."""
        return not set(roles).isdisjoint(self.roles)


Act = tuple[Text, str, datetime | None]
"""What was done, by which number of the staff (empty: nobody of them), and when."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a case, by whom of the staff, and when: derived from the case itself."""

    what: Text
    name: str
    """Empty: nobody of the staff did it."""
    kana: str
    at: datetime | None
    """None: only the day is known, or nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The work on one case as its page shows it."""

    holder: Holder | None = None
    notes: Sequence[Note] = ()
    colleagues: Sequence[Colleague] = field(default=())
    """Everybody with a post here."""
    can_go_on: Sequence[Colleague] = field(default=())
    """Who of them can do what comes next."""
    over: bool = False
    """Nothing is left to do: nobody takes it or hands it over."""
    done: Sequence[Done] = ()

    def reading_of(self, name: str) -> str:
        """How a colleague's name is read; empty: nobody here is called so."""
        return next((one.kana for one in self.colleagues if one.name == name), "")


def free_for(holder: Holder | None, staff_id: str) -> bool:
    """May they go on with it without taking it from somebody?"""
    return holder is None or holder.staff_id == staff_id
