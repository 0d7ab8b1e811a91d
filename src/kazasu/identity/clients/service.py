"""Self-service registration, keys, review: who may ask, and in which mode."""

import hmac
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx

from kazasu.exchange.directory import Directory
from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock
from kazasu.identity import scopes
from kazasu.identity.clients import elsewhere, model, store
from kazasu.identity.clients.model import Client, Mode, Registration
from kazasu.identity.clients.names import Names, check_colour
from kazasu.identity.clients.secret import hashed
from kazasu.identity.faults import (
    ALREADY_DECIDED,
    BAD_INVITATION,
    NOT_YOUR_REGISTRATION,
    PURPOSES_MISSING,
    REVIEW_WAITS,
    TEAM_FULL,
)
from kazasu.identity.oauth import registration as wrong
from kazasu.identity.oauth.model import OAuthError

AUTHORIZATION_CODE: Final = "authorization_code"
CLIENT_CREDENTIALS: Final = "client_credentials"
REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105
TOKEN_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105
MOST_IN_TEAM: Final = 20
_CHANGED: Final = "届け出た内容が変わりました。もう一度申し込んでください / What was to be reviewed changed: ask again"
"""Of a review: the operator may have the page of before in front of them."""

JOINING: Final = Text("事業者の試験への参加", "Joining a party's trial")
INVITE: Final = action(
    "identity.team.invite", "client", JOINING,
    shows="nobody", why="an invitation is for whoever takes it; nobody is in it yet",
)  # fmt: skip
JOIN: Final = action("identity.team.join", "resident", JOINING)


