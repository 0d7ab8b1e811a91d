"""What subjects ask or tell each other: typed, in the same transaction, through the hall.

A subject never imports its neighbour. The neighbour offers a port when it is opened, the other uses
it when it works; both know the hall alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, Literal, Protocol, TypeVar, cast
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.municipality.hall.model import Role

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
    registered_at: datetime | None = None
    """When the register was changed; None: it is not about a move."""
    told: bool = True
    """Is it about a move, of which the resident follows the case?"""
    others: tuple["WaitingCard", ...] = ()
    """What else the same card waits for: one update is for everything."""

    @property
    def ends_after(self) -> date | None:
        """The day after which the card ends, whichever of its waits says so; None: none does."""
        return min((one.until for one in (self, *self.others) if one.ends), default=None)

    def late(self, today: date) -> int:
        """Days since it was to be done."""
        return max(0, (today - self.until).days)


class MoversCards(Protocol):
    """The cards of registered arrivals. One waits as long as its holder is registered here: who has left has it
    updated where they live."""

    def waiting(self, tx: Transaction) -> list[WaitingCard]:
        """All that wait to be continued, the most urgent first."""

    def holders(self, tx: Transaction) -> list[str]:
        """Whose cards wait, each once, for counting: 宛名番号 alone, which are shown to nobody."""

    def find(self, tx: Transaction, case_id: str, token: UUID) -> WaitingCard | None:
        """This mover's card, if it waits."""

    def of_case(self, tx: Transaction, case_id: str) -> list[WaitingCard]:
        """Those of one case that wait, the eldest first."""

    def moved_on(self, tx: Transaction, case_id: str) -> int:
        """How many of this case left before their card was updated: that is done where they are registered."""

    def of_resident(self, tx: Transaction, resident_id: str) -> list[WaitingCard]:
        """Of one person: each case that still waits for their card."""

    def registered_by(self, tx: Transaction, case_id: str) -> list[str]:
        """Whom this case registered here, by their 宛名番号."""

    def overdue(self, tx: Transaction, today: date) -> list[str]:
        """Cases with a card of somebody who came from another city that nobody continued in time. Names nobody."""

    def settle(
        self, tx: Transaction, case_id: str, token: UUID, outcome: Literal["continued", "lost"]
    ) -> None:
        """It waits no longer."""

    def goes_on(self, tx: Transaction, resident_id: str) -> None:
        """It was updated here. Of who is about to leave the cities that have their data are told: they were told that it ends with the move."""

    def close(self, tx: Transaction, case_id: str, today: date) -> None:
        """The time is over for whom this case registered ninety days ago: nothing more falls due by them, also of who has left. Who came later
        by the same notice has days of their own."""


MOVERS_CARDS: Final[Port[MoversCards]] = Port("movers' cards")


# ---------------------------------------------------------------- cards offers, register uses


class CardDiffers(Protocol):
    def __call__(self, tx: Transaction, resident_id: str, case_id: str) -> None:
        """The register of somebody with a card was corrected, and the card says what it said before: it waits at the card desk."""


CARD_DIFFERS: Final[Port[CardDiffers]] = Port("a card differs from the register")


class CardsLeft(Protocol):
    """Whose cards say still what the register said before, whatever they wait for: what residents read of it."""

    def of_case(self, tx: Transaction, case_id: str) -> list[WaitingCard]:
        """Of those whom a move registered here, each person once, by the earliest day."""

    def of_resident(self, tx: Transaction, resident_id: str) -> WaitingCard | None:
        """Of one person, by the earliest day."""


CARDS_LEFT: Final[Port[CardsLeft]] = Port("cards that are left to be updated")


# ---------------------------------------------------------------- moving offers, register uses


class GivenBy(Protocol):
    def __call__(self, tx: Transaction, case_id: str) -> str:
        """The name of who gave notice of this move; empty where it is not known here."""


GIVEN_BY: Final[Port[GivenBy]] = Port("who gave notice")


@dataclass(frozen=True, slots=True)
class Announced:
    """A notice of moving that waits: at the old city for the decision, within the city for the registration."""

    case_id: str
    on: date
    """The moving day that it says."""
    received_at: datetime
    within_city: bool
    people: tuple[str, ...]
    """宛名番号 of whom it names, and who were asked about."""
    given_by: str
    """By name; empty where it is not known here."""
    visit_on: date | None
    """Of an appointment within the city that stands."""
    visit_starts: str
    """``HH:MM``; empty without one."""
    newborn: tuple[str, ...] = ()
    """宛名番号 of children who were entered into a household of theirs since, and are in no notice."""


class AnnouncedMoves(Protocol):
    def __call__(self, tx: Transaction, resident_id: str, beside: Sequence[str]) -> list[Announced]:
        """Those that name this resident, the newest first. Nobody is shown by asking but who gave them.

        Args:
            beside: 宛名番号 of whom else it is told whether they are named there.
        """


class NewbornOf(Protocol):
    def __call__(self, tx: Transaction, case_id: str) -> Sequence[str]:
        """宛名番号 of children whose birth was entered into the household of these movers since this notice of moving out came, and whom no notice
        names; nobody where there is no such notice here."""


