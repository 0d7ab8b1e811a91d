"""The document to be signed, and the words of it that the person reads before signing.

No signing without readable words (identity §6.6): what the terminal shows is taken from the very
bytes that are signed.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kazasu.contracts.terminal import DisplayedLine
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.encoding import base64_text
from kazasu.foundation.values.signed_json import unambiguous
from kazasu.foundation.values.visible import seen, unseen_letter
from kazasu.foundation.web.edge.connections import MOST_ADDRESS
from kazasu.identity.faults import BAD_DOCUMENT, LONG_DOCUMENT

MOST_BYTES: Final = 64_000
"""Of any document that is given to be verified."""
MOST_CARRIED: Final = MOST_ADDRESS - 6_000
"""Characters that a document to be signed takes of the address by which the browser brings it to the terminal; the rest
is for who asks, what they learn and the ways back."""


UNSEEN: Final = Text(
    "サービスは文書を渡さず、その要約値（SHA-256）だけを渡しました。何に署名するのかは、ここに表示できません",
    "The service handed over no document but its digest (SHA-256) alone. What you would sign cannot be shown here",
)
"""What a person reads of a digest; sandbox only."""
_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""DER before a SHA-256 (RFC 8017 9.2, note 1)."""


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


def digest_in(text: str) -> bytes:
    """A SHA-256, be it in its DigestInfo. Raises Refusal ``identity.bad-document``."""
    try:
        content = base64.b64decode(text, validate=True).removeprefix(_DIGEST_INFO)
    except (binascii.Error, ValueError):
        raise Refusal(BAD_DOCUMENT, why="digest: base64") from None
    if len(content) != hashlib.sha256().digest_size:
        raise Refusal(BAD_DOCUMENT, why="digest: SHA-256")
    return content


def of_digest(digest: bytes) -> bytes:
    """A document that says what little can be said of a digest."""
    lines = [
        {"label_ja": "注意", "label_en": "Warning", "value": UNSEEN.ja, "value_en": UNSEEN.en},
        {"label_ja": "要約値", "label_en": "Digest", "value": digest.hex()},
    ]
    title = {"ja": "内容の見えない署名（試験用）", "en": "Signing what is not shown (for tests)"}
    data = {"sha256": base64_text(digest)}
    return json.dumps({"title": title, "lines": lines, "data": data}, ensure_ascii=False).encode()


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
        parsed = unambiguous(content)
        found = Document.model_validate(parsed)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Refusal(BAD_DOCUMENT, why=f"{where}: {first['msg']}" if where else "JSON") from None
    except (ValueError, RecursionError):
        raise Refusal(BAD_DOCUMENT, why="JSON") from None
    for where, text in _shown(found):
        if not readable(text, lines=where.rpartition(".")[2].startswith("value")):
            raise Refusal(BAD_DOCUMENT, why=where)
    for number, line in enumerate(found.lines):
        if line.value_en and not line.value:  # one language would show what the other does not
            raise Refusal(BAD_DOCUMENT, why=f"lines.{number}.value")
    if not any(line.value for line in found.lines):
        raise Refusal(BAD_DOCUMENT, why="lines")
    return found


def readable(text: str, *, lines: bool = False) -> bool:
    """Does it leave a mark, and show what was signed? By the rule of everything that people read (design §3.13).

    ``lines``: line feeds may stand in it.
    """
    return seen(text) and "\r" not in text and not unseen_letter(text, lines=lines)


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
