"""A sample of the Registry's files, for trying: real names of Japan Post's table, made-up identifiers, and each row says so.

Nothing is copied from the Registry. 丁目 are those that Japan Post's notes count (１〜１９丁目); Latin names are built by rule.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.places.importing.address_base import NEEDED, SAMPLE, Kind
from kazasu.foundation.values.places.latin import latin
from kazasu.foundation.values.places.postcodes import is_tower, municipality_of, rows_of, town_of

_CHOME: Final = re.compile(r"([0-9０-９]+)[〜～]([0-9０-９]+)丁目")
_MOST_CHOME: Final = 100
"""The Registry's numbers end there."""
_BEGUN: Final = "2000-01-01"


def sample(codes: Collection[str]) -> dict[str, str]:
    """CSV by file name, of municipalities or wards by the first five digits of their codes."""
    rows: dict[Kind, list[dict[str, str]]] = {"mt_pref": [], "mt_city": [], "mt_town": []}
    prefectures = dict[str, dict[str, str]]()
    for code, places in sorted(_areas(codes).items()):
        named = _named(code, places[0])
        prefectures.setdefault(code[:2], named)
        rows["mt_city"].append(named)
        rows["mt_town"].extend(_towns(named, places))
    rows["mt_pref"] = [
        one | {"lg_code": str(MunicipalityCode.from_body(f"{two}000"))}
        for two, one in prefectures.items()
    ]
    return {f"{kind}_all.csv": _written(kind, several) for kind, several in rows.items()}


def _areas(codes: Collection[str]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows_of():
        if row["jisx0402"] in codes:
            found[row["jisx0402"]].append(row)
    return found


def _named(code: str, row: Mapping[str, Any]) -> dict[str, str]:
    area, city = row["city"], municipality_of(row["city"])
    ward = area.removeprefix(city) if area != city and area.startswith(city) else ""
    return {
        "lg_code": str(MunicipalityCode.from_body(code)), "pref": row["prefecture"], "pref_kana": row["prefecture_kana"],
        "county": "" if ward else area.removesuffix(city), "city": city, "ward": ward,
        "efct_date": _BEGUN, "remarks": SAMPLE,
    }  # fmt: skip


def _towns(area: Mapping[str, str], places: list[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    towns: dict[str, tuple[str, int]] = {}
    for row in places:
        town = town_of(dict(row))
        if town and not is_tower(dict(row)):
            kana = row["neighborhood_kana"].partition("(")[0]
            last = max(towns.get(town, ("", 0))[1], _last_chome(row["note"] or ""))
            towns[town] = (kana, last)
    for number, (town, (kana, last)) in enumerate(sorted(towns.items()), start=1):
        said = {
            **area, "oaza_cho": town, "oaza_cho_kana": kana, "oaza_cho_roma": latin(town, kana),
            "rsdt_addr_flg": "1" if last else "0", "status_flg": "1",
        }  # fmt: skip
        if not last:
            yield said | {"machiaza_id": f"{number:04}000", "machiaza_type": "1"}
        for chome in range(1, last + 1):
            yield said | {
                "machiaza_id": f"{number:04}{chome:03}", "machiaza_type": "2", "chome": f"{chome}丁目", "chome_number": str(chome),
            }  # fmt: skip


def _last_chome(note: str) -> int:
    found = _CHOME.search(note)
    last = int(found[2]) if found else 0
    return last if last <= _MOST_CHOME else 0


def _written(kind: Kind, rows: list[dict[str, str]]) -> str:
    head = [*NEEDED[kind], "remarks"]
    out = io.StringIO()
    table = csv.DictWriter(out, head, restval="", extrasaction="ignore")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()
