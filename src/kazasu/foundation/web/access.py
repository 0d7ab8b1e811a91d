"""Who may open a page: said with every route, walked by a structural test."""

from dataclasses import dataclass
from typing import Final

DESK: Final = "staff"
"""The kind of session of those who work at an institution: nothing that they open acts as a resident."""


@dataclass(frozen=True, slots=True)
class PageAccess:
    """``kind`` of session that the page needs; empty: none, for the stated reason."""

    kind: str
    reason: str


def public(reason: str) -> PageAccess:
    """Open to everybody, because …"""
    if not reason:
        raise ValueError("a public page says why it is public")
    return PageAccess("", reason)


def signed_in(kind: str) -> PageAccess:
    """Only for sessions of this kind (``resident``, ``staff`` …)."""
    return PageAccess(kind, f"signed in as {kind}")
