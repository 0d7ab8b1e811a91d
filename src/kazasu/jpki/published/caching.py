"""HTTP's own words about how long a signed thing is good (RFC 5019 §6, RFC 9111), and whether the asker has it already."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response


def cacheable(
    request: Request, body: bytes, media_type: str, *, at: datetime, until: datetime, now: datetime
) -> Response:
    """An answer that caches may keep until just before it ends; 304 without a body for who has this very one.

    Args:
        at: when it was signed. until: ``nextUpdate``.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()}"'
    headers = {
        "etag": tag,
        "last-modified": _http_date(at),
        "expires": _http_date(until),
        # Not a second past nextUpdate (RFC 5019 §6.2): a proxy's clock may run behind ours.
        "cache-control": f"max-age={max(0, int((until - now).total_seconds()) - 1)}, public, no-transform, must-revalidate",
    }
    if request.method in {"GET", "HEAD"} and _has_it(request, tag, at):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _has_it(request: Request, tag: str, at: datetime) -> bool:
    """``If-None-Match`` before ``If-Modified-Since`` (RFC 9110 §13.2.2); a day that does not read says nothing."""
    known = request.headers.get("if-none-match")
    if known is not None:
        tags = {one.strip().removeprefix("W/") for one in known.split(",")}
        return known.strip() == "*" or tag in tags
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except (ValueError, TypeError, OverflowError):
        return False
    if since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    return at.replace(microsecond=0) <= since


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)
