"""The times in tokens: the one reader of them."""

from datetime import UTC, datetime
from typing import Final

_BEYOND: Final = 1e11
"""Seconds: the year 5138, after which nothing of ours is good and before which every sum with it is a date."""


def instant_of(seconds: object) -> datetime | None:
    """A NumericDate (RFC 7519 2): seconds since 1970, whole or not; None: it is none, or missing, or no time of a calendar.

    Every check of a time refuses None, whichever way it looks: what is no time is neither past nor to come.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds < _BEYOND else None
