"""Addresses in Latin letters, for who reads no Japanese: 1-1 Minatocho, Naka-ku, Yokohama-shi, Kanagawa.

The Address Base Registry's own names where the operator took one, and where it has them; else by rule, from Japan Post's readings in the
Hepburn of :mod:`kazasu.foundation.values.places.latin`, which :func:`by_rule` says of an address; order and hyphens as
the Geospatial Information Authority writes addresses in English. What has no reading here stays as it is written, and nothing is
left out: a page marks it as Japanese, and a letter still finds the room.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import takewhile

from kazasu.foundation.values.places import registry
from kazasu.foundation.values.places.latin import latin
from kazasu.foundation.values.places.postcodes import (
    COUNTY_SOUND,
    codes_of,
    is_tower,
    municipality_of,
    rows_of,
    town_of,
)
from kazasu.foundation.values.places.tables import of_tables
from kazasu.foundation.values.romaji import romaji

_PREFECTURE = re.compile(r"^(北海道|東京都|大阪府|京都府|.{2,3}県)")
_ENDS = {
    "市": ("シ",), "区": ("ク",), "町": ("チョウ", "マチ"), "村": ("ムラ", "ソン"), "郡": ("グン",),
}  # fmt: skip
_KEEPS_ITS_END = {"北海道"}
_COUNTED = re.compile(r"\d+|丁目|番地|番|号|[のノ]|[-‐−ー]")
"""What a number of the street is made of."""
_RUNS = re.compile(r"[ァ-ヴーぁ-ゖ・]+|[!-~]+")


@dataclass(frozen=True, slots=True)
class _Area:
    """What lies between prefecture and town: its parts in Latin letters, the smallest first; readings of towns by their writing."""

    parts: str
    towns: dict[str, str]
    kana: str
    code: str
    by_rule: bool
    """Whether its parts are built by rule."""


@of_tables
@lru_cache(maxsize=2048)
def roman_address(line: str) -> str:
    """Empty where the prefecture or the city is not known."""
    plain = unicodedata.normalize("NFKC", line).strip()
    found = _PREFECTURE.match(plain)
    if found is None:
        return ""
    areas, prefecture, _ = _areas(found[1])
    rest = plain[found.end() :]
    city = max((one for one in areas if rest.startswith(one)), key=len, default="")
    if not city:
        return _without_ward(areas, rest, prefecture)
    area, rest = areas[city], rest[len(city) :]
    town = max((one for one in area.towns if rest.startswith(one)), key=len, default="")
    block, _, building = rest[len(town) :].partition(" ")
    floor, block = _floor(block)
    named = registry.roman_town(area.code, town) or latin(town, area.towns.get(town, "")) or town
    street = " ".join(filter(None, [_block(block), named]))
    house = " ".join(_part(one) for one in building.split())
    return ", ".join(filter(None, [floor, house, street, area.parts, prefecture]))


@of_tables
@lru_cache(maxsize=2048)
def by_rule(line: str) -> bool:
    """Whether some name in the address in Latin letters is built by rule, and none that the Registry has."""
    plain = unicodedata.normalize("NFKC", line).strip()
    found = _PREFECTURE.match(plain)
    areas = _areas(found[1])[0] if found else {}
    rest = plain[found.end() :] if found else plain
    city = max((one for one in areas if rest.startswith(one)), key=len, default="")
    if not city:
        return True
    area, rest = areas[city], rest[len(city) :]
    town = max((one for one in area.towns if rest.startswith(one)), key=len, default="")
    return area.by_rule or bool(town and not registry.roman_town(area.code, town))


def _without_ward(areas: dict[str, _Area], rest: str, prefecture: str) -> str:
    """A designated city's own offices are written without the ward, by floors: 1F, Yokohama-shi, Kanagawa."""
    found = re.match(r"(.+?市)", rest)
    of_city = [one for area, one in areas.items() if found and area.startswith(found[1])]
    if not of_city:
        return ""
    city = of_city[0].parts.rpartition(", ")[2]
    floor, block = _floor(rest[len(found[1]) :] if found else rest)
    house = " ".join(_part(one) for one in block.split())
    return ", ".join(filter(None, [floor, house, city, prefecture]))


