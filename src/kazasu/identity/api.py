"""The service's interface for programs: discovery, keys, token, userinfo, signing, the terminal."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kazasu.contracts.terminal import TapResult
from kazasu.exchange.api import problem
from kazasu.exchange.faults import UNREADABLE
from kazasu.foundation.faults import Refusal
from kazasu.identity import model
from kazasu.identity.faults import NOT_AUTHORIZED
from kazasu.identity.model import OAuthError
from kazasu.identity.service.desk import Desk
from kazasu.identity.service.signing import Signings
from kazasu.identity.service.taps import Taps
from kazasu.identity.service.tokens import (
    AUTHORIZATION_CODE,
    CLIENT_CREDENTIALS,
    TOKEN_EXCHANGE,
    Tokens,
)

M = TypeVar("M", bound=BaseModel)

MOST_BYTES: Final = 200_000
_NO_STORE = {"cache-control": "no-store"}


class Deposit(BaseModel):
    """Body of ``POST /api/sign-transactions``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    document: str = Field(max_length=100_000)
    audiences: list[str] = Field(max_length=10)


def routes(desk: Desk, taps: Taps, tokens: Tokens, signings: Signings) -> list[Route]:
    """All routes; each answers in JSON and needs no cookie."""

    def discovery(_: Request, __: bytes) -> Response:
        return JSONResponse(metadata(desk), headers={"cache-control": "public, max-age=300"})

    def jwks(_: Request, __: bytes) -> Response:
        return JSONResponse(
            desk.keys.published(),
            media_type="application/jwk-set+json",
            headers={"cache-control": "public, max-age=300"},
        )

    def token(request: Request, body: bytes) -> Response:
        if "authorization" in request.headers:
            raise OAuthError("invalid_client", "only private_key_jwt is supported", 401)
        return JSONResponse(tokens.token(_form(request, body)), headers=_NO_STORE)

    def userinfo(request: Request, body: bytes) -> Response:
        bearer = _bearer(request)
        if not bearer and request.method == "POST":
            bearer = _form(request, body).get("access_token", "")
        return JSONResponse(tokens.userinfo(bearer), headers=_NO_STORE)

    def deposit(request: Request, body: bytes) -> Response:
        client_id = tokens.client_of(_bearer(request), "sign")
        wanted = _parsed(Deposit, body)
        number = signings.deposit(client_id, wanted.document, wanted.audiences)
        return JSONResponse({"sign_transaction_id": str(number)}, 201, headers=_NO_STORE)

    def result(request: Request, _: bytes) -> Response:
        client_id = tokens.client_of(_bearer(request), "sign")
        found = signings.result(client_id, request.path_params["number"])
        return JSONResponse(found, headers=_NO_STORE)

    def evidence(_: Request, body: bytes) -> Response:
        receipt = taps.receive(_parsed(TapResult, body))
        return JSONResponse(receipt.model_dump(), headers=_NO_STORE)

    def authorize_by_post(request: Request, body: bytes) -> Response:
        """OpenID Connect Core 3.1.2.1: POST means the same as GET."""
        query = "&".join(
            part for part in (request.url.query, body.decode("ascii", "replace")) if part
        )
        return RedirectResponse(f"/authorize?{query}", 303)

    return [
        Route("/.well-known/openid-configuration", _endpoint(discovery), methods=["GET"]),
        Route("/.well-known/oauth-authorization-server", _endpoint(discovery), methods=["GET"]),
        Route("/jwks", _endpoint(jwks), methods=["GET"]),
        Route("/token", _endpoint(token), methods=["POST"]),
        Route("/userinfo", _endpoint(userinfo), methods=["GET", "POST"]),
        Route("/api/sign-transactions", _endpoint(deposit), methods=["POST"]),
        Route("/api/sign-transactions/{number}/result", _endpoint(result), methods=["GET"]),
        Route("/tap/evidence", _endpoint(evidence), methods=["POST"]),
        Route("/authorize", _endpoint(authorize_by_post), methods=["POST"]),
    ]


def metadata(desk: Desk) -> dict[str, Any]:
    """The discovery document (OpenID Connect Discovery 1.0; RFC 8414)."""
    issuer = desk.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": desk.token_endpoint,
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/logout",
        "sign_transactions_endpoint": f"{issuer}/api/sign-transactions",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [AUTHORIZATION_CODE, CLIENT_CREDENTIALS, TOKEN_EXCHANGE],
        "subject_types_supported": ["pairwise"],
        "scopes_supported": list(model.SCOPES),
        "claims_supported": [
            "sub", "name", "address", "birthdate", "gender", "resident_handle",
            "acr", "amr", "auth_time",
        ],
        "acr_values_supported": [model.AAL2, model.AAL3],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "ui_locales_supported": ["ja", "en"],
    }  # fmt: skip


def _endpoint(
    work: Callable[[Request, bytes], Response],
) -> Callable[[Request], Awaitable[Response]]:
    """Read a body of bounded size, work in a thread, and say errors as the protocol does."""

    async def endpoint(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return problem(Refusal(UNREADABLE, kind=request.url.path))
        return await run_in_threadpool(_answered, work, request, body)

    return endpoint


def _answered(
    work: Callable[[Request, bytes], Response], request: Request, body: bytes
) -> Response:
    try:
        return work(request, body)
    except OAuthError as error:
        content = {"error": error.error, "error_description": error.description}
        return JSONResponse(content, error.status, headers=_NO_STORE)
    except Refusal as refusal:
        if refusal.fault is NOT_AUTHORIZED:
            challenge = {"www-authenticate": 'Bearer error="invalid_token"'}
            return JSONResponse({"error": "invalid_token"}, 401, headers=_NO_STORE | challenge)
        return problem(refusal)


def _form(request: Request, body: bytes) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "the body must be application/x-www-form-urlencoded")
    try:
        pairs: Sequence[tuple[str, str]] = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=50
        )
    except ValueError:
        raise OAuthError("invalid_request", "the body does not read") from None
    return model.single(pairs)


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _parsed(kind: type[M], body: bytes) -> M:
    try:
        return kind.model_validate_json(body)
    except (ValidationError, json.JSONDecodeError):
        raise Refusal(UNREADABLE, kind=kind.__name__) from None
