"""The service's interface for programs: discovery, keys, token, userinfo, signing, the terminal."""

from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.config import JsonDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.card.agreed.to_be_signed import Document
from kazasu.contracts.identity import REALM
from kazasu.exchange.faults import UNREADABLE
from kazasu.exchange.taps import read_result
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import Site, public
from kazasu.foundation.web.edge.rates import RateLimit
from kazasu.identity import model, openapi, scopes
from kazasu.identity.clients import api as registration
from kazasu.identity.clients.model import ALGORITHMS, SIGNED_BY
from kazasu.identity.clients.quotas import Of, Quotas
from kazasu.identity.clients.service import (
    AUTHORIZATION_CODE,
    CLIENT_CREDENTIALS,
    REFRESH_TOKEN,
    TOKEN_EXCHANGE,
)
from kazasu.identity.consents import payment
from kazasu.identity.consents.store import PASSKEY, Release
from kazasu.identity.faults import NOT_AUTHORIZED
from kazasu.identity.hooks import Hooks, Page, Route
from kazasu.identity.latest import api as latest
from kazasu.identity.latest import statement
from kazasu.identity.oauth import client as wrong
from kazasu.identity.oauth.client import single
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.service.authenticating import BEARER, Presented
from kazasu.identity.service.context import PROTOCOL, IdentityContext
from kazasu.identity.services import Services

M = TypeVar("M", bound=BaseModel)

REGISTRATIONS: Final = 10
"""One of so many requests that an address may make may be a registration: 120 a minute by the default: a class of students comes by one address."""
RELYING_PARTIES_PER_MINUTE: Final = 60_000
"""Relying parties and terminals call from few addresses, for many people."""
_FIVE_MINUTES = {"cache-control": "public, max-age=300", "access-control-allow-origin": "*"}
"""Of what is public: a page of anybody may read it, too (RFC 8414 3; Fetch 3.2)."""
_CHALLENGE: Final = f'DPoP algs="{" ".join(ALGORITHMS)}"'

_DOCUMENT: Final[JsonDict] = {
    "contentEncoding": "base64",
    "contentMediaType": "application/json",
    "contentSchema": openapi.inlined(Document),
}


class Deposit(BaseModel):
    """Body of ``POST /api/sign-transactions``."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    document: str = Field(default="", max_length=100_000, json_schema_extra=_DOCUMENT)
    digest: str = Field(default="", max_length=100)
    """Instead of a document, of a test party in compatibility mode alone: base64 of a SHA-256, or of its DigestInfo."""
    audiences: list[str] = Field(default=[], max_length=10)


class Poll(BaseModel):
    """Body of ``POST /api/events/poll`` (RFC 8936 2.2)."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    max_events: int = Field(default=100, ge=0, alias="maxEvents")
    ack: list[str] = Field(default=[], max_length=1000)


