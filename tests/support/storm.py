"""Visitors of every kind who send anything to any address: what a hostile or merely unlucky day brings.

Each walks from the pages that it knows, takes over the links, ids and forms that it finds there, changes some of what it sends into
what nobody would, and repeats what was sent before. Everything follows from the seed.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

import httpx
from lxml import etree, html

from kazasu.society.stories.browser import Browser

NASTY = [
    "", " ", "0", "-1", "²", "１２", "9" * 5000, "1e400", "NaN", "null", "true", "[]", "{}", "../../etc/passwd", "%00", "\x00", "a\x00b",
    "\ud7ff", "\ue000", "\ufffe", "\u202e逆", "\u200b", "\U000e0100", "葛\U000e0100", "\U000e0041", "ﾔﾏﾀﾞ", "👨‍👩‍👧‍👦", "A" * 70_000, "<script>alert(1)</script>",
    "' OR 1=1 --", "{{7*7}}", "${7*7}", "\r\nSet-Cookie: a=b", "\n", "\t", "0001-01-01", "9999-12-31", "2027-02-30", "令和8年13月1日",
    "00000000-0000-0000-0000-000000000000", "not-a-uuid", "http://evil.test/", "//evil.test", "javascript:alert(1)", "/\\evil.test", "MV-00000000",
    "141003", "city:999999", "1234", "ABC123", "123456789018", "١٢٣", "𝟙𝟚", "é", "e\u0301", "İ", "ß",
]  # fmt: skip
BODIES: list[tuple[str, bytes]] = [
    ("application/x-www-form-urlencoded", b"%ff=%fe&a=%"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(1100))),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1"),
    ("multipart/form-data", b"--x--"),
    ("multipart/form-data; boundary=" + "b" * 200, b"--" + b"b" * 200 + b"--"),
    ("application/json", b"[" * 5000),
    ("application/json", b'{"a": 1e999, "a": "\\ud800"}'),
    ("application/json", b"\xff\xfe"),
    ("text/plain; charset=utf-7", b"+ADw-"),
    ("", b"\x00" * 40),
]  # fmt: skip
METHODS = ["GET", "GET", "HEAD", "POST", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]
PART = re.compile(r"{(\w+)(?::\w+)?}")
MOST_KEPT = 400
MOST_OF_AN_ADDRESS = 20_000
"""The client takes 65,536; the house far fewer."""


@dataclass
class Door:
    """An address that a room declares."""

    origin: str
    path: str


@dataclass
class Visitor:
    """Somebody with a browser, and the pages at which they begin."""

    name: str
    client: httpx.Client
    homes: list[str]

    @classmethod
    def of(cls, name: str, browser: Browser, *homes: str) -> "Visitor":
        return cls(name, browser.client, list(homes))


@dataclass
class Storm:
    """``for trouble in storm.requests(n)``: what came of it that must never come."""

    visitors: list[Visitor]
    doors: list[Door]
    forbidden: re.Pattern[str]
    """Addresses that end the storm itself: the clock, signing out."""
    seed: int = 1
    sent: int = 0
    answers: dict[int, int] = field(default_factory=dict)
    reached: set[tuple[str, str]] = field(default_factory=set)
    """Who was answered with a page, at which address (its numbers taken out)."""

    def __post_init__(self) -> None:
        self._luck = random.Random(self.seed)  # noqa: S311
        self._links: dict[str, list[str]] = {one.name: list(one.homes) for one in self.visitors}
        self._walked: Counter[tuple[str, str]] = Counter()
        self._forms: dict[str, list[tuple[str, str, list[tuple[str, str]]]]] = {}
        self._seen: list[str] = ["1"]

    def requests(self, count: int) -> Iterator[str]:
        """Send so many. Yields each incident in one line."""
        while self.sent < count:
            visitor = self._luck.choice(self.visitors)
            act = self._luck.choice(
                [self._walk, self._walk, self._fill, self._fill, self._fill, self._knock]
            )
            request = act(visitor)
            if self.forbidden.search(str(request.url)):
                continue
            self.sent += 1
            yield from self._incidents(visitor, request)

    # ------------------------------------------------------------ what is sent

    def _walk(self, visitor: Visitor) -> httpx.Request:
        whose = self._luck.choice(self.visitors) if self._luck.random() < 0.2 else visitor
        drawn = self._luck.sample(self._links[whose.name], min(4, len(self._links[whose.name])))
        url = min(drawn, key=lambda one: self._walked[visitor.name, _alike(one)])
        self._walked[visitor.name, _alike(url)] += 1
        return visitor.client.build_request("GET", url, headers=_reads())

    def _fill(self, visitor: Visitor) -> httpx.Request:
        """A form that was seen, by whomever, with one or two of its answers changed."""
        forms = self._forms.get(visitor.name) or [("GET", visitor.homes[0], [])]
        if self._luck.random() < 0.15:
            forms = self._luck.choice([kept for kept in self._forms.values() if kept] or [forms])
        method, action, values = self._luck.choice(forms)
        values = list(values)
        for _ in range(self._luck.choice([0, 1, 1, 2])):
            if values:
                place = self._luck.randrange(len(values))
                values[place] = (values[place][0], self._anything())
        if self._luck.random() < 0.1 and values:
            values += [self._luck.choice(values)] * self._luck.choice([1, 40])
        if self._luck.random() < 0.1 and values:
            values.pop(self._luck.randrange(len(values)))
        if method == "GET":
            query = "&".join(f"{_coded(k)}={_coded(v)}" for k, v in values)[:MOST_OF_AN_ADDRESS]
            return visitor.client.build_request(
                "GET", f"{action.partition('?')[0]}?{query}", headers=_reads()
            )
        content = "&".join(f"{_coded(k)}={_coded(v)}" for k, v in values).encode()
        headers = _reads() | {
            "origin": _origin(action),
            "content-type": "application/x-www-form-urlencoded",
        }
        return visitor.client.build_request("POST", action, content=content, headers=headers)

    def _knock(self, visitor: Visitor) -> httpx.Request:
        """Any declared address, with any method and body."""
        door = self._luck.choice(self.doors)
        path = PART.sub(lambda _: _coded(self._anything()) or "x", door.path)
        method = self._luck.choice(METHODS)
        headers = _reads() | {"origin": door.origin}
        content = b""
        if method in ("POST", "PUT", "PATCH"):
            kind, content = self._luck.choice(BODIES)
            headers |= {"content-type": kind} if kind else {}
        query = f"?{_coded(self._luck.choice(['q', 'next', 'tap', 'device', 'lang', 'id']))}={_coded(self._anything())}"
        url = (
            door.origin
            + path[:MOST_OF_AN_ADDRESS]
            + self._luck.choice(["", query[:MOST_OF_AN_ADDRESS]])
        )
        return visitor.client.build_request(method, url, content=content, headers=headers)

    def _anything(self) -> str:
        return self._luck.choice(self._luck.choice([NASTY, self._seen]))

    # ------------------------------------------------------------ what came of it

    def _incidents(self, visitor: Visitor, request: httpx.Request) -> Iterator[str]:
        what = (
            f"{visitor.name}: {request.method} {str(request.url)[:300]} {request.content[:300]!r}"
        )
        try:
            answer = visitor.client.send(request, follow_redirects=False)
        except httpx.HTTPError as error:
            yield f"{what}: {error!r}"
            return
        self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
        if answer.status_code >= 500 and answer.status_code != 503:
            yield f"{what}: {answer.status_code}"
        if b"Traceback (most recent" in answer.content:
            yield f"{what}: {answer.status_code}, a traceback"
        if answer.status_code == 303 and "kept=" in answer.headers.get("location", ""):
            # An incident behind a POST is told by the page that it leads to.
            told = visitor.client.get(urljoin(str(request.url), answer.headers["location"]))
            if b"<code>web.unexpected</code>" in told.content:
                yield f"{what}: an incident"
        self._learn(visitor, answer)

    def _learn(self, visitor: Visitor, answer: httpx.Response) -> None:
        here = str(answer.request.url)
        if target := answer.headers.get("location"):
            self._keep(self._links[visitor.name], urljoin(here, target))
            return
        if answer.status_code != 200 or "text/html" not in answer.headers.get("content-type", ""):
            return
        self.reached.add((visitor.name, _alike(here)))
        try:
            page = html.fromstring(answer.text, base_url=here)
        except (etree.ParserError, ValueError):
            return
        for link in page.xpath("//a/@href"):
            self._keep(self._links[visitor.name], urljoin(here, link))
        for form in page.forms:
            values = [(k, v or "") for k, v in form.form_values()]
            if button := form.xpath(".//button[@name]"):
                pressed = self._luck.choice(button)
                values.append((pressed.get("name"), pressed.get("value", "")))
            for _, value in values:
                if 0 < len(value) < 200:
                    self._keep(self._seen, value)
            action = urljoin(here, form.action or here)
            if self._ours(action):
                kept = self._forms.setdefault(visitor.name, [])
                self._keep(kept, ((form.method or "GET").upper(), action, values))
        for part in urlsplit(here).path.split("/"):
            if any(c.isdigit() for c in part):
                self._keep(self._seen, part)

    def _keep(self, kept: list, one) -> None:
        """The oldest goes: the storm stays with what is there now."""
        if isinstance(one, str) and one.startswith("http") and not self._ours(one):
            return
        if one not in kept:
            kept.append(one)
            if len(kept) > MOST_KEPT:
                kept.pop(self._luck.randrange(len(kept)))

    def _ours(self, url: str) -> bool:
        return any(url.startswith(door.origin) for door in self.doors)


def _alike(url: str) -> str:
    """Its page, whatever number, id or handle stands in it."""
    at = urlsplit(url)
    return at.netloc + re.sub(r"[^/]*\d[^/]*|[\w-]{20,}", "#", at.path)


def _reads() -> dict[str, str]:
    return {"accept-language": "en", "accept": "text/html"}


def _origin(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


def _coded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")
