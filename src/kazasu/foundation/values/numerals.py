"""Numbers written in kanji (二十三, 百二十三, 二〇二六) as digits, for reading and comparing; what is stored keeps its letters."""

import re
from typing import Final

_DIGITS: Final = "〇一二三四五六七八九"
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_RUN: Final = re.compile(f"[{_DIGITS}{''.join(_UNITS)}]+")
_COUNTED: Final = re.compile(
    "(?:[一二三四五六七八九]?千)?(?:[一二三四五六七八九]?百)?(?:[一二三四五六七八九]?十)?[一二三四五六七八九]?"
)


def arabic(text: str) -> str:
    """The text with each number in kanji as digits; what is no number (三五十) stays, and so does all else."""
    return _RUN.sub(lambda found: _number(found[0]), text)


def _number(kanji: str) -> str:
    if not any(unit in kanji for unit in _UNITS):
        return "".join(str(_DIGITS.index(one)) for one in kanji)
    if not _COUNTED.fullmatch(kanji):
        return kanji
    total, ahead = 0, 0
    for one in kanji:
        if one in _UNITS:
            total += (ahead or 1) * _UNITS[one]
            ahead = 0
        else:
            ahead = _DIGITS.index(one)
    return str(total + ahead)
