"""What subjects ask or tell each other: typed, in the same transaction, through the hall.

A subject never imports its neighbour. The neighbour offers a port when it is opened, the other uses
it when it works; both know the hall alone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, Literal, Protocol, TypeVar, cast
from uuid import UUID

from kazasu.foundation.database import Transaction

P = TypeVar("P")
Way = Literal["in", "out"]
"""Which table of cases: a move has the same number at both cities' desks."""


@dataclass(frozen=True, slots=True)
class Port(Generic[P]):
    """The name under which something of type ``P`` is offered."""

    name: str


class Ports:
    """What the opened subjects of one room offer."""

    def __init__(self) -> None:
        self._offered: dict[str, Any] = {}

    def offer(self, port: Port[P], by: P) -> None:
        """Raises ``ValueError`` when a second subject offers the same."""
        if port.name in self._offered:
            raise ValueError(f"two subjects offer {port.name}")
        self._offered[port.name] = by

    def use(self, port: Port[P]) -> P:
        """Raises ``LookupError`` when no subject of this room offers it."""
        if port.name not in self._offered:
            raise LookupError(f"no subject offers {port.name}")
        return cast("P", self._offered[port.name])


# ---------------------------------------------------------------- moving offers, cards uses


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """A card of somebody who is registered here; its surface and certificates say what the register said before."""

    case_id: str
    token: UUID
    resident_id: str
    name: str
    since: date
    """Day of the notice, or of the correction."""
    until: date
    """By when it is to be done."""
    kana: str = ""
    ends: bool = True
    """Does the card end after that day? After an arrival from another city alone (番号法施行令 14条)."""
    told: bool = True
    """Is it about a move, of which the resident follows the case?"""


class MoversCards(Protocol):
    """The cards of registered arrivals. One waits as long as its holder is registered here: who has left has it
    updated where they live."""

    def waiting(self, tx: Transaction) -> list[WaitingCard]:
        """All that wait to be continued, the most urgent first."""

    def count(self, tx: Transaction) -> int:
        """How many wait."""

    def find(self, tx: Transaction, case_id: str, token: UUID) -> WaitingCard | None:
        """This mover's card, if it waits."""

    def of_case(self, tx: Transaction, case_id: str) -> list[WaitingCard]:
        """Those of one case that wait."""

    def of_resident(self, tx: Transaction, resident_id: str) -> list[WaitingCard]:
        """Of one person: each case that still waits for their card."""

    def overdue(self, tx: Transaction, today: date) -> list[str]:
        """Cases with a card of somebody who came from another city that nobody continued in time. Names nobody."""

    def settle(
        self, tx: Transaction, case_id: str, token: UUID, outcome: Literal["continued", "lost"]
    ) -> None:
        """It waits no longer."""

    def close(self, tx: Transaction, case_id: str) -> None:
        """The time of this case is over: nothing more falls due by it, also of who has left."""


MOVERS_CARDS: Final[Port[MoversCards]] = Port("movers' cards")


# ---------------------------------------------------------------- cards offers, register uses


class CardDiffers(Protocol):
    def __call__(self, tx: Transaction, resident_id: str, case_id: str) -> None:
        """The register of somebody with a card was corrected, and the card says what it said before: it waits at the card desk."""


CARD_DIFFERS: Final[Port[CardDiffers]] = Port("a card differs from the register")


# ---------------------------------------------------------------- moving offers, register uses


class GivenBy(Protocol):
    def __call__(self, tx: Transaction, case_id: str) -> str:
        """The name of who gave notice of this move; empty where it is not known here."""


GIVEN_BY: Final[Port[GivenBy]] = Port("who gave notice")


# ---------------------------------------------------------------- who has cases offers, casework uses


class DeskCases(Protocol):
    def __call__(
        self, tx: Transaction, way: str, case_id: str
    ) -> Literal["unknown", "open", "over"]:
        """Is there such a case at this desk, and is anything left to do on it?"""


DESK_CASES: Final[Port[DeskCases]] = Port("cases of the desk")


# ---------------------------------------------------------------- casework offers, every act on a case uses


class CaseIsFree(Protocol):
    def __call__(self, tx: Transaction, way: Way, case_id: str, staff_id: str) -> None:
        """Raises Refusal ``municipality.case-held``: a colleague has it."""


CASE_IS_FREE: Final[Port[CaseIsFree]] = Port("nobody else has the case")


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case that a clerk has, for their first page: no resident is named on it."""

    way: Way
    case_id: str
    since: datetime
    handed_by: str
    """The colleague who handed it over; empty: they took it themselves."""
    handed_kana: str
    words: str
    """What the colleague wrote with it."""


class HeldBy(Protocol):
    def __call__(self, tx: Transaction, staff_id: str) -> list[HeldCase]:
        """All that this clerk has, what came last first."""


HELD_BY: Final[Port[HeldBy]] = Port("whose cases")
