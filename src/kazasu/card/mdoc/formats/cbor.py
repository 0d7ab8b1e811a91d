"""CBOR as strict as a signed document needs it: cbor2 decodes what :func:`_end` has walked over first.

cbor2 accepts indefinite lengths, takes the last of two equal keys and makes Python objects of dozens of tags. Two
readers of one signed message must never see two different things, so all of that is refused (RFC 8949 §5.6, §4.2).
"""

from typing import Any, Final

import cbor2

from kazasu.card.mdoc.faults import MALFORMED
from kazasu.foundation.faults import Refusal

LARGEST: Final = 1_000_000
DEEPEST: Final = 16
EMBEDDED: Final = 24
"""Encoded CBOR in a byte string."""
_TAGS: Final = {0, EMBEDDED, 1004}
"""Date and time, embedded CBOR, full date."""
_SIMPLE: Final = {20, 21, 22}
"""false, true, null: no floats, nothing undefined."""


def encode(value: Any) -> bytes:
    return cbor2.dumps(value)


def embed(encoded: bytes) -> cbor2.CBORTag:
    """``#6.24(bstr)``."""
    return cbor2.CBORTag(EMBEDDED, encoded)


def embedded(value: Any, what: str) -> bytes:
    """The bytes in an ``#6.24(bstr)``. Raises Refusal ``mdoc.malformed``."""
    if (
        isinstance(value, cbor2.CBORTag)
        and value.tag == EMBEDDED
        and isinstance(value.value, bytes)
    ):
        return value.value
    raise Refusal(MALFORMED, why=what)


def decode(data: bytes) -> Any:
    """Exactly one well-formed item. Raises Refusal ``mdoc.malformed``."""
    if not 0 < len(data) <= LARGEST:
        raise Refusal(MALFORMED, why="size")
    try:
        end = _end(data, 0, 0)
    except IndexError:
        raise Refusal(MALFORMED, why="ends too early") from None
    if end != len(data):
        raise Refusal(MALFORMED, why="something follows")
    try:
        return cbor2.loads(data)
    except (cbor2.CBORDecodeError, ValueError) as error:
        raise Refusal(MALFORMED, why="value") from error


def _end(data: bytes, at: int, depth: int) -> int:
    """Where the item that begins at ``at`` ends. ``IndexError``: the data is too short."""
    if depth > DEEPEST:
        raise Refusal(MALFORMED, why="too deep")
    major, value, at = _head(data, at)
    match major:
        case 0 | 1:
            return at
        case 2 | 3:
            return _within(data, at + value)
        case 4:
            for _ in range(value):
                at = _end(data, at, depth + 1)
            return at
        case 5:
            return _end_of_map(data, at, value, depth)
        case 6:
            if value not in _TAGS:
                raise Refusal(MALFORMED, why=f"tag {value}")
            return _end(data, at, depth + 1)
        case _:
            if value not in _SIMPLE:
                raise Refusal(MALFORMED, why="simple value")
            return at


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Major type, argument, and where the content begins."""
    major, info = data[at] >> 5, data[at] & 31
    if info < 24:
        return major, info, at + 1
    if info > 27:
        raise Refusal(MALFORMED, why="indefinite length")
    size = 1 << (info - 24)
    end = _within(data, at + 1 + size)
    value = int.from_bytes(data[at + 1 : end])
    if major != 7 and value < (24, 1 << 8, 1 << 16, 1 << 32)[info - 24]:
        raise Refusal(MALFORMED, why="longer than needed")
    return major, value, end


def _end_of_map(data: bytes, at: int, pairs: int, depth: int) -> int:
    keys: set[bytes] = set()
    for _ in range(pairs):
        end = _end(data, at, depth + 1)
        if data[at:end] in keys:
            raise Refusal(MALFORMED, why="the same key twice")
        keys.add(data[at:end])
        at = _end(data, end, depth + 1)
    return at


def _within(data: bytes, end: int) -> int:
    if end > len(data):
        raise IndexError
    return end
