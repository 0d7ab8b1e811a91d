"""The two doors through which messages come in by HTTP. The sender's signature is the sign-in."""

import secrets
from collections import defaultdict
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kazasu.exchange.carrier.transport import CONTENT_TYPE, INQUIRIES_PATH, LETTERS_PATH
from kazasu.exchange.faults import NOT_FOR_US
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.edge.bulkheads import Bulkhead
from kazasu.foundation.web.edge.failures import refusal_of
from kazasu.foundation.web.edge.problems import problem

MOST_BYTES = 4_000_000
"""Of a message; the gate around the application counts them."""
Door = Callable[[str, str], str | None]
"""(institution, sealed) → receipt or answer; None when the institution does not live here."""


AT_ONCE: Final = 16
"""Messages of one kind for one room: whoever answers may have to ask others, so these are not the pages' threads."""


def doors(deliver: Door, inquire: Door, room_of: Callable[[str], str]) -> list[Route]:
    """``room_of``: in which room of this process an institution lives; empty for what lives nowhere here."""
    return [_route(LETTERS_PATH, deliver, room_of), _route(INQUIRIES_PATH, inquire, room_of)]


def _route(path: str, door: Door, room_of: Callable[[str], str]) -> Route:
    bulkheads: defaultdict[str, Bulkhead] = defaultdict(lambda: Bulkhead(AT_ONCE))

    def answer(institution: str, sealed: str) -> Response:
        try:
            result = door(institution, sealed)
            if result is None:
                raise Refusal(NOT_FOR_US)
        except Exception as error:
            return problem(refusal_of(error, room="exchange", incident=secrets.token_hex(6)))
        return PlainTextResponse(result, media_type=CONTENT_TYPE)

    async def endpoint(request: Request) -> Response:
        sealed = (await request.body()).decode("ascii", "replace")
        institution = request.headers.get("kazasu-institution", "")
        try:
            return await bulkheads[room_of(institution)].run(answer, institution, sealed)
        except Refusal as no_room:
            return problem(no_room)

    return Route(path, endpoint, methods=["POST"])
