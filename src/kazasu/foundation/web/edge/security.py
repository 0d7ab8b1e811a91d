"""What every answer carries and every request must pass, whatever the page."""

import threading
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.faults import TOO_MANY, WRONG_ORIGIN

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def security_headers(response: Response, form_targets: Sequence[str]) -> None:
    """Strict Content-Security-Policy and its companions.

    ``form_targets`` are origins to which a form's redirects may lead: browsers hold redirects
    after a POST to ``form-action`` too.
    """
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        f"form-action {' '.join(chain_sources(form_targets))}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    for name, value in (
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
        ("cache-control", "no-store"),
    ):
        response.headers.setdefault(name, value)


def chain_sources(form_targets: Sequence[str]) -> list[str]:
    return ["'self'", *form_targets]


def host_of(headers: Mapping[str, str]) -> str:
    """The name that was asked for, without port; letter case and a final dot mean nothing (RFC 9110 §4.2.3)."""
    host = headers.get("host", "").lower()
    name, colon, port = host.rpartition(":")
    return (name if colon and not port.endswith("]") else host).removesuffix(".")


def check_origin(request: Request) -> None:
    """A form is accepted from the site's own pages only.

    Raises Refusal ``web.wrong-origin``.
    """
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("origin", "")
    if origin and origin != "null":
        same = _place(origin) == request.headers.get("host", "")
    else:
        same = request.headers.get("sec-fetch-site", "") in {"same-origin", "none"}
    if not same:
        raise Refusal(WRONG_ORIGIN)


def _place(origin: str) -> str | None:
    """Host and port; None where it is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


class RateLimit:
    """A token bucket for each client: ``per_minute`` on average, a quarter of it at once."""

    def __init__(self, per_minute: int) -> None:
        self._rate = per_minute / 60
        self._most = max(10.0, per_minute / 4)
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, client: str) -> None:
        """Raises Refusal ``web.too-many-requests``."""
        now = time.monotonic()
        with self._lock:
            tokens, at = self._buckets.get(client, (self._most, now))
            tokens = min(self._most, tokens + (now - at) * self._rate)
            if len(self._buckets) > 50_000:
                self._buckets.clear()  # a flood of addresses must not fill the memory
            self._buckets[client] = (max(tokens - 1, 0), now)
        if tokens < 1:
            raise Refusal(TOO_MANY)
