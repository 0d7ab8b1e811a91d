"""The desk's lists: lateness, filters with their counts, orders, and the next case, for any rows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.municipality.casework.model import Holder
from kazasu.municipality.moving import lists
from kazasu.municipality.moving.life import InState, OutState
from kazasu.municipality.moving.lists import Named, Row

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
days = st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=40))
holders = st.none() | st.sampled_from(["me", "other"]).map(
    lambda who: Holder("", who, {"me": "田中", "other": "木村"}[who], NOW)
)


@st.composite
def rows(draw, way):
    states = list(OutState if way == "out" else InState)
    count = draw(st.integers(0, 12))
    made = []
    for number in range(count):
        state, day = draw(st.sampled_from(states)), draw(st.none() | days)
        if way == "out":
            day = day or TODAY
            due = lists.due_out(state, day, TODAY)
        else:
            due = lists.due_in(state, day, draw(st.none() | days))
        name = draw(st.sampled_from(["サトウ", "スズキ", "タナカ"]))
        made.append(
            Row(f"MV-{number}", way, state, "between-cities", [Named(name, name)], False, day,
                draw(st.sampled_from(["", "09:00", "13:30"])), NOW, due, draw(holders))
        )  # fmt: skip
    return made


@pytest.mark.parametrize("way", ["in", "out"])
@given(st.data())
def test_every_filter_shows_as_many_as_its_link_says_in_any_order(way, data):
    given_rows = data.draw(rows(way))
    whole = lists.listing(given_rows, way, TODAY, "me")
    for key, _, count in whole.counts:
        for sort in lists.SORTS:
            found = lists.listing(given_rows, way, TODAY, "me", chosen=key, sort=sort)
            assert len(found.rows) == count
            assert (found.chosen, found.sort) == (key, sort)
            assert found.counts == whole.counts
    assert {row.case_id for row in whole.rows} == {row.case_id for row in given_rows}
    assert lists.listing(given_rows, way, TODAY, "me", chosen="x", sort="x") == whole


@pytest.mark.parametrize("way", ["in", "out"])
@given(st.data())
def test_next_leads_through_all_that_can_go_on_and_to_nothing_that_a_colleague_has(way, data):
    given_rows = data.draw(rows(way))
    mine = {
        row.case_id
        for row in given_rows
        if row.waits_for_us(TODAY) and (row.holder is None or row.holder.staff_id == "me")
    }
    seen, here = [], ""
    for _ in given_rows:
        here = lists.following(given_rows, here, TODAY, "me")
        if not here or here in seen:
            break
        seen.append(here)
    assert set(seen) == mine
    if len(mine) == 1:
        assert lists.following(given_rows, seen[0], TODAY, "me") == ""


@pytest.mark.parametrize(
    ("due", "late"),
    [(TODAY - timedelta(days=1), 1), (TODAY, 0), (TODAY + timedelta(days=1), 0), (None, 0)],
)
def test_late_is_from_the_day_after(due, late):
    row = Row("MV-1", "out", "checked", "between-cities", [], False, TODAY, "", NOW, due)
    assert row.late(TODAY) == late


def test_what_waits_for_somebody_else_is_never_late():
    long_ago = TODAY - timedelta(days=90)
    for state in OutState:
        waits = state in (OutState.RECEIVED, OutState.CHECKED)
        assert (lists.due_out(state, long_ago, long_ago) is not None) == waits
    for state in InState:
        waits = state in lists.TODO_IN and state != InState.EXPIRED  # a paper has no last day
        assert (lists.due_in(state, long_ago, None) is not None) == waits
    assert lists.due_in(InState.CERTIFICATE, None, date(2026, 11, 1)) == date(2026, 11, 16), (
        "the fourteenth day is a Sunday"
    )


def test_a_notice_that_came_after_the_moving_day_is_not_late_when_it_comes():
    """It is in time for ten days (municipal §1.2); the desk is late when the next open day has passed."""
    friday = date(2026, 11, 27)
    due = lists.due_out("checked", friday - timedelta(days=3), friday)
    assert due == date(2026, 11, 30), "a Monday"
    assert lists.due_out("checked", date(2026, 12, 9), friday) == date(2026, 12, 9)
