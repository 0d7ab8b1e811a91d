"""A virtual card in this process, taken from the tray."""

from kazasu.card.faults import NO_CARD, TORN
from kazasu.card.image import CardBox, NoSuchCard
from kazasu.card.machine import Card
from kazasu.foundation.faults import Refusal


class VirtualReader:
    """Holds one card of the box in the field."""

    def __init__(self, box: CardBox, card_id: str, *, torn_after: int | None = None) -> None:
        """
        Args:
            torn_after: take the card out of the field after so many commands (fault on demand).

        Raises Refusal ``card.no-card``.
        """
        try:
            self._card = Card(box.load(card_id), box.save)
        except NoSuchCard:
            raise Refusal(NO_CARD) from None
        self._left = torn_after

    def transmit(self, command: bytes) -> bytes:
        if self._left is not None:
            if not self._left:
                raise Refusal(TORN)
            self._left -= 1
        return self._card.transmit(command)

    def close(self) -> None:
        self._card.reset()