class Clients:
    """The register."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        http: httpx.Client,
        directory: Directory,
        *,
        sandbox: bool,
        inside: Collection[str] = (),
        prepare: Callable[[str], None] = lambda _: None,
    ) -> None:
        """
        Args:
            inside: hosts of a private network where the operator lets parties lie.
            prepare: told by which algorithm a party wants its ID tokens, before it gets the first.
        """
        self._prepare = prepare
        self._database = database
        self._check = partial(model.check, sandbox=sandbox, inside=inside)
        self._check_sector_uri = partial(model.check_sector_uri, sandbox=sandbox, inside=inside)
        self._clock = clock
        self._http = http
        self._names = Names(directory)

    def get(self, client_id: str) -> Client | None:
        return self._database.read("identity.client", lambda tx: store.client(tx, client_id))

    # ------------------------------------------------------------ by the party itself

    def register(self, given: Registration, *, stands_for: str = "") -> tuple[Client, str]:
        """A new party in test mode, and the secret by which it may change its registration.

        Args:
            stands_for: the party whose settings it tries; suspended with it, and gone with it.

        Raises OAuthError ``invalid_redirect_uri``, ``invalid_client_metadata``.
        """
        self._check(given)
        check_colour(given.colour)
        sector = model.sector_of(given, self._listed(given))
        keys = self._keys(given)
        token = secrets.token_urlsafe(32)

        def work(tx: Transaction) -> Client:
            client_id = f"RP{store.next_number(tx):08}"
            own = sector or f"{model.OWN_SECTOR}{client_id}"
            client = replace(_client(client_id, own, given, keys, tx.now), stands_for=stands_for)
            self._names.check_registration(tx, client)
            store.insert(tx, client, given.reached_at, hashed(token))
            return client

        self._prepare(given.id_token_signed_response_alg)
        return self._database.run("identity.register-client", work), token

    def speak_for(self, client_id: str, token: str) -> Client:
        """The party whose registration this secret opens.

        Raises Refusal ``identity.not-your-registration``: unknown party or wrong secret, one answer.
        """

        if not model.is_client_id(client_id):
            raise Refusal(NOT_YOUR_REGISTRATION)

        def work(tx: Transaction) -> tuple[store.Registered | None, Client | None]:
            return store.registered(tx, client_id), store.client(tx, client_id)

        registered, client = self._database.read("identity.registration", work)
        known = (registered.registration_hash if registered else None) or bytes(32)
        if not hmac.compare_digest(known, hashed(token)) or client is None:
            raise Refusal(NOT_YOUR_REGISTRATION)
        return client

    def opened_by(self, token: str) -> Client:
        """The same by the secret alone. Raises Refusal ``identity.not-your-registration``."""
        client_id = self._database.read(
            "identity.registration-of", lambda tx: store.client_of_registration(tx, hashed(token))
        )
        return self.speak_for(client_id, token)

    def in_test_mode(self, client_ids: Collection[str]) -> set[str]:
        """Which of these are in test mode."""
        if not client_ids:
            return set()
        return self._database.read(
            "identity.test-clients", lambda tx: store.in_test_mode(tx, client_ids)
        )

    def contact(self, client_id: str) -> str:
        found = self._database.read("identity.contact", lambda tx: store.registered(tx, client_id))
        return found.contact if found else ""

    def change(self, client: Client, given: Registration) -> Client:
        """New names, addresses, keys, items; the sector stays.

        A party that was reviewed goes back to test mode when what was reviewed changes: what it is called and how it looks at the tap,
        what it asks for and why, on which hosts. Keys and addresses of the same hosts change freely.

        Raises OAuthError ``invalid_redirect_uri``, ``invalid_client_metadata``.
        """
        self._check(given)
        if given.client_id not in ("", client.client_id):
            raise OAuthError(wrong.OTHER_CLIENT_ID)
        sector = model.sector_of(given, self._listed(given))
        if not model.is_sector(sector or f"{model.OWN_SECTOR}{client.client_id}", client.sector):
            raise OAuthError(wrong.SECTOR)
        keys = self._keys(given)
        fresh = _client(client.client_id, client.sector, given, keys, self._clock.now())
        new = replace(fresh, stands_for=client.stands_for)
        if new.colour != client.colour:
            check_colour(new.colour)
        self._prepare(given.id_token_signed_response_alg)

        def work(tx: Transaction) -> Client:
            self._names.check_registration(tx, new)
            store.update(tx, new, given.reached_at)
            if not model.is_as_reviewed(new, client):
                store.end_open_review(tx, client.client_id, _CHANGED)
                if client.mode != "test":
                    store.set_mode(tx, client.client_id, "test")
            return store.client(tx, client.client_id) or client

        return self._database.run("identity.change-client", work)

    def delete(self, client: Client) -> None:
        self._database.run("identity.delete-client", lambda tx: store.delete(tx, client.client_id))

    def ask_review(self, client: Client, wanted: Mode) -> None:
        """Ask for team or live mode: each item must say what it is for.

        Raises Refusal ``identity.purposes-missing``, ``identity.name-taken``, ``identity.review-waits``: for another mode. Asking
        twice is asking once.
        """
        missing = [
            scope for scope in client.scopes
            if (scope in scopes.ATTRIBUTES or scope == scopes.AGE) and not client.purpose(scope)
        ]  # fmt: skip
        if missing:
            raise Refusal(PURPOSES_MISSING, items=", ".join(missing))

        def work(tx: Transaction) -> None:
            self._names.check_review(tx, client)
            if store.ask_review(tx, client.client_id, uuid4(), wanted):
                return
            before = [one for one in store.reviews(tx, client.client_id) if one.granted is None]
            if any(one.wanted != wanted for one in before):
                raise Refusal(REVIEW_WAITS)

        self._database.run("identity.ask-review", work)

    def reviews(self, client_id: str) -> list[store.Review]:
        return self._database.read("identity.reviews", lambda tx: store.reviews(tx, client_id))

    # ------------------------------------------------------------ by an operator

    def waiting(self) -> list[tuple[store.Review, Client]]:
        """Reviews that wait for a decision, oldest first."""

        def work(tx: Transaction) -> list[tuple[store.Review, Client]]:
            return [
                (review, client)
                for review in store.open_reviews(tx)
                if (client := store.client(tx, review.client_id)) is not None
            ]

        return self._database.read("identity.open-reviews", work)

    def all(self) -> list[Client]:
        return self._database.read("identity.clients", store.private_clients)

    def decide(
        self,
        review_id: UUID,
        operator: str,
        *,
        granted: bool,
        reason: str,
        allowed: Callable[[Transaction], None] = lambda _: None,
    ) -> store.Review:
        """Raises Refusal ``identity.already-decided``, ``identity.name-taken``; what ``allowed`` raises, in the very transaction."""

        def work(tx: Transaction) -> store.Review:
            allowed(tx)
            review = store.decide(tx, review_id, operator, granted, reason)
            if review is None:
                raise Refusal(ALREADY_DECIDED)
            client = store.client(tx, review.client_id)
            if granted and client is not None:
                self._names.check_review(tx, client)
                store.set_mode(tx, review.client_id, review.wanted)
            return review

        return self._database.run("identity.decide-review", work)

    # ------------------------------------------------------------ team mode

    def invite(self, client: Client) -> str:
        """A code for one person. Raises Refusal ``identity.team-full``."""
        code = secrets.token_urlsafe(16)
        access = INVITE.by(f"client:{client.client_id}")
        if not self._database.run(
            "identity.invite",
            lambda tx: store.invite(tx, client.client_id, hashed(code), MOST_IN_TEAM),
            access=access,
        ):
            raise Refusal(TEAM_FULL, most=MOST_IN_TEAM)
        return code

    def join(self, code: str, person_ref: str) -> Client:
        """Raises Refusal ``identity.bad-invitation``."""
        access = JOIN.by("resident", subjects=(person_ref,))

        def work(tx: Transaction) -> Client:
            client_id = store.join(tx, hashed(code), person_ref)
            client = store.client(tx, client_id) if client_id else None
            if client is None:
                raise Refusal(BAD_INVITATION)
            return client

        return self._database.run("identity.join-team", work, access=access)

    # ------------------------------------------------------------ inside

    def _listed(self, given: Registration) -> list[str] | None:
        """What the sector's document lists (OpenID Connect Registration 5)."""
        uri = given.sector_identifier_uri
        if not uri:
            return None
        self._check_sector_uri(uri)
        try:
            listed = elsewhere.document_at(self._http, uri)
        except (httpx.HTTPError, ValueError) as error:
            raise OAuthError(wrong.NO_LIST, host=urlsplit(uri).hostname) from error
        return [uri for uri in listed if isinstance(uri, str)] if isinstance(listed, list) else []

    def _keys(self, given: Registration) -> dict[str, Any]:
        """Those that were given, or lie where they are said to. Raises OAuthError ``invalid_client_metadata``."""
        if given.jwks is not None:
            return model.kept_keys(given.jwks)
        return elsewhere.keys_at(self._http, given.jwks_uri)


