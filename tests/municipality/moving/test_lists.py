"""The desk's lists: lateness, filters with their counts, orders, and the next case, for any rows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.municipality.casework.model import Holder
from kazasu.municipality.moving import lists
from kazasu.municipality.moving.life import InState, OutState
from kazasu.municipality.moving.lists import Named, Row
from kazasu.municipality.moving.service.arrivals import due_of
from kazasu.municipality.moving.store.arrivals import Expected

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


LONG_AGO = TODAY - timedelta(days=90)
LATE = {
    OutState.RECEIVED: True, OutState.CHECKED: True, OutState.NEEDS_FIX: True, OutState.ACCEPTED: False,
    OutState.REJECTED: False, OutState.WITHDRAWN: False, OutState.CANCELLED: False, OutState.CLOSED: False,
    InState.RESERVED: True, InState.CERTIFICATE: True, InState.READY: True, InState.VISITED: True,
    InState.PROVISIONAL: True, InState.REGISTERING: True, InState.PARTLY: True, InState.MISSED: True,
    InState.EXPIRED: False, InState.REGISTERED: False, InState.WITHDRAWN: False, InState.CANCELLED: False,
    InState.ELSEWHERE: False, InState.DROPPED: False,
}  # fmt: skip
"""Whether what has lain in this state for ninety days is late; a paper certificate has no last day."""


@pytest.mark.parametrize(
    "state", [*OutState, *InState], ids=lambda one: f"{type(one).__name__}-{one}"
)
def test_each_state_is_late_or_over(state):
    if isinstance(state, OutState):
        due, way = lists.due_out(state, LONG_AGO, LONG_AGO), "out"
    else:
        due, way = lists.due_in(state, None, LONG_AGO), "in"
    row = Row("MV-1", way, state, "between-cities", [], False, None, "", NOW, due)
    assert (row.late(TODAY) > 60) == LATE[state]
    assert lists.FILTERS["late"].keeps(row, TODAY, "me") == LATE[state]
    assert (row.todo is not None) == (LATE[state] or state == InState.EXPIRED), "late is who waits"


def expected(state, **changes):
    said = {
        "case_id": "MV-1", "state": state, "kind": "within-city", "half": "", "applicant": "試験", "movers": [], "people": 1,
        "protected": False, "office_id": "", "on_date": None, "starts": "", "planned_on": "", "announced_on": "",
        "by_paper": False, "received_at": NOW, "decided_by": "", "registered_at": None,
    }  # fmt: skip
    return Expected(**said | changes)


@pytest.mark.parametrize("state", [InState.MISSED, InState.RESERVED])
def test_who_missed_their_visit_is_late_fourteen_days_after_the_move_that_they_announced(state):
    """Within the city there are no certificate data, and before they come neither: the day of the notice is the one there is."""
    assert due_of(expected(state, announced_on="2026-11-01")) == date(2026, 11, 16)
    planned = expected(state, announced_on="2026-11-01", planned_on="2026-11-02")
    assert due_of(planned) == date(2026, 11, 16)
    assert due_of(expected(state, on_date=TODAY, announced_on="2026-11-01")) == TODAY


def test_a_correction_that_nobody_sends_is_late_after_fourteen_days():
    asked = TODAY - timedelta(days=27)
    due = lists.due_out(OutState.NEEDS_FIX, TODAY + timedelta(days=9), asked, asked)
    assert due < TODAY
    assert lists.due_out(OutState.NEEDS_FIX, TODAY, LONG_AGO, TODAY) > TODAY, "asked again"


def test_a_case_that_somebody_has_had_for_long_says_so():
    held = lambda days: Row(  # noqa: E731
        "MV-1", "in", "visited", "between-cities", [], False, None, "", NOW, None,
        Holder("", "other", "木村", NOW - timedelta(days=days)),
    ).held_days(TODAY)  # fmt: skip
    assert [held(one) for one in (0, 6, 7, 20)] == [0, 0, 7, 20]


def test_a_notice_that_came_after_the_moving_day_is_not_late_when_it_comes():
    """It is in time for ten days (municipal §1.2); the desk is late when the next open day has passed."""
    friday = date(2026, 11, 27)
    due = lists.due_out("checked", friday - timedelta(days=3), friday)
    assert due == date(2026, 11, 30), "a Monday"
    assert lists.due_out("checked", date(2026, 12, 9), friday) == date(2026, 12, 9)
