"""Which action of which service accepts which level: what the institutions declare, used by the code that checks.

A level is what is known of how the holder was verified: ``aal3`` a card with its PIN, or a phone with its lock;
``aal2`` a card without a PIN at a certified terminal (公的個人認証法 38条の4), or a passkey. A signature is made with
the signing key and its password; for it only ``aal3`` exists. NIST SP 800-63-4: card and PIN are a candidate for
AAL3, a card by face is not (reliability §1). The assignment to services is *simulated* where no source is named.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from kazasu.contracts.terminal import Holder
from kazasu.exchange.institution import Acr, AssuredAction
from kazasu.exchange.street import street

Way = Literal["card-pin", "phone-lock", "pin-less", "passkey"]

ACR_OF_HOLDER: Final[Mapping[Holder, Acr]] = {
    "pin": "aal3",
    "phone-lock": "aal3",
    "face": "aal2",
    "counter": "aal2",
}
ACR_OF_WAY: Final[Mapping[Way, Acr]] = {
    "card-pin": "aal3",
    "phone-lock": "aal3",
    "pin-less": "aal2",
    "passkey": "aal2",
}


@cache
def actions() -> Mapping[str, AssuredAction]:
    """Every action of the street under ``<institution>.<action>``."""
    return MappingProxyType(
        {f"{one.id}.{action.key}": action for one in street() for action in one.actions}
    )


def accepted(action: str) -> tuple[Acr, ...]:
    """The levels of an action, the one to ask for first. ``KeyError``: nobody declares it."""
    return actions()[action].accepts


def card_only(action: str) -> bool:
    """Does an action take a card itself, and nothing that was derived from it? ``KeyError``: nobody declares it."""
    return actions()[action].card_only


def accepts(action: str, acr: str) -> bool:
    """Is this level good enough for this action?"""
    return acr in accepted(action)


def accepts_way(action: str, way: Way) -> bool:
    """The same for a way of holding the card: the cells of the matrix."""
    one = actions()[action]
    if (one.signs and way in ("pin-less", "passkey")) or (one.card_only and way != "card-pin"):
        return False
    return ACR_OF_WAY[way] in one.accepts
