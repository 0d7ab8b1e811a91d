"""What a person types that will stand on a card, in a certificate and on forms: composed as registers write it, and judged then.

A register's own text never goes through here (design §3.8): it is stored as received, and each consumer has its substitutes
(:mod:`kazasu.foundation.values.names`). Typed text is another matter: keyboards send one sign in many forms (jpmobile#16,
fontforge#3496, japanese-address-parser#139: the dash of Windows is U+FF0D, that of JIS libraries U+2212), and a letter that no
card can carry must be told before anything is signed or registered.
"""

import re
import unicodedata
from typing import Final

import jaconv

from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.names import CARD, DASHES, graphemes, substitute

_VOICED: Final = re.compile("[\u3041-\u30ff][\u3099\u309a]")
_LATIN: Final = "0-9０-９A-Za-zＡ-Ｚａ-ｚ"
_DASH: Final = re.compile(f"[{DASHES}]|(?<=[{_LATIN}])ー(?=[{_LATIN}])")
_ALIKE: Final = str.maketrans({"～": "〜", "\u00a0": " ", "\u2002": " ", "\u2003": "\u3000"})
MINUS: Final = "−"
"""The dash of JIS X 0208 (U+2212), which cards and certificates have."""


def composed(typed: str) -> str:
    """Half-width kana full, marks of voice with their kana, one dash, one wave; every other letter as it was typed."""
    wide = jaconv.h2z(typed.translate(_ALIKE), kana=True, ascii=False, digit=False)
    whole = _VOICED.sub(lambda found: unicodedata.normalize("NFC", found[0]), wide)
    return _DASH.sub(MINUS, whole)


_WIDE: Final = str.maketrans(
    {
        **{
            chr(one): chr(one + 0xFEE0) for one in range(0x21, 0x7F) if chr(one) not in "\"'-\\^`|~"
        },
        " ": "\u3000",
        "-": MINUS,
    }
)
"""Signs of ASCII whose full-width form JIS X 0208 has as one letter; of the hyphen it is the dash."""


def placed(typed: str) -> str:
    """Part of an address as this country's registers write it: composed, and of its numerals, Latin letters and signs the full-width form.

    One house had two writings, 3-7 and ３−７, by the keyboard alone, and what was signed stood beside the register as another letter.
    """
    return composed(typed).translate(_WIDE)


def unwritable(text: str) -> str:
    """The first letter that no card can carry and for which no substitute is agreed; empty when there is none."""
    for letter in graphemes(text):
        try:
            substitute(letter, CARD)
        except Refusal:
            return letter
    return ""
