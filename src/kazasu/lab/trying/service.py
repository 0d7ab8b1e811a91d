"""One login with a party's settings, by a client of the sandbox: over the same addresses, with the same checks.

The sandbox has no party's private key. So each party gets a test client of its own, with the party's names, items and
purposes, and a key that lies here; ``sub`` is therefore another one than the party's application would be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
from joserfc.jwk import ECKey

from kazasu.foundation.database import Database
from kazasu.foundation.faults import Refusal
from kazasu.identity import scopes
from kazasu.identity.clients.model import Client, Registration
from kazasu.identity.clients.service import Clients
from kazasu.identity.service.context import IdentityContext
from kazasu.kit.openid import OpenId, RelyingParty, Started
from kazasu.lab.faults import NO_TRIAL
from kazasu.lab.inspector.service import Inspector
from kazasu.lab.inspector.store import Inspected
from kazasu.lab.trying import store
from kazasu.lab.trying.store import Trial

RETURN: Final = "/integrators/try/return"
ATTRIBUTES: Final = frozenset({*scopes.ATTRIBUTES, scopes.AGE})
"""Items that a login alone gives; a signature, refresh tokens and latest attributes have calls of their own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the party's application would know at the end."""

    claims: dict[str, Any]
    """Of the ID token, once it was verified."""
    userinfo: dict[str, Any]


class Trials:
    def __init__(
        self, database: Database, desk: IdentityContext, clients: Clients, inspector: Inspector,
        http: httpx.Client,
    ) -> None:  # fmt: skip
        self._database = database
        self._desk = desk
        self._clients = clients
        self._inspector = inspector
        self._openid = OpenId(desk.issuer, http, desk.clock)

    def begin(self, party: Client, hint: str, language: str) -> str:
        """Where the browser goes to log in.

        Args:
            hint: ``login_hint``, as an application in test mode may send it; empty: whoever holds a card.

        Raises Refusal ``signin.unreachable``.
        """
        trial = self._prepared(party)
        wanted = ["openid", *(item for item in party.scopes if item in ATTRIBUTES)]
        started = self._openid.start(
            self._relying(party, trial), wanted, language=language, hint=hint
        )
        begun = trial.begun(started.state, started.nonce, started.verifier, self._desk.clock.now())
        self._database.run("lab.begin-trial", lambda tx: store.keep(tx, begun))
        return started.url

    def finish(self, party: Client, answer: Mapping[str, str]) -> Outcome:
        """From the parameters with which the browser came back: code, tokens, userinfo, each of them verified.

        Raises Refusal ``lab.no-trial``, and those of :meth:`OpenId.finish`.
        """
        trial = self._database.run("lab.take-trial", lambda tx: store.take(tx, party.client_id))
        if trial is None:
            raise Refusal(NO_TRIAL)
        relying = self._relying(party, trial)
        started = Started("", trial.state, trial.nonce, trial.verifier)
        person = self._openid.finish(relying, started, answer, userinfo=False)
        claims = self._openid.claims_of(relying, person.id_token, trial.nonce)
        userinfo = self._openid.userinfo(relying, person.access_token, person.subject)
        return Outcome(claims, userinfo)

    def requests(self, party: Client) -> list[Inspected]:
        """What the last login sent, in its order; empty: there was none."""
        trial = self._database.read("lab.trial", lambda tx: store.trial(tx, party.client_id))
        if trial is None:
            return []
        rows = self._inspector.newest(trial.client_id)
        return [row for row in reversed(rows) if row.at >= trial.begun_at]

    # ------------------------------------------------------------ the test client

    def _prepared(self, party: Client) -> Trial:
        """The party's test client with the party's settings of today."""
        trial = self._database.read("lab.trial", lambda tx: store.trial(tx, party.client_id))
        known = self._clients.get(trial.client_id) if trial else None
        if trial is not None and known is not None:
            self._clients.change(known, self._registration(party, trial.key))
            return trial
        key = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True)
        made, _ = self._clients.register(self._registration(party, key), stands_for=party.client_id)
        now = self._desk.clock.now()
        return Trial(party.client_id, made.client_id, dict(key), "", "", "", now)

    def _registration(self, party: Client, key: Mapping[str, Any]) -> Registration:
        public = ECKey.import_key(dict(key)).as_dict(private=False)
        items = [item for item in party.scopes if item in ATTRIBUTES]
        return Registration.model_validate(
            {
                "client_name": party.name_en,
                "client_name#ja": party.name_ja,
                "redirect_uris": [self._desk.origin + RETURN],
                "jwks": {"keys": [public]},
                "scope": " ".join(["openid", *items]),
                "purposes": {k: v for k, v in (party.purposes or {}).items() if k in items},
                "colour": party.colour,
                "require_pushed_authorization_requests": party.strict,
            }
        )

    def _relying(self, party: Client, trial: Trial) -> RelyingParty:
        return RelyingParty(
            client_id=trial.client_id,
            redirect_uri=self._desk.origin + RETURN,
            key=ECKey.import_key(trial.key),
            strict=party.strict,
        )
