"""Cases as tables: an invented procedure (borrowing a racket of the tennis club), its cells and its holes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.faults import Refusal
from kazasu.foundation.procedures.states import Event, State, Table, Turn
from kazasu.foundation.text import Text


def text(words):
    return Text(f"{words}（日本語）", words)


STATES = (
    State(key="asked", reads=text("You asked for a racket"), desk=text("to decide"), acts="clerk"),
    State(key="unclear", reads=text("Please say which size"), desk=text("waits for the member"), acts="resident"),
    State(key="lent", reads=text("The racket is yours until Sunday"), desk=text("lent"), acts="resident"),
    State(key="refused", reads=text("No racket is free"), desk=text("refused")),
    State(key="back", reads=text("Thank you for bringing it back"), desk=text("back")),
)  # fmt: skip
EVENTS = (
    Event(key="lend", by=("clerk",), words=text("lent")),
    Event(key="ask-size", by=("clerk",), words=text("asked for the size")),
    Event(key="say-size", by=("resident",), words=text("said the size")),
    Event(key="refuse", by=("clerk",), words=text("refused")),
    Event(key="bring-back", by=("resident", "clerk"), words=text("brought back")),
)
CELLS = {
    ("asked", "lend"): Turn("lent", ("tennis/lent/1",)),
    ("asked", "ask-size"): Turn("unclear", ("tennis/question/1",)),
    ("asked", "refuse"): Turn("refused", ("tennis/refused/1",)),
    ("unclear", "say-size"): Turn("asked"),
    ("unclear", "refuse"): Turn("refused", ("tennis/refused/1",)),
    ("lent", "bring-back"): Turn("back"),
}


def club(**changed):
    given = {"states": STATES, "events": EVENTS, "cells": CELLS, "start": "asked"} | changed
    return Table("racket", given["states"], given["events"], given["cells"], start=given["start"])


CLUB = club()


@pytest.mark.parametrize(
    ("state", "event", "turn"), list(CLUB.walk()), ids=lambda one: getattr(one, "key", "to")
)
def test_each_cell_does_what_it_says_or_is_refused(state, event, turn):
    if turn is None:
        with pytest.raises(Refusal) as refused:
            CLUB.turn(state.key, event.key)
        assert refused.value.fault.code == "states.not-now"
        assert state.reads.en in refused.value.title.en
        assert state.reads.ja in refused.value.title.ja
    else:
        assert CLUB.turn(state.key, event.key) == turn == CELLS[state.key, event.key]


def test_the_walk_has_every_cell():
    assert len(list(CLUB.walk())) == len(STATES) * len(EVENTS)


@given(st.lists(st.sampled_from([event.key for event in EVENTS]), max_size=12))
def test_any_history_either_ends_where_the_cells_lead_or_is_refused(events):
    state = "asked"
    for place, event in enumerate(events):
        turn = CELLS.get((state, event))
        if turn is None:
            with pytest.raises(Refusal):
                CLUB.after(events)
            with pytest.raises(Refusal):
                CLUB.after(events[: place + 1])
            return
        state = turn.to
    assert CLUB.after(events).key == state
    assert CLUB.over(state) == (state in ("refused", "back"))


def test_who_may_do_what_now():
    assert [event.key for event in CLUB.open_events("asked", "clerk")] == [
        "lend",
        "ask-size",
        "refuse",
    ]
    assert CLUB.open_events("asked", "resident") == []
    assert [event.key for event in CLUB.open_events("unclear")] == ["say-size", "refuse"]
    assert CLUB.open_events("back") == []


def without(*cells):
    return {key: turn for key, turn in CELLS.items() if key not in cells}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cells": CELLS | {("asked", "lend"): Turn("lost")}}, "asked × lend → lost: unknown"),
        ({"cells": CELLS | {("asked", "steal"): Turn("back")}}, "asked × steal → back: unknown"),
        ({"cells": without(("lent", "bring-back"))}, "lent waits for resident, who can do nothing"),
        ({"cells": without(("unclear", "say-size"))}, "unclear waits for resident, who can do nothing"),
        ({"cells": without(("asked", "ask-size"))}, "never reached: ['unclear']"),
        ({"cells": without(("asked", "refuse"), ("unclear", "refuse"), ("asked", "lend"))
            | {("asked", "lend"): Turn("unclear")}}, "never reached: ['back', 'lent', 'refused']"),
        ({"cells": CELLS | {("lent", "bring-back"): Turn("lent")}}, "never reached: ['back']"),
        ({"cells": CELLS | {("lent", "bring-back"): Turn("lent"), ("asked", "bring-back"): Turn("back")}},
            "never ends from: ['lent']"),
    ],
)  # fmt: skip
def test_a_hole_is_found_when_the_table_is_made(changed, said):
    with pytest.raises(ValueError, match="racket: ") as found:
        club(**changed)
    assert said in str(found.value)


def test_unknown_names_are_a_fault_of_ours():
    for state, event in (("lost", "lend"), ("asked", "steal")):
        with pytest.raises(KeyError):
            CLUB.turn(state, event)
