"""Where a process writes what it did: one event a line, for people or for programs."""

import logging
import os
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

from kazasu.cli.output.log_clerk import Clerk
from kazasu.foundation.database import out_of_reach
from kazasu.foundation.postgres.user import folder_mode
from kazasu.foundation.settings import Settings

_BIGGEST = 20_000_000
_KEPT = 5


def write_log(settings: Settings, file: Path | None = None) -> None:
    """Send our events and libraries' warnings to ``file`` (rotated), or to the error channel."""
    paper: logging.StreamHandler[Any]
    if file is None:
        paper = logging.StreamHandler(sys.stderr)
    else:
        file.parent.mkdir(mode=folder_mode(), parents=True, exist_ok=True)
        paper = _OwnFile(file, maxBytes=_BIGGEST, backupCount=_KEPT, encoding="utf-8")
    paper.setFormatter(_formatter(settings))
    logging.basicConfig(handlers=[Clerk(paper)], level=logging.WARNING, force=True)
    logging.getLogger("kazasu").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[*_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=lambda *_: logging.getLogger("kazasu"),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class _OwnFile(RotatingFileHandler):
    """Readable by us alone: it names institutions, cases and times."""

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        return os.fdopen(os.open(self.baseFilename, flags, 0o600), "a", encoding=self.encoding)


def _exception_of_here(
    _: object, __: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """The exception itself for "the one being handled": another thread writes the line."""
    if event.get("exc_info") is True:
        event["exc_info"] = sys.exc_info()
    return event


def _outage_in_a_line(
    _: object, __: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Where the database was away or held, what failed is said and not where in our code: in an outage every thread
    would write forty lines a second, all alike."""
    info = event.get("exc_info")
    error = info[1] if isinstance(info, tuple) else info
    while isinstance(error, Exception):
        if out_of_reach(error):
            del event["exc_info"]
            said = str(error).strip().partition("\n")[0]
            event["error"] = f"{type(error).__name__}: {said}"
            return event
        error = error.__cause__ or error.__context__
    return event


_PROCESSORS: list[structlog.typing.Processor] = [
    _exception_of_here,
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _formatter(settings: Settings) -> logging.Formatter:
    # Never with the values of variables: a PIN or a number would be among them.
    renderers: list[structlog.typing.Processor]
    if settings.log == "json":
        renderers = [
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        renderers = [
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_PROCESSORS,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _outage_in_a_line,
            *renderers,
        ],
    )