def _client(
    client_id: str, sector: str, given: Registration, keys: dict[str, Any], now: datetime
) -> Client:
    return Client(
        client_id=client_id,
        institution="",
        sector=sector,
        name_ja=given.client_name_ja or given.client_name,
        name_en=given.client_name,
        colour=given.colour,
        keys=keys,
        redirect_uris=given.redirect_uris,
        logout_uris=given.post_logout_redirect_uris,
        scopes=given.scopes,
        grants=_grants(given),
        public_institution=False,
        mode="test",
        purposes=given.purposes,
        backchannel_logout_uri=given.backchannel_logout_uri,
        events_uri=given.events_uri,
        strict=given.strict,
        native=given.application_type == "native",
        id_token_alg=given.id_token_signed_response_alg,
        compat=given.compat,
        jwks_uri=given.jwks_uri,
        keys_at=now if given.jwks_uri else None,
    )


def _grants(given: Registration) -> list[str]:
    """They follow from the items."""
    grants = [AUTHORIZATION_CODE, CLIENT_CREDENTIALS]
    return [*grants, REFRESH_TOKEN] if scopes.OFFLINE in given.scopes else grants


def metadata(client: Client, issuer: str, contact: str, token: str = "") -> dict[str, Any]:
    """The registration as answered (RFC 7591 3.2.1): sent back as it is, it changes nothing (RFC 7592 2.2)."""
    answer: dict[str, Any] = {
        "client_id": client.client_id,
        "client_name": client.name_en,
        "client_name#ja": client.name_ja,
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.logout_uris,
        **({"jwks_uri": client.jwks_uri} if client.jwks_uri else {"jwks": client.keys}),
        "scope": " ".join(["openid", *client.scopes]),
        "grant_types": client.grants,
        "response_types": ["code"],
        "token_endpoint_auth_method": "private_key_jwt",
        "subject_type": "pairwise",
        "application_type": "native" if client.native else "web",
        "id_token_signed_response_alg": client.id_token_alg,
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "backchannel_logout_session_required": False,
        "events_uri": client.events_uri,
        "contacts": [contact] if contact else [],
        "colour": client.colour,
        "purposes": client.purposes or {},
        "require_pushed_authorization_requests": client.strict,
        "dpop_bound_access_tokens": client.strict,
        "compat": client.compat,
        "sector": client.sector,
        "mode": client.mode,
        "registration_client_uri": f"{issuer}/clients-registrations/openid-connect/{client.client_id}",
    }
    return answer | ({"registration_access_token": token} if token else {})
