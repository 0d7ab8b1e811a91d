"""Command and response APDUs (ISO/IEC 7816-4), short and extended."""

from dataclasses import dataclass, field
from typing import Final

OK: Final = 0x9000
WRONG_LENGTH: Final = 0x6700
NO_FILE: Final = 0x6A82
NO_KEY: Final = 0x6A88
WRONG_TYPE: Final = 0x6981
NOT_ALLOWED: Final = 0x6982
LOCKED: Final = (0x6984, 0x6983)
"""What cards say once no try is left: the first is seen on test cards, some clients expect the second."""
CONDITIONS: Final = 0x6985
NO_CHANNEL: Final = 0x6881
NO_SECURE_MESSAGING: Final = 0x6882
NO_SECURE_READING: Final = 0x69FC
"""What cards say of secure messaging where they read or ask for a PIN; to other commands they say the one before [T]."""
NO_SESSION: Final = 0x66F1
"""Of an application that has no session keys [T]."""
WRONG_PARAMETERS: Final = 0x6A86
WRONG_DATA: Final = 0x6A80
NO_RECORD: Final = 0x6A83
NO_ROOM: Final = 0x6A84
OUTSIDE: Final = 0x6B00
NO_INSTRUCTION: Final = 0x6D00
NO_CLASS: Final = 0x6E00
UNEXPECTED: Final = 0x6F00
"""No precise diagnosis (ISO/IEC 7816-4 table 5): what the card did not expect, and is none the worse for."""
TRIES: Final = 0x63C0


class Status(Exception):
    """Ends a command with a status word."""

    def __init__(self, word: int) -> None:
        super().__init__(f"{word:04X}")
        self.word: Final = word


@dataclass(frozen=True, slots=True)
class Command:
    """A parsed command; ``expected`` is Ne, 0 when no answer is asked for."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int = 0
    extended: bool = field(default=False, compare=False)
    """Lengths came in the extended form: some commands are not taken in it, however short they are."""

    def encode(self) -> bytes:
        """Short form where it fits, extended otherwise."""
        head = bytes([self.cla, self.ins, self.p1, self.p2])
        if len(self.data) <= 255 and self.expected <= 256:
            body = bytes([len(self.data)]) + self.data if self.data else b""
            return head + body + (bytes([self.expected % 256]) if self.expected else b"")
        body = b"\x00" + len(self.data).to_bytes(2) + self.data if self.data else b"\x00"
        return head + body + ((self.expected % 65536).to_bytes(2) if self.expected else b"")


def parse(apdu: bytes) -> Command:
    """Raises Status ``6700`` when the lengths do not fit."""
    if len(apdu) < 4:
        raise Status(WRONG_LENGTH)
    cla, ins, p1, p2 = apdu[:4]
    body = apdu[4:]
    if not body:
        return Command(cla, ins, p1, p2)
    if len(body) == 1:
        return Command(cla, ins, p1, p2, expected=body[0] or 256)
    data, rest, wide = _split(body)
    if len(rest) not in ((0, 2) if wide else (0, 1)):
        raise Status(WRONG_LENGTH)
    most = 65536 if wide else 256
    expected = (int.from_bytes(rest) or most) if rest else 0
    return Command(cla, ins, p1, p2, data, expected, extended=wide)


def _split(body: bytes) -> tuple[bytes, bytes, bool]:
    """Data, what follows it, and whether the form is extended."""
    if body[0]:
        length = body[0]
        data, rest, wide = body[1 : 1 + length], body[1 + length :], False
    elif len(body) == 3:
        return b"", body[1:], True
    else:
        length = int.from_bytes(body[1:3])
        data, rest, wide = body[3 : 3 + length], body[3 + length :], True
    if not length or len(data) != length:
        raise Status(WRONG_LENGTH)
    return data, rest, wide
