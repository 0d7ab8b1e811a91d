"""How often one client may ask, and one person.

Each process counts for itself: a limit that all share would cost a statement a request. Where several equal processes
stand behind one proxy, each gives its part (``KAZASU_PROCESSES``).
"""

import threading
import time
from typing import Final

from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.web.edge.forwarding.proxies import bucket_of
from kazasu.foundation.web.faults import TOO_MANY

MOST_BUCKETS: Final = 50_000
LEAST_AT_ONCE: Final = 10
"""However few a minute: a page and what it brings along."""
NARROW: Final = 10
"""Signing in and tapping take so much less than other pages: that is where guessing pays."""
_AT_A_TAP: Final = frozenset({"signin", "tap"})


class RateLimit:
    """A token bucket for each key: ``per_minute`` on average, a quarter of it at once; of both each of ``processes`` gives its part."""

    def __init__(self, per_minute: float, processes: int = 1) -> None:
        self._rate = per_minute / processes / 60
        self._most = max(1.0, max(LEAST_AT_ONCE, per_minute / 4) / processes)
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> None:
        """Raises Refusal ``web.too-many-requests``."""
        now = time.monotonic()
        with self._lock:
            tokens, at = self._buckets.pop(key, (self._most, now))
            tokens = min(self._most, tokens + (now - at) * self._rate)
            if len(self._buckets) >= MOST_BUCKETS:  # a flood of addresses must not fill the memory,
                del self._buckets[next(iter(self._buckets))]  # nor forgive those who ask just now
            self._buckets[key] = (max(tokens - 1, 0), now)
        if tokens < 1:
            raise Refusal(TOO_MANY)


class Rates:
    """The limits of one site in one process."""

    def __init__(self, settings: Settings) -> None:
        self._processes = settings.processes
        self._addresses = self.of_its_own(settings.requests_per_minute)
        self._people = self.of_its_own(settings.requests_per_minute)
        self._at_taps = self.of_its_own(settings.requests_per_minute / NARROW)

    def of_page(self, path: str, *, api: bool = False) -> RateLimit:
        """By address. ``api``: for programs; a terminal brings the evidence of all who stand before it."""
        return self._at_taps if narrow(path) and not api else self._addresses

    def of_its_own(self, per_minute: float) -> RateLimit:
        """Whatever its key is, an address or a party."""
        return RateLimit(per_minute, self._processes)

    def of_person(self, tenant: str, kind: str, subject: str) -> None:
        """Raises Refusal ``web.too-many-requests``: from however many addresses they come."""
        self._people.take(f"{tenant}\n{kind}\n{subject}")


def narrow(path: str) -> bool:
    """Is it a page at which people sign in or tap? The authorization endpoint is, the token endpoint is not."""
    parts = path.split("/")
    return not _AT_A_TAP.isdisjoint(parts) or parts[-1] == "auth"


def client_bucket(address: str | None) -> str:
    return bucket_of(address or "")
