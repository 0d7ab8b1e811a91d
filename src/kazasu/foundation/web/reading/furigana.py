"""Readings over the kanji of a finished page: ``<ruby>`` around text between tags, and nowhere else.

What a form sends, titles, attributes, pictures, code and what already has its reading stay as they are; so the page without
``rt`` and ``rp`` reads as the page that was there before. Only the server does it: no script is needed.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape, unescape
from importlib.util import find_spec
from typing import Final

from kazasu.foundation.web.reading.aligned import has_kanji
from kazasu.foundation.web.reading.words import readings

_MARKUP: Final = re.compile(
    r"<!--.*?-->|<(?P<end>/?)(?P<name>[A-Za-z][^\s/>]*)(?P<rest>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>|<![^>]*>",
    re.DOTALL,
)
_LEFT_ALONE: Final = frozenset({
    "script", "style", "title", "textarea", "select", "option", "svg", "math", "code", "pre", "kbd", "samp",
    "ruby", "template",
})  # fmt: skip
"""Elements whose text is sent, run, drawn, copied or read already."""
_KEEPS: Final = re.compile(r"\bdata-no-readings\b")
"""An attribute for what has no room for readings: the face of a card."""
_EMPTY: Final = frozenset({"input", "br", "img", "hr", "meta", "link", "wbr"})
_MOST_CACHED: Final = 600
"""Characters. Longer texts are rarely on two pages."""


def available() -> bool:
    """Whether the dictionary is installed: there is no build of it for 32-bit ARM, and pages do without."""
    return find_spec("sudachidict_small") is not None


def annotated(page: str, names: Mapping[str, str]) -> str:
    """The page with readings.

    Args:
        names: persons on it with the kana that the register holds; nobody else's name is read, since a name has no other
            reading than its bearer's.
    """
    known = tuple(sorted(names.items()))
    out, end, alone = [], 0, ""
    depth = 0
    for tag in _MARKUP.finditer(page):
        out += [_read(page[end : tag.start()], known, alone), tag[0]]
        end = tag.end()
        name = (tag["name"] or "").lower()
        if alone:
            depth += (name == alone) * (-1 if tag["end"] else 1)
            alone = alone if depth else ""
        elif name and not tag["end"] and _stays(name, tag["rest"]):
            alone, depth = name, 1
    return "".join([*out, _read(page[end:], known, alone)])


def _stays(name: str, rest: str) -> bool:
    own = name in _LEFT_ALONE or (name not in _EMPTY and _KEEPS.search(rest) is not None)
    return own and not rest.endswith("/")


def _read(text: str, known: tuple[tuple[str, str], ...], alone: str) -> str:
    if alone or not has_kanji(text):
        return text
    plain = unescape(text)
    here = tuple((name, kana) for name, kana in known if name and _mentioned(name, plain))
    # A person's name is not kept beyond the page.
    if here or len(text) > _MOST_CACHED:
        return _marked(plain, here)
    return _of_words(plain)


def _mentioned(name: str, text: str) -> bool:
    return name.split("\u3000", maxsplit=1)[0].split(" ", maxsplit=1)[0] in text


@lru_cache(maxsize=4096)
def _of_words(plain: str) -> str:
    return _marked(plain, ())


def _marked(plain: str, names: tuple[tuple[str, str], ...]) -> str:
    """In one element: text and readings beside each other would be so many items of a button or a menu."""
    start, end = len(plain) - len(plain.lstrip()), len(plain.rstrip())
    words = "".join(_ruby(*one) for one in readings(plain[start:end], names))
    marked = f"<with-readings>{words}</with-readings>" if "<ruby>" in words else words
    return f"{escape(plain[:start])}{marked}{escape(plain[end:])}"


def _ruby(written: str, reading: str) -> str:
    if not reading:
        return escape(written)
    return f"<ruby>{escape(written)}<rp>（</rp><rt>{reading}</rt><rp>）</rp></ruby>"
