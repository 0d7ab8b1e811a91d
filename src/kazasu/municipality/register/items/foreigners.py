"""Status of residence, period of stay and card of a foreign resident, as a clerk writes them; without input or output."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.register.faults import CARD_NUMBER_UNFIT, NO_STATUS, STAY_UNFIT

SPECIAL: Final = "特別永住者"
WITHOUT_END: Final = ("永住者", SPECIAL, "高度専門職２号")
"""Of whom there is no period of stay (入管法 2条の2第3項; 別表第一の二, 別表第二; 入管特例法)."""
STATUSES: Final[Mapping[str, Text]] = {
    ja: Text(ja, en)
    for ja, en in (
        ("教授", "Professor"),
        ("芸術", "Artist"),
        ("宗教", "Religious Activities"),
        ("報道", "Journalist"),
        ("高度専門職１号イ", "Highly Skilled Professional (i)(a)"),
        ("高度専門職１号ロ", "Highly Skilled Professional (i)(b)"),
        ("高度専門職１号ハ", "Highly Skilled Professional (i)(c)"),
        ("高度専門職２号", "Highly Skilled Professional (ii)"),
        ("経営・管理", "Business Manager"),
        ("法律・会計業務", "Legal/Accounting Services"),
        ("医療", "Medical Services"),
        ("研究", "Researcher"),
        ("教育", "Instructor"),
        ("技術・人文知識・国際業務", "Engineer/Specialist in Humanities/International Services"),
        ("企業内転勤", "Intra-company Transferee"),
        ("介護", "Nursing Care"),
        ("興行", "Entertainer"),
        ("技能", "Skilled Labor"),
        ("特定技能１号", "Specified Skilled Worker (i)"),
        ("特定技能２号", "Specified Skilled Worker (ii)"),
        ("技能実習１号イ", "Technical Intern Training (i)(a)"),
        ("技能実習１号ロ", "Technical Intern Training (i)(b)"),
        ("技能実習２号イ", "Technical Intern Training (ii)(a)"),
        ("技能実習２号ロ", "Technical Intern Training (ii)(b)"),
        ("技能実習３号イ", "Technical Intern Training (iii)(a)"),
        ("技能実習３号ロ", "Technical Intern Training (iii)(b)"),
        ("文化活動", "Cultural Activities"),
        ("留学", "Student"),
        ("研修", "Trainee"),
        ("家族滞在", "Dependent"),
        ("特定活動", "Designated Activities"),
        ("永住者", "Permanent Resident"),
        ("日本人の配偶者等", "Spouse or Child of Japanese National"),
        ("永住者の配偶者等", "Spouse or Child of Permanent Resident"),
        ("定住者", "Long-Term Resident"),
        (SPECIAL, "Special Permanent Resident"),
    )
}
"""Of whom a record is made that lasts (住民基本台帳法 30条の45, 30条の46): 中長期在留者 (入管法 19条の3: not 短期滞在, 外交, 公用, nor who may
stay for three months or less) by the statuses of 入管法 別表第一・第二, and 特別永住者."""
PASSING: Final = "出生による経過滞在者"
"""住民基本台帳法 30条の45: of foreign parents, for sixty days from the birth (入管法 22条の2第1項). Afterwards nobody is it: who stays has a status of
residence, for which an application is due within thirty days (2項), or is a special permanent resident (入管特例法 4条: sixty days)."""
PASSING_DAYS: Final = timedelta(days=60)
_CARD_NUMBER: Final = re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Stay:
    """By what somebody stays in the country."""

    status: str = ""
    """One of :data:`STATUSES`."""
    until: date | None = None
    card: str = ""
    """Number of the residence card or the certificate of a special permanent resident, by :func:`number_of`."""

    def must_be_possible(self, on: date, *, card_later: bool = False) -> None:
        """Raises Refusal ``municipality.first-entry-status``, ``municipality.first-entry-stay``, ``municipality.first-entry-card-number``.

        Args:
            on: the day on which it must hold.
            card_later: the card may be given to them later.
        """
        if self.status not in STATUSES:
            raise Refusal(NO_STATUS)
        if self.status in WITHOUT_END:
            fits = self.until is None
        else:
            fits = self.until is not None and self.until >= on
        if not fits:
            raise Refusal(STAY_UNFIT)
        if not _CARD_NUMBER.fullmatch(self.card) and (self.card or not card_later):
            raise Refusal(CARD_NUMBER_UNFIT)


NONE: Final = Stay()


def number_of(typed: str) -> str:
    """A number of a card as the register writes it, however it was typed."""
    return re.sub(r"[\s‐-]", "", unicodedata.normalize("NFKC", typed)).upper()


def passing_until(born: date) -> date:
    """The last day on which somebody is 出生による経過滞在者."""
    return born + PASSING_DAYS
