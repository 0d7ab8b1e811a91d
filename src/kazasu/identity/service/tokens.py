"""The token endpoint: codes, refresh tokens and clients' own tokens."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.foundation.values.encoding import base64url_text
from kazasu.identity import model, scopes
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.service import (
    AUTHORIZATION_CODE,
    CLIENT_CREDENTIALS,
    REFRESH_TOKEN,
    TOKEN_EXCHANGE,
)
from kazasu.identity.consents import payment
from kazasu.identity.consents import store as consents_store
from kazasu.identity.oauth import token as wrong
from kazasu.identity.oauth.model import OAuthError, OAuthFault
from kazasu.identity.service.authenticating import BEARER, DPOP
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.service.handles import Handles
from kazasu.identity.store import grants
from kazasu.identity.store.grants import AccessToken, Grant, RefreshToken

REFRESH: Final = action(
    "identity.sign-in.refresh", ("client", "institution"),
    Text("サインインの継続", "Staying signed in"), shows="found",
)  # fmt: skip


class Tokens:
    """Codes and assertions in, tokens out."""

    def __init__(self, desk: IdentityContext, handles: Handles) -> None:
        self._desk = desk
        self._handles = handles

    def token(self, client: Client, form: Mapping[str, str], jkt: str) -> dict[str, Any]:
        """The answer of the token endpoint.

        Args:
            client: proven by its assertion.
            jkt: thumbprint of the key that the tokens will be bound to; empty: bearer tokens.

        Raises OAuthError: ``invalid_grant``, ``invalid_request``, ``invalid_scope``,
        ``invalid_target``, ``unauthorized_client``, ``unsupported_grant_type``,
        ``invalid_dpop_proof``.
        """
        grant_type = form.get("grant_type", "")
        kinds: Mapping[str, Callable[[Client, Mapping[str, str], str], dict[str, Any]]] = {
            AUTHORIZATION_CODE: self._from_code,
            REFRESH_TOKEN: self._refreshed,
            CLIENT_CREDENTIALS: self._own,
            TOKEN_EXCHANGE: self._exchanged,
        }
        if not grant_type:
            raise OAuthError(wrong.NO_GRANT_TYPE)
        if grant_type not in kinds:
            raise OAuthError(wrong.OTHER_GRANT_TYPE)
        if grant_type not in client.grants:
            raise OAuthError(wrong.NOT_GRANTED)
        if client.strict and not jkt:
            raise OAuthError(wrong.MUST_PROVE)
        return kinds[grant_type](client, form, jkt)

    # ------------------------------------------------------------ codes

    def _from_code(self, client: Client, form: Mapping[str, str], jkt: str) -> dict[str, Any]:
        token, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)

        def work(tx: Transaction) -> Grant | OAuthError:
            grant = grants.grant_by_code(tx, form.get("code", ""), client.client_id)
            if grant is None:
                return OAuthError(wrong.UNKNOWN_CODE)
            if grant.code_used_at is not None:
                # Somebody has a copy: what was given out on it ends (RFC 6749 4.1.2).
                grants.revoke(tx, grant.grant_id)
                return OAuthError(wrong.USED_CODE)
            # Used up even when a check fails: a code is one guess.
            grants.use_code(tx, grant.grant_id)
            try:
                _check_code(grant, form, jkt, tx)
            except OAuthError as error:
                return error
            grants.bind(tx, grant.grant_id, jkt)
            self._hand_out(tx, grant, token, jkt, grant.scopes)
            self._hand_out_refresh(tx, grant, refresh, jkt)
            return grant

        outcome = self._desk.database.run("identity.token", work)
        if isinstance(outcome, OAuthError):
            raise outcome
        answer = self._answer(client, outcome, outcome.scopes, token, refresh, jkt, outcome.nonce)
        approved = (
            {"authorization_details": payment.given(outcome.details)} if outcome.details else {}
        )
        return answer | approved

    def _hand_out(
        self, tx: Transaction, grant: Grant, token: str, jkt: str, wanted: list[str]
    ) -> None:
        until = tx.now + model.ACCESS_TOKEN_LIFE
        new = AccessToken(grant.client_id, grant.grant_id, wanted, until, jkt)
        grants.insert_token(tx, token, new)

    def _hand_out_refresh(self, tx: Transaction, grant: Grant, refresh: str, jkt: str) -> None:
        if scopes.OFFLINE in grant.scopes:
            until = min(tx.now + model.REFRESH_LIFE, grant.expires_at)
            grants.insert_refresh(tx, refresh, grant, jkt, until)

    # ------------------------------------------------------------ refresh tokens

    def _refreshed(self, client: Client, form: Mapping[str, str], jkt: str) -> dict[str, Any]:
        """A new pair for one that was not used before; the consent must still hold.

        A wrong request uses nothing up: whoever mends it sends the same token again. Who lost the answer, or asks from two tabs at
        once, gets the same successor for :data:`model.REFRESH_LEEWAY`. A narrower ``scope`` is that of the access token; the
        refresh token keeps all that was agreed to (RFC 6749 6).
        """
        token, presented = secrets.token_urlsafe(32), form.get("refresh_token", "")
        access = REFRESH.by(client.actor)

        def work(tx: Transaction) -> tuple[Grant, list[str], str] | OAuthError:
            found = grants.refresh_token(tx, presented, client.client_id)
            grant = grants.grant(tx, found.grant_id) if found else None
            if found is None or grant is None or grant.revoked_at is not None:
                return OAuthError(wrong.BAD_REFRESH)
            asked = _known(text) if (text := form.get("scope", "")).strip() else grant.scopes
            if trouble := _unfit(found, grant, jkt, asked):
                return OAuthError(trouble)
            if ended := _ended(tx, found, grant):
                grants.revoke(tx, grant.grant_id)
                return OAuthError(ended)
            self._hand_out(tx, grant, token, jkt, asked)
            if found.used_at is not None:
                return grant, asked, self._desk.unseal(found.successor).decode()
            refresh = secrets.token_urlsafe(32)
            grants.use_refresh(tx, presented, self._desk.seal(refresh.encode()))
            self._hand_out_refresh(tx, grant, refresh, jkt)
            return grant, asked, refresh

        outcome = self._desk.database.run("identity.refresh", work, access=access)
        if isinstance(outcome, OAuthError):
            raise outcome
        grant, asked, refresh = outcome
        return self._answer(client, grant, asked, token, refresh, jkt, "")

    def _answer(
        self, client: Client, grant: Grant, given: list[str], token: str, refresh: str, jkt: str,
        nonce: str,
    ) -> dict[str, Any]:  # fmt: skip
        answer = {
            "access_token": token,
            "token_type": DPOP if jkt else BEARER,
            "expires_in": int(model.ACCESS_TOKEN_LIFE.total_seconds()),
            "scope": " ".join(given),
            "id_token": self._id_token(grant, token, nonce, client.id_token_alg),
        }
        return answer | ({"refresh_token": refresh} if scopes.OFFLINE in grant.scopes else {})

    def _id_token(self, grant: Grant, access_token: str, nonce: str, algorithm: str) -> str:
        now = self._desk.clock.now()
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims = {
            "iss": self._desk.issuer,
            "sub": grant.sub,
            "aud": grant.client_id,
            "iat": int(now.timestamp()),
            "exp": int((now + model.ID_TOKEN_LIFE).timestamp()),
            "auth_time": int(grant.auth_time.timestamp()),
            "acr": grant.acr,
            "amr": grant.amr,
            "at_hash": base64url_text(half),
            "sid": grant.grant_id,
            "txn": str(grant.release_id or ""),
        }
        return self._desk.keys.sign(
            claims | ({"nonce": nonce} if nonce else {}), algorithm=algorithm
        )

    # ------------------------------------------------------------ ended and asked about by their owner

    def revoke(self, client: Client, form: Mapping[str, str]) -> None:
        """End a token of this client (RFC 7009). With a refresh token ends all that was given on its grant.

        What is unknown, over or another client's is as good as ended: nothing is done, and nothing told apart.

        Raises OAuthError ``invalid_request``.
        """
        token = _given(form)

        def work(tx: Transaction) -> None:
            if grants.delete_token(tx, token, client.client_id):
                return
            if found := grants.refresh_token(tx, token, client.client_id):
                grants.revoke(tx, found.grant_id)

        self._desk.database.run("identity.revoke", work)

    def introspect(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        """What a token of this client is worth now (RFC 7662 2.2). Of any other: that it is worth nothing.

        Raises OAuthError ``invalid_request``.
        """
        token = _given(form)

        def work(tx: Transaction) -> tuple[AccessToken | RefreshToken | None, Grant | None]:
            own = grants.access_token(tx, token)
            found = (
                own
                if own and own.client_id == client.client_id
                else grants.refresh_token(tx, token, client.client_id)
            )
            grant = grants.grant(tx, found.grant_id) if found and found.grant_id else None
            return found, grant

        found, grant = self._desk.database.run("identity.introspect", work)
        if found is None or (grant and grant.revoked_at is not None):
            return {"active": False}
        if isinstance(found, RefreshToken) and found.used_at is not None:
            return {"active": False}
        given = found.scopes if isinstance(found, AccessToken) else grant.scopes if grant else []
        return {
            "active": True,
            "iss": self._desk.issuer,
            "client_id": client.client_id,
            "scope": " ".join(given),
            "exp": int(found.expires_at.timestamp()),
            "token_type": DPOP if found.dpop_jkt else BEARER,
            **({"cnf": {"jkt": found.dpop_jkt}} if found.dpop_jkt else {}),
            **({"sub": grant.sub} if grant else {}),
        }

    # ------------------------------------------------------------ the client's own

    def _own(self, client: Client, form: Mapping[str, str], jkt: str) -> dict[str, Any]:
        wanted = form.get("scope", "").split()
        allowed = set(scopes.OWN_SCOPES) & {*client.scopes, scopes.EVENTS}
        if not wanted or not set(wanted) <= allowed:
            raise OAuthError(wrong.OWN_SCOPE, scopes=" ".join(scopes.OWN_SCOPES))
        token = secrets.token_urlsafe(32)
        life = model.SERVICE_TOKEN_LIFE

        def work(tx: Transaction) -> None:
            new = AccessToken(client.client_id, None, wanted, tx.now + life, jkt)
            grants.insert_token(tx, token, new)

        self._desk.database.run("identity.client-token", work)
        return {
            "access_token": token,
            "token_type": DPOP if jkt else BEARER,
            "expires_in": int(life.total_seconds()),
            "scope": " ".join(wanted),
        }

    def _exchanged(self, client: Client, form: Mapping[str, str], _: str) -> dict[str, Any]:
        return self._handles.exchange(client, form)


def _known(text: str) -> list[str]:
    """As at the authorization: whoever asked with a scope that nobody knows may send the same line again."""
    return [scope for scope in dict.fromkeys(text.split()) if scope in scopes.KNOWN]


def _given(form: Mapping[str, str]) -> str:
    if not form.get("token"):
        raise OAuthError(wrong.NO_TOKEN)
    return form["token"]


def _unfit(found: RefreshToken, grant: Grant, jkt: str, asked: list[str]) -> OAuthFault | None:
    """What is wrong with the request alone."""
    if found.dpop_jkt != jkt:
        return wrong.REFRESH_BOUND
    return None if asked and set(asked) <= set(grant.scopes) else wrong.MORE


def _ended(tx: Transaction, found: RefreshToken, grant: Grant) -> OAuthFault | None:
    """Why nothing is given on this grant any more."""
    if found.used_at is not None and not _again(found, tx):
        return wrong.USED_REFRESH  # two have it, the thief and the owner (RFC 9700 4.14.2)
    live = consents_store.live(tx, grant.person_ref, grant.client_id)
    return None if live else wrong.NO_CONSENT


def _again(used: RefreshToken, tx: Transaction) -> bool:
    """Is this the same request once more: soon after, and before anybody went on with what it gave?"""
    soon = used.used_at is not None and tx.now - used.used_at <= model.REFRESH_LEEWAY
    return soon and used.successor != ""


def _check_code(grant: Grant, form: Mapping[str, str], jkt: str, tx: Transaction) -> None:
    if grant.revoked_at is not None or grant.code_until <= tx.now:
        raise OAuthError(wrong.LATE_CODE)
    if form.get("redirect_uri") != grant.redirect_uri:
        raise OAuthError(wrong.OTHER_REDIRECT)
    model.check_verifier(grant.code_challenge, form.get("code_verifier", ""))
    if grant.dpop_jkt and grant.dpop_jkt != jkt:
        raise OAuthError(wrong.CODE_BOUND)
