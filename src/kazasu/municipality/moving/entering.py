"""The notice of moving in as it is completed at the desk, without input or output: what the case keeps, what a page says instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kazasu.contracts.municipality import Address, MoveNotice
from kazasu.foundation.text import Text
from kazasu.municipality.moving.model import Arriver, MovingIn
from kazasu.municipality.register.relationships import HEAD, turned


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


def offered(people: Sequence[Arriver], notice: MoveNotice | None) -> dict[str, EnteredPerson]:
    """What the page offers before anything is entered, by token: who is head, and how the others stand to that head.

    The head as announced; where nothing was announced, who was it before, or who comes alone. The certificate data say how people
    stood to the old head. Where another one heads, only what follows for certain is offered; the rest is asked of them.
    """
    head = _head_of(people, notice)
    before = next((one for one in people if one.mover.relationship == HEAD), None)
    found = {}
    for one in people:
        if one is head:
            relationship = HEAD
        elif head is not None and head.mover.relationship == HEAD:
            relationship = one.mover.relationship
        elif head is not None and one is before:
            relationship = turned(head.mover.relationship, one.mover.sex)
        else:
            relationship = ""
        found[str(one.token)] = EnteredPerson(one.token, one.included, relationship, one is head)
    return found


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
            {"token": str(p.token), "relationship": p.relationship, "is_head": p.is_head}
            for p in entry.people
            if p.included
        ],
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
    }
    return [label for label, differs in found.items() if differs]


def _differs(one: Mapping[str, Any], other: Mapping[str, Any], item: str) -> bool:
    return bool(one[item] != other[item])


def _people(entry: Mapping[str, Any]) -> set[tuple[str, str, bool]]:
    return {(one["token"], one["relationship"], one["is_head"]) for one in entry["people"]}
