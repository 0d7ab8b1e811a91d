"""Watches over the embedded server while a process lives by it, and starts it again when it died.

A server ends without us when it is killed, or when it could not write its log: a full disk at a WAL switch is a
PANIC, recovery needs to write too, and then the postmaster gives up for good. Nobody but us would start it again.
"""

import threading
from collections.abc import Callable
from typing import Final

import structlog

from kazasu.foundation.faults import Refusal

log = structlog.get_logger()

LOOK_SECONDS: Final = 1.0
LONGEST_PAUSE: Final = 5.0
"""Between two attempts: whatever kept the server from starting may have ended meanwhile."""


class Supervisor:
    """A thread that calls ``revive`` again and again; started and stopped any number of times."""

    def __init__(self, revive: Callable[[], bool]) -> None:
        """``revive`` starts a dead server and says whether it had to; raises when it could not."""
        self._revive = revive
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(
                target=self._watch, name="postgres supervisor", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Come back when the thread has ended: it will not start what is stopped next."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def _watch(self) -> None:
        pause = LOOK_SECONDS
        while not self._stop.wait(pause):
            try:
                if self._revive():
                    log.warning("postgres started again")
                pause = LOOK_SECONDS
            except Refusal as refusal:
                log.error("postgres does not start again", why=str(refusal))  # noqa: TRY400 - all is said
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception:
                log.exception("postgres is not watched over")
                pause = LONGEST_PAUSE
