"""Where the last day for the notice is near or past, the move's pages say that the counter receives people without an appointment."""

import re
from datetime import date, datetime, timedelta

import pytest

from kazasu.foundation.time.clock import JST
from kazasu.portal.move.answers import answers_from
from kazasu.portal.visit.walking_in import NEAR, counter_day, near
from tests.portal.test_case_page import page as page_of
from tests.portal.test_standing import page, told
from tests.support.town import Town

VOID = "out-done in-ready visit-missed"
DUE = date(2026, 12, 15)
"""Fourteen days after 1 December, on which they move: a Tuesday."""


def shown(events, on, words="en", **changed):
    return re.sub(r"<[^>]+>|\s+", " ", page(told(events, **changed), words, on=on))


def test_on_the_last_day_one_can_go_today_without_an_appointment():
    found = shown(VOID, DUE)
    assert "You can go to the counter today: no appointment is needed" in found
    assert "9:00 am to 5:00 pm" in found
    assert "Give the number of your case, too: MV-1" in re.sub(r" +", " ", found)
    assert "予約がなくても、きょう窓口で届け出られます" in shown(VOID, DUE, "ja")
    assert "今日 窓口へ 行けます" in shown(VOID, DUE, "easy")


def test_after_it_one_goes_at_once():
    found = shown(VOID, DUE + timedelta(days=1))
    assert "The last day for the notice is past: give it at once" in found
    assert "You can go today" in found
    assert "paper certificate of moving out from your old city" in found
    within = shown("in-ready visit-missed", DUE + timedelta(days=1), kind="within-city")
    assert "give it at once" in within


def test_before_the_old_city_has_accepted_it_the_counter_can_do_nothing():
    found = shown("received-out visit-missed", DUE)
    assert "Your old city has not accepted your notice yet" in found
    assert "no appointment is needed" not in found


@pytest.mark.parametrize(
    ("events", "on"),
    [(VOID, DUE - NEAR - timedelta(days=1)), ("out-done in-ready", date(2026, 12, 5)),
     ("out-done in-ready visited", DUE), ("out-done visit-missed expired-special", DUE),
     ("out-done in-ready visited registered", DUE)],
)  # fmt: skip
def test_nothing_is_said_where_there_is_time_or_it_is_told_otherwise(events, on):
    assert "walk-in" not in page(told(events), on=on)


@pytest.mark.parametrize(
    ("hour", "day", "opens"), [(16, 27, 27), (17, 27, 30), (9, 28, 30), (8, 30, 30)]
)
def test_after_the_counter_closed_the_next_open_day_counts(hour, day, opens):
    now = datetime(2026, 11, day, hour, tzinfo=JST)
    assert counter_day(now) == date(2026, 11, opens)


def test_closed_for_today_on_the_last_day_is_too_late():
    answers = answers_from(told("").answers)
    assert not near(answers, DUE, DUE).past
    assert near(answers, DUE, DUE + timedelta(days=1)).past


def test_the_page_of_the_times_says_so_too(databases, clock):
    town = Town(databases, clock)
    case = town.submit(visit_in=30)
    town.settle()
    clock.set(clock.now() + timedelta(days=15))
    _, found = page_of(town, f"/moves/{case}/visit")
    assert "The last day for the notice is" in found
    assert "Your old city has not accepted" in found
