"""A table of states walked cell by cell over a room's real service: what the table has happens, what it has not changes nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from kazasu.foundation.faults import Refusal
from kazasu.foundation.procedures.states import Table

REFUSED = {"states.not-now", "states.not-yours"}


@dataclass(frozen=True, kw_only=True)
class Walk:
    """One room's service as the walk needs it."""

    table: Table
    begin: Callable[[], str]
    """A new case, at the table's start."""
    act: Callable[[str, str, str], Any]
    """``(case, event, by)`` through the service."""
    stands: Callable[[str], str]
    """Where the case's row says that it stands."""
    letters: Callable[[str], list[str]]
    """The kinds of all letters that left for it."""
    everything: Callable[[str], Any]
    """All rows of the case, to be compared."""


def ways(table: Table) -> dict[str, list[str]]:
    """A shortest history that leads to each state."""
    found: dict[str, list[str]] = {table.start: []}
    waiting = [table.start]
    while waiting:
        here = waiting.pop(0)
        for (state, event), turn in table.cells.items():
            if state == here and turn.to not in found:
                found[turn.to] = [*found[here], event]
                waiting.append(turn.to)
    return found


def walk_cells(walk: Walk) -> int:
    """Each state × event × party. Returns how many were tried; raises ``AssertionError`` at the first that differs."""
    table, tried = walk.table, 0
    parties = sorted({by for event in table.events.values() for by in event.by})
    for state, history in ways(table).items():
        standing = _brought(walk, history)
        for event in table.events.values():
            turn = table.cells.get((state, event.key))
            for by in parties:
                tried += 1
                if turn is not None and by in event.by:
                    _happens(walk, history, event.key, by)
                else:
                    _changes_nothing(walk, standing, event.key, by)
    return tried


def _brought(walk: Walk, history: list[str]) -> str:
    case = walk.begin()
    for event in history:
        walk.act(case, event, walk.table.events[event].by[0])
    return case


def _happens(walk: Walk, history: list[str], event: str, by: str) -> None:
    case = _brought(walk, history)
    turn = walk.table.turn(walk.stands(case), event)
    before = Counter(walk.letters(case))
    walk.act(case, event, by)
    assert walk.stands(case) == turn.to, f"{history} × {event} by {by}"
    left = Counter(walk.letters(case)) - before
    assert left == Counter(turn.letters), f"{history} × {event}"


def _changes_nothing(walk: Walk, case: str, event: str, by: str) -> None:
    before = walk.everything(case), walk.letters(case)
    with pytest.raises(Refusal) as refused:
        walk.act(case, event, by)
    assert refused.value.fault.code in REFUSED, f"{event} by {by}: {refused.value}"
    assert (walk.everything(case), walk.letters(case)) == before, (
        f"{event} by {by} changed something"
    )
