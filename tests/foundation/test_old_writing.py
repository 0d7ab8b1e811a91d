"""Dates as old terminals took them: each has one era, or is refused with those that it may have."""

from datetime import date

import pytest

from kazasu.foundation.time.legal_dates import read_date
from kazasu.foundation.time.old_writing import WhichEra, eras_with, in_full
from kazasu.municipality.register.searching.conditions import Born, born, day_of


@pytest.mark.parametrize("typed", ["3630401", "630401", "63.4.1", "63/04/01", "63-4-1"])
def test_one_day_however_it_is_typed(typed):
    assert read_date(in_full(typed)).exact == date(1988, 4, 1)
    assert born(typed) == Born(date(1988, 4, 1), date(1988, 4, 1))


def test_in_full_width_as_a_japanese_keyboard_types_it():
    assert born("３６３０４０１") == born("６３．４．１") == born("昭和63年4月1日")


@pytest.mark.parametrize(
    ("digit", "first"), [("1", 1868), ("2", 1912), ("3", 1926), ("4", 1989), ("5", 2019)]
)
def test_the_digit_before_is_the_eras(digit, first):
    assert read_date(in_full(f"{digit}080301")).exact == date(first + 7, 3, 1)


@pytest.mark.parametrize("typed", ["080401", "8.4.1", "350503"])
def test_a_year_of_several_eras_is_refused_with_their_names(typed):
    with pytest.raises(WhichEra) as refused:
        born(typed)
    year = int(typed[:2]) if typed.isdecimal() else 8
    for era in eras_with(year):
        assert f"{era}{year}年" in refused.value.words.ja
    assert len(eras_with(year)) > 1
    assert "Showa" in refused.value.words.en


@pytest.mark.parametrize("year", range(1, 65))
def test_no_era_has_a_year_that_it_had_not(year):
    for era in eras_with(year):
        assert read_date(f"{era}{year}年1月1日" if year > 1 else f"{era}1年12月31日")
    assert eras_with(year) != []
    assert ("昭和" in eras_with(year), eras_with(65)) == (True, [])


@pytest.mark.parametrize(
    "typed", ["19880401", "昭和63年4月1日", "S63.4.1", "佐藤", "1988-04-01", "6304011", ""]
)
def test_what_is_written_otherwise_stays(typed):
    assert in_full(typed) == typed


def test_digits_where_a_name_or_number_belongs_are_a_number():
    assert day_of("630401") is None
    assert day_of("3630401") is None
    assert day_of("昭和63年4月1日") is not None
