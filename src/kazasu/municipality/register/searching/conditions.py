"""What a clerk knows of whom they look for. Pure.

Source: 住民記録システム標準仕様書 2.1.2 検索文字入力 and 2.1.3 基本検索 (第1.0版, 2020); 1.1.8 (不詳日).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from kazasu.foundation.text import Text
from kazasu.foundation.time import old_writing
from kazasu.foundation.time.dates import ERAS, SOLAR
from kazasu.foundation.time.legal_dates import last_of_month
from kazasu.foundation.values.names import DASHES
from kazasu.foundation.values.numerals import arabic
from kazasu.municipality.register.model import register_number

Match = Literal["", "exact", "anywhere"]
MATCHES: Final[Mapping[Match, Text]] = {
    "exact": Text("書いたとおりの氏名だけ", "Exactly this name"),
    "anywhere": Text(
        "途中の一致や、似た読み（清濁・大小）も", "Any part of it, and readings that are alike"
    ),
}
"""Besides what is done else: by the beginning of either name, and where nobody is found so, anywhere."""
WHERE_IT_BEGINS: Final = Text("氏名や名の始まりが同じ", "What either name begins with")
State = Literal["", "here", "gone"]
STATES: Final[Mapping[State, Text]] = {
    "here": Text("住民だけ", "Residents alone"),
    "gone": Text("除票だけ", "Closed records alone"),
}
SEXES: Final = {"男": Text("男", "male"), "女": Text("女", "female")}


@dataclass(frozen=True, slots=True)
class Born:
    """Between these days, both included; None: the day is not known."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that is given must hold; one of name, birth and place is."""

    name: str = ""
    """Name, reading, alias, former surname, Latin letters, 宛名番号 or 世帯番号."""
    match: Match = ""
    born: Born | None = None
    place: str = ""
    """Any part of an address, now or before."""
    sex: str = ""
    state: State = ""

    @property
    def number(self) -> str:
        """宛名番号 or 世帯番号, if the name is one."""
        digits = digits_of(self.name)
        return digits if len(digits) == 10 else ""


def digits_of(typed: str) -> str:
    """In half width, without spaces and hyphens; empty: it is no number."""
    plain = re.sub(rf"[\s{DASHES}ー-]", "", unicodedata.normalize("NFKC", typed))
    return plain if re.fullmatch("[0-9]+", plain) else ""


def number_of(typed: str) -> str:
    """A 宛名番号 or 世帯番号 in its ten digits, also without the zeros that it begins with. Empty: it is none."""
    digits = digits_of(typed)
    whole = digits.zfill(10)
    return whole if digits and len(whole) == 10 and well_written(whole) else ""


def residence_card(typed: str) -> str:
    """A 在留カード番号 or 特別永住者証明書番号: two letters, eight digits, two letters. Empty: it is none."""
    plain = re.sub(rf"[\s{DASHES}ー-]", "", unicodedata.normalize("NFKC", typed)).upper()
    return plain if re.fullmatch("[A-Z]{2}[0-9]{8}[A-Z]{2}", plain) else ""


def well_written(number: str) -> bool:
    """Whether the last digit of a 宛名番号 or 世帯番号 checks the others."""
    return register_number(int(number[:-1])) == number


# ---------------------------------------------------------------- when somebody was born

_FIRST_YEARS: Final = {key: first.year for first, ja, en in ERAS for key in (ja, ja[0], en[0])}
_DAY: Final = re.compile(
    r"(?P<era>明治?|大正?|昭和?|平成?|令和?|[MTSHR])?(?P<year>元|\d{1,4})(?:年|[-/.]|$)"
    r"(?:(?P<month>\d{1,2})(?:月|[-/.]|$)(?:(?P<day>\d{1,2})日?)?)?(?:頃|ごろ|生まれ|生)?",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_BETWEEN: Final = re.compile(r"から|[~〜]")
_UNKNOWN: Final = re.compile(r"(?:生?年月日)?(?:不詳|不明)|unknown", re.IGNORECASE)


def born(typed: str) -> Born:
    """A day, a month or a year, a span of them, or that it is not known: 昭和35年, S35, 1960-05, 昭35.5.3～昭40, 年月日不詳.

    Also as old terminals took them: 3630401, 63.4.1 (:mod:`kazasu.foundation.time.old_writing`).

    An era's year is the whole year, as the standard counts (2.1.3). Raises ``ValueError``: it is none, or before 1873; ``WhichEra``: it may be of several.
    """
    plain = arabic(unicodedata.normalize("NFKC", typed))
    plain = re.sub(rf"[{DASHES}ー]", "-", re.sub(r"\s", "", plain)).removesuffix("まで")
    if _UNKNOWN.fullmatch(plain):
        return Born(None, None)
    first, last, *more = [*_BETWEEN.split(plain), ""]
    if any(more):
        raise ValueError(typed)
    earliest, latest = _span(first)
    if last:
        latest = _span(last)[1]
    if latest < earliest or earliest < SOLAR:
        raise ValueError(typed)
    return Born(earliest, latest)


def day_of(typed: str) -> Born | None:
    """A whole day that was typed where a name belongs: no name is one. Six or seven digits are a number without its zeros."""
    if re.fullmatch(r"[0-9]{6,7}", digits_of(typed)):
        return None
    try:
        found = born(typed)
    except ValueError:
        return None
    return found if found.first is not None and found.first == found.last else None


def _span(plain: str) -> tuple[date, date]:
    """The first and the last day that it may be; a day that its month has not is the month's last one."""
    found = _DAY.fullmatch(_DIGITS.sub(r"\1-\2-\3", old_writing.in_full(plain)))
    if not found:
        raise ValueError(plain)
    year = 1 if found["year"] == "元" else int(found["year"])
    if era := found["era"]:
        year += _FIRST_YEARS[era[0].upper()] - 1 if year else -9999
    elif year < 1000:
        raise ValueError(plain)
    first = date(year, int(found["month"] or 1), 1)
    end = last_of_month(year, int(found["month"] or 12))
    if not found["day"]:
        return first, end
    if not 1 <= int(found["day"]) <= 31:
        raise ValueError(plain)
    day = first.replace(day=min(int(found["day"]), end.day))
    return day, day