def enter(site: Site, desk: IdentityContext, services: Services, hooks: Hooks) -> Route:
    """Enter all routes for programs, each answers in JSON and needs no cookie. Returns the way to enter more."""

    def routing(limit: RateLimit) -> Route:
        def route(path: str, reason: str, *methods: str) -> Callable[[Page], Page]:
            def enter_guarded(page: Page) -> Page:
                declared = site.route(
                    path, access=public(reason), methods=methods, api=True, limit=limit
                )
                return declared(_protocol(hooks.around(path, page)))

            return enter_guarded

        return route

    route = routing(site.limit(RELYING_PARTIES_PER_MINUTE))
    # Anybody may register, without an account: what is kept of one address is bounded.
    registering = routing(site.limit(max(1, site.settings.requests_per_minute // REGISTRATIONS)))

    _enter_protocol(route, site, desk, services)
    quotas = Quotas(site.limit)
    _enter_signing(route, desk, services, quotas)
    _enter_events(route, desk, services, quotas)
    _enter_proofs(route, desk, services)
    registration.enter(route, registering, services.clients, desk.issuer, REALM)
    bodies: openapi.Bodies = {
        ("POST", "/api/sign-transactions"): Deposit,
        ("POST", "/api/events/poll"): Poll,
    }
    openapi.enter(route, lambda: site.routes_declared, desk.origin, bodies)
    return route


def _enter_protocol(route: Route, site: Site, desk: IdentityContext, services: Services) -> None:
    base = f"{REALM}{PROTOCOL}"

    @route(f"{REALM}/.well-known/openid-configuration", "public metadata", "GET")
    @route(
        f"/.well-known/oauth-authorization-server{REALM}", "public metadata (RFC 8414 3.1)", "GET"
    )
    def discovery(_: Request) -> Response:
        return JSONResponse(metadata(desk), headers=_FIVE_MINUTES)

    @route(f"{base}/certs", "public keys", "GET")
    def certs(_: Request) -> Response:
        return JSONResponse(
            desk.keys.published(),
            media_type="application/jwk-set+json",
            headers=_FIVE_MINUTES,
        )

    @route(f"{base}/certs/statements", "public keys", "GET")
    def statement_certs(_: Request) -> Response:
        return JSONResponse(
            desk.keys.for_statements(),
            media_type="application/jwk-set+json",
            headers=_FIVE_MINUTES,
        )

    @route(f"{base}/token", "the client's assertion is the sign-in", "POST")
    def token(request: Request) -> Response:
        form = _client_form(request)
        client = services.callers.client(form, desk.endpoint("token"))
        jkt = services.callers.key(_proof(request), "POST", desk.endpoint("token"))
        return JSONResponse(services.tokens.token(client, form, jkt))

    @route(f"{base}/revoke", "the client's assertion is the sign-in", "POST")
    def revoke(request: Request) -> Response:
        form = _client_form(request)
        services.tokens.revoke(services.callers.client(form, desk.endpoint("revoke")), form)
        return JSONResponse({})  # RFC 7009 2.2: nobody reads it

    @route(f"{base}/token/introspect", "the client's assertion is the sign-in", "POST")
    def introspect(request: Request) -> Response:
        form = _client_form(request)
        client = services.callers.client(form, desk.endpoint("token/introspect"))
        return JSONResponse(services.tokens.introspect(client, form))

    @route(f"{base}/ext/par/request", "the client's assertion is the sign-in", "POST")
    def push(request: Request) -> Response:
        form, endpoint = _client_form(request), desk.endpoint("ext/par/request")
        client = services.callers.client(form, endpoint)
        jkt = services.callers.key(_proof(request), "POST", endpoint)
        return JSONResponse(services.authorizing.push(client, form, jkt), 201)

    @route(f"{base}/userinfo", "the access token is the sign-in", "GET", "POST")
    def userinfo(request: Request) -> Response:
        presented = presented_by(request, desk.endpoint("userinfo"))
        if not presented.token and request.method == "POST":
            body = _form(request).get("access_token", "")
            presented = Presented(BEARER, body, "", "POST", presented.url)
        return JSONResponse(services.claims.userinfo(presented))

    @route("/tap/evidence", "evidence is worth what its signature proves", "POST")
    def evidence(request: Request) -> Response:
        me = desk.institution.id
        result = read_result(request.state.body, desk.directory, me)
        return JSONResponse(services.taps.receive(result).model_dump())

    @route("/tap/evidence", "whoever holds the tap's request may ask how it stands", "GET")
    def standing(request: Request) -> Response:
        return JSONResponse(
            services.taps.standing(request.query_params.get("tap", "")).model_dump()
        )

    @route(f"{base}/logout", "POST means the same as GET (RP-Initiated Logout 1.0, 2)", "POST")
    def log_out_by_post(request: Request) -> Response:
        pairs = [(k, str(v)) for k, v in request.state.form.multi_items()]
        return site.redirect(f"{base}/logout?{urlencode(pairs)}")

    @route(f"{base}/auth", "POST means the same as GET (OIDC Core 3.1.2.1)", "POST")
    def authorize_by_post(request: Request) -> Response:
        pairs = [*request.query_params.multi_items(), *request.state.form.multi_items()]
        return site.redirect(f"{base}/auth?{urlencode([(k, str(v)) for k, v in pairs])}")


def _enter_signing(route: Route, desk: IdentityContext, services: Services, quotas: Quotas) -> None:
    def client_of(request: Request, scope: str, spends: Of | None = None) -> str:
        client = services.callers.party(presented_by(request, _url(desk, request)), scope)
        if spends is not None:
            quotas.spend(client, spends)
        return client.client_id

    @route("/api/sign-transactions", "the access token is the sign-in", "POST")
    def deposit(request: Request) -> Response:
        client_id = client_of(request, "sign", spends="sign")
        wanted = _parsed(Deposit, request)
        if wanted.digest and not wanted.document:
            return JSONResponse(
                services.signings.deposit_digest(client_id, wanted.digest, wanted.audiences), 201
            )
        number = services.signings.deposit(client_id, wanted.document, wanted.audiences)
        return JSONResponse({"sign_transaction_id": str(number)}, 201)

    latest.enter_verification(route, client_of, services.signings)
    latest.enter(route, client_of, services.latest)

    @route("/api/sign-transactions/{number}/result", "the access token is the sign-in", "GET")
    def result(request: Request) -> Response:
        client_id = client_of(request, "sign")
        return JSONResponse(services.signings.result(client_id, request.path_params["number"]))


def _enter_events(route: Route, desk: IdentityContext, services: Services, quotas: Quotas) -> None:
    @route("/api/events/poll", "the access token is the sign-in", "POST")
    def poll(request: Request) -> Response:
        presented = presented_by(request, _url(desk, request))
        client = services.callers.party(presented, scopes.EVENTS)
        quotas.spend(client, "events")
        wanted = _parsed(Poll, request)
        found = services.deliveries.poll(client.client_id, wanted.ack, wanted.max_events)
        return JSONResponse(found)


def _enter_proofs(route: Route, desk: IdentityContext, services: Services) -> None:
    @route("/api/proofs/{txn}", "the access token is the sign-in", "GET")
    def proof(request: Request) -> Response:
        presented = presented_by(request, _url(desk, request))
        client = services.callers.party(presented, scopes.EVENTS)
        found = services.links.proof(client.client_id, request.path_params["txn"])
        return JSONResponse(proof_of(found))


def proof_of(found: Release) -> dict[str, Any]:
    """A record's proof for its party, in words and numbers that no other party and no other institution has.

    J-LIS's own steps say until when the certificate is valid, and its number, or a passkey's, is the same everywhere.
    """
    number = str(found.party_evidence_id)
    return {
        "txn": str(found.release_id),
        "sub": found.sub,
        "at": statement.rounded(found.at).isoformat(),
        "action": found.action,
        "items": found.items,
        "acr": found.acr,
        "evidence_id": number,
        "steps": statement.how_proven(
            number,
            passkey=found.evidence_id.startswith(PASSKEY),
            signs=found.sign_transaction_id is not None,
        ),
    }


def metadata(desk: IdentityContext) -> dict[str, Any]:
    """The discovery document (OpenID Connect Discovery 1.0; RFC 8414)."""
    issuer = desk.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": desk.endpoint("auth"),
        "token_endpoint": desk.endpoint("token"),
        "userinfo_endpoint": desk.endpoint("userinfo"),
        "jwks_uri": desk.endpoint("certs"),
        "end_session_endpoint": desk.endpoint("logout"),
        "pushed_authorization_request_endpoint": desk.endpoint("ext/par/request"),
        "revocation_endpoint": desk.endpoint("revoke"),
        "introspection_endpoint": desk.endpoint("token/introspect"),
        "registration_endpoint": f"{issuer}{registration.PATH}",
        "sign_transactions_endpoint": f"{desk.origin}/api/sign-transactions",
        "signature_statements_jwks_uri": desk.endpoint("certs/statements"),
        "latest_attributes_endpoint": f"{desk.origin}/api/latest-attributes",
        "proofs_endpoint": f"{desk.origin}/api/proofs",
        "events_poll_endpoint": f"{desk.origin}/api/events/poll",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [
            AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS, TOKEN_EXCHANGE,
        ],
        "subject_types_supported": ["pairwise"],
        "scopes_supported": list(dict.fromkeys([*scopes.SCOPES, *scopes.OWN_SCOPES])),
        "claims_supported": [
            "sub", "name", "address", "birthdate", "gender", "resident_handle",
            "age_over_20", "acr", "amr", "auth_time", "txn",
        ],
        "acr_values_supported": [model.AAL2, model.AAL3],
        "id_token_signing_alg_values_supported": list(SIGNED_BY),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        **{
            f"{endpoint}_endpoint_auth_{what}_supported": values
            for endpoint in ("revocation", "introspection")
            for what, values in (
                ("methods", ["private_key_jwt"]),
                ("signing_alg_values", list(ALGORITHMS)),
            )
        },
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "authorization_details_types_supported": [payment.PAYMENT],
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "require_pushed_authorization_requests": False,
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
            status, challenge = _challenged(request, error)
            return JSONResponse(content, status, headers=challenge)
        except Refusal as refusal:
            if refusal.fault is not NOT_AUTHORIZED:
                raise
            return JSONResponse(
                {"error": "invalid_token"}, 401, headers={"www-authenticate": _of_tokens(request)}
            )

    return answer


def _challenged(request: Request, error: OAuthError) -> tuple[int, dict[str, str]]:
    """Where an access token is asked for, a bad proof is answered as one that is missing (RFC 9449 7.1). A client that is not proven at the
    token endpoint is challenged only in the scheme that it tried itself (RFC 6749 5.2): a challenge of another one, which no client
    answers by an assertion in a form, hides the error from those that look for challenges first."""
    if getattr(request.state, "resource", False) and error.error == "invalid_dpop_proof":
        return 401, {"www-authenticate": f'{_CHALLENGE}, error="{error.error}"'}
    scheme = request.headers.get("authorization", "").partition(" ")[0].lower()
    if error.fault.status == 401 and scheme == "basic":
        return 401, {"www-authenticate": 'Basic realm="token"'}
    return error.fault.status, {}


def _of_tokens(request: Request) -> str:
    """Both schemes, and the error in the one that was tried; who brought no token is told none (RFC 6750 3.1, RFC 9449 7.1)."""
    scheme = request.headers.get("authorization", "").partition(" ")[0].lower()
    error = 'error="invalid_token"'
    if scheme == "dpop":
        return f"Bearer, {_CHALLENGE}, {error}"
    brought = scheme or "access_token" in request.state.form
    return f"Bearer {error}, {_CHALLENGE}" if brought else f"Bearer, {_CHALLENGE}"


def _form(request: Request) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise OAuthError(wrong.NO_FORM)
    return single((k, str(v)) for k, v in request.state.form.multi_items())


def _client_form(request: Request) -> dict[str, str]:
    if "authorization" in request.headers:
        raise OAuthError(wrong.OTHER_METHOD)
    return _form(request)


def presented_by(request: Request, url: str) -> Presented:
    """The access token in the header, with the proof beside it. Raises OAuthError ``invalid_request``: it comes elsewhere, too."""
    request.state.resource = True
    if "authorization" in request.headers and (
        "access_token" in request.query_params or "access_token" in request.state.form
    ):
        raise OAuthError(wrong.TOKEN_TWICE)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    known = {"bearer": BEARER, "dpop": "DPoP"}.get(scheme.lower(), "")
    return Presented(known, token.strip() if known else "", _proof(request), request.method, url)


def _url(desk: IdentityContext, request: Request) -> str:
    """The address as the client called it, without query: what a proof must name (RFC 9449 §4.3). Behind a proxy an
    inner connection has another scheme and perhaps another host."""
    return f"{desk.origin}{request.url.path}"


def _proof(request: Request) -> str:
    proofs = request.headers.getlist("dpop")
    if len(proofs) > 1:
        raise OAuthError(wrong.PROOF_REPEATED)
    return proofs[0] if proofs else ""


def _parsed(kind: type[M], request: Request) -> M:
    try:
        return kind.model_validate_json(request.state.body)
    except ValidationError:
        raise Refusal(UNREADABLE, kind=kind.__name__) from None
