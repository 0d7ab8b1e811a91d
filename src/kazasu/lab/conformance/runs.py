"""Runs under way in this process, and what the service answers differently for them.

Only codes and tokens that came of a run's own hint are touched: nobody else's login meets anything here.
A run lives in memory for minutes; its report is kept.
"""

import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from kazasu.identity.clients.model import Client
from kazasu.identity.clients.secret import hashed
from kazasu.identity.hooks import Page
from kazasu.identity.keys import TokenKeys
from kazasu.identity.oauth.model import OAuthError
from kazasu.identity.service.context import PROTOCOL
from kazasu.lab.conformance.forged_answers import Forge
from kazasu.lab.conformance.model import BY_ID
from kazasu.lab.personas.faults import NO_RUN

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

    def begin(self, client_id: str, algorithm: str = "ES256") -> Run | None:
        """None: the party has one already. ``algorithm``: by which it registered its ID tokens."""
        with self._lock:
            if client_id in self._by_client:
                return None
            run = Run(client_id, Forge(self._keys, algorithm))
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
            raise OAuthError(NO_RUN)
        return run, scenario

    def answer(self, client: Client, value: str, url: str) -> str:
        """The relying party's address as this scenario wants it; the code remembers its scenario."""
        run, scenario = self.scenario(client, value)
        code = _parameter(url, "code")
        if code:
            run.of_code[hashed(code)] = scenario
        return run.forge.answer(scenario, url)

    def altered(self, path: str, page: Page) -> Page:
        """The page of a protocol's route, which answers wrongly where a run wants that."""
        ways = {"/certs": self._certs, "/token": self._token, "/userinfo": self._userinfo}
        way = ways.get(path.rpartition(PROTOCOL)[2]) if PROTOCOL in path else None
        if way is None:
            return page

        def answered(request: Request) -> Response:
            answer = page(request)
            runs = list(self._by_client.values())
            return way(request, answer, runs) if runs else answer

        return answered

    def _token(self, request: Request, answer: Response, runs: list[Run]) -> Response:
        """Refused ones are not met here: they are raised."""
        code = hashed(str(request.state.form.get("code", "")))
        run = next((run for run in runs if code in run.of_code), None)
        if run is None:
            return answer
        scenario, content = run.of_code[code], _content(answer)
        run.of_token[hashed(content["access_token"])] = scenario
        run.claims[scenario] = self._keys.verify(content["id_token"])
        run.rotated = run.rotated or scenario == "keys-rotated"
        return self._forged(run, scenario, content)

    @staticmethod
    def _forged(run: Run, scenario: str, answer: dict[str, Any]) -> Response:
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
            answer["id_token"] = run.forge.id_token(scenario, answer["id_token"], run.client_id)
        return JSONResponse(answer)

    @staticmethod
    def _userinfo(request: Request, answer: Response, runs: list[Run]) -> Response:
        sent = request.headers.get("authorization", "").partition(" ")[2].strip()
        token = hashed(sent or str(request.state.form.get("access_token", "")))
        run = next((run for run in runs if token in run.of_token), None)
        if run is None:
            return answer
        run.userinfo_asked.add(run.of_token[token])
        if run.of_token[token] != "userinfo-subject":
            return answer
        return JSONResponse(_content(answer) | {"sub": secrets.token_urlsafe(24)})

    @staticmethod
    def _certs(_: Request, answer: Response, runs: list[Run]) -> Response:
        """The key set, with the new keys of runs that rotated. Nothing else is signed by them."""
        more = [
            {**run.forge.rotated.as_dict(private=False), "use": "sig", "alg": run.forge.algorithm}
            for run in runs
            if run.rotated
        ]
        if not more:
            return answer
        keys = {"keys": [*_content(answer)["keys"], *more]}
        told = {"cache-control": answer.headers["cache-control"]}
        return JSONResponse(keys, headers=told, media_type=answer.media_type)


def _content(answer: Response) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bytes(answer.body))
    return found


def _parameter(url: str, name: str) -> str:
    return parse_qs(urlsplit(url).query).get(name, [""])[0]
