"""Dates as clerks have typed them into terminals for decades: 3630401, 630401, 63.4.1 are 昭和63年4月1日.

The digit before is the era's: 1 明治, 2 大正, 3 昭和, 4 平成, 5 令和, as in 元号コード of local governments' data (simulated: which code a vendor used
differs; these are the usual ones). Without it the year says the era where only one has so many years; where several have, it is asked.
"""

import itertools
import re
from typing import Final

from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import ERAS, SOLAR

_OLDEST_FIRST: Final = tuple(sorted(ERAS))
_BY_DIGIT: Final = {str(n): name for n, (_, name, _) in enumerate(_OLDEST_FIRST, 1)}
_LAST_YEARS: Final = {
    name: following.year - first.year + 1
    for (first, name, _), (following, _, _) in itertools.pairwise(_OLDEST_FIRST)
}
"""In how many years each era that is over had days."""
_OF_THIS_ERA: Final = 30
"""So many years of the present one are thought of."""
_WITH_ERA: Final = re.compile(r"([1-5])(\d{2})(\d{2})(\d{2})")
_WITHOUT: Final = re.compile(r"(\d{2})(\d{2})(\d{2})|(\d{1,2})[./-](\d{1,2})[./-](\d{1,2})")


class WhichEra(ValueError):
    """Several eras have such a year."""

    def __init__(self, year: int, eras: list[str]) -> None:
        super().__init__(year)
        latin = {name: roman for _, name, roman in ERAS}
        self.words = Text(
            f"元号が分かりません。{'・'.join(f'{one}{year}年' for one in eras)}のどれかを、元号から入力してください",
            f"Of which era? Write it with its era: {', '.join(f'{latin[one]} {year}' for one in eras)}",
        )


def eras_with(year: int) -> list[str]:
    """Which eras have this year, the oldest first; of 明治 from its sixth, when the calendar became the one of today."""
    of_each = (
        (name, year + first.year - 1, _LAST_YEARS.get(name, _OF_THIS_ERA))
        for first, name, _ in _OLDEST_FIRST
    )
    return [name for name, western, last in of_each if 1 <= year <= last and western >= SOLAR.year]


def in_full(typed: str) -> str:
    """With its era, as every reader of dates here takes it; what is not written so comes back as it is. ASCII digits.

    Raises :class:`WhichEra`.
    """
    if found := _WITH_ERA.fullmatch(typed):
        era, year, month, day = found.groups()
        return f"{_BY_DIGIT[era]}{int(year)}年{int(month)}月{int(day)}日"
    if found := _WITHOUT.fullmatch(typed):
        year, month, day = (int(one) for one in found.groups() if one is not None)
        eras = eras_with(year)
        if len(eras) > 1:
            raise WhichEra(year, eras)
        return f"{eras[0]}{year}年{month}月{day}日" if eras else typed
    return typed
