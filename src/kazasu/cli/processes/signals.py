"""How a command that goes on until it is stopped is stopped."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


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
