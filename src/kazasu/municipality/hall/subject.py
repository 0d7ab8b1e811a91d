"""What a subject of the city hall brings; ``room.py`` puts together whatever its list names."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from kazasu.contracts.base import Inquiry, Letter
from kazasu.exchange.carrier.inquiries import Handler as InquiryHandler
from kazasu.exchange.carrier.letters import Handler as LetterHandler
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.municipality.hall.desk import DeskPages
from kazasu.municipality.hall.model import REGISTER, Role


class CitiesDue(Protocol):
    def __call__(self, tx: Transaction, today: date) -> Sequence[str]:
        """Codes of the cities; one statement."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A line of the desk's first page, with how many wait there."""

    address: str
    """``{today}`` stands for the day."""
    title: Text
    hint: Text | None = None
    count: Callable[[Transaction, date], int] | None = None
    roles: Sequence[Role] = REGISTER
    """Whose it is: who holds one of them."""
    count_for: Callable[[Transaction, str], int] | None = None
    """Where it is not the same for everybody: counted for the post of who looks."""

    def is_of(self, roles: Collection[str]) -> bool:
        return not set(self.roles).isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Link:
    """One at the head of every page of the desk."""

    address: str
    title: Text
    roles: Sequence[Role] = REGISTER
    """Whose it is: who holds one of them."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject, opened for all cities of this process."""

    pages: Callable[[DeskPages], None]
    nav: Sequence[Link] = ()
    """Its lists, linked from every page of the desk."""
    queues: Sequence[Queue] = ()
    letters: Mapping[type[Letter], LetterHandler] = field(default_factory=dict)
    inquiries: Mapping[type[Inquiry[Any]], InquiryHandler] = field(default_factory=dict)
    jobs: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    names: Callable[[Transaction, str], Sequence[str]] | None = None
    """Under which names its audit rows know whom a resident record code names."""
    cities_due: CitiesDue | None = None
    """Cities in which something of it may fall due by this day: codes only, no tenant is set."""
    by_date: Sequence[Callable[[str, date], object]] = ()
    """What it then does in such a city. Repeating it changes nothing."""
    ticks: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    """What it looks after by itself, for all cities of this process."""
