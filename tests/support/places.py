"""Files as Japan Post and the Digital Agency publish them, made for tests; and which tables this process reads."""

import csv
import io
import zipfile

from kazasu.foundation.values.places.importing.address_base import NEEDED

MT_TOWN = (
    *NEEDED["mt_town"],
    "machiaza_dist",
    "rsdt_addr_mtd_code",
    "wake_num_flg",
    "src_code",
    "post_code",
    "remarks",
)
TOWN = {
    "lg_code": "141046", "machiaza_id": "0001000", "machiaza_type": "1", "pref": "神奈川県", "pref_kana": "カナガワケン", "pref_roma": "Kanagawa",
    "city": "横浜市", "city_kana": "ヨコハマシ", "city_roma": "Yokohama-shi", "ward": "中区", "ward_kana": "ナカク", "ward_roma": "Naka-ku",
    "oaza_cho": "本町", "oaza_cho_kana": "ホンチョウ", "oaza_cho_roma": "Hon-cho", "rsdt_addr_flg": "0", "status_flg": "1", "efct_date": "1947-04-17",
}  # fmt: skip


def as_csv(rows, head=None):
    """Dictionaries with headings, or lists without."""
    out = io.StringIO()
    if head is None:
        csv.writer(out).writerows(rows)
    else:
        table = csv.DictWriter(out, head, restval="", extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)
    return out.getvalue()


def town(**other):
    return TOWN | other


def chome(number, **other):
    return town(
        machiaza_id=f"0001{number:03}",
        machiaza_type="2",
        chome=f"{number}丁目",
        chome_number=str(number),
        **other,
    )


def mt_town(*rows, head=MT_TOWN):
    return as_csv(rows, head)


def post(
    postcode="2310005",
    code="14104",
    town="本町",
    kana="ホンチョウ",
    prefecture="神奈川県",
    city="横浜市中区",
    city_kana="ヨコハマシナカク",
    **other,
):
    """A record of utf_ken_all."""
    cells = [
        code, "231  ", postcode, "カナガワケン", city_kana, kana, prefecture, city, town, "0", "0", "0", "0", "0", "0",
    ]  # fmt: skip
    for number, cell in other.items():
        cells[int(number.removeprefix("c"))] = cell
    return cells


def written(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def zipped(folder, name, members, day=(2026, 10, 30, 0, 0, 0)):
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(zipfile.ZipInfo(member, day), text)
    return path
