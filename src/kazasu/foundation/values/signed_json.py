"""JSON that is signed, or decides: read in one way only.

Source: RFC 8259 (names should be unique; there is no NaN and no Infinity), RFC 7493 (I-JSON).
"""

import json
from typing import Any, NoReturn


def unambiguous(content: bytes) -> Any:
    """The value. Raises ``ValueError``, ``RecursionError``: no JSON in UTF-8, a name repeated, a number that is none."""
    return json.loads(
        content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_none, parse_float=_finite
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name twice could be shown one way and read another."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found


def _none(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _finite(text: str) -> float:
    """``1e999`` is JSON, and infinite for whoever reads it as a double."""
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number beyond all doubles")
    return number
