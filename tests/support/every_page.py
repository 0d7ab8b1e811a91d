"""Every page of a running country that people come to: walked along its links, each template once for each visitor."""

import itertools
import re
import zlib
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import html
from starlette.routing import Match, Route

from kazasu.society.stories import account, moving
from kazasu.society.stories.stage import Person

LANGUAGES = ("ja", "en")
NO_PAGE = re.compile(
    r"/static/|\.pdf$|\.pem$|\.jws$|\.webmanifest$|/signin|/stop$|/again$|/pulls/|/reader/insert$"
)
ISO = re.compile(r"\b(19|20)\d\d-\d\d-\d\d\b")
CODE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-|\bcity:\d{6}\b|\baal[23]\b|\b[A-Za-z]+/[a-z-]+/\d\b"
)
"""What only programs say: numbers of the database, names of tenants and letters."""
UNFILLED = re.compile(r"\{[a-z_]+\}|\bNone\b(?!\.)|Undefined")
"""Places of a sentence that nobody filled."""
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ㐀-鿿]")
TECHNICAL = "ancestor-or-self::code or ancestor-or-self::pre or ancestor-or-self::script or ancestor-or-self::title"
STACKED = "//table[contains(concat(' ', @class, ' '), ' stacked ')]"
"""On a phone a row of it is a block, each cell behind its column's name."""
KILOBYTES = 60
CATALOGUE = "/faults"
"""Sentences on errors quote what one may type: dates, names of tenants, Japanese words."""


@dataclass
class Seen:
    """One page in one language, as the server sent it."""

    who: str
    url: str
    language: str
    content: bytes
    tree: object = field(repr=False, default=None)

    def __post_init__(self):
        self.tree = html.fromstring(self.content)

    def __str__(self):
        return f"{self.who} {self.url} ({self.language})"

    def texts(self):
        """``(text, its own language)`` of all that is read, but for what is technical on purpose."""
        for one in self.tree.xpath(f"//body//text()[not({TECHNICAL})]"):
            text = " ".join(one.split())
            if text:
                said = one.getparent().xpath("ancestor-or-self::*[@lang][1]/@lang")
                yield text, said[-1] if said else ""

    def wrong(self):
        """Everything that is wrong with it, in words."""
        tree = self.tree
        levels = [int(one.tag[1]) for one in tree.xpath("//h1|//h2|//h3|//h4")]
        yield from self._when(levels.count(1) != 1, f"{levels.count(1)} h1")
        jumps = [b for a, b in itertools.pairwise(levels) if b > a + 1]
        yield from self._when(bool(jumps), f"headings jump: {levels}")
        yield from self._when(tree.get("lang") != self.language, f"lang={tree.get('lang')}")
        for landmark in ("main", "header", "footer"):
            found = len(tree.xpath(f"//{landmark}"))
            yield from self._when(found != 1, f"{found} {landmark}")
        for form in tree.xpath("//form[@method='post']"):
            submits = form.xpath(".//button[not(@type) or @type='submit']|.//input[@type='submit']")
            yield from self._when(not submits, "a form without a button")
        yield from self._when(bool(tree.xpath("//button[@form]")), "a button outside its form")
        heads = [
            [self._without_readings(one) for one in table.xpath("./thead//th")]
            for table in tree.xpath(STACKED)
        ]
        for table, titles in zip(tree.xpath(STACKED), heads, strict=True):
            for cell in table.xpath("./tbody/tr/td[not(@colspan)]"):
                named = " ".join(cell.get("data-label", "").split())
                stands = any(one.startswith(named) for one in titles)  # sorted by it, it says so
                yield from self._when(not (named and stands), f"a cell without its column: {named}")
        plain = tree.xpath(
            "//table[not(contains(@class, 'stacked') or contains(@class, 'movers'))]"
        )
        yield from self._when(bool(plain), "a table whose columns lie out of sight on a phone")
        wide = len(zlib.compress(self.content, 6))
        yield from self._when(wide > KILOBYTES * 1024, f"{wide} bytes compressed")
        for text, said in self.texts():
            yield from self._when(bool(UNFILLED.search(text)), f"not filled: {text[:60]}")
            if self.url.partition("?")[0].endswith(CATALOGUE):
                continue
            yield from self._when(bool(CODE.search(text)), f"raw code: {text[:60]}")
            yield from self._when(bool(ISO.search(text)), f"ISO date: {text[:60]}")
            foreign = self.language == "en" and said != "ja" and JAPANESE.search(text)
            yield from self._when(bool(foreign), f"Japanese without lang: {text[:60]}")

    @staticmethod
    def _without_readings(cell):
        return " ".join("".join(cell.xpath(".//text()[not(ancestor::rt or ancestor::rp)]")).split())

    def _when(self, wrong, words):
        if wrong:
            yield f"{self}: {words}"