NEWBORN: Final[Port[NewbornOf]] = Port("who was born since a notice")
ANNOUNCED: Final[Port[AnnouncedMoves]] = Port("moves that are announced")


@dataclass(frozen=True, slots=True)
class HeadSaid:
    """What was said of the head of a household where somebody arrived."""

    signed: str
    """By name, in the notice that was signed; empty: they join a household, or none was sent."""
    was_head: bool
    """Whether this resident headed the household that they left."""


class HeadsSaid(Protocol):
    def __call__(self, tx: Transaction, case_id: str, resident_id: str) -> HeadSaid:
        """Of whom this case registered."""


HEAD_SAID: Final[Port[HeadsSaid]] = Port("the head that a notice said")


@dataclass(frozen=True, slots=True)
class Gone:
    """Of whom a death or a move abroad is entered."""

    resident_id: str
    record_code: str
    name: str
    protected: bool


@dataclass(frozen=True, slots=True)
class Touched:
    """A move that is not registered yet, of somebody whose death or move abroad is entered."""

    case_id: str
    kind: Literal["undecided", "within-city"]
    """A notice of moving out that waits for a decision, or a change of address within the city."""
    over: bool
    """Nobody else moves by it: it ends."""
    on_date: date | None = None
    """The appointment at this city's counter, which is freed where it ends."""
    starts: str = ""
    """``HH:MM``."""


class Leaving(Protocol):
    """Those whose notice of moving out is accepted: they live here until the day comes, and their data have gone ahead."""

    def lives_here(self, tx: Transaction, case_id: str, resident_id: str) -> bool:
        """Is this one here still? Not who is registered in another city by the network's word."""

    def corrected(self, tx: Transaction, case_id: str, staff_id: str, what: Text) -> None:
        """Their record says something else than what was sent with the notice: kept with the case, for who works on it."""

    def expected_in(self, tx: Transaction, case_id: str, resident_id: str) -> list[str]:
        """Codes of the cities that have their data, as long as they are on the way."""

    def registered_in(self, tx: Transaction, case_id: str, resident_id: str) -> str:
        """Code of the city where the network says that they are registered since; empty: nowhere else."""

    def alone(self, tx: Transaction, case_id: str, resident_id: str) -> bool:
        """Is nobody else of their accepted notice on the way?"""

    def touched_by(self, tx: Transaction, *gone: Gone) -> list[Touched]:
        """What :meth:`died` or :meth:`go_abroad` does to notices that are not accepted and to moves within the city, before it does it."""

    def died(self, tx: Transaction, case_id: str, dead: Gone, staff_id: str) -> None:
        """They died: by no notice does anybody expect them any more, in no city, and none of their cards is waited for. The others of each
        move go on; where nobody is left it ends."""

    def go_abroad(self, tx: Transaction, going: Sequence[Gone], staff_id: str) -> None:
        """Their move abroad was entered, which takes the place of each move that they announced and that is neither accepted nor registered. The
        others of each go on; where nobody is left it ends."""

    def gone(self, tx: Transaction, resident_id: str) -> None:
        """They are no resident of any city now: none of their cards is waited for here."""


LEAVING: Final[Port[Leaving]] = Port("those who are leaving")


# ---------------------------------------------------------------- who has cases offers, casework uses


class DeskCases(Protocol):
    def __call__(self, tx: Transaction, way: str, case_id: str) -> Sequence[Role] | None:
        """Who can do what comes next: one of these roles; none where nothing is left to do. None: there is no such case at this desk."""


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


# ---------------------------------------------------------------- households offers, register uses


@dataclass(frozen=True, slots=True)
class HouseholdChange:
    """A change of a household by a notice of it (世帯変更届), for who lives in it."""

    case_id: str
    kind: Literal["head", "split", "merge", "pass"]
    on: date
    written_at: datetime
    households: tuple[str, ...]
    """世帯番号 of all that it is about."""
    people: tuple[str, ...]
    """宛名番号 of who changed household; of another head: of the head."""
    given_by: str
    """宛名番号, or the name of a representative."""


class HouseholdChanges(Protocol):
    def __call__(
        self, tx: Transaction, households: Sequence[str], since: datetime
    ) -> list[HouseholdChange]:
        """Of the households with these numbers, written then or later, the newest first. Nobody is shown by asking."""


HOUSEHOLD_CHANGES: Final[Port[HouseholdChanges]] = Port("changes of a household")


# ---------------------------------------------------------------- abroad offers, register uses


@dataclass(frozen=True, slots=True)
class Abroad:
    """A move abroad that is entered."""

    on: date
    country: Text
    card: Literal["none", "ends", "goes-on"]
    """What becomes of their card."""


class MovesAbroad(Protocol):
    def __call__(self, tx: Transaction, resident_id: str) -> Abroad | None:
        """Of this resident, whose day is still to come; None: none is entered."""


MOVES_ABROAD: Final[Port[MovesAbroad]] = Port("moves abroad that are entered")
