"""Bulkheads: how many requests of one room are at work at once, so that a room that is held sinks alone.

Who finds no place waits for a moment in a short queue, and is then told so (503), which costs no thread. The event loop
itself never waits: what answers from memory, as ``/healthz`` does, answers while all threads are taken.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

import anyio
import anyio.to_thread

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.faults import NO_ROOM

T = TypeVar("T")
PLACES: Final = 32
"""Threads of one room's pages: taps and sign-ins wait for other institutions, so it is more than cores."""
QUEUE: Final = 128
PATIENCE_SECONDS: Final = 3.0


class Bulkhead:
    """Threads of one room."""

    def __init__(
        self, places: int = PLACES, queue: int = QUEUE, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._places = anyio.CapacityLimiter(places)
        self._threads = anyio.CapacityLimiter(math.inf)
        self._queue = queue
        self._patience = patience

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """``work(*arguments)`` in a thread. Raises Refusal ``web.no-room``."""
        place = object()
        await self._take(place)
        try:
            return await anyio.to_thread.run_sync(partial(work, *arguments), limiter=self._threads)
        finally:
            self._places.release_on_behalf_of(place)

    async def _take(self, place: object) -> None:
        if self._places.statistics().tasks_waiting >= self._queue:
            raise Refusal(NO_ROOM)
        with anyio.move_on_after(self._patience) as waited:
            await self._places.acquire_on_behalf_of(place)
        if waited.cancelled_caught:
            raise Refusal(NO_ROOM)
