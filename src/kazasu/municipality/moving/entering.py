"""The notice of moving in as it is completed at the desk, without input or output: what the case keeps, what a page says instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kazasu.contracts.municipality import Address, MoveNotice, Mover
from kazasu.foundation.text import Text
from kazasu.foundation.values.romaji import with_reading
from kazasu.municipality.moving.model import Arriver, Finding, MovingIn, to_come
from kazasu.municipality.moving.telling import announced_day
from kazasu.municipality.register.relationships import (
    HEAD,
    Kin,
    Standing,
    as_written,
    standing,
)


@dataclass(frozen=True, slots=True)
class EnteredPerson:
    """What the clerk completed for one person."""

    token: UUID
    included: bool
    relationship: str
    is_head: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """The notice of moving in, as completed at the desk."""

    moved_on: date
    address: Address
    people: tuple[EnteredPerson, ...]
    joins_household: str = ""
    """世帯番号 of a household here that they join; empty: a household of their own."""
    because: str = ""
    """Why somebody stands to the head otherwise than the certificate data say."""


@dataclass(frozen=True, slots=True)
class Offered(EnteredPerson):
    """What the page offers for one person before anything is entered."""

    before: str = ""
    """How they stood to the old head, by the certificate data or this city's register."""
    standing: Standing | None = None
    """To the head; None: nobody is head, or they are."""


def offered(
    people: Sequence[Arriver], notice: MoveNotice | None, joins: Arriver | None = None
) -> dict[str, Offered]:
    """What the page offers before anything is entered, by token: who is head, and how the others stand to that head.

    The head as announced; where nothing was announced, who was it before, or who comes alone. The certificate data say how people
    stood to the old head. Where another one heads, what follows from them is offered; the rest is asked of them.

    Args:
        joins: who of the same notice came before and heads the household that the others join now.
    """
    head = joins or _head_of(people, notice)
    found = {}
    for one in people:
        standing = None if head is None or one is head else stands_to(head, one, people)
        said = HEAD if one is head else standing.relationship if standing else ""
        found[str(one.token)] = Offered(
            one.token, one.included, said, one is head, one.mover.relationship, standing
        )
    return found


def day_offered(case: MovingIn, people: Sequence[Arriver]) -> date | None:
    """異動日 before anything is entered: what was said of who is still to come, the visitor before others; else, while nobody is
    registered by it, the day of the notice. None: it is asked of them, for the day of who came before is not theirs."""
    if case.moved_on is not None:
        return case.moved_on
    rest = to_come(people)
    theirs = [one for one in rest if str(one.token) == case.visit.get("token")] or rest
    days = {one.comes_on for one in theirs}
    if len(days) == 1 and (said := days.pop()) is not None:
        return said
    return announced_day(case) if len(rest) == len(people) else None


def stands_to(head: Arriver, one: Arriver, people: Sequence[Arriver]) -> Standing:
    """How a mover stands to who heads the new household, by how both stood to the old head."""
    old = next((other.mover.sex for other in people if other.mover.relationship == HEAD), "")
    household = [kin_of(other) for other in people]
    return standing(kin_of(head), old, kin_of(one), household)


def kin_of(one: Arriver) -> Kin:
    """A mover, as the rules on relationships see them."""
    return Kin(one.mover.relationship, one.mover.sex, one.mover.birth_date)


def beside_notice(case: MovingIn, people: Sequence[Arriver]) -> list[Finding]:
    """Who heads the household by the entry beside who was announced and signed for: only said where it is another one.

    Of an announced head who died the page says so at its top. A difference is no refusal: the notice is completed at the counter (住民基本台帳法 22条1項); it is shown to whoever decides.
    """
    if not case.entry or case.reservation is None:
        return []
    notice = MoveNotice.model_validate(case.reservation["notice"])
    heads = {one["token"] for one in case.entry["people"] if one["is_head"]}
    head = next((one.mover for one in people if str(one.token) in heads), None)
    signed = None if notice.joins_existing_household else notice.new_head
    if signed == (head.name if head else None) or case.head_died or case.head_abroad:
        return []
    named = next((one.mover for one in people if one.mover.name == signed), None)
    said = _headed(signed, named)
    now = _headed(head.name if head else None, head)
    return [Finding(
        "head-announced", False,
        f"世帯主が届出と違います（届出: {said.ja}／入力: {now.ja}）",
        f"Not the head of the notice (notice: {said.en}; entered: {now.en})",
        blocking=False,
    )]  # fmt: skip


def _headed(name: str | None, mover: Mover | None) -> Text:
    """Who heads them, in words; None: somebody of the household that they join."""
    if name is None:
        return Text("いまある世帯に加わる", "they join a household that is there")
    return Text(name, with_reading(name, mover.kana) if mover else name)


def departing(people: Sequence[Arriver], entry: Entry) -> list[Arriver]:
    """Who is entered as standing to the head otherwise than the certificate data say. Of a household that they join nothing is known."""
    said = {one.token: one for one in entry.people if one.included}
    going = [one for one in people if one.token in said]
    head = next((one for one in going if said[one.token].is_head), None)
    if head is None:
        return []
    return [
        one
        for one in going
        if one is not head
        and stands_to(head, one, people).departs(as_written(said[one.token].relationship))
    ]


def _head_of(people: Sequence[Arriver], notice: MoveNotice | None) -> Arriver | None:
    if notice is not None:
        named = "" if notice.joins_existing_household else notice.new_head
        return next((one for one in people if one.mover.name == named), None)
    heads = [one for one in people if one.mover.relationship == HEAD] or people
    return heads[0] if len(heads) == 1 else None


def kept(entry: Entry, address: Address, clerk: str) -> dict[str, Any]:
    """The entry as the case keeps it; ``address`` is its own, completed with prefecture and city."""
    return {
        "address": address.model_dump(mode="json"),
        "joins_household": entry.joins_household,
        "people": [
            {
                "token": str(p.token),
                "relationship": as_written(p.relationship),
                "is_head": p.is_head,
            }
            for p in entry.people
            if p.included
        ],
        "because": entry.because,
        "clerk": clerk,
    }


def changed(case: MovingIn, entry: Entry, address: Address) -> list[Text]:
    """What a page says otherwise than the case keeps it; empty: the page shows what would be registered."""
    said = kept(entry, address, "")
    found = {
        Text("異動日", "moving day"): case.moved_on != entry.moved_on,
        Text("住所", "address"): _differs(case.entry, said, "address"),
        Text("世帯番号", "household number"): _differs(case.entry, said, "joins_household"),
        Text("引っ越す人・続柄・世帯主", "movers, relationships, head"): _people(case.entry)
        != _people(said),
        Text("続柄の理由", "reason of a relationship"): bool(case.entry.get("departing"))
        and _differs(case.entry, said, "because"),
    }
    return [label for label, differs in found.items() if differs]


def _differs(one: Mapping[str, Any], other: Mapping[str, Any], item: str) -> bool:
    return bool(one[item] != other[item])


def _people(entry: Mapping[str, Any]) -> set[tuple[str, str, bool]]:
    return {(one["token"], one["relationship"], one["is_head"]) for one in entry["people"]}
