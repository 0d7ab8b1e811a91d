"""The token endpoint and what tokens are good for."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

from kazasu.contracts.jpki import AddressPerson
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.identity import assertion, model, store
from kazasu.identity.faults import BAD_LOGOUT, NOT_AUTHORIZED
from kazasu.identity.model import Client, OAuthError
from kazasu.identity.service.desk import SELF, Desk
from kazasu.identity.store import AccessToken, Grant

AUTHORIZATION_CODE: Final = "authorization_code"
CLIENT_CREDENTIALS: Final = "client_credentials"
TOKEN_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105
ACCESS_TOKEN_TYPE: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105
HANDLE_TYPE: Final = "urn:kazasu:params:oauth:token-type:person-handle"
"""Of our own: a JWE that names a person to one institution (``contracts.jpki.AddressPerson``)."""
OWN_HANDLE_TYP: Final = "kazasu-identity-handle+jws"
HANDLE_SECONDS: Final = 600

RELEASING = Text("本人が同意した項目の提供", "Passing on what the person agreed to")
NAMING = Text("本人を {institution} に示す", "Naming the person to {institution}")


class Tokens:
    """Codes and assertions in, tokens out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ------------------------------------------------------------ token endpoint

    def token(self, form: Mapping[str, str]) -> dict[str, Any]:
        """The answer of the token endpoint.

        Raises OAuthError: ``invalid_client``, ``invalid_grant``, ``invalid_request``,
        ``invalid_scope``, ``invalid_target``, ``unauthorized_client``,
        ``unsupported_grant_type``.
        """
        client = self._authenticated(form)
        grant_type = form.get("grant_type", "")
        kinds = {
            AUTHORIZATION_CODE: self._from_code,
            CLIENT_CREDENTIALS: self._own,
            TOKEN_EXCHANGE: self._exchange,
        }
        if not grant_type:
            raise OAuthError("invalid_request", "grant_type is required")
        if grant_type not in kinds:
            raise OAuthError("unsupported_grant_type", "see the discovery document")
        if grant_type not in client.grants:
            raise OAuthError("unauthorized_client", "this client may not use this grant type")
        return kinds[grant_type](client, form)

    def _authenticated(self, form: Mapping[str, str]) -> Client:
        client = self._desk.client(assertion.unverified_client_id(form))
        if client is None:
            raise OAuthError("invalid_client", "unknown client", 401)
        jti, until = assertion.verify(
            form["client_assertion"],
            client,
            (self._desk.issuer, self._desk.token_endpoint),
            self._desk.clock.now(),
        )
        if not self._desk.database.run(
            "identity.use-assertion",
            lambda tx: store.use_assertion(tx, client.client_id, jti, until),
        ):
            raise OAuthError("invalid_client", "the assertion was used before", 401)
        return client

    def _from_code(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        token = secrets.token_urlsafe(32)

        def work(tx: Transaction) -> Grant | OAuthError:
            grant = store.grant_by_code(tx, form.get("code", ""), client.client_id)
            if grant is None:
                return OAuthError("invalid_grant", "the code is unknown")
            if grant.code_used_at is not None:
                # Somebody has a copy: what was given out on it ends (RFC 6749 4.1.2).
                store.revoke(tx, grant.grant_id)
                return OAuthError("invalid_grant", "the code was used before")
            # Used up even when a check fails: a code is one guess.
            store.use_code(tx, grant.grant_id)
            try:
                _check_code(grant, form, tx)
            except OAuthError as error:
                return error
            store.insert_token(
                tx, token, client.client_id, grant.grant_id, grant.scopes, model.ACCESS_TOKEN_LIFE
            )
            return grant

        outcome = self._desk.database.run("identity.token", work)
        if isinstance(outcome, OAuthError):
            raise outcome
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(model.ACCESS_TOKEN_LIFE.total_seconds()),
            "scope": " ".join(outcome.scopes),
            "id_token": self._id_token(outcome, token),
        }

    def _id_token(self, grant: Grant, access_token: str) -> str:
        now = self._desk.clock.now()
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        return self._desk.keys.sign(
            {
                "iss": self._desk.issuer,
                "sub": grant.sub,
                "aud": grant.client_id,
                "iat": int(now.timestamp()),
                "exp": int((now + model.ID_TOKEN_LIFE).timestamp()),
                "auth_time": int(grant.auth_time.timestamp()),
                "nonce": grant.nonce,
                "acr": grant.acr,
                "amr": grant.amr,
                "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
                "sid": grant.grant_id,
            }
        )

    def _own(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        scopes = form.get("scope", "").split()
        if scopes != ["sign"] or "sign" not in client.scopes:
            raise OAuthError("invalid_scope", "client credentials are for scope sign")
        token = secrets.token_urlsafe(32)
        self._desk.database.run(
            "identity.client-token",
            lambda tx: store.insert_token(
                tx, token, client.client_id, None, scopes, model.SERVICE_TOKEN_LIFE
            ),
        )
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(model.SERVICE_TOKEN_LIFE.total_seconds()),
            "scope": "sign",
        }

    def _exchange(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        """RFC 8693: the person of an access token, named to another institution."""
        if not client.public_institution:
            raise OAuthError("unauthorized_client", "handles are for public institutions")
        if form.get("subject_token_type") != ACCESS_TOKEN_TYPE or "actor_token" in form:
            raise OAuthError("invalid_request", "subject_token_type must be access_token")
        if form.get("requested_token_type", HANDLE_TYPE) != HANDLE_TYPE:
            raise OAuthError("invalid_request", "only person handles are issued")
        audience = form.get("audience", "")
        if audience not in self._desk.directory:
            raise OAuthError("invalid_target", "audience is no institution of the directory")
        found = self._live(form.get("subject_token", ""))
        if found is None or found[0].client_id != client.client_id:
            raise OAuthError("invalid_grant", "subject_token is not good, or not this client's")
        return {
            "access_token": self._handle(found[1].person_ref, client, audience),
            "issued_token_type": HANDLE_TYPE,
            "token_type": "N_A",
            "expires_in": HANDLE_SECONDS,
        }

    def _handle(self, person_ref: str, client: Client, audience: str) -> str:
        """Names the person to ``audience``; the record is written before it leaves."""
        name = self._desk.directory.entry(audience).name
        purpose = Text(NAMING.ja.format(institution=name.ja), NAMING.en.format(institution=name.en))
        access = Access(
            f"institution:{client.institution}",
            "identity.handle.issue",
            purpose,
            (person_ref,),
            fields=(audience,),
        )
        self._desk.database.run("identity.handle", lambda _: None, access=access)
        if audience == SELF:
            # To ourselves a person is a reference, never a resident record code.
            until = int(self._desk.clock.now().timestamp()) + HANDLE_SECONDS
            content = json.dumps({"person_ref": person_ref, "exp": until}).encode()
            return self._desk.institution.seal(content, OWN_HANDLE_TYP, SELF)
        inquiry = AddressPerson(person_ref=person_ref, audience=audience)
        return self._desk.inquirer.ask(inquiry, of="jpki", purpose=purpose).handle

    # ------------------------------------------------------------ userinfo

    def userinfo(self, token: str) -> dict[str, Any]:
        """Claims of the granted scopes.

        Raises:
            Refusal: ``identity.not-authorized``; ``exchange.unreachable`` when the handle that
                was asked for cannot be had.
        """
        found = self._live(token)
        if found is None:
            raise Refusal(NOT_AUTHORIZED)
        _, grant = found
        client = self._desk.client(grant.client_id)
        if client is None:
            raise Refusal(NOT_AUTHORIZED)
        claims: dict[str, Any] = {"sub": grant.sub}
        if any(scope in model.ATTRIBUTES for scope in grant.scopes):
            claims |= self._attributes(grant, client)
        if "resident" in grant.scopes:
            claims["resident_handle"] = self._handle(grant.person_ref, client, client.institution)
        return claims

    def _attributes(self, grant: Grant, client: Client) -> dict[str, Any]:
        access = Access(
            f"institution:{client.institution}",
            "identity.attributes.release",
            RELEASING,
            (grant.person_ref,),
            fields=tuple(scope for scope in grant.scopes if scope in model.ATTRIBUTES),
        )
        sealed = self._desk.database.run(
            "identity.userinfo",
            lambda tx: store.sealed_attributes(tx, grant.grant_id),
            access=access,
        )
        if sealed is None:
            raise Refusal(NOT_AUTHORIZED)
        return model.claims_of(grant.scopes, json.loads(self._desk.unseal(sealed)))

    def _live(self, token: str) -> tuple[AccessToken, Grant] | None:
        """A person's access token that is good, with its grant."""

        def work(tx: Transaction) -> tuple[AccessToken, Grant] | None:
            found = store.access_token(tx, token)
            grant = store.grant(tx, found.grant_id) if found and found.grant_id else None
            return (found, grant) if found and grant and grant.revoked_at is None else None

        return self._desk.database.read("identity.access-token", work) if token else None

    def client_of(self, token: str, scope: str) -> str:
        """Whose token this is, for the signing API. Raises Refusal ``identity.not-authorized``."""
        found = (
            self._desk.database.read(
                "identity.access-token", lambda tx: store.access_token(tx, token)
            )
            if token
            else None
        )
        if found is None or scope not in found.scopes:
            raise Refusal(NOT_AUTHORIZED)
        return found.client_id

    # ------------------------------------------------------------ sign-out

    def sign_out(self, id_token: str, then: str) -> str:
        """End what was given out on a tap; gives the address to go on to, or nothing.

        Raises Refusal ``identity.bad-logout``: not our token, or not a registered address.
        """
        claims = self._desk.keys.verify(id_token)
        client = self._desk.client(str(claims.get("aud", "")))
        if client is None or (then and then not in client.logout_uris):
            raise Refusal(BAD_LOGOUT)
        self._desk.database.run(
            "identity.sign-out", lambda tx: store.revoke(tx, str(claims.get("sid", "")))
        )
        return then


def _check_code(grant: Grant, form: Mapping[str, str], tx: Transaction) -> None:
    if grant.revoked_at is not None or grant.code_until <= tx.now:
        raise OAuthError("invalid_grant", "the code has expired")
    if form.get("redirect_uri") != grant.redirect_uri:
        raise OAuthError("invalid_grant", "redirect_uri differs from the request's")
    model.check_verifier(grant.code_challenge, form.get("code_verifier", ""))
