"""What the Address Base Registry says of a place, where one was taken (``kazasu places``): 町字ID, and names in Latin letters.

Where none was taken, or it does not say, the answer is empty: unknown, and never a guess. Areas are found by their code, since Japan Post
and the Registry write islands and counties each in their own way (三宅島三宅村). An identifier is of a 町字 with its 丁目 or 小字;
of an address whose 丁目 or 小字 the Registry does not list, of a name that two of them share, or of 2-1 where that may be 2丁目1番 as
well as 2番1号, it is unknown.
"""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from kazasu.foundation.text import Text
from kazasu.foundation.values.names import comparison_key
from kazasu.foundation.values.places.postcodes import codes_of
from kazasu.foundation.values.places.tables import (
    REGISTRY,
    About,
    of_tables,
    opened,
    read_about,
    registry_file,
)

_OF_A_LOT: Final = re.compile("[甲乙丙丁戊イロハニホヘト]?[0-9]|$")
"""How a number begins, of a lot or a block; with anything else a 小字 begins that is not listed."""
_CHOME: Final = re.compile("([0-9]+)丁目")
_DASHED: Final = re.compile("([0-9]+)-[0-9]")


@dataclass(slots=True)
class _Oaza:
    roman: str = ""
    own: set[str] = field(default_factory=set)
    within: dict[str, set[str]] = field(default_factory=dict)
    """Identifiers by 丁目 and 小字, written as keys."""


@dataclass(frozen=True, slots=True)
class _Names:
    """Of an area in Latin letters; empty where the Registry has none."""

    prefecture: str
    county: str
    city: str
    ward: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The smallest first, as an address has them."""
        return tuple(filter(None, (self.ward, self.city, self.county)))


@of_tables
@cache
def taken() -> About | None:
    """The Registry in use; None: none."""
    path = registry_file()
    return None if path is None else read_about(path, REGISTRY)


@of_tables
@lru_cache(maxsize=8192)
def machiaza_id(prefecture: str, area: str, town: str, block: str = "") -> str:
    """13 digits: the municipality's or ward's code and the 町字's own; empty: not known."""
    code = codes_of(prefecture).get(area, "")
    if not code or registry_file() is None:
        return ""
    known, written = _towns(code), _key(f"{town}{block}")
    for length in range(len(written), -1, -1):  # the longest name that the line begins with
        if (oaza := known.get(written[:length])) and not _splits_a_number(written, length):
            return _of(oaza, written[length:])
    return ""


def told(number: str) -> Text:
    """The identifier as people at a desk read it, with what it is where it is of a sample."""
    here = taken()
    if not number:
        return Text("不明", "not known")
    return (
        Text(f"{number}（見本の架空の番号）", f"{number} (made up, of a sample)")
        if here is not None and here.sample
        else Text(number, number)
    )


def known() -> dict[tuple[str, str], str]:
    """The name of each 町字 in use, by its municipality's or ward's code and its own."""
    path = registry_file()
    if path is None:
        return {}
    with opened(path) as table:
        rows = table.execute(
            "SELECT code, machiaza_id, oaza || chome || koaza FROM town"
        ).fetchall()
    return {(code, number): name for code, number, name in rows}


def names_of(code: str) -> _Names | None:
    """Of a municipality or ward by the first five digits of its code."""
    return _areas().get(code)


def roman_town(code: str, town: str) -> str:
    """The town's name in Latin letters; empty: the Registry has none."""
    oaza = _towns(code).get(_key(town)) if registry_file() else None
    return oaza.roman if oaza else ""


def _of(oaza: _Oaza, rest: str) -> str:
    plain = rest.removeprefix("字")
    for length in range(len(plain), 0, -1):
        found = oaza.within.get(plain[:length])
        if found and not _splits_a_number(plain, length) and _OF_A_LOT.match(plain[length:]):
            return _only(found)
    if _CHOME.match(rest) or not _OF_A_LOT.match(rest):
        return ""
    if (dashed := _DASHED.match(rest)) and (chome := oaza.within.get(f"{dashed[1]}丁目")):
        return "" if oaza.own else _only(chome)
    return _only(oaza.own)


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""


def _splits_a_number(written: str, at: int) -> bool:
    return 0 < at < len(written) and written[at - 1].isdigit() and written[at].isdigit()


def _key(name: str) -> str:
    return comparison_key(name).replace("大字", "")


@of_tables
@cache
def _areas() -> dict[str, _Names]:
    path = registry_file()
    if path is None:
        return {}
    with opened(path) as table:
        rows = table.execute(
            "SELECT code, pref_roma, county_roma, city_roma, ward_roma FROM area"
        ).fetchall()
    return {code[:5]: _Names(*names) for code, *names in rows}


@of_tables
@lru_cache(maxsize=256)
def _towns(code: str) -> dict[str, _Oaza]:
    """The area's 大字 by their keys; what has none (numbers or 小字 right behind the municipality) under the empty one."""
    path = registry_file()
    found: dict[str, _Oaza] = {}
    if path is None:
        return found
    with opened(path) as table:
        rows = table.execute(
            "SELECT code, machiaza_id, oaza, chome, koaza, oaza_roma FROM town WHERE code >= ? AND code < ?",
            (code, f"{code}:"),
        ).fetchall()
    for whole, number, oaza, chome, koaza, roman in rows:
        place = found.setdefault(_key(oaza), _Oaza())
        place.roman = place.roman or roman
        below = _key(f"{chome}{koaza.removeprefix('字')}")
        here = place.within.setdefault(below, set()) if below else place.own
        here.add(f"{whole}{number}")
    return found
