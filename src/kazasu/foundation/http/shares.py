"""A share for each destination: however slow one is, it holds no more than its share of us."""

import threading
from collections import Counter
from typing import Final

import httpx


class Shares:
    """How many exchanges with one destination may be under way."""

    def __init__(self, each: int) -> None:
        self.each: Final = each
        self._held: Counter[str] = Counter()
        self._free = threading.Condition()

    def take(self, destination: str, seconds: float) -> None:
        """Wait so long for a place. Raises ``httpx.PoolTimeout``."""
        with self._free:
            if not self._free.wait_for(lambda: self._held[destination] < self.each, seconds):
                raise httpx.PoolTimeout("too many exchanges with this destination are under way")
            self._held[destination] += 1

    def give_back(self, destination: str) -> None:
        with self._free:
            self._held[destination] -= 1
            if not self._held[destination]:
                del self._held[destination]
            self._free.notify_all()
