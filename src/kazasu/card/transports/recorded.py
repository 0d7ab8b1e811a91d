"""A conversation with a card, written down and played back.

A recording holds what the card said, personal data included: only those of virtual cards belong into a
repository. PINs are masked while recording, so a replay accepts any PIN in their place.
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from kazasu.card import apdu
from kazasu.card.apdu import Command, Status
from kazasu.card.faults import NOT_IN_RECORDING
from kazasu.card.trace import SECRET_INS
from kazasu.card.transports import Reader
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_whole

_Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$")]


class _Exchange(BaseModel):
    """One line of a recording."""

    command: _Hex
    answer: _Hex


class Recorder:
    """Passes everything on to a reader and writes it down; saved when the card is let go."""

    def __init__(self, reader: Reader, path: Path) -> None:
        self._reader = reader
        self._path = path
        self._lines: list[str] = []

    def transmit(self, command: bytes) -> bytes:
        answer = self._reader.transmit(command)
        said = _Exchange(command=_masked(command), answer=answer.hex())
        self._lines.append(said.model_dump_json())
        return answer

    def close(self) -> None:
        write_whole(self._path, "\n".join([*self._lines, ""]))
        self._reader.close()


class Replay:
    """Answers as recorded, as long as the same commands come in the same order."""

    def __init__(self, path: Path) -> None:
        """Raises ``OSError``, ``ValueError``: it is no recording."""
        lines = path.read_text(encoding="utf-8").splitlines()
        self._said = [_Exchange.model_validate_json(line) for line in lines]
        self._at = 0

    def transmit(self, command: bytes) -> bytes:
        """Raises Refusal ``card.not-in-recording``."""
        at, self._at = self._at, self._at + 1
        if at >= len(self._said) or self._said[at].command != _masked(command):
            raise Refusal(NOT_IN_RECORDING, place=at + 1)
        return bytes.fromhex(self._said[at].answer)

    def close(self) -> None:
        self._at = 0


def _masked(command: bytes) -> str:
    """Hexadecimal, without secrets."""
    try:
        parsed = apdu.parse(command)
    except Status:
        return command.hex()
    if parsed.ins in SECRET_INS and parsed.data:
        parsed = Command(parsed.cla, parsed.ins, parsed.p1, parsed.p2, b"*")
    return parsed.encode().hex()
