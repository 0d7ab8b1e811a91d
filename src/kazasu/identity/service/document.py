"""The document to be signed, and the words of it that the person reads before signing.

No signing without readable words (identity §6.6): what the terminal shows is taken from the very
bytes that are signed.
"""

import base64
import binascii
import json
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kazasu.contracts.terminal import DisplayedLine
from kazasu.foundation.faults import Refusal
from kazasu.identity.faults import BAD_DOCUMENT

MOST_BYTES: Final = 64_000


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


def read(content: bytes) -> Document:
    """What the person will read. Raises Refusal ``identity.bad-document``."""
    try:
        parsed = json.loads(content.decode("utf-8"), object_pairs_hook=_once)
        return Document.model_validate(parsed)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise Refusal(BAD_DOCUMENT, why=where or "JSON") from None
    except (ValueError, RecursionError):
        raise Refusal(BAD_DOCUMENT, why="JSON") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name twice could be shown one way and read another."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found