@of_tables
@lru_cache(maxsize=2048)
def kana_of_address(line: str) -> tuple[tuple[str, str], ...]:
    """Prefecture, city and town at the beginning of a line, each with its reading in katakana; as far as they are known.

    The line is NFKC; what follows the town (block, building) is left to the caller.
    """
    found = _PREFECTURE.match(line)
    if found is None:
        return ()
    areas, _, sounds = _areas(found[1])
    if not sounds:
        return ()
    known, rest = [(found[1], sounds)], line[found.end() :]
    city = max((one for one in areas if rest.startswith(one)), key=len, default="")
    if city:
        known.append((city, areas[city].kana))
        towns, rest = areas[city].towns, rest[len(city) :]
        town = max((one for one in towns if rest.startswith(one)), key=len, default="")
        if town:
            known.append((town, towns[town]))
    return tuple(known)


def _block(text: str) -> str:
    """2丁目1番地3号 is 2-1-3; with anything else in it, such as an 字, as it is written."""
    return text if _COUNTED.sub("", text) else "-".join(re.findall(r"\d+", text))


def _floor(text: str) -> tuple[str, str]:
    """A floor is no number of the street: 1階 is 1F. And the rest of the text."""
    found = re.search(r"(\d+)階", text)
    return (
        (f"{found[1]}F", f"{text[: found.start()]}{text[found.end() :]}") if found else ("", text)
    )


def _part(word: str) -> str:
    """Of a building: kana are read, figures and Latin letters stay, 101号室 is 101; a word with kanji stays as it is written."""
    number = re.fullmatch(r"(\d+)号室?", word)
    if number:
        return number[1]
    runs = _RUNS.findall(word)
    read = [run if run.isascii() else romaji(run) for run in runs]
    return " ".join(read) if "".join(runs) == word and all(read) else word


@of_tables
@cache
def _areas(prefecture: str) -> tuple[dict[str, _Area], str, str]:
    """All areas of a prefecture by their writing, its own name in Latin letters, and in kana."""
    towns: dict[str, dict[str, str]] = {}
    kana: dict[str, str] = {}
    own = ""
    for row in rows_of(prefecture):
        city, town, own = row["city"], town_of(row), row["prefecture_kana"]
        kana[city] = row["city_kana"]
        if town and row["neighborhood_kana"] and not is_tower(row):
            towns.setdefault(city, {})[town] = row["neighborhood_kana"].partition("(")[0]
    name = own if prefecture in _KEEPS_ITS_END else re.sub(r"(ト|フ|ケン)$", "", own)
    codes = codes_of(prefecture)
    named = {city: registry.names_of(codes[city]) for city in kana}
    given = next((one.prefecture for one in named.values() if one and one.prefecture), "")
    return (
        {
            city: _Area(
                ", ".join((one.parts if one else ()) or _parts(city, kana)),
                towns.get(city, {}),
                kana[city],
                codes[city],
                by_rule=not (one and one.parts),
            )
            for city, one in named.items()
        },
        given or latin(prefecture, name),
        own,
    )


def _parts(city: str, kana: dict[str, str]) -> list[str]:
    """札幌市中央区 is Chuo-ku, Sapporo-shi; 虻田郡倶知安町 Kutchan-cho, Abuta-gun."""
    ward = re.fullmatch(r"(.+市)(.+区)", city)
    if ward:
        wards = [kana[one] for one in kana if one.startswith(ward[1]) and one.endswith("区")]
        shared = "".join(letters[0] for letters in takewhile(_same, zip(*wards, strict=False)))
        cut = shared.rfind("シ", 0, len(kana[city]) - 1) + 1
        return [_named(ward[2], kana[city][cut:]), _named(ward[1], kana[city][:cut])]
    name, sounds = municipality_of(city), COUNTY_SOUND.fullmatch(kana[city])
    if name != city and sounds:
        return [_named(name, sounds[2]), _named(city.removesuffix(name), sounds[1])]
    return [_named(city, kana[city])]


def _same(letters: tuple[str, ...]) -> bool:
    return len(set(letters)) == 1


def _named(written: str, sounds: str) -> str:
    """With what kind of place it is after a hyphen."""
    for end in _ENDS.get(written[-1:], ()):
        if sounds.endswith(end) and sounds != end:
            return f"{latin(written[:-1], sounds.removesuffix(end))}-{latin('', end).lower()}"
    return latin(written, sounds)
