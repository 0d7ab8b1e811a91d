"""続柄 in English, for pages in that language: papers and registers have the Japanese words alone."""

import re
from typing import Final

from kazasu.foundation.text import Language

_WORDS: Final = {
    "世帯主": "head of the household", "夫": "husband", "妻": "wife", "夫（未届）": "husband (unregistered)",
    "妻（未届）": "wife (unregistered)", "子": "child",
    "子（子の夫）": "child (and husband of a child)", "子（子の妻）": "child (and wife of a child)", "父": "father", "母": "mother", "兄": "elder brother",
    "姉": "elder sister", "弟": "younger brother", "妹": "younger sister", "縁故者": "relation by affinity",
    "同居人": "lodger",
}  # fmt: skip


_LINK: Final = re.compile("の(?![^（]*）)")
"""Not the の inside of brackets: 子（子の夫） is one link (住民記録システム標準仕様書 1.1.11)."""


def links(relationship: str) -> list[str]:
    """The links of a chain, as the register writes it."""
    return _LINK.split(relationship)


def shown(relationship: str, language: Language) -> str:
    """妻の母 is the wife's mother: the chain is read from its end. An unknown word stays as it is written."""
    found = links(relationship)
    if language == "ja" or any(one not in _WORDS for one in found):
        return relationship
    return " of ".join(_WORDS[one] for one in reversed(found))
