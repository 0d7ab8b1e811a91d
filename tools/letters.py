"""Which letters each slice of the Japanese font has (see tools/fonts.py)."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import japanese_personal_name_dataset

from kazasu.society.places import municipalities, towns_of

SOURCE: Final = Path(__file__).parent.parent / "src" / "kazasu"
FIRST, TIMES, LATER = 230, 4, 330
"""So many kanji in each of the first four slices, then in each other one."""
COMMON: Final = 2400
"""So many kanji are sliced by how often they are met."""


def slices(known: str) -> tuple[list[str], list[str]]:
    """Letters of each slice, every letter in one: those by frequency, and the rare kanji by their codes.

    Args:
        known: what the font has.
    """
    kanji = [one for one in _by_frequency() if one in set(known)]
    latin_part = latin(known)
    alphabets = [one for one in _jis(range(1, 9)) if _is_far(one)]
    near = {*_jis(range(1, 9)), *filter(_is_no_kanji, _pages()), *map(chr, range(0xFF01, 0xFFE7))}
    near = near & set(known) - {*latin_part, *alphabets}
    common = [latin_part, *map("".join, (sorted(near), alphabets))]
    begins = [*range(0, FIRST * TIMES, FIRST), *range(FIRST * TIMES, COMMON, LATER), COMMON]
    for begin, end in itertools.pairwise(begins):
        common.append("".join(sorted(kanji[begin:end])))
    rest = sorted(kanji[COMMON:])
    return common, ["".join(rest[at : at + LATER]) for at in range(0, len(rest), LATER)]


def latin(known: str) -> str:
    """Latin letters with their marks, figures, and what stands among them; signs that JIS has are with the kana."""
    return "".join(one for one in known if " " <= one < "\u0250" and one not in "§±×÷°¶´¨")


def _by_frequency() -> list[str]:
    """Kanji: our pages', then places' and people's, each by how often; then JIS levels 1 and 2; then what cp932 has besides."""
    names = Counter[str]()
    for city in municipalities():
        names.update(city.name)
        names.update("".join(f"{town.area}{town.name}" for town in towns_of(city)))
    for file in sorted(Path(japanese_personal_name_dataset.__path__[0]).rglob("*.csv")):
        names.update(file.read_text(encoding="utf-8"))
    pages = _pages()
    rest = [*_jis(range(16, 85)), *_cp932()]
    wanted = {*rest, *pages}
    ordered = dict.fromkeys([*_common(pages), *_common(names), *rest])
    return [one for one in ordered if not _is_no_kanji(one) and one in wanted]


def _pages() -> Counter[str]:
    """What stands in our templates and sentences."""
    found = Counter[str]()
    for file in sorted(SOURCE.rglob("*")):
        if file.suffix in {".html", ".py", ".txt", ".js"}:
            found.update(one for one in file.read_text(encoding="utf-8") if not one.isascii())
    return found


def _common(found: Counter[str]) -> list[str]:
    return sorted(found, key=lambda one: (-found[one], one))


def _jis(rows: Sequence[int]) -> Iterator[str]:
    """JIS X 0208 by its rows; the first eight have no kanji."""
    for row in rows:
        for cell in range(1, 95):
            if text := bytes((row + 0xA0, cell + 0xA0)).decode("euc_jp", "ignore"):
                yield text


def _cp932() -> Iterator[str]:
    """NEC's and IBM's kanji, such as 髙 and 﨑: names have them."""
    for high in (0xED, 0xEE, 0xFA, 0xFB, 0xFC):
        for low in range(0x40, 0xFD):
            if text := bytes((high, low)).decode("cp932", "ignore"):
                yield text


def _is_no_kanji(one: str) -> bool:
    return not ("\u3400" <= one <= "\u9fff" or "\uf900" <= one <= "\ufaff" or one >= "\U00020000")


def _is_far(one: str) -> bool:
    """Greek, Cyrillic, ruled lines: hardly ever on a page."""
    return "\u0370" <= one < "\u0530" or "\u2500" <= one < "\u2580"
