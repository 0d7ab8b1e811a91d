"""What a move is told by: steps that are declared, each with what it does and where its effect is read back.

``kazasu story moving --break STEP`` plays a step falsely, or leaves it out. Nothing else is changed: what turns the
story red is that the step's own effect is not found at another institution.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import next_open
from kazasu.society.stories.browser import NotOnPage
from kazasu.society.stories.moves.cast import Cast, Home, Member
from kazasu.society.stories.moves.doors import Doors
from kazasu.society.stories.moving import BLOCK, BUILDING
from kazasu.society.stories.stage import Stage

BROKEN_PATIENCE: Final = 6.0
"""Seconds for which the effect of a step is looked for that was played falsely."""


@dataclass(slots=True)
class Party:
    """Who moves by one notice, from where to where."""

    applicant: Member
    going: tuple[Member, ...]
    old: str
    """Institution id of the city that they leave."""
    planned: str
    """That of the city which the notice names."""
    arrives: str = ""
    """That of the city where they really come; empty: as planned."""
    staying: tuple[Member, ...] = ()
    new_head: Member | None = None
    """Who heads the household that they leave, where it loses its head."""
    joins: Home | None = None
    stands_as: str = "同居人"
    """Their 続柄 in the household that they join."""
    moves_in: int = 0
    """In how many days they move, from the day of the notice."""
    block: str = BLOCK
    building: str = BUILDING
    case: str = ""
    moves_on: date | None = None
    came_on: date | None = None
    """The day on which they stood at a counter."""
    household_number: str = ""
    """Of the household that they join, once the desk has found it."""
    led_to: str = ""
    """Institution id of the city to which the notice led before its last correction; empty: to the same."""
    paper: str = ""
    """Number of their certificate of moving out, where they have it on paper."""
    signed_with: bytes = b""
    """The certificate by which the notice was signed."""

    @property
    def new(self) -> str:
        return self.arrives or self.planned

    @property
    def host(self) -> Home:
        """The household that they join."""
        if self.joins is None:
            raise ValueError("they join nobody")
        return self.joins

    @property
    def planned_day(self) -> date:
        """As the notice says it."""
        if self.moves_on is None:
            raise ValueError("there is no notice yet")
        return self.moves_on

    @property
    def is_within(self) -> bool:
        """転居: the notice names the city in which they live."""
        return self.planned == self.old

    @property
    def is_protected(self) -> bool:
        return any(one.person.protected for one in self.going)

    @property
    def lives_hidden(self) -> bool:
        """Somebody of the household is protected: its city shows nobody of it who lives with them, and each moves for themselves."""
        return self.is_protected or any(one.person.protected for one in self.staying)


@dataclass(slots=True)
class Tale:
    """One story while it is played."""

    stage: Stage
    cast: Cast
    doors: Doors
    parties: Sequence[Party]
    kept: dict[str, Any] = field(default_factory=dict)
    """What one step leaves for another."""

    def city(self, institution: str) -> Text:
        return self.stage.directory.entry(institution).name

    def clerk(self, institution: str) -> Text:
        name = self.city(institution)
        return Text(f"{name.ja}の職員", f"{name.en}’s clerk")

    def facts(self, party: Party) -> dict[str, Any]:
        """What sentences name."""
        return {
            "whom": party.applicant.who.ja, "whom_en": party.applicant.who.en,
            "count": len(party.going),
            "old": self.city(party.old).ja, "old_en": self.city(party.old).en,
            "planned": self.city(party.planned).ja, "planned_en": self.city(party.planned).en,
            "new": self.city(party.new).ja, "new_en": self.city(party.new).en,
            "case": party.case or "–", "day": party.moves_on or self.stage.today,
            "today": self.stage.today,
        }  # fmt: skip

    def comes(self, party: Party) -> None:
        """To a counter, on the morning of the next day on which it is open, once they live there: nobody is registered for a day to
        come. They stay until they are done."""
        if party.came_on is None:
            tomorrow = self.stage.today + timedelta(days=1)
            party.came_on = next_open(max(tomorrow, party.planned_day))
            self.stage.set_day(party.came_on)


Act = Callable[[Tale, Party], None]
Whose = Callable[[Tale, Party], Text]


def left_out(_: Tale, __: Party) -> None:
    """The step is not played at all."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where an effect shows, and what is looked for."""

    at: Whose
    says: Text
    look: Act
    """Raises NotOnPage, or another AssertionError: it does not show."""


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    who: Whose
    did: Text
    act: Act
    seen: tuple[Seen, ...]
    """At least one at an institution other than the one at which it was done."""
    falsely: Act = left_out
    """The same without its effect, or with another one."""
    of: int = 0
    """Whose step it is: place in the tale's parties."""

    def but(self, **changes: Any) -> "Step":
        return replace(self, **changes)

    def and_seen(self, *more: Seen) -> "Step":
        return replace(self, seen=(*self.seen, *more))


