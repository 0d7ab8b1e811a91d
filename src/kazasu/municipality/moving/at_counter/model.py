"""Terms of a notice of moving out that is given at the counter, without input or output."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from kazasu.foundation.text import Text

ArrivesBy = Literal["paper", "card"]
ARRIVES_BY: Final[Mapping[ArrivesBy, Text]] = {
    "paper": Text("紙の転出証明書（受理のときに交付）", "a paper certificate, issued when it is accepted"),
    "card": Text("マイナンバーカード（特例転入）", "the My Number Card"),
}  # fmt: skip
"""How they will be known in the new city (住民基本台帳法 22条2項・24条の2)."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said at the counter, as the clerk typed it."""

    people: tuple[str, ...]
    """宛名番号 of who moves."""
    on: date
    """異動日, past or to come."""
    to: str
    """The municipality that they go to, by name or code."""
    given_by: str
    """宛名番号 of one of the household, or one of :data:`~kazasu.municipality.hall.model.REPRESENTATIVES`."""
    document: str
    """One of :data:`~kazasu.contracts.offices.DOCUMENTS`."""
    arrives_by: ArrivesBy = "paper"
    place: str = ""
    """The new address after the name of the municipality; empty: not known yet."""
    joins: bool = False
    """They join somebody's household there."""
    phone: str = ""
    giver_name: str = ""
    """Of a representative."""
    mandate: str = ""
    because: str = ""
    """What was made sure of; of a departure that is recorded ex officio, by what it is known."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Of a notice that was given at the counter, instead of the signature (住民基本台帳法 26条・27条)."""

    given_by: str
    """As in :class:`Said`."""
    giver: str
    """By name."""
    mandate: str
    document: str
    arrives_by: ArrivesBy
    because: str
    staff_id: str
    """Who took it."""
    staff: str
    """By name."""
