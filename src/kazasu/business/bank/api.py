"""For programs: security events of the identity service, and the account links of partners."""

from collections.abc import Callable
from typing import Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.business import account_link
from kazasu.business.bank.service.customer_data import CustomerData
from kazasu.business.bank.service.linking import Linking
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import Site, public
from kazasu.kit.events import CONTENT_TYPE
from kazasu.kit.faults import BAD_EVENT, EVENT_DIFFERS

EVENTS: Final = "/events"
_CALLERS: Final = 60_000
"""Requests a minute: few callers, many customers."""


def enter(site: Site, keeping: CustomerData, linking: Linking) -> None:
    limit = site.limit(_CALLERS)
    signed = public("the sender's signature is the sign-in")

    @site.route(EVENTS, access=signed, methods=["POST"], api=True, limit=limit)
    def events(request: Request) -> Response:
        """RFC 8935: 202 for a good event, also a repeated one; 400 with ``err`` for a bad one."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            if kind != CONTENT_TYPE:
                raise Refusal(BAD_EVENT, why="invalid_request")
            keeping.receive(request.state.body.decode("ascii", "replace"))
        except Refusal as refusal:
            if refusal.fault not in (BAD_EVENT, EVENT_DIFFERS):
                raise
            err = str(refusal.facts.get("why", "invalid_request"))
            content = {"err": err, "description": refusal.title.en}
            return JSONResponse(content, 400, headers={"content-language": "en"})
        return Response(status_code=202)

    def message(path: str, take: Callable[[str], BaseModel], status: int = 200) -> None:
        def answer(request: Request) -> Response:
            content = take(request.state.body.decode("ascii", "replace"))
            return JSONResponse(content.model_dump(mode="json"), status)

        site.route(path, access=signed, methods=["POST"], api=True, limit=limit)(answer)

    message(account_link.REQUESTS, linking.request, 201)
    message(account_link.LINKS, linking.redeem, 201)
    message(account_link.CHARGES, linking.charge)
    message(account_link.ENDED, linking.ended)