class Walk:
    """Of one visitor, signed in or not."""

    def __init__(self, country, who, browser, starts):
        self._rooms = country.process.rooms.values()
        self.who, self.browser = who, browser
        self.addresses = {}
        """One address of each route, with the names of its query's parameters."""
        ahead = list(starts)
        while ahead:
            url = ahead.pop(0)
            key = self._key(url)
            if key is None or key in self.addresses:
                continue
            answer = self._open(url)
            if answer is None:
                continue
            self.addresses[key] = url
            ahead += [
                urljoin(url, link)
                for link in html.fromstring(answer.content).xpath("//a/@href")
                if not link.startswith("#")
            ]

    def pages(self):
        """Each address in both languages."""
        for url in self.addresses.values():
            for language in LANGUAGES:
                answer = self._open(in_language(url, language))
                if answer is not None:
                    yield Seen(self.who, url, language, answer.content)

    def _open(self, url):
        answer = self.browser.client.get(url, headers={"accept": "text/html"})
        good = answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
        return answer if good else None

    def _key(self, url):
        """None: not a page of this country, or none to look at."""
        parts = urlsplit(url)
        if NO_PAGE.search(parts.path):
            return None
        room = next((one for one in self._rooms if one.hosts(parts.hostname or "")), None)
        scope = {"type": "http", "method": "GET", "path": parts.path}
        for route in room.app.routes if room else ():
            if isinstance(route, Route) and route.matches(scope)[0] is Match.FULL:
                return room.name, route.path, tuple(sorted(k for k, _ in query_of(parts)))
        return None


def query_of(parts):
    return [(k, v) for k, v in parse_qsl(parts.query) if k != "lang"]


def in_language(url, language):
    parts = urlsplit(url)
    return parts._replace(query=urlencode([*query_of(parts), ("lang", language)])).geturl()


def walks(country, stage):
    """Everybody where they live, work or keep an account, in a country in which things have happened."""
    at = stage.origin
    hanako = Person(stage, "佐藤　花子", stage.browser())
    account.open_account(stage, hanako)
    account.agree(stage, hanako)
    yield Walk(country, "customer", hanako.browser, [f"{at('bank')}/home", f"{at('bank')}/"])
    case = moving.give_notice(stage, hanako)
    clerk = moving.at_notice(stage, case)
    yield Walk(
        country,
        "clerk",
        clerk.browser,
        [f"{at(moving.OLD)}/desk", f"{at(moving.OLD)}/desk/out/{case}"],
    )
    clerk.browser.get(f"{at(moving.OLD)}/desk/out/{case}").press("Accept")
    arrivals = moving.at_arrival(stage, case)
    moving.identify(arrivals, "佐藤　花子")
    yield Walk(
        country,
        "clerk",
        arrivals.browser,
        [f"{at(moving.NEW)}/desk/in/{case}", f"{at(moving.NEW)}/desk/in"],
    )
    yield Walk(
        country, "resident", hanako.browser,
        [f"{at('portal')}/", f"{at('portal')}/moves/{case}", f"{at('portal')}/accesses"],
    )  # fmt: skip
    moving.sign_in(stage, hanako, at("identity"), "/account", moving.HANAKO)
    yield Walk(country, "resident", hanako.browser, [f"{at('identity')}/account"])
    nobody = stage.browser()
    rooms = (
        "portal",
        "bank",
        "pay",
        "identity",
        "jpki",
        "jukinet",
        "society",
        "terminal",
        "phone",
        moving.NEW,
    )
    yield Walk(
        country,
        "nobody",
        nobody,
        [f"{at(one)}{path}" for one in rooms for path in ("/", "/about/help")],
    )
