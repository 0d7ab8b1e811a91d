"""What lies at addresses of a party: the list of its redirect addresses, and its keys.

Everything is fetched by the guarded client (:func:`kazasu.foundation.http.outward_client`): a deadline for the whole, a bound on what
comes, nobody is followed, and in production nothing inside is reached.
"""

import json
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.time.clock import Clock
from kazasu.identity.clients import model, store
from kazasu.identity.clients.model import Client
from kazasu.identity.oauth import client as wrong_client
from kazasu.identity.oauth import registration as wrong
from kazasu.identity.oauth.model import OAuthError

MOST_BYTES: Final = 100_000
_PATIENCE: Final = 3.0
KEYS_FRESH: Final = timedelta(hours=1)
"""For so long keys are used as they were fetched: one that its party took away is worth something for no longer."""
KEYS_KEPT: Final = timedelta(days=1)
"""For so long they are used while their address is silent."""
TRIED_EVERY: Final = timedelta(minutes=1)
"""However many assertions name a key that nobody knows: none of it is proven yet, and the address is somebody's."""


def document_at(http: httpx.Client, uri: str) -> Any:
    """The JSON that lies there. Raises ValueError, httpx.HTTPError."""
    with http.stream("GET", uri, timeout=_PATIENCE, follow_redirects=False) as response:
        content = b""
        for part in response.iter_bytes():
            content += part
            if len(content) > MOST_BYTES:
                raise ValueError("too long")
    if not response.is_success:
        raise ValueError(response.status_code)
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def keys_at(http: httpx.Client, uri: str) -> dict[str, Any]:
    """The usable keys of a ``jwks_uri``. Raises OAuthError ``invalid_client_metadata``."""
    try:
        found = document_at(http, uri)
    except (httpx.HTTPError, ValueError) as error:
        raise OAuthError(wrong.NO_KEYS, host=urlsplit(uri).hostname) from error
    return model.fetched_keys(found)


class PartyKeys:
    """Keys of parties that are proven by them, wherever they lie. What was fetched is kept in the register: equal processes fetch once."""

    def __init__(self, database: Database, clock: Clock, http: httpx.Client) -> None:
        self._database = database
        self._clock = clock
        self._http = http

    def current(self, client: Client, kid: str) -> Client:
        """The party with keys that are good to use: fetched anew when they are old, or ``kid`` is none of them.

        Raises OAuthError ``invalid_client``: nobody has answered at their address for a day.
        """
        if not client.jwks_uri:
            return client
        names = {key.get("kid") for key in (client.keys or {"keys": []})["keys"]}
        if self._age(client) >= KEYS_FRESH or (kid and kid not in names):
            client = self.renewed(client)
        if self._age(client) >= KEYS_KEPT:
            raise OAuthError(wrong_client.KEYS_AWAY, host=urlsplit(client.jwks_uri).hostname)
        return client

    def renewed(self, client: Client) -> Client:
        """The party with what lies at its address now; with what was known, where it was tried within the last minute or is silent."""
        claimed = self._database.run(
            "identity.claim-keys",
            lambda tx: store.claim_keys(tx, client.client_id, client.jwks_uri, TRIED_EVERY),
        )
        keys: dict[str, Any] | None = None
        if claimed:
            try:
                keys = keys_at(self._http, client.jwks_uri)
            except (
                OAuthError
            ):  # told by what becomes of the assertion; the address is asked again in a minute
                keys = None

        def work(tx: Transaction) -> Client | None:
            if keys is not None:
                store.keep_keys(tx, client.client_id, client.jwks_uri, keys)
            return store.client(tx, client.client_id)

        return self._database.run("identity.keep-keys", work) or client

    def _age(self, client: Client) -> timedelta:
        """A sandbox's clock may be set back: then, too, they are not of now."""
        at: datetime | None = client.keys_at
        return abs(self._clock.now() - at) if at else KEYS_KEPT
