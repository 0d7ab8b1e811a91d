"""A notice of moving as the resident gives it: who is known, what is answered, the step that comes next, and what is sent."""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, Final, Literal

from kazasu.contracts.municipality import Address, Contact, MoveNotice
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.kit import periods
from kazasu.portal.faults import INCOMPLETE

HandleFor = Callable[[str], str]
"""A handle of the signed-in person for an institution."""
Step = Literal["who", "where", "when", "visit", "contact", "review"]
STEPS: Final[tuple[Step, ...]] = ("who", "where", "when", "visit", "contact", "review")
HEAD_OF_THE_JOINED: Final = Text(
    "加わる世帯の世帯主", "that of the household they join", "いっしょに すむ 家の 世帯主"
)
"""Who heads it where the movers join a household: nobody of theirs is asked for."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the household, as the city told it."""

    member_id: str
    name: str
    kana: str
    birth_text: str
    relationship: str
    is_self: bool
    has_card: bool
    leaves_on: str = ""
    """The day from which they live elsewhere by a notice that the city has accepted, ISO 8601."""
    residence_card: bool = False
    """The same counter changes the address on their residence card (在留カード)."""
    announced_on: str = ""
    """The moving day of a notice that somebody else gave, that names the resident, too, and that waits; ISO 8601."""

    @property
    def announced_day(self) -> date | None:
        return date.fromisoformat(self.announced_on) if self.announced_on else None

    @property
    def leaving_on(self) -> date | None:
        return date.fromisoformat(self.leaves_on) if self.leaves_on else None

    def is_too_young(self, on: date) -> bool:
        """To move alone, or to be head of a household."""
        return periods.too_young(self.birth_text, on)


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known and what the resident has answered so far. Nothing is asked twice."""

    origin: str
    """Municipality code of the present city."""
    old_address: str
    head_name: str
    together: bool
    members: tuple[Member, ...]
    chosen: tuple[str, ...] = ()
    new_head: str = ""
    joins: bool = False
    postcode: str = ""
    prefecture: str = ""
    city: str = ""
    town: str = ""
    block: str = ""
    building: str = ""
    destination: str = ""
    move_date: str = ""
    office: str = ""
    office_ja: str = ""
    office_en: str = ""
    visit_date: str = ""
    visit_starts: str = ""
    hold_id: str = ""
    phone: str = ""
    email: str = ""
    contact_asked: bool = False
    """They were before that step: it may be left empty."""
    cared_for: bool = False
    """Of children who would stay without anybody older: the resident says that somebody looks after them. The city asks who."""
    notice_by: str = ""
    """Who gave the notice by which the resident is leaving already, where the city told it."""
    announced_by: str = ""
    """Who gave the notice that waits and names the resident, where the city told it."""
    announced_within: bool = False
    """It is of a move within the city: they are registered by it at the counter."""

    @property
    def within(self) -> bool:
        return bool(self.destination) and self.destination == self.origin

    @property
    def movers(self) -> list[Member]:
        return [one for one in self.members if one.member_id in self.chosen]

    @property
    def leaving(self) -> list[str]:
        """Whom a notice that was accepted moves already: no second one can."""
        return [one.member_id for one in self.members if one.leaves_on]

    @property
    def own_leaving(self) -> date | None:
        """From when the resident lives elsewhere by a notice that was accepted, their own or another's."""
        return next((one.leaving_on for one in self.members if one.is_self), None)

    @property
    def announced(self) -> list[str]:
        """Whom a notice of somebody else names that waits still: a second one is not needed, and nobody is hindered from giving it."""
        return [one.member_id for one in self.members if one.announced_on and not one.leaves_on]

    @property
    def own_announced(self) -> date | None:
        """The moving day of that notice."""
        return next(
            (one.announced_day for one in self.members if one.is_self and not one.leaves_on), None
        )

    @property
    def free(self) -> list[str]:
        """Whom no notice names. All where nobody could move, which is said then; nobody where each of the others is announced."""
        left_out = {*self.leaving, *self.announced}
        free = [one.member_id for one in self.members if one.member_id not in left_out]
        return free or ([] if self.announced else [one.member_id for one in self.members])

    @property
    def head_holds(self) -> bool:
        """A household of their own is headed by one of the movers; who joins another one names no head."""
        return self.joins or any(one.name == self.new_head for one in self.movers)

    def may_head(self, on: date) -> list[Member]:
        """Whom the page offers as head of the household."""
        return [one for one in self.members if not one.is_too_young(on)]

    @property
    def own_name(self) -> dict[str, str]:
        """``name`` and ``kana`` of the resident; empty where the city did not list them."""
        own = [one for one in self.members if one.is_self]
        return {"name": own[0].name, "kana": own[0].kana} if own else {}

    @property
    def applicant(self) -> str:
        return next((one.name for one in self.members if one.is_self), "")

    @property
    def new_address(self) -> str:
        base = f"{self.prefecture}{self.city}{self.town}{self.block}"
        return f"{base}　{self.building}" if self.building else base

    @property
    def moves_on(self) -> date | None:
        return date.fromisoformat(self.move_date) if self.move_date else None

    @property
    def visits_on(self) -> date | None:
        return date.fromisoformat(self.visit_date) if self.visit_date else None

    @property
    def appointment(self) -> str:
        """Office, day and time, as the pages that offer times write one."""
        return f"{self.office}|{self.visit_date}|{self.visit_starts}"

    @property
    def due(self) -> date | None:
        """Last day for the notice at the counter."""
        return periods.moving_in_until(self.moves_on) if self.moves_on else None

    @property
    def visits_late(self) -> bool:
        """The appointment lies after the last day for the notice."""
        due, on = self.due, self.visits_on
        return due is not None and on is not None and on > due

    def left_alone(self, chosen: Collection[str], on: date) -> list[Member]:
        """As the desk asks: whom nobody of fifteen or older would stay with, were these the movers. Of a household that the city
        does not show, nobody is known."""
        staying = [one for one in self.members if one.member_id not in chosen]
        return periods.left_alone(staying, on)

    def next_step(self) -> Step:
        """The first step that lacks an answer; review when none does."""
        lacking: dict[Step, bool] = {
            "who": not self.chosen or not self.head_holds,
            "where": not (self.destination and self.block),
            "when": not self.move_date,
            "visit": not self.hold_id,
        }
        return next((step for step, lacks in lacking.items() if lacks), "review")

    def with_destination_changed(self, **changes: Any) -> "Answers":
        """Another place: the appointment at the former one is void."""
        after = replace(self, **changes)
        if after.destination != self.destination:
            after = replace(after, office="", visit_date="", visit_starts="", hold_id="")
        return after

    def with_changes(self, before: "Answers", after: "Answers") -> "Answers":
        """With what one page changed, ``before`` into ``after``: what another one said meanwhile stands.

        What is asked on one page goes together. A place is held at one city: of another one it is no appointment.
        """
        changed: dict[str, Any] = {}
        for page in _ASKED_TOGETHER:
            if any(getattr(before, name) != getattr(after, name) for name in page):
                changed |= {name: getattr(after, name) for name in page}
        if (after.destination, after.move_date) == (before.destination, before.move_date) and (
            (self.destination, self.move_date) != (before.destination, before.move_date)
        ):
            changed = {name: one for name, one in changed.items() if name not in APPOINTMENT}
        return self.with_destination_changed(**changed)

    def without_appointment(self) -> "Answers":
        empty: dict[str, Any] = {one.name: one.default for one in fields(Answers)}
        chosen: dict[str, Any] = {name: empty[name] for name in APPOINTMENT}
        return replace(self, **chosen)

    def with_appointment_of(self, held: "Answers") -> "Answers":
        return replace(self, **{name: getattr(held, name) for name in APPOINTMENT})

    def filled_like(self, before: "Answers") -> "Answers":
        """With what an earlier notice said of the move, where it still holds; the appointment is chosen anew.

        Who moves is asked anew where the household is no longer the one that was answered for: whoever was born into it, or joined it, was in no
        answer, and left out without a word.
        """
        chosen = before.chosen if self.same_people(before) else ()
        names = {one.name for one in self.members if one.member_id in chosen}
        kept = (
            "joins", "postcode", "prefecture", "city", "town", "block", "building", "destination",
            "move_date", "phone", "email",
        )  # fmt: skip
        return replace(
            self,
            chosen=chosen,
            new_head=before.new_head if before.new_head in names else "",
            **{name: getattr(before, name) for name in kept},
        )

    def same_people(self, other: "Answers") -> bool:
        """Who lives there, who heads them and how they stand to the head."""
        facts = [
            (one.head_name, {(m.member_id, m.name, m.relationship) for m in one.members})
            for one in (self, other)
        ]
        return facts[0] == facts[1]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


