"""Signs of life: whether each part of a room still does its work, told by ``/healthz``.

A part beats when its work was done and misses when it failed. What neither beats nor misses in time hangs, and
that is as bad: the sender waits for letters that nobody carries.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["ok", "warning", "failed", "late"]


class Pulse:
    """One part's. Used by any thread: each field is written whole."""

    def __init__(self, late_after: float, now: Callable[[], float] = time.monotonic) -> None:
        """``late_after``: seconds that the work may take, counted from the start until it was done once."""
        self._late_after = late_after
        self._now = now
        self._beat_at = now()
        self._failed = False
        self._warned = False
        self.facts: dict[str, float | str] = {}
        """What a part tells besides: days, megabytes."""
        self.counts: Callable[[], Mapping[str, float]] = dict
        """The same, asked for each time: what fails behind it and is no fault of its own (a neighbour that is away)."""

    def beat(self, *, warns: bool = False) -> None:
        """The work was done. ``warns``: and a person must look at what it found; it turns nobody away."""
        self._beat_at, self._failed, self._warned = self._now(), False, warns

    def miss(self) -> None:
        self._failed = True

    @property
    def seconds(self) -> float:
        """Since the last success."""
        return self._now() - self._beat_at

    @property
    def state(self) -> State:
        if self._failed:
            return "failed"
        if self.seconds > self._late_after:
            return "late"
        return "warning" if self._warned else "ok"


@dataclass
class Health:
    """A room's parts by name; empty while nobody works in the background."""

    parts: dict[str, Pulse] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return all(pulse.state in ("ok", "warning") for pulse in self.parts.values())

    def report(self) -> dict[str, dict[str, Any]]:
        """By part: its state, and how many seconds ago it last did its work."""
        return {
            name: {"status": pulse.state, "last_success_seconds": round(pulse.seconds, 1)}
            | pulse.facts
            | dict(pulse.counts())
            for name, pulse in self.parts.items()
        }
