"""A table with a virtual reader on it: cards are laid down and taken up, any PC/SC program sees them."""

from collections.abc import Mapping
from typing import Final, Self

from kazasu.card.chip.machine import Chip
from kazasu.card.faults import NO_CARD
from kazasu.card.transports.own_pcscd import OwnPcscd
from kazasu.card.transports.vpcd import SLOTS, Slot
from kazasu.foundation.faults import Refusal


class CardTable:
    """Two slots. ``environment`` is what programs need to find the reader."""

    def __init__(self) -> None:
        """Raises Refusal ``card.no-pcsc-service``."""
        self._lying: list[Chip | None] = [None] * SLOTS
        self._service = OwnPcscd([self._slot(n) for n in range(SLOTS)])
        self.environment: Final[Mapping[str, str]] = self._service.environment

    def insert(self, chip: Chip, slot: int = 0) -> None:
        """Lay a card down and wait until the reader has it; one that lies there is taken up before.

        Raises Refusal ``card.no-card``: the reader does not notice it.
        """
        if self._lying[slot] is not None:
            self.remove(slot)
        self._lying[slot] = chip
        if not self._service.wait(slot, present=True):
            raise Refusal(NO_CARD)

    def remove(self, slot: int = 0) -> None:
        self._lying[slot] = None
        self._service.wait(slot, present=False)

    def close(self) -> None:
        self._service.close()

    def _slot(self, n: int) -> Slot:
        return lambda: self._lying[n]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
