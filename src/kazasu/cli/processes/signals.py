"""How a command that goes on until it is stopped is stopped."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Never


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGTERM ends the process as Ctrl-C does, through every ``finally`` on the way; SIGHUP, from a terminal
    that is closed, as SIGTERM does. Who ignores SIGHUP (``nohup``) outlives the terminal.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    def terminate(_signal: int, _frame: FrameType | None) -> None:
        signal.raise_signal(
            signal.SIGTERM
        )  # to whoever handles it now: the web server has its own way

    handlers = {signal.SIGTERM: interrupt, signal.SIGHUP: terminate}
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        del handlers[signal.SIGHUP]
    before = {one: signal.signal(one, handler) for one, handler in handlers.items()}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def until_ended() -> Never:
    """Does nothing until a signal ends the process.

    By the second: Python runs a handler between two instructions, so one that comes just before a wait without an end is
    looked at when the wait is over, which is never.
    """
    while True:
        time.sleep(1)
