"""Going to the counter without an appointment: the desk registers whoever comes, and the last day for the notice may be near or past."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from kazasu.contracts.offices import CLOSES
from kazasu.foundation.time.clock import JST
from kazasu.foundation.time.dates import next_open
from kazasu.portal.move.answers import Answers
from kazasu.portal.move.sent import Move

NEAR: Final = timedelta(days=3)
"""So long before the last day it is told."""


@dataclass(frozen=True, slots=True)
class WalkIn:
    """What is told of it."""

    until: date
    """The last day for the notice."""
    on: date
    """The first day on which the counter can be reached, as of now."""
    is_today: bool

    @property
    def past(self) -> bool:
        """Nobody can come in time any more."""
        return self.on > self.until


def counter_day(now: datetime) -> date:
    """The day on which a counter is open next: today until it closes."""
    local = now.astimezone(JST)
    closed = f"{local:%H:%M}" >= CLOSES
    return next_open(local.date() + timedelta(days=closed))


def near(answers: Answers, today: date, first: date) -> WalkIn | None:
    """None: there is time enough for an appointment, or nobody has moved yet.

    Args:
        first: of :func:`counter_day`.
    """
    due, moved = answers.due, answers.moves_on
    if due is None or moved is None or moved > today or due - today > NEAR:
        return None
    return WalkIn(due, first, first == today)


def walk_in(move: Move, today: date, first: date) -> WalkIn | None:
    """The same of a move that was sent; None also where an appointment in time stands, where the notice was given or will not be, and
    where the route by card is over (a paper certificate is told then)."""
    answers = move.to_be_done
    if move.off or move.over or move.identified or move.redirected or move.has("expired-special"):
        return None
    on = answers.visits_on
    in_time = on is not None and on >= today and not answers.visits_late
    return None if move.has_visit and in_time else near(answers, today, first)
