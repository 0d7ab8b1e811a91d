"""Publishers' files: what is not as they write it is refused with file, line and column, and nothing else ever comes of any bytes."""

import csv
import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.places import MT_TOWN, as_csv, chome, mt_town, post, town, written, zipped

from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.places.importing import address_base, japanpost
from kazasu.foundation.values.places.importing.delivered import Delivered, delivered
from kazasu.foundation.values.places.tables import About

ON = date(2026, 11, 30)
POSTS = as_csv([post(), post(postcode="2310006", town="南仲通", kana="ミナミナカドオリ")])
TOWNS = mt_town(town(), town(machiaza_id="0002000", oaza_cho="南仲通"))
SOMEWHERE = About("x", "x", "x", 1)


def registry(*files):
    return address_base.read([delivered(one) for one in files], ON)


def posts(file):
    return japanpost.read(delivered(file))


def refused(reads, *files):
    with pytest.raises(Refusal) as told:
        reads(*files)
    return told.value.fault.code, told.value.facts


# ------------------------------------------------------------ whatever is delivered


@pytest.mark.parametrize(("reads", "text"), [(registry, TOWNS), (posts, POSTS)])
def test_plain_with_a_mark_and_zipped_are_one(tmp_path, reads, text):
    plain = reads(written(tmp_path, "a.csv", text))
    assert reads(written(tmp_path, "b.csv", text, "utf-8-sig")) == plain
    assert (
        reads(
            zipped(tmp_path, "c.zip", {"a.csv": text, "__MACOSX/._a.csv": "x", "readme.txt": "x"})
        )
        == plain
    )
    assert reads(written(tmp_path, "d.csv", text.replace("\r\n", "\n") + "\n\n")) == plain


@pytest.mark.parametrize(("reads", "text"), [(registry, TOWNS), (posts, POSTS)])
@pytest.mark.parametrize(
    ("encoding", "named"), [("cp932", "Shift_JIS"), ("euc_jp", "EUC-JP"), ("utf-16", "UTF-16")]
)
def test_another_encoding_is_refused_by_its_name(tmp_path, reads, text, encoding, named):
    code, facts = refused(reads, written(tmp_path, "a.csv", text, encoding))
    assert code == "places.other-encoding"
    assert facts["line"] == (2 if reads is registry and named != "UTF-16" else 1)
    if encoding != "euc_jp":  # EUC reads as Shift_JIS, too
        assert facts["encoding"] == named


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (TOWNS.replace("南仲通", "南仲\u202e通"), "places.bad-cell", 3),
        (TOWNS.replace("南仲通", '"南仲通'), "places.bad-quotes", 3),
        (TOWNS.replace("南仲通,", ""), "places.bad-row", 3),
        (TOWNS[:-30], "places.bad-row", 3),
        (TOWNS.replace("南仲通", "南" * 70_000), "places.other-kind", None),
        ("", "places.no-rows", None),
        (mt_town(), "places.no-rows", None),
        (TOWNS.replace("machiaza_id", "lg_code"), "places.bad-heading", None),
        (TOWNS.replace("oaza_cho_roma", "roman"), "places.bad-heading", None),
        (TOWNS.replace("machiaza_id", "prc_id"), "places.other-kind", None),
        (TOWNS.replace("wake_num_flg", "rep_lat").replace("src_code", "rep_lon"), "places.other-kind", None),
        (TOWNS.replace("lg_code", "全国地方公共団体コード"), "places.other-kind", None),
        (POSTS, "places.other-kind", None),
    ],
)  # fmt: skip
def test_a_damaged_or_another_file_of_the_registry_is_refused(tmp_path, text, code, line):
    told, facts = refused(registry, written(tmp_path, "mt_town_all.csv", text))
    assert told == code
    assert facts["file"] == "mt_town_all.csv"
    assert facts.get("line") == line


