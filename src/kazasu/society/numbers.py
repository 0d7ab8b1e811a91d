"""Numbers of the sandbox's people: valid by their check digits, unique, and plainly invented.

Real 個人番号 and 住民票コード are random. Ours begin with 99 and 9: anyone who sees one knows that it is
not a real person's.
"""

import hashlib
from typing import Final

from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode

_ROOM: Final = 1_000_000_000
_STEP: Final = 618_033_989
"""Coprime to the room, so that serials spread over it without meeting."""


def individual_number(seed: int, serial: int) -> IndividualNumber:
    """The number of the country's ``serial``-th person (0 …)."""
    return IndividualNumber.from_body(f"99{_spread(seed * 7 + 1, serial):09}")


def record_code(seed: int, serial: int) -> ResidentRecordCode:
    return ResidentRecordCode.from_body(f"9{_spread(seed * 13 + 5, serial):09}")


def card_serial(seed: int, number: int) -> str:
    """15 digits in the card's common application."""
    return f"9{seed % 100_000:05}{number:09}"


def sandbox_subject(seed: int, card_id: str, sector: str) -> str:
    """A staff member's pairwise subject, known to both sides at founding: 32 hexadecimal digits."""
    digest = hashlib.sha256(f"kazasu-sandbox-subject\n{seed}\n{sector}\n{card_id}".encode())
    return digest.hexdigest()[:32]


def _spread(start: int, serial: int) -> int:
    if not 0 <= serial < _ROOM:
        raise ValueError("the sandbox has room for a thousand million people")
    return (start + serial * _STEP) % _ROOM
