"""Where the identity service pushes security events (RFC 8935): one page, for every institution that takes them."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import Site, public
from kazasu.kit.events import CONTENT_TYPE
from kazasu.kit.faults import BAD_EVENT, EVENT_DIFFERS

PATH: Final = "/events"
_CALLERS: Final = 60_000
"""Requests a minute: one caller, many people."""


def events_at(site: Site, take: Callable[[str], None]) -> None:
    """Enter the page.

    Args:
        take: verifies the token and does what it says, once; raises Refusal ``kit.bad-event``, ``kit.event-differs``.
    """

    def events(request: Request) -> Response:
        """202 for a good event, also a repeated one; 400 with ``err`` for a bad one (2.2, 2.3)."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            if kind != CONTENT_TYPE:
                raise Refusal(BAD_EVENT, why="invalid_request")
            take(request.state.body.decode("ascii", "replace"))
        except Refusal as refusal:
            if refusal.fault not in (BAD_EVENT, EVENT_DIFFERS):
                raise
            err = str(refusal.facts.get("why", "invalid_request"))
            content = {"err": err, "description": refusal.title.en}
            return JSONResponse(content, 400, headers={"content-language": "en"})
        return Response(status_code=202)

    signed = public("the sender's signature is the sign-in")
    limit = site.limit(_CALLERS)
    site.route(PATH, access=signed, methods=["POST"], api=True, limit=limit)(events)
