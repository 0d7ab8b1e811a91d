"""Eras, unknown dates, deadlines and ages."""

from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time import dates, legal_dates
from kazasu.foundation.values import relationships

MODERN = st.dates(date(1873, 1, 1), date(2099, 12, 31))
HOLIDAYS_KNOWN = st.dates(date(2000, 1, 1), date(2050, 12, 31))


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
    ],
)
def test_eras_change_on_their_day(day, text):
    assert dates.wareki(day) == text


@given(MODERN)
def test_what_is_written_is_read_back(day):
    assert legal_dates.read_date(dates.wareki(day)).exact == day
    assert legal_dates.read_date(dates.western(day)).exact == day
    assert legal_dates.read_date(day.isoformat()).exact == day


@pytest.mark.parametrize(
    ("text", "sortable", "certainty"),
    [
        ("昭和20年頃", date(1945, 1, 1), "approximate"),
        ("推定昭和20年3月", date(1945, 3, 1), "approximate"),
        ("昭和20年月日不詳", date(1945, 1, 1), "partly-unknown"),
        ("昭和20年5月日不詳", date(1945, 5, 1), "partly-unknown"),
        ("昭和20年5月", date(1945, 5, 1), "partly-unknown"),
        ("年月日不詳", date.min, "unknown"),
        ("令和5年2月29日", date(2023, 2, 28), "non-calendar"),
        ("明治45年7月30日", date(1912, 7, 30), "exact"),
        ("大正15年12月25日", date(1926, 12, 25), "exact"),
        ("令和元年5月1日から令和元年5月10日までの間", date(2019, 5, 1), "range"),
        ("R8.11.23", date(2026, 11, 23), "exact"),
        ("令和3年春", date(2021, 3, 1), "approximate"),
        ("令和3年4月上旬", date(2021, 4, 1), "approximate"),
        ("令和3年4月中旬頃", date(2021, 4, 11), "approximate"),
        ("令和3年 月日不詳", date(2021, 1, 1), "partly-unknown"),
        ("令和3年4月 日不詳", date(2021, 4, 1), "partly-unknown"),
        ("令和二年三月三日", date(2020, 3, 3), "exact"),
        ("昭和六十三年十二月二十一日", date(1988, 12, 21), "exact"),
        ("二〇二六年一月一日", date(2026, 1, 1), "exact"),
        ("令和 元年 5月 1日", date(2019, 5, 1), "exact"),
        ("令和元年５月１日", date(2019, 5, 1), "exact"),
        ("明治6年1月1日", date(1873, 1, 1), "exact"),
    ],
)
def test_dates_that_the_register_must_hold(text, sortable, certainty):
    read = legal_dates.read_date(text)
    assert (read.sortable, read.certainty, read.text) == (sortable, certainty, text)


@pytest.mark.parametrize(
    "text", ["", "きのう", "元年", "令和8年13月1日", "昭和20年0月1日", "99年1月1日",
             "令和2年から令和元年まで", "令和0年5月1日", "平成0年", "R0.1.1", "令和3年上旬", "令和3年春5日", "令和三五十年"]
)  # fmt: skip
def test_what_is_no_date_is_refused(text):
    with pytest.raises(Refusal) as refused:
        legal_dates.read_date(text)
    assert refused.value.fault is legal_dates.UNREADABLE_DATE


@pytest.mark.parametrize(
    "text",
    ["明治5年12月2日", "明治5年12月3日", "明治元年", "1872-12-31", "1867年12月31日", "1001-01-01"],
)
def test_a_day_that_was_counted_by_the_moon_is_refused_by_name(text):
    """明治5年12月3日 never was: the next day was 明治6年1月1日 (明治5年太政官布告337号)."""
    with pytest.raises(Refusal) as refused:
        legal_dates.read_date(text)
    assert refused.value.fault is legal_dates.BY_THE_MOON


