"""What a request may hold: how many fields, how long, how deep.

Pure: bytes in, a Refusal or nothing out. Cheap for what people send, linear for what attackers send.
"""

import re
from itertools import accumulate
from typing import Final

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
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEP: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def check_target(scope: Scope) -> None:
    """Raises Refusal ``web.too-long-address``."""
    if scope["query_string"].count(b"&") >= MOST_PARAMETERS:
        raise Refusal(faults.LONG_ADDRESS)


def check_content(content_type: str, body: bytes) -> None:
    """Raises Refusal ``web.too-many-fields``, ``web.too-large`` (one field), ``web.unreadable``."""
    kind, options = parse_options_header(content_type)
    if kind == b"application/x-www-form-urlencoded":
        _check_fields(body, b"&")
    elif kind == b"multipart/form-data":
        _check_fields(body, b"--" + options.get(b"boundary", b""))
    elif body.lstrip()[:1] in (b"[", b"{"):
        _check_json(body)


def _check_fields(body: bytes, border: bytes) -> None:
    if body.count(border) > MOST_FIELDS:
        raise Refusal(faults.TOO_MANY_FIELDS)
    if len(body) > FIELD_BYTES and max(map(len, body.split(border))) > FIELD_BYTES:
        raise Refusal(faults.TOO_LARGE)


def _check_json(body: bytes) -> None:
    brackets = _STRING.sub(b"", body).translate(None, _NOT_BRACKETS)
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > MOST_DEPTH:
        raise Refusal(faults.UNREADABLE)
