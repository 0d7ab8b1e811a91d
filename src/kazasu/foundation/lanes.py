"""Lanes: work for many receivers at once, each in a lane of its own, so that no receiver's slowness is another's.

A lane is worked on once at a time. How many lanes are under way is bounded, in all and by groups: receivers that were
silent before share a few places, and those that nobody heard of yet leave a reserve for those that answered the last time.
Which these are is known to this process alone; it is a hint for the order of work and nothing depends on it.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from kazasu.foundation.database.limits import BACKGROUND, doing
from kazasu.foundation.health.troubles import Troubles

T = TypeVar("T")

MOST: Final = 128
"""Lanes under way in a process; they wait for others more than they work."""
RESERVE: Final = 32
"""Of those, for lanes in which something was taken the last time."""
_MOST_PROVEN: Final = 100_000
SILENT: Final = 16
"""Of those, towards receivers that did not answer the last time."""
Shares = Mapping[str, int]
"""Groups that a lane belongs to, and how many lanes of each may be under way."""
SILENT_SHARE: Final[Shares] = {"silent": SILENT}


class Lanes:
    """The lanes of a process. Until :meth:`start` work is done where it is begun: tests need no threads."""

    def __init__(self, most: int = MOST, reserve: int = RESERVE) -> None:
        self._most = most
        self._unproven = most - reserve
        self._proven: set[Hashable] = set()
        self._threads: ThreadPoolExecutor | None = None
        self._under_way: dict[Hashable, Shares] = {}
        self._taken: Counter[str] = Counter()
        self._change = threading.Condition()
        self.troubles: Final = Troubles("", "lanes")

    def start(self) -> None:
        self._threads = ThreadPoolExecutor(self._most, "lane")

    def stop(self, seconds: float = 10.0) -> None:
        """Begin nothing more, and wait so long for what is under way: each exchange has its deadline."""
        threads, self._threads = self._threads, None
        if threads is not None:
            self.wait(seconds)
            threads.shutdown(wait=False, cancel_futures=True)

    def wait(self, seconds: float) -> bool:
        """Until nothing is under way; whether that is so."""
        with self._change:
            return self._change.wait_for(lambda: not self._under_way, seconds)

    def begin(
        self, lane: Hashable, work: Callable[[], object], shares: Shares | None = None
    ) -> bool:
        """Do ``work`` for a lane in its turn, if it is not under way and its groups have a place left.

        ``work`` returns something true when its receiver took something. Returns whether it was begun. Who could not begin looks again when something has ended.
        """
        if not self._take(lane, shares or {}):
            return False
        if self._threads is None:
            self._done(lane, work)
        else:
            self._threads.submit(self._done, lane, work)
        return True

    def _take(self, lane: Hashable, shares: Shares) -> bool:
        with self._change:
            if lane not in self._proven:
                shares = {**shares, "unproven": self._unproven}
            full = len(self._under_way) >= self._most or lane in self._under_way
            if full or any(self._taken[group] >= most for group, most in shares.items()):
                return False
            self._under_way[lane] = shares
            self._taken.update(dict.fromkeys(shares, 1))
            return True

    def _done(self, lane: Hashable, work: Callable[[], object]) -> None:
        taken = False
        try:
            with doing(BACKGROUND):
                taken = bool(work())
        except Exception as error:  # a lane that fails must not stop the others, nor pass unseen
            self.troubles.failed(_named(lane), error)
        else:
            self.troubles.well(_named(lane))
        finally:
            with self._change:
                if len(self._proven) > _MOST_PROVEN:
                    self._proven.clear()
                self._proven.add(lane) if taken else self._proven.discard(lane)
                self._taken.subtract(dict.fromkeys(self._under_way.pop(lane), 1))
                self._change.notify_all()


def _named(lane: Hashable) -> str:
    """How the log calls a lane."""
    return " ".join(map(str, lane)) if isinstance(lane, tuple) else str(lane)


def in_any_order(lanes: Iterable[T]) -> list[T]:
    """Where there are more than places, none is always the last."""
    mixed = list(lanes)
    random.shuffle(mixed)
    return mixed
