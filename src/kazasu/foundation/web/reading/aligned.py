"""A word's reading, laid over its kanji alone: 引っ越し with ひっこし is 引(ひ)っ越(こ)し."""

import re
from collections.abc import Iterator
from typing import Final

KANJI: Final = r"[\u3005\u3006\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
"""Ideographs, and the two signs that stand for one (々, 〆)."""
_RUN: Final = re.compile(rf"{KANJI}+|(?:(?!{KANJI}).)+", re.DOTALL)
_HAS_KANJI: Final = re.compile(KANJI)
_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}

Piece = tuple[str, str]
"""What is written, and its reading in hiragana; no reading: it is read as it stands."""


def has_kanji(text: str) -> bool:
    return _HAS_KANJI.search(text) is not None


def hiragana(kana: str) -> str:
    return kana.translate(_TO_HIRAGANA)


def aligned(written: str, kana: str) -> Iterator[Piece]:
    """The word in pieces that make it up again. Where kana within the word and its reading do not agree (食べる read
    くう), the reading stands over the whole."""
    reading = hiragana(kana)
    if not has_kanji(written) or not reading or reading == hiragana(written):
        yield written, ""
        return
    runs = _RUN.findall(written)
    shape = "".join("(.+?)" if has_kanji(run) else re.escape(hiragana(run)) for run in runs)
    found = re.fullmatch(shape, reading)
    if found is None:
        yield written, reading
        return
    sounds = iter(found.groups())
    for run in runs:
        yield run, next(sounds) if has_kanji(run) else ""
