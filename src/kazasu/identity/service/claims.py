"""What an access token opens: the claims of its scopes; and how a sign-in ends."""

import json
from dataclasses import dataclass
from typing import Any, Final

from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.identity import scopes
from kazasu.identity.clients.model import Client
from kazasu.identity.events.deliveries import Deliveries
from kazasu.identity.faults import BAD_LOGOUT, NOT_AUTHORIZED
from kazasu.identity.service.authenticating import Callers, Presented
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.service.handles import Handles
from kazasu.identity.store import grants
from kazasu.identity.store.grants import Grant

RELEASE: Final = action(
    "identity.attributes.release", ("client", "institution"),
    Text("本人が同意した項目の提供", "Passing on what the person agreed to"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ended:
    """At which party somebody signed out, and as whom."""

    client_id: str
    sub: str


class Claims:
    """Userinfo and sign-out."""

    def __init__(
        self, desk: IdentityContext, callers: Callers, handles: Handles, deliveries: Deliveries
    ) -> None:
        self._desk = desk
        self._callers = callers
        self._handles = handles
        self._deliveries = deliveries

    def userinfo(self, presented: Presented) -> dict[str, Any]:
        """Claims of the token's scopes, of which a refreshed one may have fewer than were granted.

        Raises:
            Refusal: ``identity.not-authorized``; ``exchange.unreachable`` when the handle that
                was asked for cannot be had.
            OAuthError: ``invalid_dpop_proof``.
        """
        known = self._callers.token(presented)
        grant, client = known.grant, known.client
        if grant is None:
            raise Refusal(NOT_AUTHORIZED)
        claims: dict[str, Any] = {"sub": grant.sub}
        given = known.token.scopes
        if scopes.asks_attributes(given):
            claims |= self._attributes(grant, given, client)
        if "resident" in given:
            handle = self._handles.name(grant.person_ref, client, client.institution)
            claims["resident_handle"] = handle
        return claims

    def _attributes(self, grant: Grant, given: list[str], client: Client) -> dict[str, Any]:
        """While they are there: ten minutes, for the sign-in. The token is good for longer, and then tells the subject alone."""
        access = RELEASE.by(
            client.actor,
            subjects=(grant.person_ref,),
            fields=tuple(s for s in given if s in scopes.ATTRIBUTES or s == scopes.AGE),
        )
        sealed = self._desk.database.run(
            "identity.userinfo",
            lambda tx: grants.sealed_attributes(tx, grant.grant_id),
            access=access,
        )
        if sealed is None:
            return {}
        today = civil(self._desk.clock.now())
        return scopes.claims_of(given, json.loads(self._desk.unseal(sealed)), today)

    # ------------------------------------------------------------ sign-out

    def sign_out(self, id_token: str, then: str, client_id: str = "") -> Ended:
        """End what was given out on a tap. ``then``: the address to go on to, or nothing.

        The party's other machines hear of it by its back channel.

        Raises Refusal ``identity.bad-logout``: not our token, or not a registered address.
        """
        claims = self._desk.keys.verify(id_token)
        client = self._desk.client(str(claims.get("aud", "")))
        if client_id and client_id != claims.get("aud"):
            raise Refusal(BAD_LOGOUT)
        if client is None or (then and then not in client.logout_uris):
            raise Refusal(BAD_LOGOUT)
        sid, sub = str(claims.get("sid", "")), str(claims.get("sub", ""))

        def work(tx: Transaction) -> Ended:
            grants.revoke(tx, sid)
            if client.backchannel_logout_uri:
                self._deliveries.logout(tx, client.client_id, sub, sid)
            return Ended(client.client_id, sub)

        return self._desk.database.run("identity.sign-out", work)
