"""The integrators' desk for programs; the registration's own token is the sign-in (simulated)."""

from collections.abc import Callable
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.exchange.faults import UNREADABLE
from kazasu.foundation.faults import Refusal
from kazasu.identity.clients.model import Client
from kazasu.identity.faults import NOT_YOUR_REGISTRATION
from kazasu.identity.integrators.inspector.service import as_json
from kazasu.identity.services import Services


class Wanted(BaseModel):
    """Body of ``POST /api/conformance``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    start_url: str = Field(max_length=500)
    check_url: str = Field(max_length=500)


_PROVEN: Final = "the registration's own token is the sign-in"
Route = Callable[..., Callable[[Callable[[Request], Response]], object]]


def enter(route: Route, services: Services) -> None:
    """Enter ``/api/requests``."""

    def own(request: Request) -> Client:
        """Raises Refusal ``identity.not-your-registration``."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise Refusal(NOT_YOUR_REGISTRATION)
        client_id = services.inspector.client_of_registration(token)
        return services.clients.speak_for(client_id, token)

    @route("/api/requests", _PROVEN, "GET")
    def requests(request: Request) -> Response:
        client = own(request)
        rows = services.inspector.newest(client.client_id)
        return JSONResponse({"client_id": client.client_id, "requests": [as_json(r) for r in rows]})

    @route("/api/conformance", _PROVEN, "POST")
    def conformance(request: Request) -> Response:
        """One run, to its end; the answer is the signed report."""
        client = own(request)
        wanted = _wanted(request)
        kept = services.conformance.run(client, wanted.start_url, wanted.check_url)
        return JSONResponse({"report": kept.report, "signed": kept.signed}, 201)


def _wanted(request: Request) -> Wanted:
    try:
        return Wanted.model_validate_json(request.state.body)
    except ValidationError:
        raise Refusal(UNREADABLE, kind="conformance") from None
