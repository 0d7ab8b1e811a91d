"""What a request may hold: how many fields, how long, how deep, and no character that nothing can keep.

Pure: bytes in, a Refusal or nothing out. Cheap for what people send, linear for what attackers send.
"""

import json
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final

from python_multipart.multipart import parse_options_header
from starlette.types import Scope

from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import faults

MOST_PARAMETERS: Final = 200
"""Of a query."""
MOST_FIELDS: Final = 1000
"""Of a form. The longest form of the house, a family's arrival, has about a hundred."""
FIELD_BYTES: Final = 300_000
"""Of one field with its name, as it is sent. A signed document is the longest."""
MOST_DEPTH: Final = 64
"""Of JSON; Python's own reader gives up at about a thousand."""

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_UNKEEPABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEP: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def check_target(scope: Scope) -> None:
    """Raises Refusal ``web.too-long-address``, ``web.unreadable`` (NUL: PostgreSQL keeps none)."""
    query: bytes = scope["query_string"]
    if query.count(b"&") >= MOST_PARAMETERS:
        raise Refusal(faults.LONG_ADDRESS)
    if "\0" in scope["path"] or b"%00" in query or b"\0" in query:
        raise Refusal(faults.UNREADABLE)


def check_content(content_type: str, body: bytes) -> None:
    """Raises Refusal ``web.too-many-fields``, ``web.too-large`` (one field), ``web.unreadable``."""
    kind, options = parse_options_header(content_type)
    if kind == b"application/x-www-form-urlencoded":
        _check_fields(body, b"&", nul=b"%00")
    elif kind == b"multipart/form-data":
        _check_fields(body, b"--" + options.get(b"boundary", b""), nul=b"\0")
    elif body.lstrip()[:1] in (b"[", b"{"):
        _check_json(body)


def _check_fields(body: bytes, border: bytes, *, nul: bytes) -> None:
    if body.count(border) > MOST_FIELDS:
        raise Refusal(faults.TOO_MANY_FIELDS)
    if len(body) > FIELD_BYTES and max(map(len, body.split(border))) > FIELD_BYTES:
        raise Refusal(faults.TOO_LARGE)
    if nul in body or b"\0" in body:
        raise Refusal(faults.UNREADABLE)


def _check_json(body: bytes) -> None:
    brackets = _STRING.sub(b"", body).translate(None, _NOT_BRACKETS)
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > MOST_DEPTH:
        raise Refusal(faults.UNREADABLE)
    if _UNKEEPABLE.search(body):
        _check_characters(body)


def _check_characters(body: bytes) -> None:
    """NUL and halves of a surrogate pair, written as escapes; unreadable JSON is its reader's to refuse."""
    try:
        document = json.loads(body)
    except ValueError:
        return
    for text in _texts(document):
        if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
            raise Refusal(faults.UNREADABLE)


def _texts(value: Any) -> Iterator[str]:
    """All strings of a document, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _texts(one)
