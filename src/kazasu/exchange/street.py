"""The street: all institutions of which the code has a room, found by walking the packages.

A room is found by its ``institution.py``. So a room cannot be forgotten in a list, and a package that is not installed (the sandbox's, in
production) is not on the street.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from re import compile as pattern
from typing import Final

from kazasu import contracts
from kazasu.contracts.base import INQUIRIES, LETTERS, InstitutionId
from kazasu.exchange.institution import PACKAGES, Institution, by_kind
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import Ties

_IDENTITY: Final = "identity"
_PARTIES: Final = Text(
    "登録したサービス（OpenID Connect。本人が画面で確かめた項目だけ）",
    "Registered services (OpenID Connect; only the items that the person saw)",
)
_JAPANESE: Final = pattern("[\u4e00-\u9fff]")


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


def ties(
    own: Institution, who_looked: str = "", lost_phone: str = "", signed_in_elsewhere: str = ""
) -> Ties:
    """With whom an institution speaks, as the treaties allow it.

    Args:
        who_looked: address where people see who looked at their data.
        lost_phone: address where people suspend a phone that is lost.
        signed_in_elsewhere: address where people end what else they signed in to in the same browser.
    """
    _read_treaties()
    asks: dict[str, set[str]] = {}
    asked_by: dict[str, set[str]] = {}
    for inquiry in INQUIRIES.values():
        articles = _articles(inquiry.basis)
        for other in _receivers(inquiry.kind) if own.id in inquiry.askers else ():
            asks.setdefault(other, set()).update(articles)
        for other in inquiry.askers if own.id in _receivers(inquiry.kind) else ():
            asked_by.setdefault(other, set()).update(articles)
    if own.client is not None:  # by OpenID Connect, as any other party
        asks.setdefault(_IDENTITY, set())
    parties = ((_PARTIES, ()),) if own.id == _IDENTITY else ()
    letters = list(LETTERS.values())
    tells = {to for one in letters if own.id in one.senders for to in _receivers(one.kind)}
    told = {by for one in letters if own.id in _receivers(one.kind) for by in one.senders}
    return Ties(
        asks=tuple((_name(who), tuple(sorted(asks[who]))) for who in sorted(asks)),
        asked_by=tuple((_name(who), tuple(sorted(asked_by[who]))) for who in sorted(asked_by))
        + parties,
        tells=tuple(_name(who) for who in sorted(tells)),
        told_by=tuple(_name(who) for who in sorted(told)),
        who_looked=who_looked,
        lost_phone=lost_phone,
        signed_in_elsewhere=signed_in_elsewhere,
    )


@cache
def _read_treaties() -> None:
    """Every treaty, also of rooms that are not in this process."""
    for module in walk_packages(contracts.__path__, f"{contracts.__name__}."):
        import_module(module.name)


def _receivers(kind: str) -> list[str]:
    """Who takes messages of this kind; what the carrier answers, all do who keep anything."""
    room = kind.partition("/")[0]
    if room == "exchange":
        return [one.id for one in street() if not one.stateless]
    return [one.id for one in street() if one.schema == room]


def _articles(basis: str) -> set[str]:
    """The law that an inquiry rests on; what is simulated rests on none."""
    article = basis.partition(" (")[0]
    return {article} if _JAPANESE.search(article) else set()


def _name(kind: str) -> Text:
    """An institution that has no room here (the sandbox's, in production) keeps its id."""
    declared = by_kind(street()).get(kind)
    return declared.name if declared else Text(kind, kind)


def _modules() -> Iterator[str]:
    for file in PACKAGES.rglob("institution.py"):
        if file.parent != Path(__file__).parent:
            yield ".".join(("kazasu", *file.relative_to(PACKAGES).with_suffix("").parts))
