"""Residents from a file of the national data language: CSV, UTF-8, a heading line, columns in any order.

Names and types of the person and address items are those of the 共通機能標準仕様書 (項目定義書, its person block; version
2.7 of 2026-02-27): the Hepburn romaji of the item's name. **Simplified**: the items that only the resident register has
are not in that annex; their names here follow the same rule (:data:`SIMPLIFIED`), and no code tables but 性別 are used.
Every error is collected with its line and column, under the standard's own codes (E0001 missing, E0002 letters, E0003
length, E0004 items that do not go together); with one error nothing of the file is taken.
"""

import csv
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, NamedTuple, TypeVar

from kazasu.contracts.municipality import Address
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.dates import wareki
from kazasu.foundation.values.names import check_kana, length
from kazasu.foundation.values.numbers import IndividualNumber, MunicipalityCode, ResidentRecordCode
from kazasu.foundation.values.visible import unseen_letter
from kazasu.municipality.founding import FoundingResident
from kazasu.municipality.register import relationships

Code = Literal["E0001", "E0002", "E0003", "E0004"]
SEX: Final = {"1": "男", "2": "女"}
T = TypeVar("T")
MOST_ERRORS: Final = 100
"""Told of one file; who made it has seen enough by then."""


class Column(NamedTuple):
    item: str
    """As the law or the standard says it."""
    kind: Literal["X", "N", "9", "DATE"]
    most: int
    needed: bool = False


COLUMNS: Final[Mapping[str, Column]] = {
    "atenabango": Column("宛名番号", "9", 10, needed=True),
    "kojinbango": Column("個人番号", "9", 12, needed=True),
    "shimei": Column("氏名", "N", 100, needed=True),
    "shimei_furigana": Column("氏名フリガナ", "N", 100, needed=True),
    "shimei_gaikokujinromaji": Column("氏名 外国人ローマ字", "N", 100),
    "tsusho": Column("通称", "N", 100),
    "seibetsu": Column("性別", "X", 1, needed=True),
    "seinengappi": Column("生年月日", "DATE", 10),
    "seinengappi_fushohyoki": Column("生年月日 不詳表記", "N", 72),
    "jusho_shikuchosonkodo": Column("住所 市区町村コード", "9", 6, needed=True),
    "jusho_todofuken": Column("住所 都道府県", "N", 4, needed=True),
    "jusho_shikugunchosonmei": Column("住所 市区郡町村名", "N", 12, needed=True),
    "jusho_choaza": Column("住所 町字", "N", 120),
    "jusho_banchigohyoki": Column("住所 番地号表記", "N", 50),
    "jusho_katagaki": Column("住所 方書", "N", 300),
    "jusho_yubinbango": Column("住所 郵便番号", "9", 7),
    "setaibango": Column("世帯番号", "9", 10, needed=True),
    "juminhyokodo": Column("住民票コード", "9", 11, needed=True),
    "zokugara": Column("続柄", "N", 20, needed=True),
    "juminninattanengappi": Column("住民となった年月日", "DATE", 10, needed=True),
    "jushoosadametanengappi": Column("住所を定めた年月日", "DATE", 10, needed=True),
    "kyuji": Column("旧氏", "N", 50),
    "honseki": Column("本籍", "N", 300),
    "hittosha": Column("筆頭者", "N", 100),
    "kokuseki": Column("国籍・地域", "N", 100),
    "zairyushikaku": Column("在留資格", "N", 50),
    "zairyukikanmanryobi": Column("在留期間の満了日", "DATE", 10),
    "zairyukadobango": Column("在留カード等の番号", "X", 12),
    "kojinbangokado": Column("個人番号カードの有無", "X", 1),
    "shiensochi": Column("支援措置", "X", 1),
}  # fmt: skip
SIMPLIFIED: Final = tuple(COLUMNS)[list(COLUMNS).index("setaibango") :]
"""Columns whose names follow the standard's rule but were not read in it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong; never what the field holds."""

    line: int
    column: str
    code: Code
    why: str


