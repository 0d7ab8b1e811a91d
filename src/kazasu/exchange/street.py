"""The street: all institutions of which the code has a room, found by walking the packages.

A room is found by its ``institution.py``. So a room cannot be forgotten in a list, and a package that is not installed (the sandbox's, in
production) is not on the street.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from kazasu.contracts.base import InstitutionId
from kazasu.exchange.institution import PACKAGES, Institution, by_kind


@cache
def street() -> tuple[Institution, ...]:
    """All of them, by room name. Raises ``ValueError`` when two share an id."""
    found = [import_module(name).INSTITUTION for name in _modules()]
    return tuple(by_kind(sorted(found, key=lambda one: one.room)).values())


def institution(kind: str) -> Institution:
    """The declaration of this kind. Raises ``KeyError``."""
    return by_kind(street())[kind]


def mark_of(known: str) -> str:
    """Which drawing stands for an institution of the directory; empty for one that is none (``""``), or whose room is not here."""
    if not known:
        return ""
    at = InstitutionId(known)
    declared = by_kind(street()).get(at.kind)
    return declared.mark_of(at.tenant) if declared else ""


def _modules() -> Iterator[str]:
    for file in PACKAGES.rglob("institution.py"):
        if file.parent != Path(__file__).parent:
            yield ".".join(("kazasu", *file.relative_to(PACKAGES).with_suffix("").parts))
