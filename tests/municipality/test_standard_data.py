"""Residents from a file: all of it, or every wrong line and field of it."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.municipality.standard_data import COLUMNS, MOST_ERRORS, SIMPLIFIED, read_residents
from tests.support.production import PEOPLE, SAPPORO, YOKOHAMA

CODE = MunicipalityCode(YOKOHAMA)
ROWS = [one.row() for one in PEOPLE if one.city == YOKOHAMA]


def read(rows, columns=None):
    text = io.StringIO()
    table = csv.DictWriter(text, columns or list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return read_residents(io.StringIO(text.getvalue()), CODE)


def wrong(number=0, **changes):
    """What is said when one row is changed: (line, column, code)."""
    rows = [dict(row) for row in ROWS]
    rows[number] |= changes
    found = read(rows)
    return [(one.line, one.column, one.code) for one in found.wrong]


def test_a_good_file_is_taken_whole_in_any_order_of_columns():
    found = read(ROWS, list(reversed(ROWS[0])))
    assert (found.wrong, found.left_out) == ([], [])
    hanako, haruto, _ = found.residents
    assert (hanako.name, hanako.sex, hanako.is_head) == ("佐藤　花子", "女", True)
    assert hanako.birth_text == "昭和63年5月3日"
    assert hanako.resident_id == "0000000011"
    assert (haruto.relationship, haruto.household_number) == ("子", hanako.household_number)
    assert hanako.address.line == "神奈川県横浜市中区日本大通１番地"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shimei": ""}, ("shimei", "E0001")),
        ({"shimei": "花\u200b子"}, ("shimei", "E0002")),
        ({"shimei": "花\u3164子"}, ("shimei", "E0002")),
        ({"shimei": "花" * 101}, ("shimei", "E0003")),
        ({"shimei_furigana": "はなこ"}, ("shimei_furigana", "E0002")),
        ({"kojinbango": "123456789012"}, ("kojinbango", "E0002")),
        ({"kojinbango": "１２３４５６７８９０１２"}, ("kojinbango", "E0002")),
        ({"juminhyokodo": "12345678901"}, ("juminhyokodo", "E0002")),
        ({"seibetsu": "0"}, ("seibetsu", "E0002")),
        ({"seinengappi": "19880503"}, ("seinengappi", "E0002")),
        ({"seinengappi": "1988-02-30"}, ("seinengappi", "E0002")),
        ({"seinengappi": ""}, ("seinengappi", "E0004")),
        ({"zokugara": "祖父"}, ("zokugara", "E0002")),
        ({"jusho_shikuchosonkodo": SAPPORO}, ("jusho_shikuchosonkodo", "E0004")),
        ({"jushoosadametanengappi": "2019-01-01"}, ("jushoosadametanengappi", "E0004")),
        ({"kojinbangokado": "2"}, ("kojinbangokado", "E0002")),
    ],
)
def test_a_wrong_field_is_named_with_its_line(changes, said):
    assert wrong(**changes) == [(2, *said)]


def test_one_person_and_one_head_are_one():
    twice = {name: ROWS[0][name] for name in ("kojinbango", "juminhyokodo", "atenabango")}
    assert wrong(1, **twice) == [(3, one, "E0004") for one in ("atenabango", "juminhyokodo", "kojinbango")]  # fmt: skip
    assert wrong(1, zokugara="世帯主") == [(3, "zokugara", "E0004")]
    assert (3, "jusho_choaza", "E0004") in wrong(1, jusho_choaza="山下町")
    assert wrong(0, zokugara="妻") == [(2, "setaibango", "E0004"), (3, "setaibango", "E0004")]


def test_a_birth_that_is_not_known_is_written_as_it_is():
    rows = [ROWS[0] | {"seinengappi": "", "seinengappi_fushohyoki": "昭和23年頃"}, *ROWS[1:]]
    assert read(rows).residents[0].birth_text == "昭和23年頃"


def test_columns_that_are_missing_twice_or_unknown_are_told():
    found = read_residents(io.StringIO("shimei\n花子\n"), CODE)
    assert {one.column for one in found.wrong} == {n for n, c in COLUMNS.items() if c.needed} - {"shimei"}  # fmt: skip
    assert {(one.line, one.code) for one in found.wrong} == {(1, "E0001")}
    rows = [row | {"denwabango": "045"} for row in ROWS]
    assert read(rows).left_out == ["denwabango"]
    heading = ",".join([*ROWS[0], "shimei"])
    assert read_residents(io.StringIO(heading + "\n"), CODE).wrong[0].code == "E0004"
    assert [one.code for one in read_residents(io.StringIO(""), CODE).wrong]


def test_a_row_with_another_number_of_fields_is_told():
    text = ",".join(ROWS[0]) + "\na,b\n"
    assert [(one.line, one.code) for one in read_residents(io.StringIO(text), CODE).wrong] == [(2, "E0002")]  # fmt: skip


def test_no_more_is_said_than_somebody_reads():
    rows = [ROWS[0] | {"shimei": ""} for _ in range(500)]
    assert len(read(rows).wrong) == MOST_ERRORS


def test_what_is_wrong_says_nothing_of_the_person():
    found = read([ROWS[0] | {"kojinbango": "123456789012", "shimei": "秘密\u200b"}])
    assert not any("秘密" in str(one) or "123456789012" in str(one) for one in found.wrong)


@given(st.text(max_size=200))
def test_any_text_is_a_file_or_wrong(text):
    found = read_residents(io.StringIO(text, newline=""), CODE)
    assert bool(found.residents) != bool(found.wrong)


def test_simplified_columns_are_named():
    assert "setaibango" in SIMPLIFIED
    assert "shimei" not in SIMPLIFIED
    assert replace(PEOPLE[0], born=date(2000, 1, 1)).row()["seinengappi"] == "2000-01-01"