def test_no_era_names_a_day_that_was_counted_by_the_moon():
    assert dates.wareki(date(1873, 1, 1)) == "明治6年1月1日"
    with pytest.raises(ValueError, match="before the solar calendar"):
        dates.wareki(date(1872, 12, 31))


@pytest.mark.parametrize(
    ("born", "on", "full"),
    [(date(2006, 11, 29), date(2026, 11, 28), 19), (date(2006, 11, 29), date(2026, 11, 29), 20),
     (date(2008, 2, 29), date(2028, 2, 28), 19), (date(2008, 2, 29), date(2028, 2, 29), 20),
     (date(2007, 3, 1), date(2027, 2, 28), 19)],
)  # fmt: skip
def test_at_a_till_an_age_is_full_from_the_birthday_on(born, on, full):
    assert dates.age_all_day(born, on) == full


def test_dates_sort_with_the_unknown_first():
    texts = ["令和8年1月1日", "年月日不詳", "昭和20年頃"]
    assert [d.text for d in sorted(map(legal_dates.read_date, texts))] == [
        "年月日不詳",
        "昭和20年頃",
        "令和8年1月1日",
    ]
    assert legal_dates.LegalDate.unknown().exact is None
    assert legal_dates.LegalDate.of(date(1990, 5, 3), foreign=True).text == "1990年5月3日"


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 11, 9), 14, date(2026, 11, 24)),  # 23 November is a holiday
        (date(2026, 12, 15), 14, date(2027, 1, 4)),  # 29 December to 3 January are closed
        (date(2028, 2, 15), 14, date(2028, 2, 29)),  # a leap year
        (date(2027, 2, 15), 14, date(2027, 3, 1)),
        (date(2026, 11, 20), 30, date(2026, 12, 21)),  # 20 December is a Sunday
    ],
)
def test_deadlines(start, days, last):
    assert dates.deadline(start, days) == last


@given(HOLIDAYS_KNOWN, st.sampled_from([10, 14, 30, 90]))
def test_a_deadline_is_open_and_the_first_open_day(start, days):
    last = dates.deadline(start, days)
    raw = start + timedelta(days=days)
    assert dates.is_open(last)
    assert raw <= last <= raw + timedelta(days=10)
    assert not any(dates.is_open(raw + timedelta(days=n)) for n in range((last - raw).days))


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(1, 99))
def test_an_age_is_attained_on_the_day_before_the_birthday(birth, years):
    attained = dates.attained_on(birth, years)
    assert dates.age(birth, attained) == years
    assert dates.age(birth, attained - timedelta(days=1)) == years - 1


def test_born_on_a_leap_day():
    assert dates.attained_on(date(2008, 2, 29), 18) == date(2026, 2, 28)
    assert dates.age(date(2008, 2, 29), date(2026, 2, 27)) == 17
    assert dates.age(date(2008, 2, 29), date(2026, 2, 28)) == 18
    assert legal_dates.last_of_month(2028, 2) == date(2028, 2, 29)
    assert legal_dates.last_of_month(2026, 12) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "ja", "en"),
    [
        ("昭和63年4月1日", "昭和63年4月1日（1988年）", "1 April 1988"),
        ("1994年12月5日", "1994年12月5日", "5 December 1994"),
        ("昭和23年頃", "昭和23年頃（1948年）", "about 1948"),
        ("年月日不詳", "年月日不詳", "unknown"),
        ("むかし", "むかし", "むかし"),
    ],
)
def test_a_written_date_is_shown_with_the_western_year(text, ja, en):
    assert (legal_dates.shown(text, "ja"), legal_dates.shown(text, "en")) == (ja, en)


@pytest.mark.parametrize(
    ("ja", "en"),
    [("世帯主", "head of the household"), ("妻", "wife"), ("妻の母", "mother of wife"), ("子の子", "child of child"),
     ("いとこ", "いとこ"), ("", "")],
)  # fmt: skip
def test_a_relationship_is_shown_in_the_pages_language(ja, en):
    assert (relationships.shown(ja, "ja"), relationships.shown(ja, "en")) == (ja, en)
