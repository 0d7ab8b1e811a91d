"""What is said of a move abroad, and what follows from it; without input or output."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final, Literal

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.visible import seen
from kazasu.kit import periods
from kazasu.municipality.abroad.countries import named
from kazasu.municipality.abroad.faults import (
    BEFORE_THEY_CAME,
    CARD_ENDS,
    COUNTRY_EMPTY,
    IN_A_YEAR,
    LATE_BECAUSE,
    LEFT_ALONE,
    NOBODY,
    NOT_THEIRS,
)
from kazasu.municipality.hall.model import REPRESENTATIVES
from kazasu.municipality.hall.ports import Touched
from kazasu.municipality.register.heads import Succession
from kazasu.municipality.register.model import WENT_ABROAD, Resident, left_alone

REASON: Final = WENT_ABROAD
"""異動事由."""
STAYS: Final = "異動の取消し（増）"
FARTHEST: Final = timedelta(days=366)
"""A day beyond it is a slip of the pen; the law has no first day for the notice (あらかじめ), cities take it some fourteen days before."""
Card = Literal["none", "ends", "goes-on"]


@dataclass(frozen=True, slots=True)
class Said:
    """What was said at the counter."""

    people: tuple[str, ...]
    """宛名番号 of who goes."""
    on: date
    """異動日: the day on which they leave the country, past or to come."""
    country: str
    given_by: str
    """宛名番号 of one of the household, or one of :data:`~kazasu.municipality.hall.model.REPRESENTATIVES`."""
    document: str
    """One of :data:`~kazasu.contracts.offices.DOCUMENTS`."""
    giver_name: str = ""
    mandate: str = ""
    cards: tuple[str, ...] = ()
    """宛名番号 of those whose card is made one for abroad (国外継続利用)."""
    because: str = ""

    @property
    def to(self) -> str:
        """転出先, as the record writes it."""
        return f"国外（{self.country.strip()}）"

    @property
    def reason(self) -> Text:
        """As who looked reads it."""
        country = named(self.country)
        said = Text(f"行き先：{country.ja}", f"to {country.en}")
        note = self.because.strip()
        return Text(f"{said.ja}　{note}".strip(), f"{said.en} {note}".strip())


def country_of(to: str) -> str:
    """The country, of what the record writes as :attr:`Said.to`."""
    return to.removeprefix("国外（").removesuffix("）")


@dataclass(frozen=True, slots=True)
class Emigrant:
    """What was said of somebody's move abroad."""

    PERSON: ClassVar = "resident_id"

    resident_id: str
    planned_on: date
    gone: bool
    card: Card
    given_by: str
    mandate: str
    document: str
    staff_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Going:
    """One who goes, and what becomes of their card."""

    resident: Resident
    card: Card


@dataclass(frozen=True, slots=True)
class Proposal:
    """A move abroad as it would be entered; nothing of it is refused."""

    said: Said
    going: Sequence[Going]
    staying: Sequence[Resident]
    giver: Resident | None
    """None: a representative."""
    succession: Succession | None
    """Who heads those who stay; None: nobody stays, or their head does."""
    now: bool
    """The day is today or past: the record is closed at once."""
    late: bool
    """It is recorded ex officio."""
    touched: Sequence[Touched] = ()
    """Moves that are not accepted or not registered, which go on without them or end."""

    @property
    def given_by(self) -> str:
        return self.giver.name if self.giver else self.said.giver_name.strip()

    @property
    def document(self) -> bytes:
        """All that the page shows of it: another version of anybody, or another answer, is another one."""
        heir = self.succession
        people = [*(one.resident for one in self.going), *self.staying]
        shown = {
            "said": asdict(self.said),
            "people": [[one.resident_id, one.version] for one in people],
            "cards": [one.card for one in self.going],
            "head": heir.head.resident_id if heir else "",
            "when": [self.now, self.late],
            "moves": [
                [one.case_id, one.over, f"{one.on_date or ''}", one.starts] for one in self.touched
            ],
        }
        return json.dumps(shown, ensure_ascii=False, default=str).encode()


def card_of(one: Resident, said: Said, today: date) -> Card:
    """What becomes of somebody's card (番号法施行令 14条; since 27 May 2024 one that was made for abroad in time goes on).

    Raises Refusal ``municipality.abroad-card-ends``.
    """
    can = one.has_card and not one.nationality and today < said.on
    if one.resident_id not in said.cards:
        return "ends" if one.has_card else "none"
    if not can:
        raise Refusal(CARD_ENDS, name=one.name, name_en=with_reading(one.name, one.kana))
    return "goes-on"


def who_goes(household: Sequence[Resident], said: Said) -> list[Resident]:
    """Raises Refusal ``municipality.abroad-nobody``."""
    going = [one for one in household if one.resident_id in said.people and one.state == "resident"]
    if not going or len(going) < len(set(said.people)):
        raise Refusal(NOBODY)
    return going


def must_be_possible(going: Sequence[Resident], said: Said, today: date) -> None:
    """Raises Refusal ``municipality.abroad-country``, ``-in-a-year``, ``-before-they-came``, ``-late-because``."""
    if not seen(said.country):
        raise Refusal(COUNTRY_EMPTY)
    if said.on > today + FARTHEST:
        raise Refusal(IN_A_YEAR)
    for one in going:
        if said.on < one.resident_since:
            raise Refusal(
                BEFORE_THEY_CAME, since=one.resident_since, name=one.name,
                name_en=with_reading(one.name, one.kana),
            )  # fmt: skip
    if periods.notice_is_late(said.on, today) and not seen(said.because):
        raise Refusal(LATE_BECAUSE, until=periods.moving_in_until(said.on))


def must_be_cared_for(household: Sequence[Resident], said: Said, today: date) -> None:
    """Raises Refusal ``municipality.abroad-left-alone``: the decider has not written who looks after children that stay."""
    alone = left_alone(household, said.people, today)
    if alone and not seen(said.because):
        raise Refusal(
            LEFT_ALONE, names="、".join(one.name for one in alone),
            names_en=", ".join(with_reading(one.name, one.kana) for one in alone),
        )  # fmt: skip


def giver(household: Sequence[Resident], said: Said, today: date) -> Resident | None:
    """Who of the household gives notice; None: a representative. Raises Refusal ``municipality.abroad-not-their-notice``."""
    if said.given_by in REPRESENTATIVES:
        if seen(said.giver_name) and seen(said.mandate):
            return None
        raise Refusal(NOT_THEIRS)
    for one in household:
        if one.resident_id == said.given_by and not periods.too_young(one.birth_text, today):
            return one
    raise Refusal(NOT_THEIRS)


CARDS: Final[dict[Card, Text]] = {
    "none": Text("カードなし", "no card"),
    "ends": Text("異動日に失効", "ends on that day"),
    "goes-on": Text("国外継続利用", "goes on abroad"),
}
