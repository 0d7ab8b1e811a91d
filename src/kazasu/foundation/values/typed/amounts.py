"""Numbers as people type them: full width or not, grouped by threes, with 円 or yen. What is not plainly one is asked for again.

A sign, a superscript or an enclosed digit is never dropped or read as a digit: ``-1`` is not one yen, and ``1,5`` is not fifteen.
"""

import re
from typing import Final

from kazasu.foundation.values.typed.contacts import hyphened

_FULL_WIDTH: Final = str.maketrans(
    "０１２３４５６７８９，　－￥ｙｅｎＹＥＮ", "0123456789, -¥yenYEN"
)
"""What a Japanese keyboard writes for digits and what stands between them; nothing else is folded."""
_AMOUNT: Final = re.compile(
    r"¥? ?(?P<digits>[0-9]{1,12}|[0-9]{1,3}(?:(?P<by>[, ])[0-9]{3})(?:(?P=by)[0-9]{3}){0,2}) ?(?:円|yen|JPY)?",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"[0-9](?:[ -]?[0-9])*")


def digits(text: str) -> str:
    """The digits of an account number and the like, typed with single spaces or hyphens between; empty: it is none."""
    folded = hyphened(text.strip().translate(_FULL_WIDTH))
    return re.sub("[ -]", "", folded) if _DIGITS.fullmatch(folded) else ""


def yen_of(text: str) -> int | None:
    """An amount of at least one yen and at most twelve digits, or None."""
    found = _AMOUNT.fullmatch(text.strip().translate(_FULL_WIDTH))
    return int(re.sub("[, ]", "", found["digits"])) or None if found else None
