"""A card with a chosen fault, for those who want to see how their program takes it. Sandbox only.

The fault is in the chip, so that everything between it and the relying party is the real path. What the
card counts is not written down: the same fault is there again the next time.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from kazasu.card.chip.flaws import Flawed
from kazasu.card.chip.image import CardBox, CardImage, NoSuchCard, Pin
from kazasu.card.chip.machine import Card, Chip
from kazasu.card.faults import NO_CARD
from kazasu.card.transports.virtual import ChipReader
from kazasu.foundation.faults import Refusal

_OTHER_SECRET: Final = "9Z9Z9Z9Z"  # noqa: S105 - nobody's
"""No PIN and no password that anybody enters here."""


class PlayedReader(ChipReader):
    """Reads a copy of a card of the box, with the fault of this code."""

    def __init__(self, box: CardBox, card_id: str, code: str) -> None:
        """Raises Refusal ``card.no-card``; ``LookupError`` for a fault that no card plays."""
        play = FAULTS[code]
        try:
            image = box.load(card_id)
        except NoSuchCard:
            raise Refusal(NO_CARD) from None
        super().__init__(play(image))


def _chip(image: CardImage) -> Card:
    return Card(image, lambda _: None)


def _no_card(_: CardImage) -> Chip:
    raise Refusal(NO_CARD)


def _torn(image: CardImage) -> Chip:
    return Flawed(_chip(image), torn_after=3)


def _other_card(image: CardImage) -> Chip:
    """A card that knows none of the applications, as a transit pass would."""
    image.applications = {}
    return _chip(image)


def _wrong_pin(image: CardImage) -> Chip:
    for pin in _pins(image):
        pin.value, pin.left = _OTHER_SECRET[: len(pin.value)], pin.limit
    return _chip(image)


def _tries(left: int) -> Callable[[CardImage], Chip]:
    def play(image: CardImage) -> Chip:
        for pin in _pins(image):
            pin.left = left
        return _chip(image)

    return play


def _nonsense(image: CardImage) -> Chip:
    return Flawed(_chip(image), corrupt=lambda data: b"\x00" * len(data))


def _pins(image: CardImage) -> list[Pin]:
    return [pin for one in image.applications.values() for pin in one.pins.values()]


FAULTS: Final[Mapping[str, Callable[[CardImage], Chip]]] = MappingProxyType(
    {
        "card.no-card": _no_card,
        "card.torn": _torn,
        "card.other-card": _other_card,
        "card.wrong-pin": _wrong_pin,
        "card.last-try": _tries(1),
        "card.locked": _tries(0),
        "card.unexpected-answer": _nonsense,
    }
)
"""Faults by their code in the catalogue."""
