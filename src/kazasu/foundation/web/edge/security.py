"""What every answer carries and every request must pass, whatever the page."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.faults import WRONG_ORIGIN

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


def check_origin(request: Request, own: str) -> None:
    """A form is accepted from the site's own pages only.

    ``own``: the site's origin as it was founded. What the request says of itself (``Host``, the scheme of an inner
    connection) is a proxy's word, and many leave the port out.

    Raises Refusal ``web.wrong-origin``.
    """
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("origin", "")
    if origin and origin != "null":
        same = origin == own
    else:
        same = request.headers.get("sec-fetch-site", "") in {"same-origin", "none"}
    if not same:
        raise Refusal(WRONG_ORIGIN)