def test_an_archive_holds_one_table_that_can_be_unpacked(tmp_path):
    two = zipped(tmp_path, "two.zip", {"a.csv": TOWNS, "b.csv": TOWNS})
    assert refused(registry, two)[0] == "places.other-kind"
    none = zipped(tmp_path, "none.zip", {"a.txt": TOWNS})
    assert refused(registry, none)[0] == "places.other-kind"
    whole = zipped(tmp_path, "whole.zip", {"a.csv": TOWNS * 50}).read_bytes()
    assert refused(registry, written(tmp_path, "cut.zip", whole[:-40]))[0] == "places.bad-zip"
    spoilt = bytearray(whole)
    spoilt[60:80] = bytes(20)
    assert refused(registry, written(tmp_path, "spoilt.zip", bytes(spoilt)))[0] == "places.bad-zip"
    locked = bytearray(zipped(tmp_path, "locked.zip", {"a.csv": TOWNS}).read_bytes())
    at = locked.rindex(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert refused(registry, written(tmp_path, "locked.zip", bytes(locked)))[0] == "places.bad-zip"


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_table_or_a_refusal(tmp_path_factory, content):
    path = written(tmp_path_factory.getbasetemp(), "any.csv", content)
    for reads in (registry, posts):
        assert outcome(reads, path).startswith(("read", "places."))


def outcome(reads, path):
    try:
        reads(path)
    except Refusal as refusal:
        return refusal.fault.code
    return "read"


CELLS = st.text(
    st.characters(
        exclude_categories=("C", "Z", "M"), exclude_characters="\u2800\u3164\uffa0\u115f\u1160"
    ),
    max_size=8,
)


@given(
    st.lists(
        st.lists(CELLS | st.just('a,"b"'), min_size=3, max_size=3).filter(any),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_written_as_csv_is_read_as_it_was(tmp_path_factory, rows):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    path = written(tmp_path_factory.getbasetemp(), "read.csv", out.getvalue())
    read = list(Delivered(path).rows())
    assert [list(one.cells) for one in read] == rows
    assert [one.line for one in read] == list(range(1, len(rows) + 1))


# ------------------------------------------------------------ the Address Base Registry


@pytest.mark.parametrize(
    ("column", "given", "line"),
    [
        ("lg_code", "14104", 2), ("lg_code", "141045", 2), ("lg_code", "１４１０４６", 2), ("machiaza_id", "1000", 2), ("machiaza_id", "1.0E+3", 2),
        ("machiaza_type", "", 2), ("machiaza_type", "9", 2), ("rsdt_addr_flg", "", 2), ("status_flg", "4", 2), ("pref", "", 2), ("city", " ", 2),
        ("oaza_cho", "", 2), ("efct_date", "昭和22年4月17日", 2), ("efct_date", "1947-13-01", 2), ("ablt_date", "2026-02-29", 2),
        ("ablt_date", "47/4/17", 2),
    ],
)  # fmt: skip
def test_a_cell_that_does_not_read_is_named_with_its_line_and_column(tmp_path, column, given, line):
    code, facts = refused(registry, written(tmp_path, "t.csv", mt_town(town(**{column: given}))))
    assert code == "places.bad-cell"
    assert (facts["column"], facts["line"], facts["given"]) == (column, line, given)
    assert facts["expected"]


@pytest.mark.parametrize("given", ["1947-04-17", "1947/4/17", "1947/04/17", "19470417", ""])
def test_a_day_is_read_as_editions_write_it(tmp_path, given):
    found = registry(written(tmp_path, "t.csv", mt_town(town(efct_date=given))))
    assert list(found.towns) == [("141046", "0001000")]


def test_only_what_is_in_force_is_taken(tmp_path):
    """Ended today is ended; what waits for its municipality's word (status 0) is in use (abr-geocoder#245)."""
    rows = [
        town(), town(machiaza_id="0002000", ablt_date="2026-11-30"), town(machiaza_id="0003000", ablt_date="2026-12-01"),
        town(machiaza_id="0004000", efct_date="2026-12-01"), town(machiaza_id="0005000", status_flg="3"), town(machiaza_id="0006000", status_flg="0"),
        town(ablt_date="2020-01-01"),
    ]  # fmt: skip
    found = registry(written(tmp_path, "t.csv", mt_town(*rows)))
    assert [number for _, number in found.towns] == ["0001000", "0003000", "0006000"]
    assert (found.ended, found.not_begun, found.unknown_state) == (2, 1, 1)


def test_a_row_twice_is_refused_with_both_places(tmp_path):
    """The key is municipality, 町字 and whether residence indication holds: the same town with and without is one."""
    both = registry(written(tmp_path, "t.csv", mt_town(town(), town(rsdt_addr_flg="1"))))
    assert len(both.towns) == 1
    code, facts = refused(registry, written(tmp_path, "t.csv", mt_town(town(), chome(1), town())))
    assert (code, facts["line"], facts["first"]) == ("places.row-twice", 4, "t.csv:2")
    again = written(tmp_path, "u.csv", mt_town(town()))
    assert refused(registry, again, again)[0] == "places.row-twice"


def test_columns_that_nobody_knows_are_named_and_passed_over(tmp_path):
    found = registry(written(tmp_path, "t.csv", mt_town(town(), head=("new_column", *MT_TOWN))))
    assert found.passed_over == ["new_column"]
    assert len(found.towns) == 1


def test_latin_names_that_are_none_are_built_by_rule(tmp_path):
    rows = [
        town(oaza_cho_roma="Hon-cho"),
        town(machiaza_id="0002000", oaza_cho_roma=""),
        town(machiaza_id="0003000", oaza_cho_roma="本町"),
    ]
    found = registry(written(tmp_path, "t.csv", mt_town(*rows)))
    assert [one[4] for one in found.towns.values()] == ["Hon-cho", "", ""]
    assert found.without_roman == 2


def test_the_order_of_files_is_nothing_and_the_same_files_give_the_same_bytes(tmp_path):
    towns = written(tmp_path, "t.csv", mt_town(town(), chome(1)))
    pref = written(
        tmp_path, "p.csv", as_csv([town(lg_code="140007")], address_base.NEEDED["mt_pref"])
    )
    city = written(tmp_path, "c.csv", as_csv([town()], address_base.NEEDED["mt_city"]))
    made = [
        address_base.laid(registry(*files), SOMEWHERE)
        for files in ((towns, pref, city), (city, towns, pref), (towns, pref, city))
    ]
    assert made[0] == made[1] == made[2]


# ------------------------------------------------------------ Japan Post


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("全国地方公共団体コード", {"code": "48104"}), ("郵便番号", {"postcode": "231005"}), ("都道府県名", {"prefecture": "神奈川"}), ("市区町村名", {"city": "横浜"}),
        ("町域名", {"town": ""}), ("市区町村名カナ", {"city_kana": "ﾖｺﾊﾏｼﾅｶｸ"}), ("更新", {"c13": "2"}),
    ],
)  # fmt: skip
def test_a_cell_of_japan_posts_that_does_not_read_is_named(tmp_path, column, cells):
    """Among them a file of what ended, and the older one in half-width kana."""
    code, facts = refused(posts, written(tmp_path, "k.csv", as_csv([post(), post(**cells)])))
    assert (code, facts["line"], facts["column"]) == ("places.bad-cell", 2, column)


def test_another_table_is_not_japan_posts(tmp_path):
    assert refused(posts, written(tmp_path, "k.csv", TOWNS))[0] == "places.other-kind"
    assert refused(posts, written(tmp_path, "k.csv", ""))[0] == "places.no-rows"


@pytest.mark.parametrize(
    ("town", "kana", "read"),
    [
        ("本町", "ホンチョウ", ("本町", "ホンチョウ", None)),
        ("以下に掲載がない場合", "イカニケイサイガナイバアイ", ("", "", "以下に掲載がない場合")),
        ("大通西（１～１９丁目）", "オオドオリニシ（１－１９チョウメ）", ("大通西", "オオドオリニシ", "1～19丁目")),
        ("霞が関霞が関ビル（１階）", "カスミガセキカスミガセキビル（１カイ）", ("霞が関霞が関ビル", "カスミガセキカスミガセキビル", "1階")),
        ("名駅ビル（高層棟）（１階）", "メイエキビル（コウソウトウ）（１カイ）", ("名駅ビル", "メイエキビル", "高層棟1階")),
        ("利島村一円", "トシマムライチエン", ("利島村", "トシマムラ", None)),
        ("一円", "イチエン", ("一円", "イチエン", None)),
        ("種市第５０地割～第７０地割（大沢）", "タネイチダイ５０チワリ－ダイ７０チワリ（オオサワ）", ("種市", "タネイチ", "第50地割～第70地割(大沢)")),
    ],
)  # fmt: skip
def test_a_town_is_kept_without_what_stands_behind_it(tmp_path, town, kana, read):
    (rows,) = posts(written(tmp_path, "k.csv", as_csv([post(town=town, kana=kana)]))).values()
    assert [(r["neighborhood"], r["neighborhood_kana"], r["note"]) for r in rows] == [read]


def test_an_archives_day_is_the_edition(tmp_path):
    assert delivered(zipped(tmp_path, "k.zip", {"utf_ken_all.csv": POSTS})).edition == "2026-10-30"
    assert zipfile.is_zipfile(tmp_path / "k.zip")
