"""Parts of a Japanese address as people type them: what a register may hold, and what it may not.

Sources: 郵便番号 (seven digits since 1998-02-02); 不動産登記事務取扱手続準則 67条 and 住居表示に関する法律 2条: a lot or block is named by numerals;
無番地 and 番外地 are the two names of what has none.
"""

import re
import unicodedata
from typing import Final

from kazasu.foundation.values.names import of_letters
from kazasu.foundation.values.typed.contacts import hyphened

_POSTCODE: Final = re.compile(r"〒? ?([0-9]{3})[- ]?([0-9]{4})")
_NUMERAL: Final = re.compile(r"[0-9〇一二三四五六七八九十百千]")
_WITHOUT_NUMBER: Final = re.compile("無番地|番外地")
_JAPANESE: Final = re.compile(
    "[\u3041-\u3096\u30a1-\u30fa\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
)


def postcode(text: str) -> str:
    """Seven digits; any width, with 〒 and one hyphen or space, as envelopes have it. Raises ``ValueError``: it is none."""
    found = _POSTCODE.fullmatch(unicodedata.normalize("NFKC", hyphened(text)).strip())
    if not found:
        raise ValueError(text)
    return found[1] + found[2]


def block(text: str) -> str:
    """番地・号 as it was typed. Raises ``ValueError``: no number stands in it, and it does not say that there is none."""
    plain = unicodedata.normalize("NFKC", text)
    if not of_letters(plain) or not (_NUMERAL.search(plain) or _WITHOUT_NUMBER.search(plain)):
        raise ValueError(text)
    return text


def without_town(block: str, area: tuple[str, str], town: str) -> str:
    """A block before which somebody wrote the town, or the whole address, once more; nothing else is taken from it.

    Args:
        area: prefecture and city, apart.
    """
    prefecture, city = area
    for start in (f"{prefecture}{city}{town}", f"{city}{town}", f"{prefecture}{city}", city, town):
        rest = block.removeprefix(start).strip() if start else block
        if rest != block and _NUMERAL.match(unicodedata.normalize("NFKC", rest)):
            return rest
    return block


def place_name(text: str) -> str:
    """A town, or a registered domicile, as it was typed. Raises ``ValueError``: it is not written in Japanese."""
    if not of_letters(text) or not _JAPANESE.search(text):
        raise ValueError(text)
    return text
