"""The Address Base Registry (アドレス・ベース・レジストリ): prefectures, municipalities and towns of the published CSV.

A file's kind is told by its headings, not its name: mt_pref, mt_city, mt_town, of the country (``_all``), a prefecture or a municipality.
Columns that are not known are named and passed over: editions add some. A row is taken while it is in force: begun
(``efct_date``), not ended (``ablt_date``), and not of unknown state (``status_flg`` 3; what waits for its municipality's word, 0, is in use).

Source: column names and values of the edition of 2025-06-01 (町字マスター正式版) and of what the Digital Agency's own abr-geocoder reads
(abrdb, config_full.yaml); its key is lg_code, machiaza_id and rsdt_addr_flg. ``machiaza_id``: four digits of the 大字・町, then 000, 001–100 for
丁目 and 101–999 for 小字. The trial editions before 2024 had Japanese headings, and are refused by these.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.places.importing.delivered import Delivered, Row, nobody
from kazasu.foundation.values.places.importing.faults import (
    BAD_HEADING,
    NO_ROWS,
    OTHER_KIND,
    ROW_TWICE,
)
from kazasu.foundation.values.places.tables import REGISTRY, About, as_file

Kind = Literal["mt_pref", "mt_city", "mt_town"]

_PREF: Final = ("lg_code", "pref", "pref_kana", "pref_roma")
_CITY: Final = (
    *_PREF, "county", "county_kana", "county_roma", "city", "city_kana", "city_roma", "ward", "ward_kana", "ward_roma",
)  # fmt: skip
_DATED: Final = ("efct_date", "ablt_date")
NEEDED: Final[dict[Kind, tuple[str, ...]]] = {
    "mt_pref": (*_PREF, *_DATED),
    "mt_city": (*_CITY, *_DATED),
    "mt_town": (
        *_CITY, "machiaza_id", "machiaza_type", "oaza_cho", "oaza_cho_kana", "oaza_cho_roma", "chome", "chome_kana", "chome_number", "koaza",
        "koaza_kana", "koaza_roma", "rsdt_addr_flg", "status_flg", *_DATED,
    ),
}  # fmt: skip
"""Columns that are read; without one of them nothing is."""
_ALSO: Final = frozenset({
    "machiaza_dist", "rsdt_addr_mtd_code", "oaza_cho_aka_flg", "koaza_aka_code", "oaza_cho_gsi_uncmn", "koaza_gsi_uncmn", "wake_num_flg",
    "src_code", "post_code", "oaza_cho_uncmn_reg", "oaza_cho_uncmn_mj", "oaza_cho_uncmn_type", "oaza_cho_uncmn_code", "koaza_uncmn_reg",
    "koaza_uncmn_mj", "koaza_uncmn_type", "koaza_uncmn_code", "alias_oaza", "alias_oaza_kana", "alias_oaza_roma", "alias_koaza",
    "alias_koaza_kana", "alias_koaza_roma", "remarks",
})  # fmt: skip
"""Columns that are known, and not needed here."""
_OTHERS: Final = {
    "rep_lon": "位置参照 / positions",
    "blk_id": "住居表示 / residence indication",
    "prc_id": "地番 / parcels",
}
"""What a file of the Registry is that has this column."""
SAMPLE: Final = "見本（番号は架空） / sample, made-up identifiers"
"""``remarks`` of each row of a sample."""
_ROMAN: Final = re.compile(r"[A-Za-z][A-Za-z0-9 .'-]*")
_DATE: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|/([0-9]{1,2})/([0-9]{1,2})|([0-9]{2})([0-9]{2}))"
)

LAYOUT: Final = (
    "CREATE TABLE area (code text PRIMARY KEY, pref text, county text, city text, ward text,"
    " pref_roma text, county_roma text, city_roma text, ward_roma text) WITHOUT ROWID",
    "CREATE TABLE town (code text, machiaza_id text, oaza text, chome text, koaza text, oaza_kana text, oaza_roma text,"
    " PRIMARY KEY (code, machiaza_id)) WITHOUT ROWID",
)
_AREA: Final = "INSERT INTO area VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_TOWN: Final = "INSERT INTO town VALUES (?, ?, ?, ?, ?, ?, ?)"


@dataclass(slots=True)
class Read:
    """What was read of all files."""

    areas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By municipality or ward."""
    prefectures: dict[str, str] = field(default_factory=dict)
    """Names in Latin letters by the first two digits."""
    towns: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    ended: int = 0
    not_begun: int = 0
    unknown_state: int = 0
    without_roman: int = 0
    """Towns whose name in Latin letters is missing, or is none."""
    passed_over: list[str] = field(default_factory=list)
    """Columns that nobody here knows."""
    sample: bool = True


