"""Kinds of cards, as data: ``profiles.toml`` beside this file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal

from kazasu.card.faults import UNKNOWN_PROFILE
from kazasu.foundation.algorithms import Algorithm
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

_CONTACTLESS: Final = "3B888001"
"""How a reader writes down a card of ISO/IEC 14443 Type B (PC/SC part 3, 3.1.3.2.3.1)."""
_FIRST_MAKER: Final = "3BE000FF8131FE4514"
ALL_APPLICATIONS: Final = ("jpki", "text", "visual", "juki", "common", "manager")


@dataclass(frozen=True)
class Profile:
    """What one kind of card has that others have not."""

    key: str
    name: Text
    atr: str = "3B888001000005E0B381A1007F"
    media: Literal["card", "phone"] = "card"
    token_label: str = "JPKIAPICCTOKEN2"  # noqa: S105
    """The public label of the PKCS #11 token."""
    algorithm: Algorithm = "RSA-2048"
    applications: tuple[str, ...] = ALL_APPLICATIONS
    authentication_read_by: tuple[str, ...] = ()
    """PINs that open the user-authentication certificate; empty: free."""
    signing: bool = True
    two_pins: bool = False
    """One four-digit PIN and one password for the whole card."""
    pins_left: Mapping[str, int] = field(default_factory=dict)
    """Fields of :class:`~kazasu.card.making.Pins` without ``_left``."""
    issued_years_ago: int = 1
    born_years_ago: int = 36

    @property
    def contact_atr(self) -> str:
        """What it answers at its contacts. Simulated: of a card that is made without contacts it is the first maker's."""
        return _FIRST_MAKER if self.atr.startswith(_CONTACTLESS) else self.atr


@cache
def profiles() -> Mapping[str, Profile]:
    """All of them, by key, in the file's order."""
    document = tomllib.loads((Path(__file__).parent / "profiles.toml").read_text(encoding="utf-8"))
    return {key: _profile(key, given) for key, given in document.items()}


def profile(key: str) -> Profile:
    """Raises Refusal ``card.unknown-profile``."""
    try:
        return profiles()[key]
    except KeyError:
        raise Refusal(UNKNOWN_PROFILE, given=key, known=", ".join(profiles())) from None


def _profile(key: str, given: dict[str, object]) -> Profile:
    values = {n: tuple(v) if isinstance(v, list) else v for n, v in given.items()}
    name = values.pop("name")
    return Profile(key=key, name=Text(**name), **values)  # type: ignore[arg-type]
