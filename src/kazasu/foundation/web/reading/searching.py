"""What somebody asks for in a sentence: its words that mean something, each in the forms under which it may be found.

Japanese is taken apart by the dictionary that gives the readings; where it is not installed, and for English, words are what stands
between spaces.
"""

import re
from collections.abc import Iterator
from typing import Final

from kazasu.foundation.values.finding import folded
from kazasu.foundation.web.reading.aligned import has_kanji
from kazasu.foundation.web.reading.furigana import available
from kazasu.foundation.web.reading.words import tokens

_EMPTY: Final = frozenset((
    "a", "am", "an", "and", "are", "at", "be", "can", "do", "does", "for", "from", "get", "give", "have", "how", "i",
    "in", "is", "it", "me", "my", "of", "on", "or", "please", "show", "the", "to", "want", "what", "when", "where",
    "which", "who", "will", "with", "would", "you", "your", "する", "為る", "ある", "有る", "居る", "いる", "成る", "こと", "事",
    "もの", "物", "ため", "方", "よう", "様", "欲しい", "できる", "出来る", "下さい", "教える",
))  # fmt: skip
_IDLE_KINDS: Final = frozenset(
    {"助詞", "助動詞", "補助記号", "空白", "接続詞", "接尾辞", "接頭辞", "感動詞"}
)
_BENT: Final = frozenset({"動詞", "形容詞"})
_TELLING: Final = 4
"""Kana from which on a reading tells words apart: the three of 天気 stand in those of 転居."""
_ENDS: Final = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|e|s)$")
_LATIN: Final = re.compile(r"[a-z0-9.]+")

Forms = tuple[str, ...]


def asked_words(sentence: str) -> list[Forms]:
    """Folded forms of each word that means something: as typed, as the dictionary writes it, its reading, its stem."""
    return [forms for one in sentence.split() for forms in _of(one)]


def meets(forms: Forms, own: str) -> bool:
    """Whether one of the forms stands in ``own``, which is folded."""
    return any(one in own for one in forms)


def _of(word: str) -> Iterator[Forms]:
    plain = folded(word)
    if _LATIN.fullmatch(plain) or not available():
        if plain and plain not in _EMPTY:
            yield (_ENDS.sub("", plain),)
        return
    for one in tokens(word):
        kind = one.part_of_speech()[0]
        if kind in _IDLE_KINDS or _EMPTY & {one.dictionary_form(), one.normalized_form()}:
            continue
        forms = [one.surface(), one.dictionary_form(), one.normalized_form()]
        reading = one.reading_form()
        if kind in _BENT:
            forms.append(one.surface()[:-1])
            reading = reading[:-1]
        if len(reading) >= _TELLING:
            forms.append(reading)
        wide = [folded(form) for form in forms]
        yield tuple(dict.fromkeys(form for form in wide if len(form) > 1 or has_kanji(form)))
