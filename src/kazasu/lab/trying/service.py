"""One login with a party's settings, by a client of the sandbox: over the same addresses, with the same checks.

The sandbox has no party's private key. So each party gets a test client of its own, with the party's names, items and
purposes, and a key that lies here; ``sub`` is therefore another one than the party's application would be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
from joserfc.jwk import ECKey

from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.identity import scopes
from kazasu.identity.clients.model import LONGEST_NAME, Client, Registration
from kazasu.identity.clients.service import Clients
from kazasu.identity.service.context import IdentityContext
from kazasu.kit.openid import OpenId, RelyingParty, Started
from kazasu.lab.faults import NO_TRIAL, PARTY_SUSPENDED
from kazasu.lab.inspector.service import Inspector
from kazasu.lab.inspector.store import Inspected
from kazasu.lab.trying import store
from kazasu.lab.trying.store import Login, Trial

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

        Raises Refusal ``signin.unreachable``, ``lab.party-suspended``.
        """
        _check(party)
        trial = self._prepared(party)
        scope = ["openid", *(item for item in party.scopes if item in ATTRIBUTES)]
        started = self._openid.start(
            self._relying(party, trial), scope, language=language, hint=hint
        )
        login = Login(
            party.client_id, started.state, started.nonce, started.verifier, self._desk.clock.now()
        )
        self._database.run("lab.begin-trial", lambda tx: store.begin(tx, login))
        return started.url

    def finish(self, party: Client, answer: Mapping[str, str]) -> Outcome:
        """From the parameters with which the browser came back: code, tokens, userinfo, each of them verified.

        Raises Refusal ``lab.no-trial``: none was begun with this state, and those under way stay;
        ``lab.party-suspended``; those of :meth:`OpenId.finish`.
        """
        _check(party)

        def work(tx: Transaction) -> tuple[Trial | None, Login | None]:
            login = store.take(tx, party.client_id, answer.get("state", ""))
            return store.trial(tx, party.client_id), login

        trial, login = self._database.run("lab.take-trial", work)
        if trial is None or login is None:
            raise Refusal(NO_TRIAL)
        relying = self._relying(party, trial)
        started = Started("", login.state, login.nonce, login.verifier)
        person = self._openid.finish(relying, started, answer, userinfo=False)
        claims = self._openid.claims_of(relying, person.id_token, login.nonce)
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
        """The party's test client with the party's settings of today: one, however often it is asked for at once."""
        trial = self._database.read("lab.trial", lambda tx: store.trial(tx, party.client_id))
        known = self._clients.get(trial.client_id) if trial else None
        if trial is None or known is None:
            return self._made(party, gone=trial.client_id if trial else "")
        self._clients.change(known, self._registration(party, trial.key))
        return trial

    def _made(self, party: Client, *, gone: str) -> Trial:
        """``gone``: the client that was it until it was deleted. The register is another database: who loses the race
        takes back what it registered."""
        key = ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True)
        client, _ = self._clients.register(
            self._registration(party, key), stands_for=party.client_id
        )
        made = Trial(party.client_id, client.client_id, dict(key), self._desk.clock.now())
        kept = self._database.run("lab.keep-trial", lambda tx: store.first(tx, made, gone))
        if kept.client_id != client.client_id:
            self._clients.delete(client)
        return kept

    def _registration(self, party: Client, key: Mapping[str, Any]) -> Registration:
        public = ECKey.import_key(dict(key)).as_dict(private=False)
        items = [item for item in party.scopes if item in ATTRIBUTES]
        return Registration.model_validate(
            {
                "client_name": _marked(party.name_en, " (trial)"),
                "client_name#ja": _marked(party.name_ja, "（試し）"),
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


def _marked(name: str, mark: str) -> str:
    """What the person reads at the tap and later among their services: not the name of the party itself."""
    return name[: LONGEST_NAME - len(mark)] + mark


def _check(party: Client) -> None:
    """Its own client would be refused, and so is the one in its place. Raises Refusal ``lab.party-suspended``."""
    if party.suspended_at:
        raise Refusal(PARTY_SUSPENDED)
