"""The document to be signed, and the words of it that the person reads before signing.

No signing without readable words (identity §6.6): what the terminal shows is taken from the very
bytes that are signed.
"""

import base64
import binascii
import json
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kazasu.contracts.terminal import DisplayedLine
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.encoding import base64_text
from kazasu.foundation.web.edge.connections import MOST_ADDRESS
from kazasu.identity.faults import BAD_DOCUMENT, LONG_DOCUMENT

MOST_BYTES: Final = 64_000
"""Of any document that is given to be verified."""
MOST_CARRIED: Final = MOST_ADDRESS - 6_000
"""Characters that a document to be signed takes of the address by which the browser brings it to the terminal; the rest
is for who asks, what they learn and the ways back."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp", "Mn", "Me"})
"""Categories of characters that leave no mark of their own; private use is seen (external characters)."""
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols without a shape: Hangul fillers, the empty Braille cell."""
_CONTROL: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_LINE_FEEDS: Final = "\n\t"
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make a screen show letters in another order than they were signed (UTS #55)."""


class Title(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    ja: str = Field(min_length=1, max_length=100)
    en: str = Field(min_length=1, max_length=200)


class Document(BaseModel):
    """``title`` and ``lines`` are shown; ``data`` is for the receiving institution."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Title
    lines: tuple[DisplayedLine, ...] = Field(min_length=1, max_length=60)
    data: dict[str, Any] = {}


def decoded(text: str) -> bytes:
    """The bytes to be signed. Raises Refusal ``identity.bad-document``."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(BAD_DOCUMENT, why="base64") from None
    if not 0 < len(content) <= MOST_BYTES:
        raise Refusal(BAD_DOCUMENT, why=f"1–{MOST_BYTES} bytes")
    return content


def check_carried(content: bytes, found: Document) -> None:
    """Raises Refusal ``identity.long-document``: it would come to no reader, whatever the person does.

    The address holds the bytes to be signed and, beside them, the words as they are shown; its signature writes both in
    base64 once more.
    """
    shown = found.model_dump_json(include={"title", "lines"}).encode()
    length = (len(base64_text(content)) + len(shown)) * 4 // 3
    if length > MOST_CARRIED:
        raise Refusal(LONG_DOCUMENT, length=length, most=MOST_CARRIED)


def read(content: bytes) -> Document:
    """What the person will read. Raises Refusal ``identity.bad-document``."""
    try:
        parsed = json.loads(content.decode("utf-8"), object_pairs_hook=_once)
        found = Document.model_validate(parsed)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Refusal(BAD_DOCUMENT, why=f"{where}: {first['msg']}" if where else "JSON") from None
    except (ValueError, RecursionError):
        raise Refusal(BAD_DOCUMENT, why="JSON") from None
    for where, text in _shown(found):
        if not readable(text):
            raise Refusal(BAD_DOCUMENT, why=where)
    for number, line in enumerate(found.lines):
        if line.value_en and not line.value:  # one language would show what the other does not
            raise Refusal(BAD_DOCUMENT, why=f"lines.{number}.value")
    if not any(line.value for line in found.lines):
        raise Refusal(BAD_DOCUMENT, why="lines")
    return found


def readable(text: str) -> bool:
    """Does it leave a mark, and show what was signed? No control or turning character, something to be seen."""
    kinds = [(letter, unicodedata.category(letter)) for letter in text]
    hidden = any(
        letter in _TURNING or (kind in _CONTROL and letter not in _LINE_FEEDS)
        for letter, kind in kinds
    )
    seen = any(kind not in _UNSEEN and letter not in _BLANK for letter, kind in kinds)
    return seen and not hidden


def _shown(found: Document) -> Iterator[tuple[str, str]]:
    """Where a text stands, and the text: all that the person is to read. A value may be left open."""
    yield "title.ja", found.title.ja
    yield "title.en", found.title.en
    for number, line in enumerate(found.lines):
        yield f"lines.{number}.label_ja", line.label_ja
        yield f"lines.{number}.label_en", line.label_en
        if line.value:
            yield f"lines.{number}.value", line.value
        if line.value_en:
            yield f"lines.{number}.value_en", line.value_en


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name twice could be shown one way and read another."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found
