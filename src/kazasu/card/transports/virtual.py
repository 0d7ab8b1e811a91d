"""A virtual card in this process, taken from the tray."""

from contextlib import ExitStack
from typing import Final

from kazasu.card.chip.flaws import Flawed, Torn
from kazasu.card.chip.image import CardBox, Elsewhere, NoSuchCard
from kazasu.card.chip.machine import Card, Chip
from kazasu.card.faults import ELSEWHERE, NO_CARD, TORN
from kazasu.foundation.faults import Refusal

_PATIENCE: Final = 3.0
"""Seconds until the card is free: another tap may be ending."""


class ChipReader:
    """A chip of this process as a card within reach."""

    def __init__(self, chip: Chip) -> None:
        self._chip = chip

    def transmit(self, command: bytes) -> bytes:
        try:
            return self._chip.transmit(command)
        except Torn:
            raise Refusal(TORN) from None

    def close(self) -> None:
        self._chip.reset()


class VirtualReader(ChipReader):
    """Holds one card of the box in the field; nobody else has it meanwhile."""

    def __init__(self, box: CardBox, card_id: str, *, torn_after: int | None = None) -> None:
        """
        Args:
            torn_after: take the card out of the field after so many commands (fault on demand).

        Raises Refusal ``card.no-card``, ``card.elsewhere``.
        """
        self._hand = ExitStack()
        try:
            image = self._hand.enter_context(box.hold(card_id, _PATIENCE))
        except NoSuchCard:
            raise Refusal(NO_CARD) from None
        except Elsewhere:
            raise Refusal(ELSEWHERE) from None
        super().__init__(Flawed(Card(image, box.save), torn_after=torn_after))

    def close(self) -> None:
        super().close()
        self._hand.close()
