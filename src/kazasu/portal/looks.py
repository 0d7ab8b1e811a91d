"""Who looked, as pages: what all institutions answered, back to where every answer reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kazasu.contracts.base import AccessEntry
from kazasu.foundation import audit


@dataclass(frozen=True, slots=True)
class Looks:
    """One page."""

    entries: list[AccessEntry]
    older: datetime | None
    """Before which there may be more; None: that is all."""
    silent: list[str]


def merged(answers: Sequence[Sequence[AccessEntry]], silent: list[str]) -> Looks:
    """Newest first. An answer that is full says nothing of what was before it: there the page ends.

    So whoever makes many records pushes nobody else's out of sight.
    """
    full = [one[-1].at for one in answers if len(one) >= audit.MOST_ACCESSES]
    older = max(full, default=None)
    entries = [one for answer in answers for one in answer if older is None or one.at >= older]
    return Looks(sorted(entries, key=lambda one: one.at, reverse=True), older, silent)


def looked_themselves(entry: AccessEntry) -> bool:
    """The page of who looked is itself an access at each institution."""
    own = entry.actor in ("resident", "institution:portal")
    return own and entry.action.endswith(".accesses.read")
