"""What another table of places changes: postcodes and towns that are new, gone or named otherwise, municipalities that merged."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kazasu.foundation.values.places.postcodes import each_town, municipality_of, town_of


class Named(NamedTuple):
    """A town where it lies."""

    prefecture: str
    area: str
    town: str

    @property
    def municipality(self) -> str:
        return f"{self.prefecture}{municipality_of(self.area)}"

    def __str__(self) -> str:
        return f"{self.prefecture}{self.area}{self.town}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A table of postcodes as one sees it from outside."""

    by_postcode: Mapping[str, frozenset[Named]]
    by_area: Mapping[tuple[str, str], frozenset[str]]
    """Towns by prefecture and area; a municipality without any has the empty one."""

    def has(self, prefecture: str, area: str, town: str) -> bool:
        """Whether an address so written stands in the table; a town that was typed may have more behind its name."""
        towns = self.by_area.get((prefecture, area))
        return towns is not None and any(
            town.startswith(one) and (one or not town) for one in towns
        )


@dataclass(frozen=True, slots=True)
class Renamed:
    before: str
    after: str


@dataclass(slots=True)
class Changes:
    """By name, sorted."""

    new_postcodes: list[str] = field(default_factory=list)
    gone_postcodes: list[str] = field(default_factory=list)
    new_towns: list[str] = field(default_factory=list)
    gone_towns: list[str] = field(default_factory=list)
    renamed_towns: list[Renamed] = field(default_factory=list)
    """The same postcode, and one town in the other's place; of the same name where the municipality changed."""
    new_municipalities: list[str] = field(default_factory=list)
    merged: list[Renamed] = field(default_factory=list)
    """Municipalities that are gone, and where their postcodes lie now."""

    @property
    def count(self) -> int:
        return sum(
            len(one)
            for one in (
                self.new_postcodes, self.gone_postcodes, self.new_towns, self.gone_towns, self.renamed_towns,
                self.new_municipalities, self.merged,
            )
        )  # fmt: skip


def snapshot(rows: Iterable[Mapping[str, Any]]) -> Snapshot:
    """Of rows as :func:`~kazasu.foundation.values.places.postcodes.rows_of` gives them, or as they were read."""
    by_postcode: dict[str, set[Named]] = defaultdict(set)
    by_area: dict[tuple[str, str], set[str]] = defaultdict(set)
    for whole in rows:
        for row in each_town(dict(whole)):
            place = Named(row["prefecture"], row["city"], town_of(row))
            by_postcode[row["postal_code"]].add(place)
            by_area[place.prefecture, place.area].add(place.town)
    return Snapshot(
        {code: frozenset(places) for code, places in by_postcode.items()},
        {area: frozenset(towns) for area, towns in by_area.items()},
    )


def compare(before: Snapshot, after: Snapshot) -> Changes:
    old, new = _towns(before), _towns(after)
    gone, added = old.keys() - new.keys(), new.keys() - old.keys()
    renamed = _renamed(gone, added, old, after)
    gone -= renamed.keys()
    added -= set(renamed.values())
    had, has = {one.municipality for one in old}, {one.municipality for one in new}
    return Changes(
        new_postcodes=sorted(after.by_postcode.keys() - before.by_postcode.keys()),
        gone_postcodes=sorted(before.by_postcode.keys() - after.by_postcode.keys()),
        new_towns=sorted(str(one) for one in added if one.town),
        gone_towns=sorted(str(one) for one in gone if one.town),
        renamed_towns=[
            Renamed(str(a), str(b)) for a, b in sorted(renamed.items()) if a.town or b.town
        ],
        new_municipalities=sorted(has - had),
        merged=_merged(had - has, old, after),
    )


def _towns(table: Snapshot) -> dict[Named, set[str]]:
    """Postcodes of each town."""
    found: dict[Named, set[str]] = defaultdict(set)
    for code, places in table.by_postcode.items():
        for place in places:
            found[place].add(code)
    return found


def _renamed(
    gone: Iterable[Named], added: Iterable[Named], old: Mapping[Named, set[str]], after: Snapshot
) -> dict[Named, Named]:
    """Pairs of which nobody else could be meant: by the postcode, and first by the town's own name."""
    fresh, left = set(added), sorted(gone)
    beside: dict[str, set[Named]] = defaultdict(set)
    for place in left:
        for code in old[place]:
            beside[code].add(place)
    found: dict[Named, Named] = {}
    for same_name in (True, False):
        for place in left:
            if place in found:
                continue
            there = {one for code in old[place] for one in after.by_postcode.get(code, ())} & fresh
            near = [one for one in there if one.town == place.town or not same_name]
            others = {one for code in old[place] for one in beside[code]} - found.keys() - {place}
            if len(near) == 1 and (same_name or not others):
                found[place] = near[0]
                fresh.discard(near[0])
    return found


def _merged(gone: Collection[str], old: Mapping[Named, set[str]], after: Snapshot) -> list[Renamed]:
    codes: dict[str, set[str]] = {one: set() for one in gone}
    for place, several in old.items():
        if place.municipality in codes:
            codes[place.municipality] |= several
    return [
        Renamed(one, "、".join(sorted({place.municipality for code in codes[one] for place in after.by_postcode.get(code, ())})) or "–")
        for one in sorted(gone)
    ]  # fmt: skip
