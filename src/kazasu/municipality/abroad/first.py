"""Somebody who never had a record in Japan: what was said at the counter, and what the rules hold of it; without input or output."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from kazasu.contracts.jukinet import same_person
from kazasu.contracts.municipality import Address
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.dates import wareki
from kazasu.foundation.values.visible import seen
from kazasu.municipality.abroad.faults import (
    BORN_AHEAD,
    DAY_AHEAD,
    DOMICILE_OF_JAPANESE,
    FOREIGN_ITEMS,
    NO_DOMICILE_OF_FOREIGNERS,
)
from kazasu.municipality.register.items import foreigners
from kazasu.municipality.register.model import Resident


@dataclass(frozen=True, slots=True)
class First:
    """What was said at the counter."""

    people: Literal["japanese", "foreign"]
    name: str
    kana: str
    born: date
    sex: Literal["男", "女"]
    on: date
    """異動日: since when they live here."""
    address: Address
    """Of who joins a household nothing of it counts: they live where it does."""
    document: str
    """One of :data:`~kazasu.contracts.offices.DOCUMENTS`."""
    joins: str = ""
    """世帯番号; empty: a household of their own."""
    relationship: str = ""
    registered_domicile: str = ""
    domicile_head: str = ""
    nationality: str = ""
    status: str = ""
    """One of :data:`~kazasu.municipality.register.items.foreigners.STATUSES`."""
    stays_until: date | None = None
    card_number: str = ""
    """Of the residence card, as typed; empty: it is given to them later (在留カード後日交付)."""

    @property
    def card(self) -> str:
        """As the register writes it."""
        return foreigners.number_of(self.card_number)

    @property
    def birth_text(self) -> str:
        """As the register writes it: foreign nationals' in 西暦, all others' in 和暦 (municipal §7)."""
        born = self.born
        return f"{born.year}年{born.month}月{born.day}日" if self.nationality else wareki(born)

    @property
    def same_person(self) -> str:
        """What another city would write of the same person: the residence card's number, or who they are in the family register."""
        if self.card:
            return same_person("residence card", self.card)
        if not self.registered_domicile:
            return ""
        return same_person(
            "family register", self.registered_domicile, self.domicile_head, self.name, f"{self.born}", self.sex
        )  # fmt: skip

    def request_id(self, tenant: str, alike: Sequence[str] = ()) -> UUID:
        """Of the numbers that J-LIS gives: of one person the same, however often it is asked.

        Args:
            alike: 宛名番号 of the others of this name and birthday, whom the clerk has seen to be somebody else.
        """
        who = (self.name, self.born, self.sex, self.nationality, self.card, self.registered_domicile, self.domicile_head, *alike)  # fmt: skip
        return uuid5(NAMESPACE_URL, f"first-entry:{tenant}:{':'.join(map(str, who))}")


@dataclass(frozen=True, slots=True)
class FirstEntry:
    """As it would be written; nothing of it is refused."""

    first: First
    address: Address
    relationship: str
    head: Resident | None
    """Of the household that they join."""
    hidden: bool
    """Somebody of it is protected: neither its head nor its address is shown (I8)."""
    late: bool
    """After the fourteen days: taken, and noted."""
    unwritable: str
    """A letter of the name that no card has; empty: none."""
    alike: Sequence[str]
    """宛名番号 of others with this name and date of birth: perhaps the same person."""
    doubts: Sequence[tuple[str, str]]
    """What does not fit how they stand to those with whom they will live, in both languages."""

    @property
    def document(self) -> bytes:
        """All that the page shows of it."""
        said = self.first
        shown = [
            said.people, said.name, said.kana, f"{said.born}", said.sex, f"{said.on}", said.document, said.joins, said.registered_domicile,
            said.domicile_head, said.nationality, said.status, f"{said.stays_until}", said.card, self.address.line, self.relationship,
            self.head.resident_id if self.head else "", self.late, list(self.alike), [list(one) for one in self.doubts],
        ]  # fmt: skip
        return json.dumps(shown, ensure_ascii=False).encode()


def must_be_possible(first: First, today: date) -> None:
    """Raises Refusal ``municipality.from-abroad-day-ahead``, ``municipality.first-entry-born``, and as :func:`_japanese` and
    :func:`_foreign`."""
    if first.on > today:
        raise Refusal(DAY_AHEAD)
    if first.born > first.on:
        raise Refusal(BORN_AHEAD)
    if first.people == "japanese":
        _japanese(first)
    else:
        _foreign(first, today)


def _japanese(first: First) -> None:
    """Raises Refusal ``municipality.first-entry-nationality``, ``municipality.first-entry-domicile``."""
    if first.nationality or first.status or first.stays_until or first.card_number:
        raise Refusal(FOREIGN_ITEMS)
    if not (seen(first.registered_domicile) and seen(first.domicile_head)):
        raise Refusal(DOMICILE_OF_JAPANESE)


def _foreign(first: First, today: date) -> None:
    """Raises Refusal ``municipality.first-entry-nationality``, ``-no-domicile``, and as
    :meth:`~kazasu.municipality.register.items.foreigners.Stay.must_be_possible`."""
    if not seen(first.nationality) or first.nationality in ("日本", "日本国"):
        raise Refusal(FOREIGN_ITEMS)
    if first.registered_domicile or first.domicile_head:
        raise Refusal(NO_DOMICILE_OF_FOREIGNERS)
    stay = foreigners.Stay(first.status, first.stays_until, first.card)
    stay.must_be_possible(max(today, first.on), card_later=first.document == "passport")
