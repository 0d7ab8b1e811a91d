"""The integrators' desk for programs; the registration's own token is the sign-in (simulated)."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.exchange.faults import UNREADABLE
from kazasu.foundation.faults import Refusal
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.service import Clients
from kazasu.identity.hooks import Route
from kazasu.lab.conformance.service import Conformance
from kazasu.lab.inspector.service import Inspector, as_json


class Wanted(BaseModel):
    """Body of ``POST /api/conformance``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    start_url: str = Field(max_length=500)
    check_url: str = Field(max_length=500)


_PROVEN: Final = "the registration's own token is the sign-in"


def enter(route: Route, clients: Clients, inspector: Inspector, conformance: Conformance) -> None:
    """Enter ``/api/requests`` and ``/api/conformance``."""

    def own(request: Request) -> Client:
        """Raises Refusal ``identity.not-your-registration``."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return clients.opened_by(token.strip() if scheme.lower() == "bearer" else "")

    @route("/api/requests", _PROVEN, "GET")
    def requests(request: Request) -> Response:
        client = own(request)
        rows = inspector.newest(client.client_id)
        shown = [as_json(row, client.redirect_uris) for row in rows]
        return JSONResponse({"client_id": client.client_id, "requests": shown})

    @route("/api/conformance", _PROVEN, "POST")
    def run(request: Request) -> Response:
        """One run, to its end; the answer is the signed report."""
        client = own(request)
        wanted = _wanted(request)
        kept = conformance.run(client, wanted.start_url, wanted.check_url)
        return JSONResponse({"report": kept.report, "signed": kept.signed}, 201)


def _wanted(request: Request) -> Wanted:
    try:
        return Wanted.model_validate_json(request.state.body)
    except ValidationError:
        raise Refusal(UNREADABLE, kind="conformance") from None
