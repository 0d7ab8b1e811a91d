"""How long what kind of work may take in the database, so that one that is held stops nobody else for long.

A lock, a statement or an idle transaction without a limit holds a connection, the connection its thread, and the thread
whoever asks next (PostgreSQL documentation, "Client Connection Defaults": all three are without limit by default).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds; 0: none."""

    statement: float
    lock: float
    """Waiting for what somebody else holds."""
    idle: float
    """Between two statements of a transaction."""

    def settings(self) -> dict[str, str]:
        """As PostgreSQL names them."""
        return {
            "statement_timeout": f"{self.statement * 1000:.0f}",
            "lock_timeout": f"{self.lock * 1000:.0f}",
            "idle_in_transaction_session_timeout": f"{self.idle * 1000:.0f}",
        }

    def options(self) -> str:
        """For a connection's ``options``."""
        return " ".join(f"-c {name}={value}" for name, value in self.settings().items())


HOT: Final = Limits(statement=5, lock=2, idle=10)
"""One statement that is a transaction of its own: a session, a look whether there is anything to do. What a connection
has from the start."""
PAGE: Final = Limits(statement=10, lock=3, idle=20)
"""Somebody waits for the answer."""
BACKGROUND: Final = Limits(statement=60, lock=10, idle=60)
"""Letters, ticks, sealing, jobs: nobody waits, and it is tried again."""
FOUNDING: Final = Limits(statement=0, lock=0, idle=0)
"""Bulk loading of a country that nobody is in yet."""

_now: ContextVar[Limits] = ContextVar("limits", default=PAGE)


def of_this_work() -> Limits:
    return _now.get()


@contextmanager
def doing(limits: Limits) -> Iterator[None]:
    """What this thread does inside is work of this kind."""
    token = _now.set(limits)
    try:
        yield
    finally:
        _now.reset(token)
