"""What was answered, for the figures and the log: also where no page was reached."""

from typing import Any, Final

import structlog
from prometheus_client import Counter, Histogram

from kazasu.foundation.faults import Refusal

log = structlog.get_logger()

REQUESTS: Final = Counter("kazasu_requests", "Requests", ["room", "route", "method", "status"])
SECONDS: Final = Histogram("kazasu_request_seconds", "Time to answer", ["room", "route"])
NO_PAGE: Final = "no page"
"""The one route of whatever has none: a client that makes addresses up makes no labels."""
FILES: Final = "files"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def answered(
    room: str, route: str, method: str, status: int, *, refused: int | None = None, **more: Any
) -> None:
    """Count and log one request. ``refused``: the status of what its answer, a redirect, refuses."""
    known = method if method in _METHODS else "other"
    counted = status if refused is None else refused
    REQUESTS.labels(room, route, known, counted).inc()
    log.info(
        "request", room=room, method=known, route=route, status=status, refused=counted, **more
    )


def turned_away(refusal: Refusal, method: str) -> None:
    """A request that reached no room."""
    answered("", NO_PAGE, method, refusal.fault.status, fault=refusal.fault.code)
