"""A scripted browser: follows redirects, keeps cookies, and puts the run's hint into the party's request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx

from kazasu.foundation.http import http_client
from kazasu.foundation.text import Text
from kazasu.foundation.values.typed.web_addresses import joined, place_of

MOST_STEPS: Final = 15
PATIENCE: Final = 15.0
_HUNG_UP: Final = (httpx.RemoteProtocolError, httpx.ReadError)
"""Servers end a connection after an error of theirs, and a request that was just sent on it is not answered."""
_REDIRECTS: Final = (301, 302, 303, 307, 308)


class Lost(Exception):
    """The way led nowhere; ``why`` is for the report."""

    def __init__(self, ja: str, en: str) -> None:
        self.why: Final = Text(ja, en)
        super().__init__(en)


class Silent(Lost):
    """Nobody answers at an address."""

    def __init__(self, url: str, error: Exception) -> None:
        self.address = url.partition("?")[0]
        name = type(error).__name__
        super().__init__(
            f"{self.address} が応答しません（{name}）", f"{self.address} does not answer ({name})"
        )


@dataclass
class Driver:
    """One browser. Goes to the party and to the service, and nowhere else."""

    authorization_endpoint: str
    allowed: frozenset[str | None]
    """Hosts, with their ports."""
    hint: str = ""
    client: httpx.Client = field(default_factory=lambda: http_client(PATIENCE))
    did: list[str] = field(default_factory=list)
    status: int = 0
    """Of the page at which a walk ended."""
    at: str = ""
    """That page."""
    checked: int = 0
    """Of the page for the signed in, when it was last asked."""
    asked: bool = False
    """Did the party ask the service for anything?"""

    def walk(self, url: str, stop: Callable[[str], bool] = lambda _: False) -> str:
        """Until a page that is no redirect, or an address where to stop. Returns the last address.

        Raises Lost.
        """
        for _ in range(MOST_STEPS):
            if stop(url):
                return url
            self._check(url)
            if url.partition("?")[0] == self.authorization_endpoint:
                url = self._hinted(url)
            response = self._get(url)
            self.did.append(f"GET {url.partition('?')[0]} → {response.status_code}")
            self.status, self.at = response.status_code, url.partition("?")[0]
            if self.status == httpx.codes.TOO_MANY_REQUESTS:
                raise Lost(
                    f"{self.at} への要求が多すぎます（HTTP 429）。1分待ってから始め直してください",
                    f"too many requests at {self.at} (HTTP 429): wait a minute and begin again",
                )
            if response.status_code not in _REDIRECTS:
                return url
            url = self._onward(url, response)
        raise Lost(f"リダイレクトが{MOST_STEPS}回を超えました", f"more than {MOST_STEPS} redirects")

    @staticmethod
    def _onward(url: str, response: httpx.Response) -> str:
        location = response.headers.get("location", "")
        if onward := joined(url, location):
            return onward
        at, said = url.partition("?")[0], ascii(location[:80])
        raise Lost(
            f"{at} のリダイレクトの行き先（Location）がアドレスではありません：{said}",
            f"the redirect of {at} leads to no address (Location: {said})",
        )

    def is_open(self, url: str) -> bool:
        """Is a page that needs a sign-in open for this browser?"""
        self._check(url)
        try:
            self.checked = self._get(url).status_code
        except Silent as silent:
            if not isinstance(silent.__cause__, _HUNG_UP):
                raise
            self.checked = self._get(url).status_code
        self.did.append(f"GET {url.partition('?')[0]} → {self.checked}")
        return self.checked == 200

    def touch(self, url: str) -> None:
        """Does anybody answer there? What, does not matter. Raises Lost."""
        self._check(url)
        self.did.append(f"GET {url.partition('?')[0]} → {self._get(url).status_code}")

    def post(self, url: str, **form: str) -> int:
        self._check(url)
        try:
            status = self.client.post(url, data=form).status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Silent(url, error) from error
        self.did.append(f"POST {url.partition('?')[0]} → {status}")
        return status

    def close(self) -> None:
        self.client.close()

    def _get(self, url: str) -> httpx.Response:
        try:
            return self.client.get(url, headers={"accept": "text/html"})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Silent(url, error) from error

    def _check(self, url: str) -> None:
        place = place_of(url)
        if not place or place not in self.allowed:
            where = place or ascii(url[:80])
            raise Lost(f"登録されていないところへ向かいます：{where}", f"the way leads to {where}")

    def _hinted(self, url: str) -> str:
        self.asked = True
        parts = urlsplit(url)
        given = [(k, v) for k, v in parse_qsl(parts.query) if k != "login_hint"]
        return urlunsplit(parts._replace(query=urlencode([*given, ("login_hint", self.hint)])))
