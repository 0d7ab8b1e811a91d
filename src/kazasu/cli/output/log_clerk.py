"""Log lines are written by one thread, many at once: who serves a request hands its line over and goes on.

A line in the path of a request cost a sixth of it (speed.md §4). Nothing is lost at a clean stop; of a process that
is killed, the last :data:`GATHER_SECONDS`. A warning does not wait.
"""

import logging
import threading
from collections import deque
from logging.handlers import RotatingFileHandler
from typing import Any, Final

MOST_WAITING: Final = 50_000
"""Lines; a disk that hangs must not fill the memory, nor stop those who write."""
GATHER_SECONDS: Final = 0.05
_STOP_SECONDS: Final = 10.0


class Clerk(logging.Handler):
    """Writes to ``paper`` what it is handed."""

    def __init__(
        self, paper: "logging.StreamHandler[Any]", most_waiting: int = MOST_WAITING
    ) -> None:
        super().__init__()
        self._paper = paper
        self._waiting: deque[logging.LogRecord] = deque()
        self._most = most_waiting
        self._dropped = 0
        self._given = self._written = 0
        self._work = threading.Event()
        self._hurry = threading.Event()
        self._progress = threading.Condition()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Hand over; never waits. ``logging`` calls it with this handler's lock held."""
        if len(self._waiting) >= self._most:
            self._dropped += 1
            return
        self._given += 1
        self._waiting.append(record)
        if record.levelno >= logging.WARNING:
            self._hurry.set()
        if not self._work.is_set():
            self._work.set()

    def flush(self) -> None:
        """Until all that was handed over stands on paper. (``logging.shutdown`` calls it at the end.)"""
        given = self._given
        self._hurry.set()
        with self._progress:
            self._progress.wait_for(lambda: self._written >= given, _STOP_SECONDS)

    def close(self) -> None:
        self._ending = True
        self._hurry.set()
        self._work.set()
        self._thread.join(_STOP_SECONDS)
        self._paper.close()
        super().close()

    def _run(self) -> None:
        while not self._ending or self._waiting:
            self._work.wait()
            self._hurry.wait(GATHER_SECONDS)
            self._hurry.clear()
            self._work.clear()
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if batch or self._dropped:
                self._write(batch)
            with self._progress:
                self._written += len(batch)
                self._progress.notify_all()

    def _write(self, batch: list[logging.LogRecord]) -> None:
        if self._dropped:
            batch = [*batch, _lost(self._dropped)]
            self._dropped = 0
        lines = [self._line(record) for record in batch]
        try:
            if isinstance(self._paper, RotatingFileHandler):
                _turn_the_page(self._paper)
            self._paper.stream.write("".join(lines))
            self._paper.stream.flush()
        except (OSError, ValueError):  # a full disk; a stream that somebody closed
            self._paper.handleError(batch[0])

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return self._paper.format(record) + self._paper.terminator
        except Exception:  # one line that cannot be written takes no other with it
            self._paper.handleError(record)
            return ""


def _lost(count: int) -> logging.LogRecord:
    text = f"{count} log lines dropped: they came faster than they could be written"
    return logging.makeLogRecord(
        {"name": "kazasu", "levelno": logging.WARNING, "levelname": "WARNING", "msg": text}
    )


def _turn_the_page(paper: RotatingFileHandler) -> None:
    """By whole batches: looking at each line would format it twice."""
    if paper.stream is not None and paper.stream.tell() >= paper.maxBytes:
        paper.doRollover()
