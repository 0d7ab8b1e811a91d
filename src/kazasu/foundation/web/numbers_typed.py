"""Numbers as people type them: full width or not, grouped by threes, with 円. What is not plainly one is asked for again.

A sign, a superscript or an enclosed digit is never dropped or read as a digit: ``-1`` is not one yen, and ``1,5`` is not fifteen.
"""

import re
from typing import Annotated, Final

from pydantic import BeforeValidator

from kazasu.foundation.text import Text
from kazasu.foundation.web.forms import Wrong

NOT_AN_AMOUNT: Final = Text(
    "1円以上の金額を数字で入力してください", "Enter an amount of at least 1 yen in digits"
)
_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９，　－￥", "0123456789, -¥")
"""What a Japanese keyboard writes for digits and what stands between them; nothing else is folded."""
_AMOUNT: Final = re.compile(
    r"¥? ?(?P<digits>[0-9]{1,12}|[0-9]{1,3}(?:(?P<by>[, ])[0-9]{3})(?:(?P=by)[0-9]{3}){0,2}) ?円?"
)
_DIGITS: Final = re.compile(r"[0-9](?:[ -]?[0-9])*")


def digits(text: str) -> str:
    """The digits of an account number and the like, typed with single spaces or hyphens between; empty: it is none."""
    folded = text.strip().translate(_FULL_WIDTH)
    return re.sub("[ -]", "", folded) if _DIGITS.fullmatch(folded) else ""


def yen_of(text: str) -> int | None:
    """An amount of at least one yen and at most twelve digits, or None."""
    found = _AMOUNT.fullmatch(text.strip().translate(_FULL_WIDTH))
    return int(re.sub("[, ]", "", found["digits"])) or None if found else None


def _yen(typed: object) -> int:
    amount = yen_of(str(typed))
    if amount is None:
        raise Wrong(NOT_AN_AMOUNT)
    return amount


Yen = Annotated[int, BeforeValidator(_yen)]
"""A field of a form. No form takes a bare ``int``, which reads ``+5`` and ``1_000``."""
