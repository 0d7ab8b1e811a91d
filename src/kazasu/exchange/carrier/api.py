"""The two doors through which messages come in by HTTP. The sender's signature is the sign-in."""

import secrets
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kazasu.exchange.carrier.transport import CONTENT_TYPE, INQUIRIES_PATH, LETTERS_PATH
from kazasu.exchange.faults import NOT_FOR_US
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web.edge.failures import refusal_of
from kazasu.foundation.web.edge.problems import problem

Door = Callable[[str, str], str | None]
"""(institution, sealed) → receipt or answer; None when the institution does not live here."""


def doors(deliver: Door, inquire: Door) -> list[Route]:
    return [_route(LETTERS_PATH, deliver), _route(INQUIRIES_PATH, inquire)]


def _route(path: str, door: Door) -> Route:
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
        return await run_in_threadpool(answer, institution, sealed)

    return Route(path, endpoint, methods=["POST"])
