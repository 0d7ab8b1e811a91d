"""What happened to a case, by whom of the staff and when, without input or output: kept with it event by event, and read from it.

Who decided is not where a case stands: a notice that is to be decided may have gone on without its correction, and one that was accepted
may have been taken back since. So the page, and the second of two clerks, are told what happened, in the words of its own table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from kazasu.foundation.procedures.states import Table
from kazasu.foundation.text import Text

MOST: Final = 60
"""Of one case, the newest: appointments can be changed again and again."""
FOLLOWS: Final = frozenset(
    ("checked", "complete", "rest-waits", "registered", "part-registered", "ended", "visitor-gone", "entry-void")
)  # fmt: skip
"""What comes of something else that happened, which is what is told."""
CARRIED_OUT: Final = frozenset(("cancelled", "data-taken-back"))
"""What the network and the other city make of a cancellation that somebody asked for."""
BY_STAFF: Final = ("clerk",)
"""Of an event that nobody else makes happen: it is kept with who did."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a case."""

    event: str
    by: str
    """Number of the staff; empty: nobody of them."""
    at: datetime
    version: int
    """Which it made of the case."""
    words: str = ""
    """The reason, as the resident reads it."""

    @property
    def document(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat()}


def read(kept: Iterable[Mapping[str, Any]]) -> list[Happened]:
    """The oldest first."""
    return [Happened(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in kept]


def more(
    kept: Sequence[dict[str, Any]], table: Table, events: Iterable[str], by: str, at: datetime, version: int, words: str
) -> list[dict[str, Any]]:  # fmt: skip
    """With these events, which make this version of the case.

    Raises ``ValueError``: only the staff make one of them happen, and it is not said who did.
    """
    new = list(events)
    if nameless := [one for one in new if table.events[one].by == BY_STAFF and not by]:
        raise ValueError(f"{table.name}: nobody is said to have done {nameless}")
    lines = [
        Happened(one, by if "clerk" in table.events[one].by else "", at, version, words)
        for one in new
    ]
    return [*kept, *(one.document for one in lines)][-MOST:]


def since(lines: Sequence[Happened], version: int) -> Happened | None:
    """The last thing that happened to a case since this version of it was shown; None: it is not kept."""
    found = [one for one in lines if one.version > version and one.event not in FOLLOWS]
    asked = [one for one in found if one.event not in CARRIED_OUT]
    return next(reversed(asked or found), None)


def told(table: Table, lines: Iterable[Happened], quiet: Iterable[str]) -> list[tuple[Text, str, datetime | None]]:  # fmt: skip
    """As :data:`kazasu.municipality.casework.model.Act`, without the events that say nothing to the desk."""
    silent = set(quiet)
    return [(table.events[one.event].words, one.by, one.at) for one in lines if one.event not in silent]  # fmt: skip
