"""Civil dates as Japan writes and counts them: eras, weekdays, legal dates, deadlines.

Sources: 元号法 and the eras' proclamations (years and first days); 民法 140条–143条 (the first day
does not count; a period that ends on a closed day ends on the next open one); 行政機関の休日に
関する法律 1条 (closed days); 年齢計算ニ関スル法律 (a year is completed the day before the birthday).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import jpholiday

from kazasu.foundation.text import Language

ERAS = (
    (date(2019, 5, 1), "令和", "Reiwa"),
    (date(1989, 1, 8), "平成", "Heisei"),
    (date(1926, 12, 25), "昭和", "Showa"),
    (date(1912, 7, 30), "大正", "Taisho"),
    (date(1868, 1, 25), "明治", "Meiji"),
)
SOLAR = date(1873, 1, 1)
"""The first day that a calendar of ours names: 明治6年1月1日 followed 明治5年12月2日 (明治5年太政官布告337号). A day before it is counted by the moon, and
its numbers are those of another day."""
_WEEKDAYS = "月火水木金土日"
ERA_NUMBER = {"明治": 1, "大正": 2, "昭和": 3, "平成": 4, "令和": 5}
"""As on the card and in certificates (card §1)."""


@dataclass(frozen=True, slots=True)
class EraYear:
    era: str
    roman: str
    year: int


def era_year(on: date) -> EraYear:
    """Era and year of a date; raises ``ValueError`` before :data:`SOLAR`."""
    if on < SOLAR:
        raise ValueError(f"{on}: before the solar calendar")
    first, era, roman = next(one for one in ERAS if on >= one[0])
    return EraYear(era, roman, on.year - first.year + 1)


def wareki(on: date) -> str:
    """令和8年11月23日; the first year of an era is 元年."""
    era = era_year(on)
    year = "元" if era.year == 1 else str(era.year)
    return f"{era.era}{year}年{on.month}月{on.day}日"


def western(on: date) -> str:
    """2026年11月23日: birth dates and stay limits of foreign residents are written so."""
    return f"{on.year}年{on.month}月{on.day}日"


def long_date(on: date, language: Language = "ja") -> str:
    """For people: 令和8年11月23日(月) 2026年; or Monday 23 November 2026."""
    if language == "en":
        return f"{on:%A} {on.day} {on:%B} {on.year}"
    return f"{wareki(on)}({_WEEKDAYS[on.weekday()]})（{on.year}年）"


def long_time(at: time, language: Language = "ja") -> str:
    """午前9時30分, or 9:30 am."""
    hour = at.hour % 12
    if language == "en":
        return f"{hour or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"
    half = "午前" if at.hour < 12 else "午後"
    return f"{half}{hour}時{at.minute:02}分" if at.minute else f"{half}{hour}時"


def long_moment(at: datetime, language: Language = "ja") -> str:
    """Day and time of day, of an instant in Tokyo's time."""
    return f"{long_date(at.date(), language)} {long_time(at.time(), language)}"


def short_moment(at: datetime, language: Language = "ja") -> str:
    """A day near enough to need no year, and its time: 11月29日(日) 午前9時2分; or 29 November, 9:02 am."""
    clock = long_time(at.time(), language)
    if language == "en":
        return f"{at.day} {at:%B}, {clock}"
    return f"{at.month}月{at.day}日({_WEEKDAYS[at.weekday()]}) {clock}"


def is_open(on: date) -> bool:
    """Are city halls open on this day? Closed: weekends, holidays, 29 December – 3 January."""
    return not (
        on.weekday() >= 5
        or (on.month, on.day) >= (12, 29)
        or (on.month, on.day) <= (1, 3)
        or jpholiday.is_holiday(on)
    )


def next_open(on: date) -> date:
    """The day itself if open, else the next open day."""
    while not is_open(on):
        on += timedelta(days=1)
    return on


def deadline(of: date, days: int) -> date:
    """The last day of a period of ``days``, counted from the day after ``of``."""
    return next_open(of + timedelta(days=days))


def months_after(start: datetime, months: int) -> datetime:
    """The same day and time so many months later; the last day where that month is too short (民法 143条)."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))


def birthday_in(born: date, year: int) -> date:
    """The birthday in a year; of 29 February in common years 1 March (for civil use)."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def age(born: date, on: date) -> int:
    """Years completed: one more from the day before the birthday on (年齢計算ニ関スル法律)."""
    tomorrow = on + timedelta(days=1)
    years = tomorrow.year - born.year
    return years if tomorrow >= birthday_in(born, tomorrow.year) else years - 1


def attained_on(born: date, years: int) -> date:
    """The day at whose end an age is attained: the day before the birthday."""
    return birthday_in(born, born.year + years) - timedelta(days=1)


def age_all_day(born: date, on: date) -> int:
    """Years that are full at every hour of a day, as who sells alcohol or tobacco must know.

    An age is attained at the end of the eve of the birthday (:func:`attained_on`): by day the eve is still a day too early
    (年齢計算ニ関スル法律; 民法 143条; 二十歳未満ノ者ノ飲酒ノ禁止ニ関スル法律 1条). Offices that count whole days take :func:`age`.
    """
    return age(born, on - timedelta(days=1))
