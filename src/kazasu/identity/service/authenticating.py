"""Who calls: a client by its assertion, a token by itself or together with its key."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.identity.clients import assertion, dpop
from kazasu.identity.clients import store as clients_store
from kazasu.identity.clients.elsewhere import PartyKeys
from kazasu.identity.clients.model import Client
from kazasu.identity.faults import NOT_AUTHORIZED
from kazasu.identity.oauth import client as wrong
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.store import grants
from kazasu.identity.store.grants import AccessToken, Grant

BEARER, DPOP = "Bearer", "DPoP"
_PROOF_OWNER: Final = "dpop:"


@dataclass(frozen=True, slots=True)
class Presented:
    """An access token as it came, with how it came."""

    scheme: str
    token: str
    proof: str
    method: str
    url: str


@dataclass(frozen=True, slots=True)
class Known:
    """A good token, whose it is, and the grant that it hangs on; None: the client's own."""

    token: AccessToken
    client: Client
    grant: Grant | None


class Callers:
    """Proves clients and tokens."""

    def __init__(self, desk: IdentityContext, keys: PartyKeys) -> None:
        self._desk = desk
        self._keys = keys

    # ------------------------------------------------------------ clients

    def client(self, form: Mapping[str, str], endpoint: str) -> Client:
        """The client of an assertion, which serves once.

        Args:
            endpoint: the address that was called; ``aud`` is that, the token endpoint or the issuer.

        Raises OAuthError ``invalid_client``.
        """
        client = self._desk.client(assertion.unverified_client_id(form))
        if client is None:
            raise OAuthError(wrong.UNKNOWN)
        given = form["client_assertion"]
        kid = assertion.unverified_kid(given)
        client = self._keys.current(client, kid)
        try:
            jti, until = self._verified(given, client, endpoint)
        except OAuthError as error:
            if error.fault is not wrong.BAD_SIGNATURE or kid or not client.jwks_uri:
                raise
            client = self._keys.renewed(
                client
            )  # without a kid a new key is not told from a wrong one
            jti, until = self._verified(given, client, endpoint)
        if not self._desk.database.run(
            "identity.use-assertion",
            lambda tx: grants.use_assertion(tx, client.client_id, jti, until),
        ):
            raise OAuthError(wrong.USED)
        if client.suspended_at is not None:
            raise OAuthError(wrong.SUSPENDED)
        return client

    def _verified(self, given: str, client: Client, endpoint: str) -> tuple[str, datetime]:
        return assertion.verify(
            given,
            client,
            assertion.keys_of(client, self._desk.directory),
            (self._desk.issuer, self._desk.endpoint("token"), endpoint),
            self._desk.clock.now(),
            compatible=client.compatible(sandbox=self._desk.sandbox),
        )

    def key(self, proof: str, method: str, url: str, access_token: str = "") -> str:
        """Thumbprint of the key that made a DPoP proof, which serves once; empty without a proof.

        Raises OAuthError ``invalid_dpop_proof``.
        """
        if not proof:
            return ""
        found = dpop.verify(proof, method, url, self._desk.clock.now(), access_token)
        if not self._desk.database.run(
            "identity.use-proof",
            lambda tx: grants.use_assertion(
                tx, f"{_PROOF_OWNER}{found.thumbprint}", found.jti, found.until
            ),
        ):
            raise OAuthError(wrong.PROOF_USED)
        return found.thumbprint

    # ------------------------------------------------------------ tokens

    def token(self, presented: Presented) -> Known:
        """A token that is good.

        Raises:
            Refusal: ``identity.not-authorized``.
            OAuthError: ``invalid_dpop_proof``.
        """

        def work(tx: Transaction) -> Known | None:
            found = grants.access_token(tx, presented.token)
            owner = clients_store.client(tx, found.client_id) if found else None
            # A party that is suspended or gone leaves tokens behind; they end with it.
            if found is None or owner is None or owner.suspended_at is not None:
                return None
            if found.grant_id is None:
                return Known(found, owner, None)
            grant = grants.grant(tx, found.grant_id)
            return Known(found, owner, grant) if grant and grant.revoked_at is None else None

        known = self._desk.database.read("identity.access-token", work) if presented.token else None
        if known is None:
            raise Refusal(NOT_AUTHORIZED)
        self._check_key(known.token, presented)
        return known

    def _check_key(self, token: AccessToken, presented: Presented) -> None:
        if not token.dpop_jkt:
            if presented.scheme != BEARER:
                raise Refusal(NOT_AUTHORIZED)
            return
        # A bound token that comes as a bearer token was taken from somewhere (RFC 9449 7.2).
        if presented.scheme != DPOP or not presented.proof:
            raise Refusal(NOT_AUTHORIZED)
        jkt = self.key(presented.proof, presented.method, presented.url, presented.token)
        if not hmac.compare_digest(jkt, token.dpop_jkt):
            raise OAuthError(wrong.PROOF_OTHER_KEY)

    def owners(self, tokens: Sequence[str]) -> dict[str, str]:
        """Client by token, of those that are known, be they expired or used up: it proves nothing."""
        if not tokens:
            return {}
        return self._desk.database.read(
            "identity.owners-of-tokens", lambda tx: grants.owners(tx, tokens)
        )

    def party(self, presented: Presented, scope: str) -> Client:
        """Whose own token this is. Raises Refusal ``identity.not-authorized``, OAuthError."""
        known = self.token(presented)
        if scope not in known.token.scopes:
            raise Refusal(NOT_AUTHORIZED)
        return known.client
