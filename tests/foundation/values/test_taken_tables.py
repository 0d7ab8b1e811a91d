"""Tables that an operator took: the same places as the package's, identifiers and Latin names of the Registry, and nothing guessed."""

import json
import re
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.places import as_csv, chome, mt_town, post, town, written

from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.places import postcodes, registry, tables
from kazasu.foundation.values.places.importing import address_base, japanpost
from kazasu.foundation.values.places.importing.address_base import NEEDED
from kazasu.foundation.values.places.importing.changes import Renamed, compare, snapshot
from kazasu.foundation.values.places.importing.delivered import delivered
from kazasu.foundation.values.places.importing.sample import sample
from kazasu.foundation.values.places.readings import by_rule, kana_of_address, roman_address
from kazasu.foundation.values.places.tables import POSTCODES, REGISTRY, About
from kazasu.society.places import municipalities

ON = date(2026, 11, 30)
ABOUT = About("somebody", "a.csv", "2026-10-30", 1)
TOWNS = [
    chome(1), chome(6), chome(12),
    town(machiaza_id="0002000", oaza_cho="南仲通", oaza_cho_roma=""),
    town(machiaza_id="0003000", oaza_cho="大字高川", oaza_cho_roma="Takagawa"),
    town(machiaza_id="0003101", machiaza_type="3", oaza_cho="大字高川", koaza="三輪"),
    town(machiaza_id="0004000", oaza_cho="石川町"), town(machiaza_id="0005000", oaza_cho="石川町", machiaza_dist="東"),
    town(machiaza_id="0006000", oaza_cho="花咲町"),
    town(machiaza_id="0006001", machiaza_type="2", oaza_cho="花咲町", chome="１丁目", chome_number="1"),
    town(machiaza_id="0007000", oaza_cho="霞ヶ丘"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def packages_own():
    """The process reads the package's tables again afterwards."""
    yield
    tables.use(None)


def take(folder, *rows):
    file = delivered(written(folder, "mt_town_all.csv", mt_town(*rows)))
    tables.lay(folder, REGISTRY, address_base.laid(address_base.read([file], ON), ABOUT))
    tables.use(folder)


# ------------------------------------------------------------ Japan Post's whole table


def delivered_as(rows):
    """The package's rows as records of utf_ken_all: its notes stand in brackets again."""
    for row in rows:
        town, note = row["neighborhood"], row["note"]
        if note == "以下に掲載がない場合":
            town, note = note, None
        elif town == postcodes.municipality_of(row["city"]) and not note:
            town = f"{town}一円"
        elif "地割" in f"{town}{note}":
            town, note = f"{town}{(note or '').translate(WIDE)}", None
        kana = row["neighborhood_kana"] + (
            "イチエン" if town.endswith("一円") and town != "一円" else ""
        )
        if note:
            town = f"{town}（{note.replace('高層棟', '高層棟）（') if '階' in note else note}）"
        yield post(
            row["postal_code"],
            row["jisx0402"],
            town,
            kana,
            row["prefecture"],
            row["city"],
            row["city_kana"],
            c3=row["prefecture_kana"],
        )


WIDE = str.maketrans("0123456789()", "０１２３４５６７８９（）")


@pytest.mark.deep
def test_the_whole_table_taken_offers_what_the_package_offers(tmp_path):
    """All 120,720 postcodes, their towns, towers and readings."""
    own = list(postcodes.rows_of())
    raw = [row for data in raw_rows() for row in (data, *data["alternates"])]
    path = written(tmp_path, "utf_ken_all.csv", as_csv(delivered_as(raw)))
    read = japanpost.read(delivered(path))
    tables.lay(tmp_path, POSTCODES, japanpost.laid(read, ABOUT))
    before = offered(own)
    readings = {row["city"]: row["city_kana"] for row in own}
    tables.use(tmp_path)
    assert tables.postcodes_file() == tables.current(tmp_path, POSTCODES)
    assert tables.read_about(tables.postcodes_file(), POSTCODES) == ABOUT
    taken = list(postcodes.rows_of())
    assert offered(taken) == before
    assert {row["city"]: row["city_kana"] for row in taken} == readings
    assert len(before) > 120_000
    assert len(municipalities()) == 1741
    for code in sorted(before)[::3_000]:
        assert set(postcodes.places_of(code)) == before[code]
    assert kana_of_address("神奈川県横浜市中区本町")[-1] == ("本町", "ホンチョウ")


def raw_rows():
    with tables.opened(tables.postcodes_file()) as table:
        return [json.loads(data) for (data,) in table.execute("SELECT data FROM postal_data")]


def offered(rows):
    by_code = sorted(rows, key=lambda row: row["postal_code"])
    return {
        code: {postcodes._place(row) for row in several}
        for code, several in groupby(by_code, key=lambda row: row["postal_code"])
    }


def test_the_same_file_gives_the_same_table(tmp_path):
    path = written(
        tmp_path,
        "k.csv",
        as_csv([post(), post(postcode="2310006", town="南仲通", kana="ミナミナカドオリ")]),
    )
    one, other = (japanpost.laid(japanpost.read(delivered(path)), ABOUT) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("at", [0, 1])
def test_who_is_killed_while_writing_leaves_the_table_that_was_there(tmp_path, monkeypatch, at):
    take(tmp_path, town())
    was = tables.current(tmp_path, REGISTRY)
    whole, calls, replace = was.read_bytes(), [], Path.replace

    def killed(path, target):
        calls.append(target)
        if len(calls) > at:
            raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        take(tmp_path, chome(1))
    monkeypatch.undo()
    assert tables.current(tmp_path, REGISTRY) == was
    assert was.read_bytes() == whole
    assert not list(tmp_path.glob("*.new"))


def test_a_process_reads_the_table_that_it_began_with(tmp_path):
    take(tmp_path, *TOWNS)
    found = address_base.read(
        [delivered(written(tmp_path, "t.csv", mt_town(town(oaza_cho="新町"))))], ON
    )
    tables.lay(tmp_path, REGISTRY, address_base.laid(found, ABOUT))
    assert registry.machiaza_id("神奈川県", "横浜市中区", "本町", "6丁目")
    assert not registry.machiaza_id("神奈川県", "横浜市中区", "新町", "6")
    tables.use(tmp_path)
    assert not registry.machiaza_id("神奈川県", "横浜市中区", "本町", "6丁目")
    assert registry.machiaza_id("神奈川県", "横浜市中区", "新町", "6")


@pytest.mark.parametrize("content", [b"", b"no table", b"SQLite format 3\0" + bytes(80)])
def test_a_table_that_does_not_read_is_refused_before_anything_is_opened(tmp_path, content):
    for name in (POSTCODES, REGISTRY):
        path = tables.lay(tmp_path, name, content)
        with pytest.raises(Refusal) as told:
            tables.use(tmp_path)
        assert told.value.fault is tables.UNREADABLE
        assert told.value.facts["file"] == path
        path.unlink()
        with pytest.raises(Refusal):
            tables.use(tmp_path)
        for damaged in (b"\xff", b"../../etc/passwd", b""):
            (tmp_path / f"{name}.current").write_bytes(damaged)
            with pytest.raises(Refusal):
                tables.use(tmp_path)
        (tmp_path / f"{name}.current").unlink()
    tables.use(tmp_path)


def test_one_table_is_not_the_other(tmp_path):
    take(tmp_path, town())
    tables.use(None)
    tables.lay(tmp_path, POSTCODES, tables.current(tmp_path, REGISTRY).read_bytes())
    with pytest.raises(Refusal):
        tables.use(tmp_path)


# ------------------------------------------------------------ identifiers


@pytest.mark.parametrize(
    ("town", "block", "number"),
    [
        ("本町", "６丁目５０番地", "0001006"), ("本町", "六丁目50番地", "0001006"), ("本町６丁目", "５０番地", "0001006"), ("本町", "6-50", "0001006"),
        ("本町", "１２丁目１番", "0001012"), ("本町", "12-1", "0001012"), ("本町", "2丁目1番", ""), ("本町", "2-1", ""), ("本町", "50番地", ""), ("本町", "", ""),
        ("南仲通", "5番地", "0002000"), ("南仲通", "甲5番地", "0002000"), ("南仲通", "", "0002000"), ("南仲通", "3丁目1番", ""), ("南仲通", "字三輪12", ""),
        ("高川", "12番地", "0003000"), ("大字高川", "12番地", "0003000"), ("高川", "字三輪12番地", "0003101"), ("高川", "三輪甲12", "0003101"), ("高川", "字四輪1", ""),
        ("石川町", "1番地", ""), ("花咲町", "1-5", ""), ("花咲町", "１丁目5番", "0006001"), ("花咲町", "5番地", "0006000"),
        ("霞ケ丘", "1", "0007000"), ("ないまち", "1番", ""), ("", "1番", ""),
    ],
)  # fmt: skip
def test_an_address_has_the_identifier_of_its_town_or_none(tmp_path, town, block, number):
    """Unlisted 丁目 and 小字, two towns of one name, and 1-5 where it may be a 丁目 or a block: unknown."""
    take(tmp_path, *TOWNS)
    assert registry.machiaza_id("神奈川県", "横浜市中区", town, block) == (
        f"141046{number}" if number else ""
    )


def test_without_the_registry_and_elsewhere_nothing_is_known(tmp_path):
    assert registry.machiaza_id("神奈川県", "横浜市中区", "本町", "6丁目") == ""
    assert registry.taken() is None
    take(tmp_path, *TOWNS)
    assert registry.taken() == ABOUT
    assert registry.machiaza_id("神奈川県", "横浜市西区", "本町", "6丁目") == ""
    assert registry.machiaza_id("北海道", "横浜市中区", "本町", "6丁目") == ""


def test_an_island_is_found_by_its_code(tmp_path):
    """Japan Post writes 三宅島三宅村, the Registry 三宅村."""
    island = {
        "lg_code": "133817",
        "pref": "東京都",
        "city": "三宅村",
        "ward": "",
        "oaza_cho": "神着",
    }
    take(tmp_path, town(**island))
    assert registry.machiaza_id("東京都", "三宅島三宅村", "神着", "5番地") == "1338170001000"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("本町南仲通花咲石川高大字三輪丁目番地号0126６二-−甲ノ霞ヶケ丘", max_size=10))
def test_whatever_is_written_is_a_listed_town_that_it_begins_with_or_unknown(taken_once, line):
    number = registry.machiaza_id("神奈川県", "横浜市中区", "", line)
    if number:
        names = {row["machiaza_id"]: row["oaza_cho"] for row in TOWNS}
        name = names[number.removeprefix("141046")].removeprefix("大字").replace("ヶ", "ケ")
        assert line.replace("大字", "").replace("ヶ", "ケ").startswith(name)


@pytest.fixture
def taken_once(tmp_path_factory):
    take(tmp_path_factory.mktemp("taken"), *TOWNS)


# ------------------------------------------------------------ Latin names


def test_latin_names_are_the_registrys_where_it_has_them(tmp_path):
    line = "神奈川県横浜市中区本町６丁目５０番地"
    assert roman_address(line) == "6-50 Honcho, Naka-ku, Yokohama-shi, Kanagawa"
    assert by_rule(line)
    take(tmp_path, *TOWNS)
    assert roman_address(line) == "6-50 Hon-cho, Naka-ku, Yokohama-shi, Kanagawa"
    assert not by_rule(line)
    other = "神奈川県横浜市中区南仲通５番地"
    assert roman_address(other) == "5 Minaminakadori, Naka-ku, Yokohama-shi, Kanagawa"
    assert by_rule(other)
    assert by_rule("神奈川県横浜市西区みなとみらい1")
    assert by_rule("どこか")


def test_a_prefectures_own_latin_name_comes_from_its_file(tmp_path):
    files = [
        written(tmp_path, "t.csv", mt_town(town(pref_roma=""))),
        written(tmp_path, "p.csv", as_csv([town(lg_code="140007", pref_roma="Kanagawa-ken")], NEEDED["mt_pref"])),
    ]  # fmt: skip
    found = address_base.read([delivered(one) for one in files], ON)
    tables.lay(tmp_path, REGISTRY, address_base.laid(found, ABOUT))
    tables.use(tmp_path)
    assert roman_address("神奈川県横浜市中区本町1").endswith(", Kanagawa-ken")


# ------------------------------------------------------------ what changes


def seen(*rows):
    return snapshot(
        {
            "postal_code": c,
            "prefecture": "愛知県",
            "city": area,
            "neighborhood": town,
            "neighborhood_kana": "",
            "note": None,
        }
        for c, area, town in rows
    )


def test_a_newer_table_is_compared_by_postcode():
    before = seen(
        ("1", "東市", "上町"), ("2", "東市", "下町"), ("3", "西郡西町", "中"), ("4", "西郡西町", "北"), ("5", "東市", "旧町"), ("6", "東市", "甲"), ("6", "東市", "乙"),
    )  # fmt: skip
    after = seen(
        ("1", "東市", "上町"), ("2", "東市", "新下町"), ("3", "東市", "中"), ("4", "東市", "北"), ("7", "東市", "港"), ("6", "東市", "丙"), ("6", "東市", "丁"),
    )  # fmt: skip
    changes = compare(before, after)
    assert changes.new_postcodes == ["7"]
    assert changes.gone_postcodes == ["5"]
    assert changes.renamed_towns == [
        Renamed("愛知県東市下町", "愛知県東市新下町"), Renamed("愛知県西郡西町中", "愛知県東市中"), Renamed("愛知県西郡西町北", "愛知県東市北"),
    ]  # fmt: skip
    assert changes.new_towns == ["愛知県東市丁", "愛知県東市丙", "愛知県東市港"]
    assert changes.gone_towns == ["愛知県東市乙", "愛知県東市旧町", "愛知県東市甲"]
    assert changes.merged == [Renamed("愛知県西町", "愛知県東市")]
    assert changes.new_municipalities == []
    assert compare(after, before).new_municipalities == ["愛知県西町"]
    assert compare(before, before).count == 0


def test_an_address_stands_in_a_table_with_what_was_typed_behind_its_town():
    table = seen(("1", "東市", "上町"), ("2", "村", ""))
    assert table.has("愛知県", "東市", "上町字三輪")
    assert table.has("愛知県", "村", "")
    assert not table.has("愛知県", "村", "上町")
    assert not table.has("愛知県", "東市", "下町")
    assert not table.has("愛知県", "西市", "上町")


# ------------------------------------------------------------ the sample


def test_a_sample_reads_as_the_registrys_files_and_says_what_it_is(tmp_path):
    files = [
        delivered(written(tmp_path, name, text))
        for name, text in sample({"14104", "13381"}).items()
    ]
    found = address_base.read(files, ON)
    assert found.sample
    assert not found.passed_over
    assert set(found.areas) == {"141046", "133817"}
    assert {code for code, _ in found.towns} == {"141046", "133817"}
    assert all(re.fullmatch("[0-9]{7}", number) for _, number in found.towns)
    assert not address_base.read(
        [delivered(written(tmp_path, "t.csv", mt_town(town())))], ON
    ).sample
