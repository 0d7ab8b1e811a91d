"""What fails again and again behind a room is told twice: when it begins, and when it is over.

Work in the background is tried each second, and a neighbour may be away for an hour: a line for each try would bury
everything else in the log. So a task's first failure is a line, the further ones are counted, and its next success is a line
with how long it lasted and how many tries it took. What nobody expects (a mistake of ours) brings its traceback, once for
each kind of mistake; an absence (another institution, the database) has none. ``/healthz`` and the metrics have the counts.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import httpx
import structlog
from prometheus_client import Counter, Gauge

from kazasu.foundation.database import out_of_reach
from kazasu.foundation.faults import Refusal

log = structlog.get_logger()

TRIES: Final = Counter(
    "kazasu_background_failures",
    "Tries of work in the background that came to nothing",
    ["room", "part", "kind"],
)
GOING_ON: Final = Gauge(
    "kazasu_background_troubles",
    "Tasks of work in the background whose last try came to nothing",
    ["room", "part"],
)
_ABSENT: Final = frozenset({503, 504})
"""Statuses of faults that say: not here, or not in time."""
_MOST_KINDS: Final = 20
"""Of mistakes told of one task: one whose text changes with each try is no reason for a line each."""


@dataclass(slots=True)
class _Trouble:
    since: float
    tries: int = 0
    told: set[str] = field(default_factory=set)


class Troubles:
    """Of one part of a room (``relay``, ``jobs``, …). Used by any thread."""

    def __init__(self, room: str, part: str, now: Callable[[], float] = time.monotonic) -> None:
        self._room = room
        self._part = part
        self._now = now
        self._going_on: dict[str, _Trouble] = {}
        self._lock = threading.Lock()

    def failed(self, task: str, error: BaseException) -> None:
        """A try of ``task`` came to nothing. Counted; told in the log if it is the first, or another kind of mistake."""
        expected = is_expected(error)
        TRIES.labels(self._room, self._part, "absence" if expected else "mistake").inc()
        kind = "" if expected else _kind(error)
        with self._lock:
            trouble = self._going_on.setdefault(task, _Trouble(self._now()))
            trouble.tries += 1
            new = kind not in trouble.told and len(trouble.told) < _MOST_KINDS
            trouble.told.add(kind) if new else None
            GOING_ON.labels(self._room, self._part).set(len(self._going_on))
        if not new:
            return
        about = {"room": self._room, "part": self._part, "task": task}
        if expected:
            log.warning("fails until further notice", **about, why=said(error))
        else:
            log.error("background task failed", **about, exc_info=error)

    def well(self, task: str) -> None:
        """It was done. With no trouble before this costs a look, and no line."""
        if task not in self._going_on:
            return
        with self._lock:
            trouble = self._going_on.pop(task, None)
            GOING_ON.labels(self._room, self._part).set(len(self._going_on))
        if trouble is not None:
            log.info(
                "goes well again",
                room=self._room,
                part=self._part,
                task=task,
                tries=trouble.tries,
                seconds=round(self._now() - trouble.since, 1),
            )

    def facts(self) -> dict[str, float]:
        """For ``/healthz``: how many tasks fail now, with how many tries, and for how many seconds the longest. Empty: none."""
        with self._lock:
            going_on = list(self._going_on.values())
        if not going_on:
            return {}
        return {
            "failing": len(going_on),
            "failing_tries": sum(one.tries for one in going_on),
            "failing_seconds": round(self._now() - min(one.since for one in going_on), 1),
        }


def is_absence(error: BaseException) -> bool:
    """Is somebody away: an institution, the database, whoever is asked by HTTP?"""
    return any(_away(one) for one in _chain(error))


def is_neighbours(error: BaseException) -> bool:
    """Is it somebody else's absence? The database's is ours: what we serve is not in order then."""
    return is_absence(error) and not any(
        isinstance(one, Exception) and out_of_reach(one) for one in _chain(error)
    )


def is_expected(error: BaseException) -> bool:
    """Is it somebody's absence, or a refusal that says all there is to say? Then no traceback helps."""
    return isinstance(error, Refusal) or is_absence(error)


def _away(error: BaseException) -> bool:
    if isinstance(error, Refusal):
        return error.fault.status in _ABSENT
    return isinstance(error, httpx.TransportError) or (
        isinstance(error, Exception) and out_of_reach(error)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """It and what it came from."""
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def said(error: BaseException) -> str:
    """The error in one line, without what it hangs on: its code where it is a fault, else its class and first line."""
    if isinstance(error, Refusal):
        return error.fault.code
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def _kind(error: BaseException) -> str:
    """The class and the place in the code: the same mistake has the same one, whatever values its text names."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} {place}"
