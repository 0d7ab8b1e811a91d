"""Registration for programs: RFC 7591 and 7592, and what comes after them (simulated)."""

from collections.abc import Callable
from typing import Any, Final

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.identity.clients.model import Client, Registration
from kazasu.identity.clients.service import Clients, metadata
from kazasu.identity.oauth import registration as wrong
from kazasu.identity.oauth.model import OAuthError

PATH: Final = "/clients-registrations/openid-connect"
_PROVEN: Final = "the registration's own token is the sign-in"
Route = Callable[..., Callable[[Callable[[Request], Response]], object]]


def enter(route: Route, registering: Route, clients: Clients, issuer: str, realm: str) -> None:
    """Enter the routes of registration under the issuer; ``registering`` lets fewer in."""
    base = f"{realm}{PATH}"

    def own(request: Request) -> tuple[Client, str]:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
        return clients.speak_for(request.path_params["client_id"], token), token

    @registering(base, "self-service registration gives test mode only", "POST")
    def register(request: Request) -> Response:
        given = _read(request)
        client, token = clients.register(given)
        return JSONResponse(metadata(client, issuer, given.reached_at, token), 201)

    @route(base + "/{client_id}", _PROVEN, "GET", "PUT", "DELETE")
    def registration(request: Request) -> Response:
        client, _ = own(request)
        if request.method == "DELETE":
            clients.delete(client)
            return Response(status_code=204)
        if request.method == "PUT":
            client = clients.change(client, _read(request))
        return JSONResponse(metadata(client, issuer, clients.contact(client.client_id)))

    @route(base + "/{client_id}/review", _PROVEN, "GET", "POST")
    def review(request: Request) -> Response:
        client, _ = own(request)
        if request.method == "POST":
            wanted = request.query_params.get("mode", "live")
            clients.ask_review(client, "team" if wanted == "team" else "live")
        return JSONResponse({"mode": client.mode, "reviews": [_review(r) for r in clients.reviews(client.client_id)]})  # fmt: skip

    @route(base + "/{client_id}/team", _PROVEN, "POST")
    def invite(request: Request) -> Response:
        client, _ = own(request)
        origin = issuer.removesuffix(realm)
        return JSONResponse({"invitation": f"{origin}/team/{clients.invite(client)}"}, 201)


_SAYS_WHAT_IS_RIGHT: Final = frozenset(("literal_error", "json_invalid"))
"""Mistakes of which the library's own words say what is allowed, or where it is; of others they may repeat what was sent."""


def _read(request: Request) -> Registration:
    try:
        return Registration.model_validate_json(request.state.body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "body"
        fault = wrong.REDIRECT_MEMBER if where.startswith("redirect_uris") else wrong.MEMBER
        said = first["msg"] if first["type"] in _SAYS_WHAT_IS_RIGHT else first["type"]
        raise OAuthError(fault, where=where, kind=said) from None


def _review(one: Any) -> dict[str, Any]:
    return {
        "wanted": one.wanted,
        "asked_at": one.asked_at.isoformat(),
        "granted": one.granted,
        "reason": one.reason,
    }
