"""Runs under way in this process, and what the service answers differently for them.

Only codes and tokens that came of a run's own hint are touched: nobody else's login meets anything here.
A run lives in memory for minutes; its report is kept.
"""

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from starlette.responses import JSONResponse, PlainTextResponse, Response

from kazasu.identity.clients.model import Client
from kazasu.identity.integrators.conformance.forging import Forge
from kazasu.identity.integrators.conformance.model import BY_ID
from kazasu.identity.keys import TokenKeys
from kazasu.identity.oauth import OAuthError
from kazasu.identity.secret import hashed

SLOW: Final = 2.0
"""Seconds that the slow token endpoint takes before it fails."""


@dataclass
class Run:
    client_id: str
    forge: Forge
    run_id: str = field(default_factory=lambda: secrets.token_hex(12))
    of_code: dict[bytes, str] = field(default_factory=dict)
    of_token: dict[bytes, str] = field(default_factory=dict)
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Of the ID token, by scenario."""
    userinfo_asked: set[str] = field(default_factory=set)
    rotated: bool = False


class Runs:
    """At most one a party."""

    def __init__(self, keys: TokenKeys) -> None:
        self._keys = keys
        self._lock = threading.Lock()
        self._by_client: dict[str, Run] = {}

    def begin(self, client_id: str) -> Run | None:
        """None: the party has one already."""
        with self._lock:
            if client_id in self._by_client:
                return None
            run = Run(client_id, Forge(self._keys))
            self._by_client[client_id] = run
            return run

    def end(self, run: Run) -> None:
        with self._lock:
            self._by_client.pop(run.client_id, None)

    # ------------------------------------------------------------ the service's answers

    def scenario(self, client: Client, value: str) -> tuple[Run, str]:
        """By the hint ``conformance:<run>:<scenario>``. Raises OAuthError ``invalid_request``."""
        run_id, _, scenario = value.partition(":")
        run = self._by_client.get(client.client_id)
        if run is None or run.run_id != run_id or scenario not in BY_ID:
            raise OAuthError(
                "invalid_request", "login_hint names no conformance run of this client"
            )
        return run, scenario

    def answer(self, client: Client, value: str, url: str) -> str:
        """The relying party's address as this scenario wants it; the code remembers its scenario."""
        run, scenario = self.scenario(client, value)
        code = _parameter(url, "code")
        if code:
            run.of_code[hashed(code)] = scenario
        return run.forge.answer(scenario, url)

    def token(self, client: Client, form: Mapping[str, str], answer: dict[str, Any]) -> Response:
        run = self._by_client.get(client.client_id)
        scenario = run.of_code.get(hashed(form.get("code", ""))) if run else None
        if run is None or scenario is None:
            return JSONResponse(answer)
        run.of_token[hashed(answer["access_token"])] = scenario
        run.claims[scenario] = self._keys.verify(answer["id_token"])
        run.rotated = run.rotated or scenario == "keys-rotated"
        return self._altered(run, scenario, client, answer)

    @staticmethod
    def _altered(run: Run, scenario: str, client: Client, answer: dict[str, Any]) -> Response:
        if scenario == "token-slow":
            time.sleep(SLOW)
        if scenario in ("token-slow", "token-500"):
            return PlainTextResponse("played by a conformance run\n", 500)
        if scenario == "token-error":
            return JSONResponse({"error": "invalid_grant", "error_description": "played"}, 400)
        if scenario == "token-nonsense":
            return PlainTextResponse("<html>played by a conformance run</html>", 200)
        if scenario == "id-token-missing":
            return JSONResponse({k: v for k, v in answer.items() if k != "id_token"})
        if BY_ID[scenario].phase == "id-token":
            answer["id_token"] = run.forge.id_token(scenario, answer["id_token"], client.client_id)
        return JSONResponse(answer)

    def userinfo(self, token: str, claims: dict[str, Any]) -> dict[str, Any]:
        for run in list(self._by_client.values()):
            scenario = run.of_token.get(hashed(token))
            if scenario is None:
                continue
            run.userinfo_asked.add(scenario)
            if scenario == "userinfo-subject":
                return claims | {"sub": secrets.token_urlsafe(24)}
        return claims

    def published(self, keys: dict[str, Any]) -> dict[str, Any]:
        """The key set, with the new keys of runs that rotated. Nothing else is signed by them."""
        more = [
            {**run.forge.rotated.as_dict(private=False), "use": "sig", "alg": "ES256"}
            for run in list(self._by_client.values())
            if run.rotated
        ]
        return {"keys": [*keys["keys"], *more]}


def _parameter(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query).get(name, [""])[0]
