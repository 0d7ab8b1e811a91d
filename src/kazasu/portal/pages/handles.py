"""Handles of whoever is signed in, kept for some minutes: looking at one's own data asks the same institutions again and again.

A handle is sealed to its institution and lives for half an hour; what it was kept for is recorded there each time that it is used. It
lies under the access token of one sign-in, so nobody else's session comes by it. Losing it costs one more exchange.
"""

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request

from kazasu.foundation.time.clock import Clock
from kazasu.kit.signin import SignIn
from kazasu.portal.move.answers import HandleFor

KEPT: Final = timedelta(minutes=10)
MOST: Final = 4_096
"""Of all sessions; the oldest go first."""


class Handles:
    """For looking alone: what changes something asks for a new one."""

    def __init__(self, signin: SignIn, clock: Clock) -> None:
        self._signin = signin
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[tuple[bytes, str], tuple[datetime, str]] = {}

    def of(self, request: Request) -> HandleFor:
        """Raises Refusal as :meth:`SignIn.handle_for`, when it is called."""
        token = str(request.state.session.data.get("access_token", ""))
        whose = hashlib.sha256(token.encode()).digest()

        def handle(audience: str) -> str:
            return self._for(whose, audience, lambda: self._signin.handle_for(request, audience))

        return handle

    def _for(self, whose: bytes, audience: str, make: Callable[[], str]) -> str:
        now, key = self._clock.now(), (whose, audience)
        with self._lock:
            at, found = self._kept.get(key, (None, ""))
        if at is not None and timedelta(0) <= now - at < KEPT:
            return found
        made = make()
        with self._lock:
            self._kept.pop(key, None)
            while len(self._kept) >= MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = (now, made)
        return made
