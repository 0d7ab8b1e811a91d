"""Where a process writes what it did: one event a line, for people or for programs."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog

from kazasu.foundation.settings import Settings

_BIGGEST = 20_000_000
_KEPT = 5


def write_log(settings: Settings, file: Path | None = None) -> None:
    """Send our events and libraries' warnings to ``file`` (rotated), or to the error channel."""
    handler: logging.Handler
    if file is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(file, maxBytes=_BIGGEST, backupCount=_KEPT, encoding="utf-8")
    handler.setFormatter(_formatter(settings))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("kazasu").setLevel(logging.INFO)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[*_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=lambda *_: logging.getLogger("kazasu"),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


_PROCESSORS: list[structlog.typing.Processor] = [
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
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
    )
