"""Periods of the law, over all days: leap days, year ends, closed last days."""

from datetime import date, timedelta
from types import SimpleNamespace

from hypothesis import example, given
from hypothesis import strategies as st

from kazasu.foundation.time.dates import is_open
from kazasu.kit import periods

days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
LEAP, YEAR_END = date(2028, 2, 29), date(2026, 12, 20)


@given(days)
@example(LEAP)
@example(YEAR_END)
def test_every_period_ends_on_an_open_day_and_never_early(day):
    for ends, length in (
        (periods.moving_in_until(day), 14),
        (periods.transfer_usable_until(day), 30),
        (periods.card_continuation_until(day), 90),
        (periods.online_notice_window(day)[1], 10),
    ):
        assert is_open(ends)
        assert day + timedelta(days=length) <= ends <= day + timedelta(days=length + 10)
        between = (day + timedelta(days=length + n) for n in range((ends - day).days - length))
        assert not any(is_open(one) for one in between)


@given(days, days)
def test_the_window_of_today_holds_exactly_the_days_whose_window_holds_today(today, moves_on):
    first, last = periods.move_dates_open_on(today)
    opens, closes = periods.online_notice_window(moves_on)
    assert (first <= moves_on <= last) == (opens <= today <= closes)


@given(days)
def test_windows_never_shrink_as_days_go_by(today):
    first, last = periods.move_dates_open_on(today)
    later_first, later_last = periods.move_dates_open_on(today + timedelta(days=1))
    assert first <= later_first
    assert last + timedelta(days=1) == later_last


@given(days, st.integers(-40, 40), st.integers(0, 60))
def test_the_special_route_needs_both_periods(planned, shift, waits):
    moved = planned + timedelta(days=shift)
    notified = moved + timedelta(days=waits)
    assert periods.special_route_open(moved, planned, notified) == (
        notified <= periods.moving_in_until(moved)
        and notified <= periods.transfer_usable_until(planned)
    )


def test_examples_from_the_calendar():
    assert periods.moving_in_until(date(2026, 12, 15)) == date(2027, 1, 4), "closed 29 Dec – 3 Jan"
    assert periods.moving_in_until(date(2028, 2, 15)) == LEAP
    assert periods.notice_is_late(date(2026, 11, 2), date(2026, 11, 17))
    assert not periods.notice_is_late(date(2026, 11, 2), date(2026, 11, 16))


@given(st.lists(st.integers(0, 40), max_size=5))
def test_who_stays_is_left_alone_where_nobody_of_fifteen_stays(ages):
    on = date(2026, 12, 1)
    staying = [SimpleNamespace(birth_text=f"{on.year - age}年12月1日") for age in ages]
    grown = any(age >= periods.OWN_WILL for age in ages)
    assert periods.left_alone(staying, on) == ([] if grown else staying)


@given(st.integers(1930, 2020), days)
@example(2000, LEAP)
@example(2004, date(2027, 2, 28))
@example(2004, date(2027, 3, 1))
def test_who_was_born_on_a_leap_day_has_a_card_until_the_day_before(year, issued):
    """個人番号カード等に関する命令 26条; in leap years, too. Never ten years or more, and never less than nine, of a grown-up."""
    born = date(year - year % 4, 2, 29)
    last = periods.expiry_of_card(issued, born)
    assert (last.month, last.day) == (2, 28)
    assert last > issued
    full = last.year - issued.year - ((last.month, last.day) < (issued.month, issued.day))
    assert full in (4, 5, 9, 10)
