"""What is entered of a birth, and how the child stands to the head of the household; without input or output."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from kazasu.contracts.jukinet import same_person
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import wareki
from kazasu.foundation.values.relationships import links
from kazasu.kit import periods
from kazasu.municipality.births.faults import DAY_AHEAD, DAY_TOO_FAR, NO_DOMICILE
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.relationships import HEAD, LODGER, RELATION
from kazasu.municipality.register.relationships.forms import allowed

REASON: Final = "出生"
"""異動事由."""
BASES: Final[Mapping[str, Text]] = {
    "notice": Text("出生届（この市区町村で受理）", "a notice of birth, accepted by this city"),
    "notification": Text(
        "ほかの市区町村からの通知（住民基本台帳法9条2項）",
        "a notification of another city (Basic Resident Register Act, article 9 paragraph 2)",
    ),
    "family-register": Text("戸籍の記載", "an entry in the family register"),
}
"""What it may rest on: no child is entered on the word of a caller."""
FARTHEST: Final = timedelta(days=366)
"""Notice is due in fourteen days (戸籍法 49条); of who was born longer ago than a year another procedure is asked."""
PASSING: Final = "出生による経過滞在者"
"""住民基本台帳法 30条の45: of foreign parents, for sixty days from the birth."""
PASSING_DAYS: Final = 60
_YOUNGER: Final = {"男": "弟", "女": "妹"}


@dataclass(frozen=True, slots=True)
class Birth:
    """As a clerk enters it."""

    name: str
    kana: str
    sex: Literal["男", "女"]
    on: date
    basis: str
    """Of :data:`BASES`."""
    other: str = ""
    """宛名番号 of the other parent, where they live in the same household."""
    registered_domicile: str = ""
    domicile_head: str = ""
    note: str = ""

    @property
    def because(self) -> str:
        """As it is kept with the version and its access record, in the language of the register."""
        return f"{BASES[self.basis].ja}　{self.note}".strip()

    @property
    def same_person(self) -> str:
        """What another city would write of the same child; of one without a family register nothing says so."""
        if not self.registered_domicile:
            return ""
        return same_person(
            "family register", self.registered_domicile, self.domicile_head, self.name, f"{self.on}", self.sex
        )  # fmt: skip

    def request_id(self, tenant: str, parent: str) -> UUID:
        """Of the numbers that J-LIS gives: of one child the same, however often it is asked."""
        return uuid5(NAMESPACE_URL, f"birth:{tenant}:{parent}:{self.on}:{self.sex}:{self.name}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A birth as it would be entered; nothing of it is refused."""

    parent: Resident
    other: Resident | None
    birth: Birth
    relationship: str
    """To the head of the household, by :func:`stands`."""
    head: Resident | None
    since: date
    """住民となった日, 住所を定めた日."""
    nationality: str
    """Of a foreign national; empty: a Japanese."""
    protected: bool
    """As their parents are: their place is the parents'."""
    unwritable: str
    """A letter of the name that no card has; empty: none."""
    leaving: Sequence[Resident]
    """Parents whose notice of moving out is accepted: it does not name the child."""
    young: bool
    """The parent is younger than :func:`old_enough` asks of the other one: a mother is by the birth, whatever her age."""
    entered: Sequence[Resident]
    """Others of the household of the same day of birth and sex: a twin, or the same child."""

    @property
    def document(self) -> bytes:
        """All that the page shows of it: another version of anybody is another one."""
        birth = self.birth
        shown = {
            "parents": [[one.resident_id, one.version] for one in (self.parent, self.other) if one],
            "birth": [
                birth.name, birth.kana, birth.sex, f"{birth.on}", birth.basis, birth.registered_domicile, birth.domicile_head,
                birth.note,
            ],
            "stands": [self.relationship, self.head.resident_id if self.head else "", f"{self.since}"],
            "also": [self.nationality, self.protected, self.young, [one.resident_id for one in (*self.leaving, *self.entered)]],
        }  # fmt: skip
        return json.dumps(shown, ensure_ascii=False).encode()


def must_be_possible(birth: Birth, today: date) -> None:
    """Raises Refusal ``municipality.birth-day-ahead``, ``municipality.birth-day-too-far``."""
    if birth.on > today:
        raise Refusal(DAY_AHEAD)
    if birth.on < today - FARTHEST:
        raise Refusal(DAY_TOO_FAR)


def old_enough(birth_text: str, on: date) -> bool:
    """May somebody be offered as the other parent of a child who was born on this day? From fifteen years on: the age from which a child can be
    acknowledged in a will (民法 781条2項・961条). 認知 in life asks for understanding and no age (780条), and a mother is one by the birth: where
    somebody younger is the parent, the entry begins in the record of that one. Of who was born nobody knows when the clerk decides."""
    return not periods.too_young(birth_text, on)


def stands(parents: Sequence[Resident], sex: str) -> str:
    """続柄 of a child to the head of the household of these parents (標準仕様書 1.1.11): by the nearer parent.

    A child of the head is 子; of somebody else the child of that one; of the head's own parent the younger brother or sister. What takes
    more than four links is 縁故者; who belongs to a lodger is one, too.
    """
    found = [_by(one.relationship, sex) for one in parents]
    return min(found, key=lambda one: (one in (LODGER, RELATION), len(links(one))))


def _by(parent: str, sex: str) -> str:
    if parent == HEAD:
        return "子"
    if parent in (LODGER, RELATION):
        return parent
    *before, last = links(parent)
    said = "の".join([*before, _YOUNGER[sex]] if last in ("父", "母") else [parent, "子"])
    return said if allowed(said) else RELATION


def nationality_of(birth: Birth, parents: Sequence[Resident]) -> str:
    """Empty: a Japanese, who has a registered domicile.

    Raises Refusal ``municipality.birth-domicile-missing``.
    """
    if birth.registered_domicile and birth.domicile_head:
        return ""
    foreign = [one.nationality for one in parents if one.nationality]
    if birth.registered_domicile or birth.domicile_head or len(foreign) < len(parents):
        raise Refusal(NO_DOMICILE)
    return foreign[0]


def written(on: date, nationality: str) -> str:
    """A day of birth as the register writes it: foreign nationals' in 西暦, all others' in 和暦 (municipal §7)."""
    return f"{on.year}年{on.month}月{on.day}日" if nationality else wareki(on)
