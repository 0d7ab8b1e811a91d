"""Found in whatever letters it was typed: one folding for every search that people see.

``ﾛｯｸ`` finds ロック, さとう finds サトウ, 高橋 finds 髙橋, 佐藤花子 finds 佐藤　花子, cafe finds café. A register compares names by
:func:`kazasu.foundation.values.names.comparison_key`, which is stricter: it decides, this only shows.
"""

import re
import unicodedata
from functools import cache
from typing import Final

import jaconv

from kazasu.foundation.values.names import DASHES, SUBSTITUTES, without_selectors

_MARKS: Final = re.compile("[\u0300-\u036f]")
"""Accents of Latin letters; the two marks of kana are further up and stay."""
_SILENT: Final = re.compile(f"[ー{DASHES}・·'’-]")


@cache
def folded(text: str) -> str:
    """One width, one kana (hiragana), small letters, ordinary forms of kanji, no accents, hyphens and marks of length; spaces as one."""
    plain = "".join(SUBSTITUTES.get(letter, letter) for letter in without_selectors(text))
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain).casefold()).replace("đ", "d")
    plain = unicodedata.normalize("NFKC", plain)
    return " ".join(_SILENT.sub("", str(jaconv.kata2hira(plain))).split())


def finds(wanted: str, own: str) -> bool:
    """Whether every word of ``wanted`` stands in ``own``, over its spaces too."""
    there = folded(own)
    joined = there.replace(" ", "")
    return all(word in there or word in joined for word in folded(wanted).split())
