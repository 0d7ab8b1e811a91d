"""What was said between a program and a card, without secrets: neither PINs nor what was read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kazasu.card import apdu
from kazasu.card.apdu import Command, Status
from kazasu.card.chip.image import AIDS
from kazasu.card.chip.machine import Chip

SECRET_INS: Final = frozenset({0x20, 0x24, 0x32})
_NAMES: Final = {
    0x20: "VERIFY",
    0x24: "CHANGE REFERENCE DATA",
    0x2A: "COMPUTE DIGITAL SIGNATURE",
    0x32: "CHANGE REFERENCE DATA",
    0x46: "GENERATE KEY",
    0x84: "GET CHALLENGE",
    0x88: "INTERNAL AUTHENTICATE",
    0xA2: "VERIFY TERMINAL CERTIFICATE",
    0xA4: "SELECT",
    0xB0: "READ BINARY",
    0xB2: "READ RECORD",
    0xC0: "GET RESPONSE",
    0xCA: "GET DATA",
    0xE2: "WRITE BY SCRIPT",
    0xE4: "REMOVE APPLICATION",
    0xE6: "INSTALL APPLICATION",
    0xF2: "LIST FREE AREA",
}
_WORDS: Final = {
    0x9000: "",
    0x6700: "wrong length",
    0x6981: "not that kind of file",
    0x6982: "not allowed: PIN not given",
    0x6983: "PIN locked",
    0x6984: "PIN locked",
    0x6985: "not now",
    0x6A80: "wrong data",
    0x6A82: "not there",
    0x6A83: "no such record",
    0x6A84: "no room",
    0x6A86: "wrong parameters",
    0x6A88: "no such key",
    0x6B00: "beyond the end",
    0x6D00: "no such command",
    0x6E00: "no such class",
}


def line(command: Command, answer: bytes) -> str:
    """One command and how it ended, for people."""
    head = f"{command.cla:02X} {command.ins:02X} {command.p1:02X} {command.p2:02X}"
    data = ""
    if command.data:
        data = f" [{'···' if command.ins in SECRET_INS else len(command.data)}]"
    word = int.from_bytes(answer[-2:])
    told = " ".join(part for part in (_named(command), _worded(word)) if part)
    return f"{head}{data} → {len(answer) - 2} {word:04X}  {told}"


def _named(command: Command) -> str:
    name = _NAMES.get(command.ins, "?")
    if command.ins == 0xA4:
        return f"{name} {_target(command)}"
    if command.ins == 0x20 and not command.data:
        return f"{name} (how many tries?)"
    return name


def _target(command: Command) -> str:
    given = command.data.hex().upper()
    if command.p1 == 0x04:
        return next((name for name, aid in AIDS.items() if given and aid.startswith(given)), given)
    return f"EF {given[2:]}" if len(given) == 4 else given


def _worded(word: int) -> str:
    if word & 0xFFF0 == apdu.TRIES:
        return f"— {word & 0x0F} tries left"
    if word >> 8 == 0x61:
        return f"— {word & 0xFF} more bytes"
    if word >> 8 == 0x6C:
        return f"— ask for {word & 0xFF}"
    text = _WORDS.get(word, "unexpected")
    return f"— {text}" if text else ""


@dataclass(slots=True)
class Trace:
    """Lines as they come."""

    lines: list[str] = field(default_factory=list)

    def note(self, command: Command, answer: bytes) -> None:
        self.lines.append(line(command, answer))


@dataclass
class Traced:
    """A chip whose conversation is told as it goes on."""

    chip: Chip
    tell: Callable[[str], None]

    @property
    def atr(self) -> bytes:
        return self.chip.atr

    def reset(self) -> None:
        self.chip.reset()

    def transmit(self, command: bytes) -> bytes:
        answer = self.chip.transmit(command)
        try:
            self.tell(line(apdu.parse(command), answer))
        except Status:
            self.tell(f"{len(command)} bytes that are no command → {answer[-2:].hex().upper()}")
        return answer