APPOINTMENT: Final = (
    "office", "office_ja", "office_en", "visit_date", "visit_starts", "hold_id",
)  # fmt: skip
_ASKED_TOGETHER: Final = (
    ("chosen", "new_head", "joins", "cared_for"),
    ("postcode", "prefecture", "city", "town", "block", "building", "destination"),
    ("move_date",),
    APPOINTMENT,
    ("phone", "email", "contact_asked"),
)
"""What is answered, by the page that asks for it."""


def answers_from(document: dict[str, Any]) -> Answers:
    members = tuple(Member(**one) for one in document["members"])
    rest = {k: v for k, v in document.items() if k not in ("members", "chosen")}
    return Answers(members=members, chosen=tuple(document["chosen"]), **rest)


def without(answers: Answers, gone: Collection[str]) -> Answers:
    """Without these of its movers, by name; without a head, where it was one of them."""
    if not gone:
        return answers
    left = tuple(one for one in answers.members if one.name not in gone)
    here = {one.member_id for one in left}
    return replace(
        answers,
        members=left,
        chosen=tuple(one for one in answers.chosen if one in here),
        new_head="" if answers.new_head in gone else answers.new_head,
    )


def notice_of(case_id: str, answers: Answers) -> MoveNotice:
    """転出届と転入予約 (or 転居予約) in one. Raises Refusal ``portal.incomplete``."""
    if answers.next_step() != "review" or answers.moves_on is None or answers.visits_on is None:
        raise Refusal(INCOMPLETE)
    whole = len(answers.chosen) == len(answers.members) and answers.together
    return MoveNotice(
        case_id=case_id,
        kind="within-city" if answers.within else "between-cities",
        member_ids=answers.chosen,
        scope="whole-household" if whole else "part",
        move_date=answers.moves_on,
        new_address=Address(
            municipality_code=MunicipalityCode(answers.destination),
            postcode=answers.postcode,
            prefecture=answers.prefecture,
            city=answers.city,
            town=answers.town,
            block=answers.block,
            building=answers.building,
        ),
        new_head="" if answers.joins else answers.new_head,
        joins_existing_household=answers.joins,
        contact=Contact(phone=answers.phone, email=answers.email),
        visit_office=answers.office,
        visit_date=answers.visits_on,
        visit_starts=answers.visit_starts,
        origin_municipality=MunicipalityCode(answers.origin),
        destination_municipality=MunicipalityCode(answers.destination),
    )
