"""How the words of a Japanese text are read: Sudachi's dictionary (Apache-2.0), corrected by ``readings.toml``.

In the order of who knows best: the register's kana of persons' names, Japan Post's of places, our terms and corrections,
days and counted things, the dictionary. Names of persons that the register did not say are left without a reading.
"""

import re
import threading
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kazasu.foundation.values.places.readings import kana_of_address
from kazasu.foundation.values.terms import terms
from kazasu.foundation.web.reading.aligned import KANJI, Piece, aligned, has_kanji

if TYPE_CHECKING:
    from sudachipy import Morpheme, Tokenizer

DATA: Final = Path(__file__).with_name("readings.toml")
_DAYS_OF_WEEK: Final = dict(
    zip("月火水木金土日", ["げつ", "か", "すい", "もく", "きん", "ど", "にち"], strict=True)
)
_WEEKDAY: Final = r"(?<=[(（])[月火水木金土日](?=[)）])"
_PREFECTURE: Final = rf"(?:北海道|東京都|(?:大阪|京都)府|(?<!{KANJI}){KANJI}{{2,3}}県)(?={KANJI})"
_BRACKET: Final = re.compile("(?=[(（])")
_QUARTERS: Final = {"東": "ヒガシ", "西": "ニシ", "南": "ミナミ", "北": "キタ"}
_QUARTER_OF: Final = 2
"""Letters: a town of one and a quarter (泉西) leaves a word that may be any."""
_TITLES: Final = "さん|様|さま"
_tokenizing = threading.Lock()
"""One tokenizer is one thread's at a time."""


def readings(text: str, names: Sequence[tuple[str, str]] = ()) -> Iterator[Piece]:
    """The text in pieces that make it up again, each with its reading in hiragana or none.

    Args:
        names: as they are written, with their kana, both with a space between the parts.
    """
    end, own = 0, _persons(names)
    towns: dict[str, str] = {}
    for found in _pattern(tuple(own)).finditer(text):
        if found.start() < end:
            continue
        pieces = list(_known(found, own))
        if not pieces:
            continue
        yield from _of_dictionary(text[end : found.start()], towns)
        yield from pieces
        if found["place"]:
            towns |= _towns(found)
        end = found.start() + sum(len(written) for written, _ in pieces)
    yield from _of_dictionary(text[end:], towns)


def _persons(names: Sequence[tuple[str, str]]) -> dict[str, list[Piece]]:
    """By each way in which somebody is named: in full, and by the family name before a title."""
    found: dict[str, list[Piece]] = {}
    for name, kana in names:
        parts, sounds = re.split(r"\s+", name.strip()), re.split(r"\s+", kana.strip())
        if len(parts) != len(sounds):
            parts, sounds = [name], [kana]
        pieces = [list(aligned(*one)) for one in zip(parts, sounds, strict=True)]
        for space in ("\u3000", " ", ""):
            joined = [one for part in pieces for one in [*part, (space, "")]][:-1]
            found[space.join(parts)] = [one for one in joined if one[0]]
        if len(parts) > 1:
            found[f"{parts[0]}:"] = pieces[0]
    return found


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


@cache
def _words() -> dict[str, str]:
    of_terms = {name: one.reading for name, one in terms().items() if has_kanji(name)}
    corrected: dict[str, str] = _data()["words"]
    return of_terms | corrected


@cache
def _fixed() -> str:
    counters = "|".join(_longest_first(_data()["counters"]))
    words = "|".join(map(re.escape, _longest_first(_words())))
    return (
        rf"(?P<place>{_PREFECTURE})|(?P<weekday>{_WEEKDAY})"
        rf"|(?P<number>(?<![0-9０-９.,:/-])[0-9０-９][0-9０-９,]*)(?P<counter>{counters})|(?P<word>{words})"
    )


@cache
def _plain_pattern() -> re.Pattern[str]:
    return re.compile(_fixed())


def _pattern(persons: tuple[str, ...]) -> re.Pattern[str]:
    if not persons:
        return _plain_pattern()
    named = [
        rf"{re.escape(one[:-1])}(?={_TITLES})" if one.endswith(":") else re.escape(one)
        for one in _longest_first(persons)
    ]
    return re.compile(rf"(?P<person>{'|'.join(named)})|{_fixed()}")


def _longest_first(words: Any) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _known(found: re.Match[str], persons: dict[str, list[Piece]]) -> list[Piece]:
    given = found.groupdict()
    if given.get("person"):
        return persons.get(found[0]) or persons[f"{found[0]}:"]
    if given["place"]:
        return [piece for part in _places(found) for piece in aligned(*part)]
    if given["weekday"]:
        return [(found[0], _DAYS_OF_WEEK[found[0]])]
    if given["word"]:
        return list(aligned(found[0], _words()[found[0]]))
    return _counted(found)


def _places(found: re.Match[str]) -> tuple[tuple[str, str], ...]:
    return kana_of_address(unicodedata.normalize("NFKC", found.string[found.start() :]))


def _towns(found: re.Match[str]) -> dict[str, str]:
    """The town of an address, as it is named again behind it (a building of 大通西 is called 大通コーポ): whole, and without its quarter."""
    _, _, (town, kana) = (*_places(found), ("", ""), ("", ""), ("", ""))[:3]
    named = {town: kana} if town else {}
    quarter = _QUARTERS.get(town[-1:], "")
    if quarter and kana.endswith(quarter) and len(town) > _QUARTER_OF:
        named[town[:-1]] = kana.removesuffix(quarter)
    return named


def _counted(found: re.Match[str]) -> list[Piece]:
    """14日 is じゅうよっか as a whole; of 15日 the counter is read."""
    number, counter = found["number"], found["counter"]
    rule = _data()["counters"][counter]
    digits = unicodedata.normalize("NFKC", number).replace(",", "")
    after_month = counter == "日" and found.string[: found.start()].endswith("月")
    whole = rule.get("of_month", {}).get(digits) if after_month else None
    whole = whole or rule.get("whole", {}).get(digits)
    if whole:
        return [(found[0], whole)]
    sound = rule.get("after", {}).get(digits[-1], rule["reading"])
    return [(number, ""), *aligned(counter, sound)]


# ---------------------------------------------------------------- the dictionary


@cache
def _tokenizer() -> "Tokenizer":
    """Made for the first text: 0.05 s, and some 60 MB that processes share (the dictionary is mapped from its file)."""
    from sudachipy import Dictionary, SplitMode  # noqa: PLC0415

    return Dictionary(dict="small").tokenizer(SplitMode.C)


def tokens(text: str) -> list["Morpheme"]:
    """The words of a text, as the dictionary knows them."""
    # In one piece the dictionary would take 番号（あれば） for a word with its reading behind it.
    with _tokenizing:
        return [one for part in _BRACKET.split(text) for one in _tokenizer().tokenize(part)]


def _of_dictionary(text: str, towns: Mapping[str, str]) -> Iterator[Piece]:
    """``towns``: how the place is read of which the text speaks; it knows better than any dictionary."""
    if not has_kanji(text):
        yield text, ""
        return
    if towns:
        named = "|".join(map(re.escape, _longest_first(towns)))
        for part in re.split(rf"(?<!{KANJI})({named})", text):
            yield from aligned(part, towns[part]) if part in towns else _of_dictionary(part, {})
        return
    for one in tokens(text):
        written, kana, kind = one.surface(), one.reading_form(), one.part_of_speech()
        if not has_kanji(written) or kind[2] == "人名" or has_kanji(kana):
            yield written, ""
        else:
            yield from aligned(written, kana)
