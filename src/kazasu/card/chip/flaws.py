"""Faults on demand: a chip that is torn out, slow, answers in pieces, or tells nonsense.

For trying how a program behaves when the card does not; wraps any chip and can be stacked.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from kazasu.card import apdu
from kazasu.card.apdu import Command, Status
from kazasu.card.chip.machine import Chip


class Torn(ConnectionError):
    """The card left the field in the middle of a command."""


@dataclass
class Flawed:
    """A chip with flaws; those not given are not there."""

    chip: Chip
    torn_after: int | None = None
    """Out of the field after so many commands."""
    torn_in_answer: bool = False
    """The last command is carried out before the card is gone: its answer is lost."""
    delay: float = 0.0
    """Seconds before each answer."""
    pieces: int = 0
    """Answers longer than this come as ``61xx`` and GET RESPONSE (as over T=0)."""
    exact_length: bool = False
    """READ BINARY with more Le than there is answers ``6Cxx``."""
    corrupt: Callable[[bytes], bytes] | None = None
    """Changes the data that READ BINARY gives: a broken TLV, say."""
    _rest: bytes = field(default=b"", init=False)
    _count: int = field(default=0, init=False)

    @property
    def atr(self) -> bytes:
        return self.chip.atr

    def reset(self) -> None:
        self._rest = b""
        self.chip.reset()

    def transmit(self, command: bytes) -> bytes:
        """Raises Torn."""
        if self.torn_after is not None and self._count >= self.torn_after:
            if self.torn_in_answer:
                self.chip.transmit(command)
            self.chip.reset()
            raise Torn
        self._count += 1
        if self.delay:
            time.sleep(self.delay)
        try:
            parsed = apdu.parse(command)
        except Status:
            return self.chip.transmit(command)
        if parsed.ins == 0xC0 and self.pieces:
            return self._piece(self._rest, b"\x90\x00", parsed.expected)
        return self._altered(parsed, self.chip.transmit(command))

    def _altered(self, command: Command, answer: bytes) -> bytes:
        data, word = answer[:-2], answer[-2:]
        if command.ins == 0xB0 and word == b"\x90\x00":
            if self.corrupt:
                data = self.corrupt(data)
            if self.exact_length and len(data) < min(command.expected, 256):
                return bytes([0x6C, len(data)])
        if self.pieces and len(data) > self.pieces:
            return self._piece(data, word, 0)
        return data + word

    def _piece(self, data: bytes, word: bytes, wanted: int) -> bytes:
        """What fits now, and how much more there is."""
        size = min(self.pieces, wanted) if wanted else 0
        now, self._rest = data[:size], data[size:]
        return now + (bytes([0x61, min(len(self._rest), 255)]) if self._rest else word)
