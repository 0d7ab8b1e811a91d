"""The notice of moving in as it is completed at the desk, without input or output: what the case keeps, what a page says instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kazasu.contracts.municipality import Address
from kazasu.foundation.text import Text
from kazasu.municipality.moving.model import MovingIn


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
