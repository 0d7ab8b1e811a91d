"""The service's interface for programs: discovery, keys, token, userinfo, signing, the terminal."""

from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from kazasu.exchange.faults import UNREADABLE
from kazasu.exchange.taps import read_result
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import PUBLIC, Site
from kazasu.foundation.web.security import RateLimit
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

Page = Callable[[Request], Response]

RELYING_PARTIES_PER_MINUTE: Final = 60_000
"""Relying parties and terminals call from few addresses, for many people."""
_FIVE_MINUTES = {"cache-control": "public, max-age=300"}


class Deposit(BaseModel):
    """Body of ``POST /api/sign-transactions``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    document: str = Field(max_length=100_000)
    audiences: list[str] = Field(max_length=10)


def enter(site: Site, desk: Desk, taps: Taps, tokens: Tokens, signings: Signings) -> None:
    """Enter all routes for programs; each answers in JSON and needs no cookie."""
    callers = RateLimit(RELYING_PARTIES_PER_MINUTE)

    def route(path: str, reason: str, *methods: str) -> Callable[[Page], Page]:
        def enter_guarded(page: Page) -> Page:
            declared = site.route(
                path, access=PUBLIC(reason), methods=methods, api=True, limit=callers
            )
            return declared(_protocol(page))

        return enter_guarded

    @route("/.well-known/openid-configuration", "public metadata", "GET")
    @route("/.well-known/oauth-authorization-server", "public metadata", "GET")
    def discovery(_: Request) -> Response:
        return JSONResponse(metadata(desk), headers=_FIVE_MINUTES)

    @route("/jwks", "public keys", "GET")
    def jwks(_: Request) -> Response:
        return JSONResponse(
            desk.keys.published(), media_type="application/jwk-set+json", headers=_FIVE_MINUTES
        )

    @route("/token", "the client's assertion is the sign-in", "POST")
    def token(request: Request) -> Response:
        if "authorization" in request.headers:
            raise OAuthError("invalid_client", "only private_key_jwt is supported", 401)
        return JSONResponse(tokens.token(_form(request)))

    @route("/userinfo", "the access token is the sign-in", "GET", "POST")
    def userinfo(request: Request) -> Response:
        bearer = _bearer(request)
        if not bearer and request.method == "POST":
            bearer = _form(request).get("access_token", "")
        return JSONResponse(tokens.userinfo(bearer))

    @route("/api/sign-transactions", "the access token is the sign-in", "POST")
    def deposit(request: Request) -> Response:
        client_id = tokens.client_of(_bearer(request), "sign")
        wanted = _parsed(Deposit, request)
        number = signings.deposit(client_id, wanted.document, wanted.audiences)
        return JSONResponse({"sign_transaction_id": str(number)}, 201)

    @route("/api/sign-transactions/{number}/result", "the access token is the sign-in", "GET")
    def result(request: Request) -> Response:
        client_id = tokens.client_of(_bearer(request), "sign")
        return JSONResponse(signings.result(client_id, request.path_params["number"]))

    @route("/tap/evidence", "evidence is worth what its signature proves", "POST")
    def evidence(request: Request) -> Response:
        me = desk.institution.id
        return JSONResponse(
            taps.receive(read_result(request.state.body, desk.directory, me)).model_dump()
        )

    @route("/authorize", "POST means the same as GET (OIDC Core 3.1.2.1)", "POST")
    def authorize_by_post(request: Request) -> Response:
        pairs = [*request.query_params.multi_items(), *request.state.form.multi_items()]
        return RedirectResponse(f"/authorize?{urlencode([(k, str(v)) for k, v in pairs])}", 303)


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


def _protocol(page: Page) -> Page:
    """Say errors as OAuth and the Bearer scheme do; refusals of our own stay problems."""

    def answer(request: Request) -> Response:
        try:
            return page(request)
        except OAuthError as error:
            content = {"error": error.error, "error_description": error.description}
            return JSONResponse(content, error.status)
        except Refusal as refusal:
            if refusal.fault is not NOT_AUTHORIZED:
                raise
            challenge = {"www-authenticate": 'Bearer error="invalid_token"'}
            return JSONResponse({"error": "invalid_token"}, 401, headers=challenge)

    return answer


def _form(request: Request) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "the body must be application/x-www-form-urlencoded")
    return model.single((k, str(v)) for k, v in request.state.form.multi_items())


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _parsed(kind: type[M], request: Request) -> M:
    try:
        return kind.model_validate_json(request.state.body)
    except ValidationError:
        raise Refusal(UNREADABLE, kind=kind.__name__) from None
