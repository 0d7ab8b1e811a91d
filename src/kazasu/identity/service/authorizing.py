"""Where a relying party's request begins: sent with the browser, or pushed beforehand (RFC 9126)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.identity import model
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.secret import hashed
from kazasu.identity.faults import BAD_LOGOUT, PUSHED_OVER, SUSPENDED, UNKNOWN_CLIENT
from kazasu.identity.model import AuthorizationRequest, Device
from kazasu.identity.oauth import request as wrong
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.store import authorizations, transactions

PUSHED: Final = "urn:ietf:params:oauth:request_uri:"
_OF_THE_CLIENT: Final = ("client_assertion", "client_assertion_type")


@dataclass(frozen=True, slots=True)
class Begun:
    authorization_id: str
    cookie: str
    """Secret that binds the request to this browser."""
    request: AuthorizationRequest
    ui_locales: str = ""
    """As the relying party asked, wherever its request was: of a pushed one nothing stands in the address."""

    @property
    def device(self) -> Device:
        return self.request.device


class Authorizing:
    """Authorization requests, until their tap."""

    def __init__(self, desk: IdentityContext) -> None:
        self._desk = desk

    def push(self, client: Client, form: Mapping[str, str], jkt: str) -> dict[str, Any]:
        """Keep a request for the browser that will bring its address (RFC 9126 2).

        Everything is checked here: a browser is never sent on with a request that cannot be taken.

        Raises OAuthError.
        """
        parameters = {k: v for k, v in form.items() if k not in _OF_THE_CLIENT}
        if "request_uri" in parameters:
            raise OAuthError(wrong.PUSHED_TWICE)
        if not client.redirects_to(parameters.get("redirect_uri", "")):
            raise OAuthError(wrong.NOT_REGISTERED)
        parameters["client_id"] = client.client_id
        if jkt and parameters.setdefault("dpop_jkt", jkt) != jkt:
            raise OAuthError(wrong.OTHER_THUMBPRINT)
        request = self._read(client, parameters)
        reference = secrets.token_urlsafe(32)

        def work(tx: Transaction) -> None:
            _check_signing(tx, request)
            authorizations.insert_pushed(
                tx, reference, client.client_id, parameters, model.PUSHED_LIFE
            )

        self._desk.database.run("identity.push-request", work)
        lasts = int(model.PUSHED_LIFE.total_seconds())
        return {"request_uri": f"{PUSHED}{reference}", "expires_in": lasts}

    def begin(self, given: Mapping[str, str]) -> Begun:
        """Keep an authorization request.

        Raises:
            Refusal: ``identity.unknown-client``, ``identity.bad-redirect``, ``identity.pushed-over``,
                ``identity.client-suspended``: for the person; the browser is not sent anywhere.
            OAuthError: goes back to the relying party.
        """
        client = self._desk.client(given.get("client_id", ""))
        if client is None:
            raise Refusal(UNKNOWN_CLIENT)
        if client.suspended_at is not None:
            raise Refusal(SUSPENDED)
        parameters, pushed = self._resolved(client, given)
        model.check_redirect(client, parameters.get("redirect_uri", ""))
        request = self._read(client, parameters)
        begun = Begun(
            secrets.token_urlsafe(18),
            secrets.token_urlsafe(32),
            request,
            parameters.get("ui_locales", ""),
        )

        def work(tx: Transaction) -> None:
            _check_signing(tx, request)
            authorizations.insert_request(
                tx,
                begun.authorization_id,
                request,
                binding=hashed(begun.cookie),
                life=model.REQUEST_LIFE,
                pushed=pushed,
            )

        self._desk.database.run("identity.authorize", work)
        return begun

    def _resolved(
        self, client: Client, given: Mapping[str, str]
    ) -> tuple[Mapping[str, str], bytes]:
        """A pushed request in place of its address, with the address's hash; what else the browser brings is not looked at.

        The address may be opened again while it lives (a reload, a preview of the link): it is used up where the code is given.
        """
        reference = given.get("request_uri", "")
        if not reference.startswith(PUSHED):
            known = client.redirects_to(given.get("redirect_uri", ""))
            if client.strict and known:
                raise OAuthError(wrong.MUST_PUSH)
            if "authorization_details" in given and known:
                raise OAuthError(wrong.DETAILS_PUSHED)
            return given, b""
        reference = reference.removeprefix(PUSHED)
        found = self._desk.database.read(
            "identity.pushed-request",
            lambda tx: authorizations.pushed(tx, reference, client.client_id),
        )
        if found is None:  # used up, or over: a signature may have been made by it
            raise Refusal(PUSHED_OVER)
        return found, hashed(reference)

    def _read(self, client: Client, parameters: Mapping[str, str]) -> AuthorizationRequest:
        """Raises OAuthError."""
        request = model.read_request(client, parameters)
        if client.strict and not request.dpop_jkt:
            raise OAuthError(wrong.MUST_BIND)
        hint = parameters.get("id_token_hint", "")
        return replace(request, expected_sub=self._hinted(client, hint)) if hint else request

    def _hinted(self, client: Client, hint: str) -> str:
        """Whom an ID token of this client names, however old it is (OpenID Connect Core 3.1.2.1). Raises OAuthError."""
        try:
            claims = self._desk.keys.verify(hint)
        except Refusal as refusal:
            if refusal.fault is not BAD_LOGOUT:
                raise
            raise OAuthError(wrong.HINT) from refusal
        if claims.get("aud") != client.client_id or not claims.get("sub"):
            raise OAuthError(wrong.HINT)
        return str(claims["sub"])

    # ------------------------------------------------------------ errors

    def error_url(self, redirect_uri: str, state: str, error: OAuthError) -> str:
        parameters = {"error": error.error, "error_description": error.description}
        if state:
            parameters["state"] = state
        return model.answer_url(redirect_uri, **parameters, iss=self._desk.issuer)

    def error_url_for(self, parameters: Mapping[str, str], error: OAuthError) -> str:
        """Where an authorization request that does not fit is sent back to.

        Raises:
            Refusal: client or redirect address are not proven, so it is sent nowhere.
        """
        client = self._desk.client(parameters.get("client_id", ""))
        if client is None:
            raise Refusal(UNKNOWN_CLIENT)
        redirect_uri = parameters.get("redirect_uri", "")
        model.check_redirect(client, redirect_uri)
        return self.error_url(redirect_uri, parameters.get("state", ""), error)


def _check_signing(tx: Transaction, request: AuthorizationRequest) -> None:
    if request.sign_transaction_id is None:
        return
    found = transactions.signing(tx, request.sign_transaction_id, request.client_id)
    if found is None or found.signed_at is not None:
        raise OAuthError(wrong.SIGN_UNKNOWN)
