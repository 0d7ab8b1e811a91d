"""A case as a table: in which state, on which event, it goes where, who acts next, what is read, which letters leave (design §3.11).

A room writes its table as data; the service asks it before it acts, pages and letters take their words from it, and the tests
walk its cells. A hole in it is found at import and not by a resident.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.text import Text

NOT_NOW = define("states.not-now", 409,
    "いまはその手続きができません（いまの状態: {ja}）", "This cannot be done now (it stands at: {en})",
    "下に出ているのが、いまの状態です。確かめてから、もう一度選んでください", "Open the page again and see where it stands now")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a case can stand."""

    key: str
    reads: Text
    """One sentence for the resident."""
    desk: Text
    """What the desk's list shows."""
    acts: str = ""
    """Whose turn it is: ``resident``, ``clerk``, ``system`` or an institution's kind. Empty only where it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What can happen to it."""

    key: str
    by: tuple[str, ...]
    """Who can make it happen."""
    words: Text
    """The line of the timeline."""
    button: Text | None = None
    """What whoever can make it happen presses; None: it comes about without a page."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One cell: where it goes, and the kinds of letters that leave with the change."""

    to: str
    letters: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    """What the resident may read of it in their timeline, where another institution keeps that: keys of its events."""


class Table:
    """States × events. A cell that is not there is a refusal."""

    def __init__(
        self,
        name: str,
        states: Sequence[State],
        events: Sequence[Event],
        cells: Mapping[tuple[str, str], Turn],
        *,
        start: str,
    ) -> None:
        """Raises ``ValueError`` for a table with a hole: see :meth:`_check`."""
        self.name: Final = name
        self.states: Final = {state.key: state for state in states}
        self.events: Final = {event.key: event for event in events}
        self.cells: Final = dict(cells)
        self.start: Final = start
        self._check()

    def turn(self, state: str, event: str) -> Turn:
        """What the event does in this state.

        Raises Refusal ``states.not-now`` where the table has no such cell; ``KeyError``: no such state or event.
        """
        now, _ = self.states[state], self.events[event]
        found = self.cells.get((state, event))
        if found is None:
            raise Refusal(NOT_NOW, ja=now.reads.ja, en=now.reads.en)
        return found

    def can(self, state: str, event: str) -> bool:
        """Is there such a cell?"""
        return (state, event) in self.cells

    def sources(self, event: str) -> list[str]:
        """The states in which it can happen, in their order. Raises ``KeyError``: no such event."""
        return [key for key in self.states if self.can(key, self.events[event].key)]

    def after(self, events: Iterable[str]) -> State:
        """Where a case stands, from the list of what happened: its status is nowhere else.

        Raises Refusal ``states.not-now`` at the first event that cannot have happened.
        """
        return self.states[self.through(self.start, events)]

    def through(self, state: str, events: Iterable[str]) -> str:
        """Where these lead from this state. Raises Refusal ``states.not-now`` at the first that cannot happen."""
        for event in events:
            state = self.turn(state, event).to
        return state

    def open_events(self, state: str, by: str = "") -> list[Event]:
        """What can happen next, or what ``by`` can do."""
        return [
            event
            for event in self.events.values()
            if self.can(state, event.key) and (not by or by in event.by)
        ]

    def over(self, state: str) -> bool:
        """Is it over: does nobody have to act any more?"""
        return not self.states[state].acts

    def walk(self) -> Iterator[tuple[State, Event, Turn | None]]:
        """Every cell, also the empty ones: what a test walks."""
        for state in self.states.values():
            for event in self.events.values():
                yield state, event, self.cells.get((state.key, event.key))

    def _check(self) -> None:
        """1 cells name known states and events; 2 whose turn it is can do something; 3 every state is reached; 4 from every state the case
        can end."""
        for (here, event), turn in self.cells.items():
            if here not in self.states or event not in self.events or turn.to not in self.states:
                raise ValueError(f"{self.name}: {here} × {event} → {turn.to}: unknown")
        for key, state in self.states.items():
            if state.acts and not self.open_events(key, state.acts):
                raise ValueError(f"{self.name}: {key} waits for {state.acts}, who can do nothing")
        if missing := set(self.states) - self._reached({self.start}, backwards=False):
            raise ValueError(f"{self.name}: never reached: {sorted(missing)}")
        ends = {key for key in self.states if self.over(key)}
        if stuck := set(self.states) - self._reached(ends, backwards=True):
            raise ValueError(f"{self.name}: never ends from: {sorted(stuck)}")

    def _reached(self, begin: set[str], *, backwards: bool) -> set[str]:
        steps = [(state, turn.to) for (state, _), turn in self.cells.items()]
        if backwards:
            steps = [(after, before) for before, after in steps]
        found, waiting = set(begin), list(begin)
        while waiting:
            here = waiting.pop()
            new = {after for before, after in steps if before == here} - found
            found |= new
            waiting += new
        return found
