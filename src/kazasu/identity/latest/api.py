"""Routes of the latest-attributes service and of re-verification, for relying parties' programs."""

from collections.abc import Callable
from typing import Annotated, Final, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.contracts.jpki.latest import MOST_IDS, AttributeItems, AttributePurpose
from kazasu.exchange.faults import UNREADABLE
from kazasu.foundation.faults import Refusal
from kazasu.identity.latest.service import LatestAttributes
from kazasu.identity.service.signing import Signings

SCOPE: Final = "latest_attributes"
_REASON: Final = "the access token is the sign-in"
_PATH: Final = "/api/latest-attributes"

Page = Callable[[Request], Response]
Route = Callable[..., Callable[[Page], Page]]
"""``route(path, reason, *methods)`` of :func:`kazasu.identity.api.enter`."""
ClientOf = Callable[..., str]
"""``client_of(request, scope, spends="sign")``: the client whose good access token, with this scope, the request bears. Raises Refusal."""

M = TypeVar("M", bound=BaseModel)
Ids = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_IDS)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


class Proposal(_Body):
    items: AttributeItems
    purpose: AttributePurpose
    months: int = Field(ge=1, le=60)


class Certificates(_Body):
    certificate_ids: Ids


class Consents(_Body):
    consent_ids: Ids


class Wanted(_Body):
    consent_id: UUID
    items: AttributeItems | None = None


class Subscription(_Body):
    on: bool


class Kept(_Body):
    evidence_id: UUID
    document: str = Field(max_length=100_000)
    """Base64, as it was deposited."""


def enter(route: Route, client_of: ClientOf, latest: LatestAttributes) -> None:
    """Enter ``/api/latest-attributes``."""

    @route(f"{_PATH}/consents", _REASON, "POST")
    def propose(request: Request) -> Response:
        client_id = client_of(request, SCOPE, spends="sign")
        wanted = _read(Proposal, request)
        number, document = latest.propose(client_id, wanted.items, wanted.purpose, wanted.months)
        return JSONResponse({"sign_transaction_id": str(number), "document": document}, 201)

    @route(f"{_PATH}/consents/{{consent_id}}", _REASON, "DELETE")
    def give_up(request: Request) -> Response:
        latest.give_up(client_of(request, SCOPE), _number(request))
        return Response(status_code=204)

    @route(f"{_PATH}/consents/{{consent_id}}/subscription", _REASON, "PUT")
    def subscribe(request: Request) -> Response:
        client_id = client_of(request, SCOPE)
        on = _read(Subscription, request).on
        return JSONResponse(latest.subscribe(client_id, _number(request), on=on))

    @route(f"{_PATH}/status", _REASON, "POST")
    def status(request: Request) -> Response:
        client_id = client_of(request, SCOPE)
        return JSONResponse(latest.status(client_id, _read(Certificates, request).certificate_ids))

    @route(f"{_PATH}/changes", _REASON, "POST")
    def changes(request: Request) -> Response:
        client_id = client_of(request, SCOPE)
        return JSONResponse(latest.changes(client_id, _read(Consents, request).consent_ids))

    @route(f"{_PATH}/give", _REASON, "POST")
    def give(request: Request) -> Response:
        client_id = client_of(request, SCOPE)
        wanted = _read(Wanted, request)
        return JSONResponse(latest.give(client_id, wanted.consent_id, wanted.items))


def enter_verification(route: Route, client_of: ClientOf, signings: Signings) -> None:
    """Enter ``/api/sign-transactions/verify``."""

    @route("/api/sign-transactions/verify", _REASON, "POST")
    def verify(request: Request) -> Response:
        client_id = client_of(request, "sign")
        kept = _read(Kept, request)
        return JSONResponse(signings.verify(client_id, kept.evidence_id, kept.document))


def _read(kind: type[M], request: Request) -> M:
    try:
        return kind.model_validate_json(request.state.body)
    except (ValidationError, AttributeError):  # no body at all
        raise Refusal(UNREADABLE, kind=kind.__name__) from None


def _number(request: Request) -> UUID:
    try:
        return UUID(request.path_params["consent_id"])
    except ValueError:
        raise Refusal(UNREADABLE, kind="consent_id") from None
