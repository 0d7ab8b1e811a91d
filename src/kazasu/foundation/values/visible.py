"""Letters that cannot be seen are refused in what people type (design §3.13).

Whoever reads a name, a reason or an address must see what was typed: a control, a mark that turns the line, a tag, a filler or
another letter that leaves none hides a difference. No other list of such letters stands in the code. Source: Unicode Standard 17.0, DerivedCoreProperties.txt
(``Default_Ignorable_Code_Point``); UTS #37 for variation sequences of ideographs.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_IGNORABLE: Final = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_ALSO: Final = frozenset("\u2028\u2029\u2800")
"""Separators of lines and paragraphs, and the braille pattern without a dot."""
_SELECTORS: Final = range(0xE0100, 0xE01F0)
"""Of ideographs. Whether this very sequence is registered (IVD) is not looked up: simplified."""
_MARKS: Final = frozenset({"Mn", "Me"})
_IDEOGRAPHS: Final = ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH")
_OF_LINES: Final = frozenset("\r\n")
_LEFTWARD: Final = frozenset({"R", "AL"})
_WITHIN_WORDS: Final = frozenset({"WS", "NSM", "BN"})
"""What may stand between letters of one stretch: spaces and marks. Numbers and signs stand by themselves."""
_MOST_MARKS: Final = 30
"""On one letter (UAX #15, Stream-Safe Text Format); a pile of more covers the lines around it."""


_AROUND: Final = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Marks of direction and of no width: telephones and pages put them around what they give to be copied."""


def without_marks(text: str) -> str:
    """Of what has no such mark of its own (a number, an address of the network): without those that came with it from elsewhere. Nobody
    can delete what nobody sees."""
    return _AROUND.sub("", text)


def unseen_letter(text: str, *, lines: bool = False) -> str:
    """The first letter that may not stand there, as ``U+202E``; empty: all can be seen.

    ``lines``: line feeds may.
    """
    return next((f"U+{ord(text[at]):04X}" for at in _unseen(text, lines=lines)), "")


def seen_only(text: str) -> str:
    """Without every letter that may not stand there, for what is carried along and nobody types."""
    refused = set(_unseen(text, lines=True))
    return "".join(one for at, one in enumerate(text) if at not in refused) if refused else text


def isolated(text: str) -> str:
    """Stretches of letters that are written from right to left, each in an isolate, so that everything around them stands in the order in
    which it is written and signed: two Hebrew letters beside them exchange no numbers (UAX #9, 2.4.2). Where there are none, the text itself.
    """
    found, at = [], 0
    while at < len(text):
        end = _leftward_until(text, at)
        found.append(f"\u2067{text[at:end]}\u2069" if end > at else text[at])
        at = max(end, at + 1)
    return "".join(found)


def _leftward_until(text: str, at: int) -> int:
    """Where the stretch of right-to-left words ends that begins here; ``at`` itself: none does."""
    end = at
    for place in range(at, len(text)):
        kind = unicodedata.bidirectional(text[place])
        if kind in _LEFTWARD:
            end = place + 1
        elif end == at or kind not in _WITHIN_WORDS:
            break
    return end


def _unseen(text: str, *, lines: bool) -> Iterator[int]:
    """Where the letters stand that may not."""
    before, marks = "", 0
    for at, letter in enumerate(text):
        marks = marks + 1 if unicodedata.category(letter) in _MARKS else 0
        allowed = (lines and letter in _OF_LINES) or (
            ord(letter) in _SELECTORS and _is_ideograph(before)
        )
        if (_hidden(letter) and not allowed) or marks > _MOST_MARKS:
            yield at
        before = letter


def seen(text: str) -> bool:
    """Whether a reader sees anything: more than spaces, marks without a letter, controls, and letters that are blank."""
    return any(not _blank(one) and not _hidden(one) for one in text)


def _blank(letter: str) -> bool:
    """Letters of private use are drawn: external characters, or a box."""
    category = unicodedata.category(letter)
    return category[0] in "ZM" or category in ("Cc", "Cn")


def _hidden(letter: str) -> bool:
    code = ord(letter)
    if code < 0xAD:
        return unicodedata.category(letter) == "Cc"
    return (
        letter in _ALSO
        or any(first <= code <= last for first, last in _IGNORABLE)
        or unicodedata.category(letter) in ("Cc", "Cf", "Cs")
    )


def _is_ideograph(letter: str) -> bool:
    return bool(letter) and unicodedata.name(letter, "").startswith(_IDEOGRAPHS)