@dataclass(frozen=True, slots=True)
class Story:
    name: str
    summary: Text
    cast: Callable[[Cast], Sequence[Party]]
    steps: tuple[Step, ...]
    cities: int = 2
    """How many the country must have."""


class WentWrong(AssertionError):
    """A step could not be played, or its effect does not show.

    Args:
        step: its name.
        played: False: it could not even be played.
    """

    def __init__(self, step: str, *, played: bool, why: AssertionError) -> None:
        super().__init__(f"{step}: {why}")
        self.step = step
        self.played = played


def play(
    stage: Stage, story: Story, broken: str = "", taken: frozenset[str] = frozenset()
) -> list[Party]:
    """Play it to its end. Returns who moved.

    Args:
        broken: the name of the step that is played falsely.
        taken: card ids of who has played in this country before.

    Raises WentWrong: the country does not do what it should.
    """
    cast = Cast(stage, taken)
    tale = Tale(stage, cast, Doors(stage, cast), story.cast(cast))
    for step in story.steps:
        _played(tale, step, falsely=step.name == broken)
    return list(tale.parties)


def _played(tale: Tale, step: Step, *, falsely: bool) -> None:
    stage, party = tale.stage, tale.parties[step.of]
    try:
        (step.falsely if falsely else step.act)(tale, party)
    except AssertionError as error:
        raise WentWrong(step.name, played=False, why=error) from error
    _tell(tale, party, step.name, step.who(tale, party), step.did)
    patience = stage.patience
    stage.patience = min(patience, BROKEN_PATIENCE) if falsely else patience
    try:
        for one in step.seen:
            one.look(tale, party)
            _tell(tale, party, step.name, one.at(tale, party), one.says)
    except AssertionError as error:
        raise WentWrong(step.name, played=True, why=error) from error
    finally:
        stage.patience = patience


def _tell(tale: Tale, party: Party, step: str, who: Text, did: Text) -> None:
    """With the facts that the sentence names, and no others."""
    words = did.ja + did.en
    facts = {name: fact for name, fact in tale.facts(party).items() if f"{{{name}}}" in words}
    tale.stage.tell(who, did, name=step, **facts)


# ---------------------------------------------------------------- whose


def applicant(_: Tale, party: Party) -> Text:
    return party.applicant.who


def old_clerk(tale: Tale, party: Party) -> Text:
    return tale.clerk(party.old)


def new_clerk(tale: Tale, party: Party) -> Text:
    return tale.clerk(party.new)


def planned_clerk(tale: Tale, party: Party) -> Text:
    return tale.clerk(party.planned)


def at(institution: str) -> Whose:
    return lambda tale, _: tale.city(institution)


PORTAL, NETWORK, J_LIS = at("portal"), at("jukinet"), at("jpki")


def the_card(_: Tale, party: Party) -> Text:
    whose = party.applicant.who
    return Text(f"{whose.ja}のカード", f"{whose.en}’s card")


def must(*, so: bool, what: str) -> None:
    """Raises NotOnPage unless it is ``so``."""
    if not so:
        raise NotOnPage(what)


def room_at(tale: Tale, party: Party) -> dict[str, Any]:
    """The address at which they will live: of the planned city, as the wizard asks it."""
    there = party.joins.household if party.joins else tale.cast.place_in(party.planned)
    block = there.block if party.joins else party.block
    building = there.building if party.joins else party.building
    return {"postcode": there.town.postcode, "block": block, "building": building}
