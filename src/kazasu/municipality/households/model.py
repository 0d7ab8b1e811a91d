"""Terms of a change of household (世帯変更届), without input or output: which there are, what was chosen, what would be written.

The four are those that cities' forms have; the register's 異動事由 are 世帯主変更, 世帯分離, 世帯合併 and 世帯変更 (住民基本台帳法 25条;
住民記録システム標準仕様書 1.2; the pages of 泉大津市, 宮古島市 and 佐世保市 on 世帯変更届 were read).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from kazasu.foundation.text import Text
from kazasu.kit import periods
from kazasu.municipality.hall.model import REPRESENTATIVES
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.relationships import HEAD, Standing

Kind = Literal["head", "split", "merge", "pass"]
KINDS: Final[Mapping[Kind, Text]] = {
    "head": Text("世帯主変更", "another head"),
    "split": Text("世帯分離", "some become a household of their own"),
    "merge": Text("世帯合併", "all join another household"),
    "pass": Text("世帯構成変更", "some join another household"),
}
EXPLAINED: Final[Mapping[Kind, Text]] = {
    "head": Text("世帯の人は同じで、世帯主が変わる", "The same people, with another head"),
    "split": Text("一部の人が、同じ住所で新しい世帯をつくる", "At the same address some form a household of their own"),
    "merge": Text("全員が、同じ住所の別の世帯に加わる", "All of them join another household of the same address"),
    "pass": Text("一部の人が、同じ住所の別の世帯に移る", "Some pass into another household of the same address"),
}  # fmt: skip
REASON: Final[Mapping[Kind, str]] = {
    "head": "世帯主変更",
    "split": "世帯分離",
    "merge": "世帯合併",
    "pass": "世帯変更",
}
"""異動事由 of who changes household."""
NUMBERS: Final = "HC"
"""What numbers of these notices begin with."""
GIVERS: Final[Mapping[str, Text]] = {
    "self": Text("本人", "one whom it is about"),
    "head": Text("世帯主", "the head"),
    "member": Text("世帯員", "a member of the household"),
    **REPRESENTATIVES,
}


def days_late(changed_on: date, notified_on: date) -> int:
    """0: in time. Late ones are taken, and noted (届出期間経過通知, 住民基本台帳法 52条2項)."""
    return max(0, (notified_on - periods.household_notice_until(changed_on)).days)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a notice changes."""

    kind: Kind
    people: tuple[str, ...] = ()
    """宛名番号 of who changes household."""
    joins: str = ""
    """世帯番号 of the household that they join."""
    head: str = ""
    """Who heads the household that they form, or this one."""
    rest_head: str = ""
    """Who heads those who stay, where their head goes."""
    link: str = ""
    """How the head of this household stands to the head of the one that is joined, where they tell it: what follows from it is filled in."""


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody whose record is written anew."""

    before: Resident
    household: str
    """世帯番号; empty: one that is still to be numbered."""
    is_head: bool
    standing: Standing
    """Of a head: 世帯主. Else what follows from the register, and what can be."""

    @property
    def changes_household(self) -> bool:
        return self.household != self.before.household_number

    def after(self, relationship: str) -> Resident:
        return replace(
            self.before,
            household_number=self.household,
            is_head=self.is_head,
            relationship=HEAD if self.is_head else relationship,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A change that can be written, once it is said how each stands to their head."""

    kind: Kind
    lines: Sequence[Line]
    unchanged: Sequence[Resident]
    """Of both households, whose record stays as it is."""
    givers: Sequence[Resident]
    """Who of them can give the notice."""
    alone: Sequence[Resident]
    """Children who would live in a household without anybody older."""

    @property
    def households(self) -> tuple[str, ...]:
        """Of all whom it is about, by their numbers until now."""
        people = [*(one.before for one in self.lines), *self.unchanged]
        return tuple(dict.fromkeys(one.household_number for one in people))


@dataclass(frozen=True, slots=True)
class Notice:
    """届出: when, by whom, and how they were identified (住民基本台帳法 25条–27条)."""

    on: date
    """異動日."""
    given_by: str
    """宛名番号, or one of :data:`~kazasu.municipality.hall.model.REPRESENTATIVES`."""
    document: str
    """One of :data:`~kazasu.contracts.offices.DOCUMENTS`."""
    giver_name: str = ""
    """Of a representative."""
    mandate: str = ""
    """By what a representative shows that they represent them."""
    because: str = ""
    """Why a 続柄 is another one than follows, or who looks after children."""
