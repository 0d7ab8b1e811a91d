"""What a reader chose: ``?lang=ja|easy|en`` and ``?furigana=on|off``, links that every page offers; kept for a year in
two cookies of this browser. Never asked of the session: who signs out reads on in the same words.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.text import WORDS, Language, Words, language_of_words
from kazasu.foundation.web.edge.cookies import Cookies
from kazasu.foundation.web.edge.preferences import language_of
from kazasu.foundation.web.reading.furigana import available

LANG: Final = "lang"
FURIGANA: Final = "furigana"
PARAMETERS: Final = frozenset({LANG, FURIGANA})
"""They say how a page is read, not which page it is."""
_YEAR: Final = 31_536_000
_SAID: Final = ("on", "off")


@dataclass(frozen=True, slots=True)
class Chosen:
    """For one page."""

    words: Words
    furigana: bool
    """Whether kanji have their readings: never in English, always in やさしい日本語 unless switched off."""

    @property
    def language(self) -> Language:
        return language_of_words(self.words)


def chosen(request: Request, cookies: Cookies) -> Chosen:
    """The address wins over the cookie, the cookie over what the browser says of itself."""
    words = _words(request, cookies)
    asked = _said(request.query_params.get(FURIGANA, ""))
    if not asked and request.query_params.get(LANG) != "easy":
        asked = _said(cookies.read(request, FURIGANA))
    wanted = asked == "on" if asked else words == "easy"
    return Chosen(words, wanted and words != "en" and available())


def _words(request: Request, cookies: Cookies) -> Words:
    asked = (request.query_params.get(LANG, ""), cookies.read(request, LANG))
    for given in asked:
        for words in WORDS:
            if given == words:
                return words
    return language_of(request.headers.get("accept-language", ""))


def _said(given: str) -> str:
    return given if given in _SAID else ""


def remember(request: Request, response: Response, cookies: Cookies) -> None:
    """What the address said, for a year. Who turns to やさしい日本語 has its readings again, whatever was off before."""
    words = request.query_params.get(LANG)
    if words in WORDS:
        write(response, cookies, words)
    furigana = _said(request.query_params.get(FURIGANA, ""))
    if furigana:
        cookies.write(response, FURIGANA, furigana, seconds=_YEAR)
    elif words == "easy" and cookies.read(request, FURIGANA):
        cookies.end(response, FURIGANA)


def turned(now: Chosen, words: Words) -> Chosen:
    """The same page in other words; the easy ones bring their readings with them."""
    wanted = now.furigana or words == "easy"
    return Chosen(words, wanted and words != "en" and available())


def carried(url: str, words: Words) -> str:
    """An address of a neighbour who reads ``?lang=`` as every site here does, with the words that are read now."""
    parts = urlsplit(url)
    others = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != LANG]
    return parts._replace(query=urlencode([*others, (LANG, words)])).geturl()


def write(response: Response, cookies: Cookies, words: str) -> None:
    cookies.write(response, LANG, words, seconds=_YEAR)


@dataclass(frozen=True, slots=True)
class Links:
    """This page, read otherwise: addresses with everything else that the page was opened with."""

    words: dict[str, str]
    """By the words: ``ja``, ``easy``, ``en``."""
    furigana: str
    """With readings where it has none, and the other way round; empty where no readings are installed."""


def links(request: Request, now: Chosen) -> Links:
    others = [(k, v) for k, v in request.query_params.multi_items() if k not in PARAMETERS]
    # Two slashes would begin the name of another site.
    path = "/" + quote(request.url.path).lstrip("/")

    def address(key: str, value: str) -> str:
        return f"{path}?{urlencode([*others, (key, value)])}"

    readings = address(FURIGANA, "off" if now.furigana else "on") if available() else ""
    return Links({words: address(LANG, words) for words in WORDS}, readings)
