"""Somebody who never had a record in Japan: what was said at the counter, and what the rules hold of it; without input or output."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from kazasu.contracts.jukinet import same_person
from kazasu.contracts.municipality import Address
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.dates import wareki
from kazasu.foundation.values.visible import seen
from kazasu.municipality.abroad.faults import (
    BORN_AHEAD,
    CARD_NUMBER_UNFIT,
    DAY_AHEAD,
    DOMICILE_OF_JAPANESE,
    FOREIGN_ITEMS,
    NO_DOMICILE_OF_FOREIGNERS,
    NO_STATUS,
    STAY_UNFIT,
)
from kazasu.municipality.register.model import Resident

SPECIAL: Final = "特別永住者"
WITHOUT_END: Final = ("永住者", SPECIAL, "高度専門職２号")
"""Of whom there is no period of stay (入管法 2条の2第3項; 別表第一の二, 別表第二; 入管特例法)."""
STATUSES: Final = (
    "教授", "芸術", "宗教", "報道", "高度専門職１号イ", "高度専門職１号ロ", "高度専門職１号ハ", "高度専門職２号", "経営・管理", "法律・会計業務",
    "医療", "研究", "教育", "技術・人文知識・国際業務", "企業内転勤", "介護", "興行", "技能", "特定技能１号", "特定技能２号",
    "技能実習１号イ", "技能実習１号ロ", "技能実習２号イ", "技能実習２号ロ", "技能実習３号イ", "技能実習３号ロ", "文化活動", "留学", "研修",
    "家族滞在", "特定活動", "永住者", "日本人の配偶者等", "永住者の配偶者等", "定住者", SPECIAL,
)  # fmt: skip
"""Of whom a record is made on coming from abroad (住民基本台帳法 30条の45, 30条の46): 中長期在留者 (入管法 19条の3: not 短期滞在, 外交, 公用, nor who may
stay for three months or less) by the statuses of 入管法 別表第一・第二, and 特別永住者."""
_CARD_NUMBER: Final = re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}")


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
    """One of :data:`STATUSES`."""
    stays_until: date | None = None
    card_number: str = ""
    """Of the residence card, as typed; empty: it is given to them later (在留カード後日交付)."""

    @property
    def card(self) -> str:
        """As the register writes it."""
        return re.sub(r"[\s‐-]", "", unicodedata.normalize("NFKC", self.card_number)).upper()

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

    def request_id(self, tenant: str) -> UUID:
        """Of the numbers that J-LIS gives: of one person the same, however often it is asked."""
        who = (self.name, self.born, self.sex, self.nationality, self.card, self.registered_domicile, self.domicile_head)  # fmt: skip
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
    """Raises Refusal ``municipality.first-entry-nationality``, ``-no-domicile``, ``-status``, ``-stay``, ``-card-number``."""
    if not seen(first.nationality) or first.nationality in ("日本", "日本国"):
        raise Refusal(FOREIGN_ITEMS)
    if first.registered_domicile or first.domicile_head:
        raise Refusal(NO_DOMICILE_OF_FOREIGNERS)
    if first.status not in STATUSES:
        raise Refusal(NO_STATUS)
    if first.status in WITHOUT_END:
        fits = first.stays_until is None
    else:
        fits = first.stays_until is not None and first.stays_until >= max(today, first.on)
    if not fits:
        raise Refusal(STAY_UNFIT)
    if not _CARD_NUMBER.fullmatch(first.card) and (first.card or first.document != "passport"):
        raise Refusal(CARD_NUMBER_UNFIT)