@dataclass(slots=True)
class Found:
    """What a file says."""

    residents: list[FoundingResident] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Columns of the file that are not taken."""


def read_residents(lines: Iterable[str], city: MunicipalityCode) -> Found:
    """Everything of the file, or everything that is wrong with it (the first hundred)."""
    found = Found()
    reader = csv.DictReader(lines, strict=True)
    reading = _Reading(city, found)
    try:
        heading = reader.fieldnames or []
        found.left_out = [name for name in heading if name not in COLUMNS]
        missing = [name for name, one in COLUMNS.items() if one.needed and name not in heading]
        found.wrong += [Wrong(1, name, "E0001", "no such column") for name in missing]
        if len(set(heading)) != len(heading):
            found.wrong.append(Wrong(1, "", "E0004", "one column twice"))
        if not found.wrong:
            for row in reader:
                reading.take(reader.line_num, row)
    except csv.Error as error:
        found.wrong.append(Wrong(reader.line_num, "", "E0002", str(error)))
    if not found.residents and not found.wrong:
        found.wrong.append(Wrong(1, "", "E0001", "no residents"))
    if not found.wrong:
        reading.together()
    found.wrong = found.wrong[:MOST_ERRORS]
    return found


class _Reading:
    """One pass over the rows."""

    def __init__(self, city: MunicipalityCode, found: Found) -> None:
        self._city = city
        self._found = found
        self._lines: list[int] = []
        self._seen: dict[tuple[str, object], int] = {}

    def take(self, line: int, row: Mapping[str | None, str | list[str] | None]) -> None:
        if len(self._found.wrong) >= MOST_ERRORS:
            return
        if None in row or None in row.values():
            self._found.wrong.append(Wrong(line, "", "E0002", "another number of fields"))
            return
        given = {name: str(row.get(name) or "").strip(" ") for name in COLUMNS}
        wrong = list(_judged(line, given))
        self._found.wrong += wrong
        if wrong:
            return
        try:
            resident = _resident(given, self._city)
        except _Unfit as unfit:
            self._found.wrong.append(Wrong(line, unfit.column, unfit.code, unfit.why))
            return
        for column, value in (
            ("atenabango", resident.resident_id),
            ("juminhyokodo", resident.record_code),
            ("kojinbango", resident.individual_number),
        ):
            before = self._seen.setdefault((column, value), line)
            if before != line:
                self._found.wrong.append(Wrong(line, column, "E0004", f"as in line {before}"))
        self._found.residents.append(resident)
        self._lines.append(line)

    def together(self) -> None:
        """Each household has one head and one address."""
        heads: dict[str, int] = {}
        homes: dict[str, Address] = {}
        for line, one in zip(self._lines, self._found.residents, strict=True):
            home = homes.setdefault(one.household_number, one.address)
            if home != one.address:
                self._wrong(line, "jusho_choaza", "another address than the household's")
            if one.is_head and heads.setdefault(one.household_number, line) != line:
                self._wrong(line, "zokugara", "a second head of the household")
        for line, one in zip(self._lines, self._found.residents, strict=True):
            if one.household_number not in heads:
                self._wrong(line, "setaibango", "a household without head")

    def _wrong(self, line: int, column: str, why: str) -> None:
        self._found.wrong.append(Wrong(line, column, "E0004", why))


class _Unfit(Exception):
    """Carries what becomes a :class:`Wrong`."""

    def __init__(self, column: str, code: Code, why: str) -> None:
        super().__init__(why)
        self.column, self.code, self.why = column, code, why


def _judged(line: int, given: Mapping[str, str]) -> Iterator[Wrong]:
    """Each field by itself."""
    for name, column in COLUMNS.items():
        text = given[name]
        if not text:
            if column.needed:
                yield Wrong(line, name, "E0001", "missing")
        elif bad := _letter(text, column.kind):
            yield Wrong(line, name, "E0002", bad)
        elif length(text) > column.most:
            yield Wrong(line, name, "E0003", f"more than {column.most}")


def _letter(text: str, kind: str) -> str:
    """Why a letter may not stand there; empty: all may. Named by its code point: nothing invisible is printed."""
    if unseen := unseen_letter(text):
        return unseen
    for letter in text:
        if unicodedata.category(letter) in ("Co", "Cn"):
            return f"U+{ord(letter):04X}"
        if kind != "N" and not (letter.isascii() and (kind == "X" or letter in "0123456789-")):
            return f"U+{ord(letter):04X}"
        if kind == "9" and letter == "-":
            return "U+002D"
    return ""


def _resident(given: Mapping[str, str], city: MunicipalityCode) -> FoundingResident:
    """Raises _Unfit."""
    born = _date(given, "seinengappi")
    unsure = given["seinengappi_fushohyoki"]
    if born is None and not unsure:
        raise _Unfit("seinengappi", "E0004", "a date, or how an unknown one is written")
    if given["jusho_shikuchosonkodo"] != city:
        raise _Unfit("jusho_shikuchosonkodo", "E0004", f"not {city}")
    if given["seibetsu"] not in SEX:
        raise _Unfit("seibetsu", "E0002", "1 or 2")
    here = _needed_date(given, "jushoosadametanengappi")
    resident = _needed_date(given, "juminninattanengappi")
    if here < resident or (born is not None and resident < born):
        raise _Unfit("jushoosadametanengappi", "E0004", "before birth or before the residence")
    relationship = _checked(given, "zokugara", relationships.check)
    return FoundingResident(
        resident_id=given["atenabango"].zfill(10),
        household_number=given["setaibango"].zfill(10),
        record_code=_checked(given, "juminhyokodo", ResidentRecordCode),
        individual_number=_checked(given, "kojinbango", IndividualNumber),
        name=given["shimei"],
        kana=_checked(given, "shimei_furigana", check_kana),
        birth_date=born,
        birth_text=unsure or _written(born, given["kokuseki"]),
        sex=SEX[given["seibetsu"]],
        relationship=relationship,
        is_head=relationship == relationships.HEAD,
        address=Address(
            municipality_code=city,
            postcode=given["jusho_yubinbango"],
            prefecture=given["jusho_todofuken"],
            city=given["jusho_shikugunchosonmei"],
            town=given["jusho_choaza"],
            block=given["jusho_banchigohyoki"],
            building=given["jusho_katagaki"],
        ),
        resident_since=resident,
        lives_here_since=here,
        former_surname=given["kyuji"],
        alias=given["tsusho"],
        name_roman=given["shimei_gaikokujinromaji"],
        registered_domicile=given["honseki"],
        domicile_head=given["hittosha"],
        nationality=given["kokuseki"],
        residence_status=given["zairyushikaku"],
        residence_until=_date(given, "zairyukikanmanryobi"),
        residence_card_number=given["zairyukadobango"],
        has_card=_flag(given, "kojinbangokado"),
        protected=_flag(given, "shiensochi"),
    )


def _written(born: date | None, nationality: str) -> str:
    """As on paper: foreign residents' in 西暦, all others' in 和暦 (municipal §7)."""
    if born is None:
        return ""
    return f"{born.year}年{born.month}月{born.day}日" if nationality else wareki(born)


def _checked(given: Mapping[str, str], column: str, check: Callable[[str], T]) -> T:
    try:
        return check(given[column])
    except Refusal as refusal:
        raise _Unfit(column, "E0002", refusal.fault.code) from None


def _flag(given: Mapping[str, str], column: str) -> bool:
    if given[column] not in {"", "0", "1"}:
        raise _Unfit(column, "E0002", "0 or 1")
    return given[column] == "1"


def _date(given: Mapping[str, str], column: str) -> date | None:
    """``YYYY-MM-DD`` and nothing else that Python reads as a date."""
    text = given[column]
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise _Unfit(column, "E0002", "YYYY-MM-DD")
    return found


def _needed_date(given: Mapping[str, str], column: str) -> date:
    found = _date(given, column)
    if found is None:
        raise _Unfit(column, "E0001", "missing")
    return found
