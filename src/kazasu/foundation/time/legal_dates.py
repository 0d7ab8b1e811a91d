"""Dates as the register holds them: they may be unknown, approximate, or no calendar's day.

Pure. Sources: 住民記録システム標準仕様書 1.1.8 (不詳日: 頃, 推定, a season, a third of a month, ranges, blanks); fact sheet municipal §7 Dates.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.text import Language
from kazasu.foundation.time.dates import ERAS, SOLAR, wareki, western
from kazasu.foundation.values.numerals import arabic

UNREADABLE_DATE = define("dates.unreadable", 422,
    "日付として読めません（{given}）", "This cannot be read as a date ({given})",
    "「令和8年11月23日」「2026-11-23」「昭和20年頃」「年月日不詳」のように書いてください", "Write it like 令和8年11月23日, 2026-11-23, 昭和20年頃 or 年月日不詳", who="clerk", source="municipal §7 Dates")  # fmt: skip

BY_THE_MOON = define("dates.by-the-moon", 422,
    "{given}は太陰太陽暦（明治5年12月2日まで）の日付で、いまの暦の日として扱えません", "{given} is before 1 January 1873 and counted by the old calendar; it is no day of ours",
    "1873年（明治6年）1月1日からの日付を入れてください。分からないときは「年月日不詳」と書いてください", "Enter a day from 1 January 1873 on; where it is not known write 年月日不詳", who="clerk", source="明治5年太政官布告337号")  # fmt: skip

_FIRST_YEARS = {key: first.year for first, name, roman in ERAS for key in (name, roman[0])}

Certainty = Literal["exact", "non-calendar", "approximate", "partly-unknown", "range", "unknown"]


@dataclass(frozen=True, slots=True, order=True)
class LegalDate:
    """A date as the register holds it: a value to sort by, and the text that is shown."""

    sortable: date
    """The first day that it may be; ``date.min`` when nothing is known."""
    text: str
    certainty: Certainty = "exact"

    @property
    def exact(self) -> date | None:
        """The calendar day, if it is one."""
        return self.sortable if self.certainty == "exact" else None

    @classmethod
    def of(cls, day: date, *, foreign: bool = False) -> "LegalDate":
        return cls(day, western(day) if foreign else wareki(day))

    @classmethod
    def unknown(cls) -> "LegalDate":
        return cls(date.min, "年月日不詳", "unknown")


_SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12}
"""The month that a season begins with."""
_THIRDS = {"上旬": 1, "中旬": 11, "下旬": 21}
"""The day that a third of a month begins with."""
_UNKNOWN = "月日不詳|日不詳|不詳"
_YEAR = r"(?:(?P<era>明治|大正|昭和|平成|令和|[MTSHR])\s?)?(?P<year>元|\d{1,4})"
_DATE = re.compile(
    rf"(?P<pre>推定)?\s?{_YEAR}\s?(?:年|[-/.])\s?"
    rf"(?:(?P<season>[{''.join(_SEASONS)}])"
    r"|(?:(?P<month>\d{1,2})\s?(?:月|[-/.]|$))?\s?"
    rf"(?:(?P<third>{'|'.join(_THIRDS)})|(?P<day>\d{{1,2}})\s?日?)?)"
    rf"\s?(?P<post>頃|ごろ|{_UNKNOWN})?"
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_RANGE = re.compile(r"^(?P<first>.+?)から(?P<last>.+?)(?:まで)?(?:の間)?$")


def read_date(given: str) -> LegalDate:
    """Read a date as people and registers write it; the text is kept as it came.

    Accepts days that no calendar has (2月29日 of a common year), eras past their end (大正15年12月25日 is 昭和元年's first
    day), seasons and thirds of a month, numerals of any kind, and blanks where a part is not known.

    Raises:
        Refusal: ``dates.unreadable``; ``dates.by-the-moon``: before 1873.
    """
    plain = arabic(unicodedata.normalize("NFKC", given).replace("ころ", "頃").strip())
    if plain in ("年月日不詳", "不詳", "生年月日不詳"):
        return LegalDate(date.min, given.strip(), "unknown")
    if (span := _RANGE.match(plain)) is not None:
        first, last = read_date(span["first"]), read_date(span["last"])
        if last.sortable < first.sortable:
            raise Refusal(UNREADABLE_DATE, given=given)
        return LegalDate(first.sortable, given.strip(), "range")
    found = _DATE.fullmatch(plain)
    if found is None or ((found["day"] or found["third"]) and not found["month"]):
        raise Refusal(UNREADABLE_DATE, given=given)
    return _from_match(found, given)


def shown(text: str, language: Language) -> str:
    """A date of the register for a reader: its own writing with the western year; in English the day, or that year: 昭和23年頃 is
    about 1948.

    What cannot be read stays as it is written.
    """
    try:
        read = read_date(text)
    except Refusal:
        return text
    on = read.exact
    if language == "en":
        if read.certainty == "unknown":
            return "unknown"
        year = read.sortable.year
        about = f"about {year}" if read.certainty == "approximate" else f"{text} ({year})"
        return f"{on.day} {on:%B} {on.year}" if on else about
    if on and _ISO.fullmatch(text):
        return f"{wareki(on)}（{on.year}年）"
    era = text.startswith(("明治", "大正", "昭和", "平成", "令和"))
    return f"{text}（{read.sortable.year}年）" if era else text


def _from_match(found: "re.Match[str]", given: str) -> LegalDate:
    year = 1 if found["year"] == "元" else int(found["year"])
    if year == 0:  # no era has one
        raise Refusal(UNREADABLE_DATE, given=given)
    if found["era"]:
        year += _FIRST_YEARS[found["era"]] - 1
    elif found["year"] == "元" or year < 1000:
        raise Refusal(UNREADABLE_DATE, given=given)
    if year < SOLAR.year:
        raise Refusal(BY_THE_MOON, given=given.strip())
    month = _SEASONS.get(found["season"]) or int(found["month"] or 1)
    day = _THIRDS.get(found["third"]) or int(found["day"] or 1)
    if not (1 <= month <= 12 and 1 <= day <= 31 and year <= 9999):
        raise Refusal(UNREADABLE_DATE, given=given)
    sortable = _nearest(year, month, day)
    return LegalDate(sortable, given.strip(), _certainty(found, sortable, (year, month, day)))


def _certainty(found: "re.Match[str]", sortable: date, ymd: tuple[int, int, int]) -> Certainty:
    if found["pre"] or found["post"] in ("頃", "ごろ"):
        return "approximate"
    if found["season"] or found["third"]:
        return "approximate"
    if found["post"] or not found["day"]:
        return "partly-unknown"
    return "exact" if (sortable.year, sortable.month, sortable.day) == ymd else "non-calendar"


def _nearest(year: int, month: int, day: int) -> date:
    """The day, or the month's last day where the calendar has no such day."""
    return min(date(year, month, 1) + timedelta(days=day - 1), last_of_month(year, month))


def last_of_month(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) < (9999, 12) else None
    return following - timedelta(days=1) if following else date.max
