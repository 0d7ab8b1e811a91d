"""Ways to a card: one interface, whether the card is virtual or lies on a real reader."""

from typing import Protocol


class Reader(Protocol):
    """A card within reach."""

    def transmit(self, command: bytes) -> bytes:
        """Answer data and status word. Raises Refusal ``card.torn``, ``card.no-card``."""

    def close(self) -> None:
        """Let the card go; it forgets what was given to it."""
