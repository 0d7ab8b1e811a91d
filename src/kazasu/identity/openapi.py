"""The interface for programs as an OpenAPI document, generated from the declared routes and their models.

Made from the site's own declarations and not by FastAPI: these routes share the kit's access rules,
rate limits and problems with the pages, and a document from a second router could differ from them.
A route that is declared is in the document; :data:`NOTES` adds what its declaration cannot say.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.contracts.identity import REALM
from kazasu.foundation.web.site import DeclaredRoute
from kazasu.identity.clients.model import Registration
from kazasu.identity.latest import api as latest

PATH: Final = "/api/openapi.json"
Bodies = Mapping[tuple[str, str], type[BaseModel]]
Route = Callable[..., Callable[[Callable[[Request], Response]], object]]
Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_OAUTH: Final[Schema] = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": _TEXT, "error_description": _TEXT},
}
_PROBLEM: Final[Schema] = {
    "type": "object",
    "required": ["type", "code", "status", "title", "detail", "title_ja", "title_en"],
    "properties": {
        "type": _TEXT, "code": _TEXT, "status": {"type": "integer"}, "title": _TEXT,
        "detail": _TEXT, "title_ja": _TEXT, "title_en": _TEXT, "facts": {"type": "object"},
    },
}  # fmt: skip


@dataclass(frozen=True)
class Note:
    """What a route takes and gives beyond its declaration."""

    gives: Mapping[str, Schema] = field(default_factory=dict)
    """By member of the good answer; empty: an object of any kind."""
    status: int = 200
    form: Sequence[str] = ()
    """Members of a form body; those without ``?`` are required."""
    token: bool = False
    media: str = "application/json"
    may_give: Mapping[str, Schema] = field(default_factory=dict)
    """Members that only some parties, or some answers, have."""


_PROVEN: Final = ("client_assertion_type", "client_assertion")
_TOKEN: Final = Note(
    {"access_token": _TEXT, "token_type": _TEXT, "expires_in": {"type": "integer"}},
    form=("grant_type", *_PROVEN, "code?", "redirect_uri?", "code_verifier?", "refresh_token?",
          "scope?"),
)  # fmt: skip
_PUSHED: Final = Note(
    {"request_uri": _TEXT, "expires_in": {"type": "integer"}},
    201,
    ("response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge",
     "code_challenge_method", *_PROVEN, "acr_values?", "sign_transaction_id?", "dpop_jkt?",
     "login_hint?", "ui_locales?", "authorization_details?"),
)  # fmt: skip
_REGISTERED: Final = Note({"client_id": _TEXT, "mode": _TEXT, "scope": _TEXT}, token=True)
_OIDC: Final = f"{REALM}/protocol/openid-connect"
_REGISTRATION: Final = f"{REALM}/clients-registrations/openid-connect"

NOTES: Final[Mapping[tuple[str, str], Note]] = {
    ("GET", f"{REALM}/.well-known/openid-configuration"): Note({"issuer": _TEXT}),
    ("GET", f"{_OIDC}/certs"): Note({"keys": {"type": "array"}}, media="application/jwk-set+json"),
    ("GET", f"{_OIDC}/certs/statements"): Note(
        {"keys": {"type": "array"}}, media="application/jwk-set+json"
    ),
    ("POST", f"{_OIDC}/token"): _TOKEN,
    ("POST", f"{_OIDC}/revoke"): Note(form=("token", *_PROVEN, "token_type_hint?")),
    ("POST", f"{_OIDC}/token/introspect"): Note(
        {"active": {"type": "boolean"}}, form=("token", *_PROVEN, "token_type_hint?")
    ),
    ("POST", f"{_OIDC}/ext/par/request"): _PUSHED,
    ("GET", f"{_OIDC}/userinfo"): Note({"sub": _TEXT}, token=True),
    ("POST", f"{_OIDC}/userinfo"): Note({"sub": _TEXT}, form=("access_token?",), token=True),
    ("POST", f"{_OIDC}/auth"): Note(status=303),
    ("POST", f"{_OIDC}/logout"): Note(status=303),
    ("GET", "/tap/evidence"): Note({"state": _TEXT}),
    ("POST", "/tap/evidence"): Note({"handle": _TEXT}),
    ("POST", _REGISTRATION): Note({"client_id": _TEXT, "registration_access_token": _TEXT}, 201),
    ("GET", f"{_REGISTRATION}/{{client_id}}"): _REGISTERED,
    ("PUT", f"{_REGISTRATION}/{{client_id}}"): _REGISTERED,
    ("DELETE", f"{_REGISTRATION}/{{client_id}}"): Note(status=204, token=True),
    ("GET", f"{_REGISTRATION}/{{client_id}}/review"): Note({"mode": _TEXT}, token=True),
    ("POST", f"{_REGISTRATION}/{{client_id}}/review"): Note({"mode": _TEXT}, token=True),
    ("POST", f"{_REGISTRATION}/{{client_id}}/team"): Note({"invitation": _TEXT}, 201, token=True),
    ("POST", "/api/sign-transactions"): Note({"sign_transaction_id": _TEXT}, 201, token=True),
    ("GET", "/api/sign-transactions/{number}/result"): Note(
        {
            "signed_at": _TEXT,
            "evidence_id": _TEXT,
            "certificate_id": _TEXT,
            "verified": {"type": "boolean"},
        },
        token=True,
        may_give={
            "statement": _TEXT | {"description": "JWS; private parties"},
            "signature": _TEXT | {"description": "public institutions"},
            "certificates": {"type": "object", "description": "public institutions"},
            "consent": {"type": "object"},
        },
    ),
    ("POST", "/api/latest-attributes/consents"): Note(
        {"sign_transaction_id": _TEXT, "document": _TEXT}, 201, token=True
    ),
    ("DELETE", "/api/latest-attributes/consents/{consent_id}"): Note(status=204, token=True),
    ("PUT", "/api/latest-attributes/consents/{consent_id}/subscription"): Note(token=True),
    ("POST", "/api/latest-attributes/status"): Note(
        {"checked_at": _TEXT, "states": {"type": "array"}}, token=True
    ),
    ("POST", "/api/latest-attributes/changes"): Note(
        {"as_of": _TEXT, "answers": {"type": "array"}}, token=True
    ),
    ("POST", "/api/latest-attributes/give"): Note({"attributes": {"type": "object"}}, token=True),
    ("POST", "/api/sign-transactions/verify"): Note(token=True),
    ("GET", "/api/proofs/{txn}"): Note({"txn": _TEXT, "steps": {"type": "array"}}, token=True),
    ("POST", "/api/events/poll"): Note({"sets": {"type": "object"}}, token=True),
}
BODIES: Final[Bodies] = {
    ("POST", "/api/latest-attributes/consents"): latest.Proposal,
    ("PUT", "/api/latest-attributes/consents/{consent_id}/subscription"): latest.Subscription,
    ("POST", "/api/latest-attributes/status"): latest.Certificates,
    ("POST", "/api/latest-attributes/changes"): latest.Consents,
    ("POST", "/api/latest-attributes/give"): latest.Wanted,
    ("POST", "/api/sign-transactions/verify"): latest.Kept,
    ("POST", _REGISTRATION): Registration,
    ("PUT", f"{_REGISTRATION}/{{client_id}}"): Registration,
}


def enter(
    route: Route, declared: Callable[[], Iterable[DeclaredRoute]], origin: str, bodies: Bodies
) -> None:
    """Enter the route of the document. ``declared``: asked when the document is."""

    @route(PATH, "public description of the interface", "GET")
    def openapi(_: Request) -> Response:
        return JSONResponse(document(declared(), origin, bodies))


def document(declared: Iterable[DeclaredRoute], origin: str, bodies: Bodies) -> Schema:
    """OpenAPI 3.1 of all routes for programs."""
    paths: dict[str, Schema] = {}
    for route in declared:
        if route.api:
            for method in route.methods:
                operation = _operation(
                    method, route, ({**BODIES, **bodies}).get((method, route.path))
                )
                paths.setdefault(route.path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Card identity service (simulated)",
            "version": "1",
            "description": "Sandbox of the auth-and-sign profile. Every person in it is synthetic.",
        },
        "servers": [{"url": origin}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"OAuthError": _OAUTH, "Problem": _PROBLEM},
        },
    }


def _operation(method: str, route: DeclaredRoute, body: type[BaseModel] | None) -> Schema:
    note = NOTES.get((method, route.path), Note())
    operation: Schema = {
        "operationId": _name(method, route.path),
        "summary": route.access.reason,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": _TEXT}
            for name in re.findall(r"{(\w+)}", route.path)
        ],
        "responses": {str(note.status): _good(note)} | _refusals(),
    }
    if note.token:
        operation["security"] = [{"token": []}]
    if body is not None:
        content = {"application/json": {"schema": inlined(body)}}
        operation["requestBody"] = {"required": True, "content": content}
    elif note.form:
        content = {"application/x-www-form-urlencoded": {"schema": _form(note.form)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _good(note: Note) -> Schema:
    if note.status in (204, 303):
        return {"description": "done"}
    known = {**note.gives, **note.may_give}
    schema = {"type": "object", "required": list(note.gives), "properties": known}
    return {"description": "done", "content": {note.media: {"schema": schema}}}


def _refusals() -> Schema:
    """What any of them may answer: OAuth's errors, or our problems (RFC 9457)."""
    content = {
        "application/json": {"schema": {"$ref": "#/components/schemas/OAuthError"}},
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
    }
    return {"4XX": {"description": "refused", "content": content}}


def _form(members: Sequence[str]) -> Schema:
    return {
        "type": "object",
        "required": [name for name in members if not name.endswith("?")],
        "properties": {name.rstrip("?"): _TEXT for name in members},
    }


def inlined(model: type[BaseModel]) -> Schema:
    """The model's schema, its parts in it: references into ``$defs`` would lead nowhere here."""
    schema = model.model_json_schema(by_alias=True)
    parts = schema.pop("$defs", {})

    def put_in(node: Any) -> Any:
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/$defs/")
            return put_in(parts[name]) if name in parts else {k: put_in(v) for k, v in node.items()}
        return [put_in(one) for one in node] if isinstance(node, list) else node

    inlined: Schema = put_in(schema)
    return inlined


def _name(method: str, path: str) -> str:
    words = [word for word in re.split(r"\W+", path.removeprefix(REALM)) if word]
    return "_".join([method.lower(), *words])
