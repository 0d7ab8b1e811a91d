"""Names of places in Latin letters, built by rule: the Hepburn of :mod:`kazasu.foundation.values.romaji`, which knows where a word begins.

ノウラ is Noura where 浦 is written and Nora where it is not: a long vowel never crosses into the reading of another letter
(滝上 Takinoue, 豊浦 Toyoura, 東温 Toon, 広尾 Hiroo). So the writing says where a reading is cut. Source: the spelling of
旅券法施行規則 9条; compared with the names of municipalities as the Statistics Bureau's English tables write them (標準地域コード).
**Simplified**: only letters of :data:`_BEGINS` cut; who has the Address Base Registry's own Latin names takes these
(:mod:`kazasu.foundation.values.places.registry`).
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from kazasu.foundation.values.romaji import spelled

_BEGINS: Final = {
    "浦": ("ウラ",), "海": ("ウミ",), "内": ("ウチ",), "打": ("ウチ", "ウツ"), "上": ("ウエ", "ウワ"), "植": ("ウエ",), "牛": ("ウシ",),
    "魚": ("ウオ",), "臼": ("ウス",), "歌": ("ウタ",), "氏": ("ウジ",), "後": ("ウシロ",), "梅": ("ウメ",),
    "温": ("オン",), "央": ("オウ",), "王": ("オウ",), "尾": ("オ",), "小": ("オ",), "岡": ("オカ",), "丘": ("オカ",), "沖": ("オキ",),
    "奥": ("オク",), "折": ("オリ",), "大": ("オオ",), "音": ("オト", "オン"), "帯": ("オビ",), "親": ("オヤ",), "鬼": ("オニ",),
    "落": ("オチ",), "生": ("オイ",), "追": ("オイ",), "老": ("オイ",), "表": ("オモテ",), "面": ("オモ",), "横": ("オウ",), "桜": ("オウ",),
    "雄": ("オ",), "男": ("オ",), "緒": ("オ",), "恩": ("オン",), "運": ("ウン",), "雲": ("ウン",),
}  # fmt: skip
"""Letters whose reading may begin with the vowel that a long one would swallow, and the beginnings, the longer first."""
_ONE_WORD: Final = (
    ("河内", "コウチ"), ("河内", "ゴウチ"), ("青梅", "オウメ"), ("近江", "オウミ"), ("大海", "オウミ"), ("上越", "ジョウエツ"),
)  # fmt: skip
"""Two letters that are read as one word: nothing is cut there."""
_SWALLOWS: Final = re.compile("[ウクグスズツヅヌフブプムユルュオコゴソゾトドノホボポモヨロョ]")
"""Kana that end in the vowel u or o."""
_FIGURES: Final = re.compile("([0-9０-９]+)")
_SMALL: Final = "ァィゥェォャュョッー"
_LONG: Final = re.compile("oo|ou|uu")
"""Each is one vowel; the next is looked for behind it (トウオン is to-on)."""


@lru_cache(maxsize=8192)
def latin(written: str, kana: str) -> str:
    """A name of a place in one word, capitalised; empty for what is not all kana (as :func:`~kazasu.foundation.values.romaji.romaji`)."""
    if _FIGURES.search(kana):
        return _with_figures(unicodedata.normalize("NFKC", kana))
    *before, last = _cut(written, kana)
    parts = [*(spelled(part, _shortened) for part in before), spelled(last, _shortened_last)]
    return "".join(parts).capitalize() if all(parts) else ""


def _with_figures(kana: str) -> str:
    """キタ１ジョウニシ is Kita1-jonishi, as Japan Post's own table in Latin letters has it; figures stay figures."""
    parts = [part for part in _FIGURES.split(kana) if part]
    read = [part if part.isdecimal() else spelled(part, _shortened) for part in parts]
    if not all(read):
        return ""
    return re.sub(r"(?<=[0-9])(?=[a-z])", "-", "".join(read)).capitalize()


def _shortened(letters: str) -> str:
    return _LONG.sub(lambda found: found[0][0], letters)


def _shortened_last(letters: str) -> str:
    """Two o at the end of a name are both written (広尾 Hiroo)."""
    return _shortened(letters[:-1]) + "o" if letters.endswith("oo") else _shortened(letters)


def _cut(written: str, kana: str) -> list[str]:
    """The reading, cut where a letter of its own begins; letters are looked for from the end, each before the one found last."""
    if any(letters in written and sound in kana for letters, sound in _ONE_WORD):
        return [kana]
    cuts, end = list[int](), len(kana)
    for number, letter in reversed(list(enumerate(written))[1:]):
        found = (_begins(one, kana, end) for one in _BEGINS.get(letter, ()))
        at = next(filter(None, found), 0)
        if at >= number:  # each letter before it has a sound of its own
            end = at
            if _SWALLOWS.match(kana[at - 1]):
                cuts.append(at)
    starts = [0, *reversed(cuts)]
    return [kana[a:b] for a, b in zip(starts, [*starts[1:], len(kana)], strict=True)]


def _begins(sound: str, kana: str, end: int) -> int:
    """Where the sound stands last before ``end``, as kana of full size; 0: nowhere behind the beginning."""
    at = kana.rfind(sound, 1, end)
    while at > 0 and kana[at + len(sound) : at + len(sound) + 1] in tuple(_SMALL):
        at = kana.rfind(sound, 1, at + len(sound) - 1)
    return max(at, 0)
