"""Names that a reader takes for each other: 'Рaypal' with a Cyrillic letter, 'ひなた 銀行' with a space, 'カード' with 力 for カ.

Source: UTS #39 (Unicode Security Mechanisms), part 4: two texts are confusable when their skeletons are the same. Beside it, what is the
same to a reader and not to that table: width and capitals, spaces and marks between words, accents over Latin letters, and a name in
the other kana. Simplified: old and new shapes of a character (橫 and 横) are two, and so is what two letters make together (ノレ and ル).
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import jaconv

_TABLE: Final = Path(__file__).with_name("lookalikes.txt")
_VOICED: Final = frozenset("\u3099\u309a")
"""Of kana: か and が are two letters to everybody."""


def alike(*names: str) -> frozenset[str]:
    """What these names look and read like: two that share one of it are taken for each other. Nothing to be shown."""
    wide = [unicodedata.normalize("NFKC", name) for name in names]
    both = [one for name in wide for one in (name, jaconv.kata2hira(name))]
    return frozenset[str]().union(*map(looks, both))


@lru_cache(maxsize=20_000)
def looks(name: str) -> frozenset[str]:
    """What a name looks like, however its capitals are written; nothing where no letter of it counts."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name))
    kept = "".join(one for one in plain if _counts(one))
    # I looks like l as it stands, and like i to who reads over capitals.
    return frozenset({_skeleton(kept.casefold()), _skeleton(_skeleton(kept).casefold())} - {""})


def _skeleton(text: str) -> str:
    """UTS #39, 4: NFD, each letter's prototype, NFD again."""
    table = _prototypes()
    found = "".join(table.get(one, one) for one in unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFD", found)


def _counts(letter: str) -> bool:
    """Whether somebody who reads a name goes by it: not by spaces, marks between words, accents."""
    category = unicodedata.category(letter)
    return letter in _VOICED or not (category[0] in "ZPC" or category in ("Mn", "Me", "Sk"))


@cache
def _prototypes() -> dict[str, str]:
    rows = (
        line.split(";")
        for line in _TABLE.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    return {
        chr(int(letter, 16)): "".join(chr(int(c, 16)) for c in like.split())
        for letter, like in rows
    }
