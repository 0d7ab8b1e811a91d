"""For programs: security events of the identity service, and the account links of partners."""

from collections.abc import Callable
from typing import Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.business import account_link
from kazasu.business.bank.service.customer_data import CustomerData
from kazasu.business.bank.service.linking import Linking
from kazasu.foundation.web import Site, public
from kazasu.kit.told.reception import events_at

_CALLERS: Final = 60_000
"""Requests a minute: few callers, many customers."""


def enter(site: Site, keeping: CustomerData, linking: Linking) -> None:
    events_at(site, keeping.receive)
    limit = site.limit(_CALLERS)
    signed = public("the sender's signature is the sign-in")

    def message(path: str, take: Callable[[str], BaseModel], status: int = 200) -> None:
        def answer(request: Request) -> Response:
            content = take(request.state.body.decode("ascii", "replace"))
            return JSONResponse(content.model_dump(mode="json"), status)

        site.route(path, access=signed, methods=["POST"], api=True, limit=limit)(answer)

    message(account_link.REQUESTS, linking.request, 201)
    message(account_link.LINKS, linking.redeem, 201)
    message(account_link.CHARGES, linking.charge)
    message(account_link.ENDED, linking.ended)
