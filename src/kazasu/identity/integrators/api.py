"""The integrators' desk for programs; the registration's own token is the sign-in (simulated)."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.foundation.faults import Refusal
from kazasu.identity.clients.model import Client
from kazasu.identity.faults import NOT_YOUR_REGISTRATION
from kazasu.identity.integrators.inspector.service import as_json
from kazasu.identity.services import Services

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
