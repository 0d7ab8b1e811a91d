"""Readings in Latin letters, for who reads no Japanese: Hepburn as Japanese passports have it.

Source: 旅券法施行規則 9条 and the Ministry of Foreign Affairs' table of Hepburn spelling (ン before B, M, P is M; ッ
before CH is T; long vowels are not marked). **Simplified**: which う is a long vowel only its word tells (井上 is
Inoue, 佐藤 is Sato); the usual ends of surnames うえ, うち, うら are kept, and nobody's own chosen spelling is known.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import jaconv

_SMALL: Final = {
    "てぃ": "ti", "でぃ": "di", "とぅ": "tu", "どぅ": "du", "うぃ": "wi", "うぇ": "we", "しぇ": "she", "ちぇ": "che",
    "じぇ": "je",
}  # fmt: skip
_KANA: Final = re.compile(r"[ぁ-ゖー\s・]+")
_LONG: Final = (
    (re.compile(r"^kou(?=chi)"), "ko"),
    (re.compile(r"oo(?!$)"), "o"),
    (re.compile(r"o+u(?!chi|ra|e)"), "o"),
    (re.compile(r"uu(?!chi|ra|e)"), "u"),
    (re.compile(r"oo(?=uchi|ura)"), "o"),
)


@lru_cache(maxsize=4096)
def romaji(kana: str) -> str:
    """``サトウ　ハナコ`` is Sato Hanako: surname first, as on the card. Empty for what is not all kana."""
    return " ".join(one.capitalize() for one in _words(kana, _shortened))


def spelled(kana: str, shortened: Callable[[str], str]) -> str:
    """In small letters and one word, long vowels by the caller's own rule; empty for what is not all kana."""
    return "".join(_words(kana, shortened))


def with_reading(name: str, kana: str) -> str:
    """As a sentence in English names somebody: Sato Hanako 佐藤　花子; the name alone where its reading is not known."""
    read = romaji(kana)
    return f"{read} {name}" if read and read != name else name


def kana_of(latin: str) -> str:
    """What somebody typed in Latin letters as a reading, in katakana: ``Sato``, ``SATOH`` and ``Satō`` are サト, サトウ, サト.

    Empty for what is not all Latin letters, or no reading (``Smith``). Long vowels are only as well written as they were typed:
    whoever compares leaves them out on both sides.
    """
    plain = unicodedata.normalize("NFKD", latin).lower().replace("’", "'")
    plain = "".join(one for one in plain if not unicodedata.combining(one)).strip()
    if not re.fullmatch(r"[a-z][a-z' \-]*", plain):
        return ""
    plain = re.sub(r"tch", "cch", re.sub(r"m(?=[bmp])", "n", plain.replace("-", "'")))
    kana = jaconv.hira2kata(jaconv.alphabet2kana(plain)).replace("'", "")
    return kana if _KANA.fullmatch(jaconv.kata2hira(kana)) else ""


def _words(kana: str, shortened: Callable[[str], str]) -> list[str]:
    plain = jaconv.kata2hira(unicodedata.normalize("NFKC", kana)).strip()
    if not plain or not _KANA.fullmatch(plain):
        return []
    return [_word(one, shortened) for one in re.split(r"[\s・]+", plain) if one]


def _word(kana: str, shortened: Callable[[str], str]) -> str:
    for sound, letters in _SMALL.items():
        kana = kana.replace(sound, letters)
    letters = shortened(jaconv.kana2alphabet(kana).replace("-", "").replace("ー", ""))
    letters = re.sub(r"cch", "tch", letters)
    return re.sub(r"n(?=[bmp])", "m", letters)


def _shortened(letters: str) -> str:
    for pattern, short in _LONG:
        letters = pattern.sub(short, letters)
    return letters