def kind_of(head: Sequence[str]) -> Kind | None:
    """By a file's headings; None: nothing of the Registry's."""
    names = set(head)
    if "lg_code" not in names or names & _OTHERS.keys():
        return None
    return "mt_town" if "machiaza_id" in names else "mt_city" if "city" in names else "mt_pref"


def read(files: Iterable[Delivered], on: date, tell: Callable[[int], None] = nobody) -> Read:
    """All files as one, whatever their order; rows that are in force ``on`` that day.

    Raises Refusal ``places.other-kind``, ``places.bad-heading``, ``places.bad-cell``, ``places.row-twice``, ``places.no-rows`` and as
    :meth:`Delivered.rows`.
    """
    found, seen, count = Read(), dict[tuple[str, ...], str](), 0
    for file in files:
        before = count
        for row in _in_force(file, on, found, seen):
            count += 1
            row.put(found)
            if count % 20_000 == 0:
                tell(count)
        if count == before:
            raise Refusal(NO_ROWS, file=file.name)
    found.sample = found.sample and count > 0
    return found


def laid(found: Read, about: About) -> bytes:
    """The table as a file. Where the same town stands twice, with residence indication and without, it is one."""
    areas = (
        (code, *names[:4], names[4] or found.prefectures.get(code[:2], ""), *names[5:])
        for code, names in sorted(found.areas.items())
    )
    towns = ((*key, *names) for key, names in sorted(found.towns.items()))
    return as_file(REGISTRY, about, LAYOUT, {_AREA: areas, _TOWN: towns})


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row by its headings."""

    kind: Kind
    file: Delivered
    line: int
    cells: dict[str, str]

    def put(self, found: Read) -> None:
        cells = self.cells
        found.sample = found.sample and cells.get("remarks", "") == SAMPLE
        if self.kind == "mt_pref":
            found.prefectures[cells["lg_code"][:2]] = self._roman("pref_roma")
            return
        names = tuple(cells[one] for one in ("pref", "county", "city", "ward"))
        romans = tuple(
            self._roman(one) for one in ("pref_roma", "county_roma", "city_roma", "ward_roma")
        )
        if self.kind == "mt_city" or cells["lg_code"] not in found.areas:
            found.areas[cells["lg_code"]] = (*names, *romans)
        if self.kind == "mt_town":
            roman = self._roman("oaza_cho_roma")
            found.without_roman += bool(cells["oaza_cho"]) and not roman
            found.towns[cells["lg_code"], cells["machiaza_id"]] = (
                cells["oaza_cho"], cells["chome"], cells["koaza"], cells["oaza_cho_kana"], roman,
            )  # fmt: skip

    def _roman(self, column: str) -> str:
        """Empty where there is none: then it is built by rule."""
        written = self.cells[column].strip()
        return written if _ROMAN.fullmatch(written) else ""

    @property
    def key(self) -> tuple[str, ...]:
        of_town = (
            (self.cells["machiaza_id"], self.cells["rsdt_addr_flg"])
            if self.kind == "mt_town"
            else ()
        )
        return (self.kind, self.cells["lg_code"], *of_town)

    def day(self, column: str) -> date | None:
        """Raises Refusal ``places.bad-cell``. 1947-04-17, 1947/4/17 and 19470417 are one day; empty is none."""
        written = self.cells[column].strip()
        if not written:
            return None
        parts = _DATE.fullmatch(written)
        try:
            return date(*(int(one) for one in parts.groups() if one)) if parts else _no_day()
        except ValueError:
            raise self.file.unread(
                self.line, column, written, "日付 / a day, as 1947-04-17"
            ) from None

    def check(self) -> None:
        """Raises Refusal ``places.bad-cell``."""
        code, kind = self.cells["lg_code"], self.kind
        if not (code.isascii() and code.isdigit() and _valid(code)):
            raise self._unread("lg_code", "検査数字のある6けた / 6 digits with their check digit")
        for column in ("pref", *(("city",) if kind != "mt_pref" else ())):
            if not self.cells[column].strip():
                raise self._unread(column, "空ではない / not empty")
        if kind == "mt_town":
            self._check_town()

    def _check_town(self) -> None:
        shapes = (
            ("machiaza_id", "[0-9]{7}", "7けた / 7 digits"), ("machiaza_type", "[1-5]", "1–5"), ("rsdt_addr_flg", "[01]", "0 か 1 / 0 or 1"),
            ("status_flg", "[0-3]?", "0–3"),
        )  # fmt: skip
        for column, shape, expected in shapes:
            if not re.fullmatch(shape, self.cells[column]):
                raise self._unread(column, expected)
        named = any(self.cells[one].strip() for one in ("oaza_cho", "chome", "koaza"))
        if not named and self.cells["machiaza_type"] != "4":
            raise self._unread("oaza_cho", "空ではない / not empty")

    def _unread(self, column: str, expected: str) -> Refusal:
        return self.file.unread(self.line, column, self.cells[column], expected)


def _no_day() -> date:
    raise ValueError


def _valid(code: str) -> bool:
    try:
        MunicipalityCode(code)
    except (Refusal, ValueError):
        return False
    return True


def _in_force(
    file: Delivered, on: date, found: Read, seen: dict[tuple[str, ...], str]
) -> Iterator[_Entry]:
    rows = file.rows()
    head = next(rows, None)
    if head is None:
        raise Refusal(NO_ROWS, file=file.name)
    kind, names = _headed(file, head, found)
    for row in rows:
        entry = _Entry(kind, file, row.line, dict(zip(names, row.cells, strict=True)))
        entry.check()
        begins, ends = entry.day("efct_date"), entry.day("ablt_date")
        if ends is not None and ends <= on:
            found.ended += 1
        elif begins is not None and begins > on:
            found.not_begun += 1
        elif entry.cells.get("status_flg") == "3":
            found.unknown_state += 1
        else:
            first = seen.get(entry.key)
            if first is not None:
                key = " ".join(entry.key[1:])
                raise Refusal(ROW_TWICE, file=file.name, line=row.line, key=key, first=first)
            seen[entry.key] = f"{file.name}:{row.line}"
            yield entry


def _headed(file: Delivered, head: Row, found: Read) -> tuple[Kind, list[str]]:
    names = [one.strip().lower() for one in head.cells]
    kind = kind_of(names)
    if kind is None:
        other = next((what for column, what in _OTHERS.items() if column in names), "")
        ja, _, en = other.partition(" / ")
        first = ", ".join(names[:4])[:60]
        raise Refusal(
            OTHER_KIND,
            file=file.name,
            found=ja or f"見出し: {first}",
            found_en=en or f"headings: {first}",
        )
    missing = [one for one in NEEDED[kind] if one not in names]
    twice = sorted({one for one in names if names.count(one) > 1})
    if missing or twice:
        raise Refusal(
            BAD_HEADING,
            file=file.name,
            missing=", ".join(missing) or "–",
            twice=", ".join(twice) or "–",
        )
    known = {*NEEDED[kind], *_ALSO}
    found.passed_over += [one for one in names if one not in known and one not in found.passed_over]
    return kind, names
