"""Individual numbers and resident record codes for whom no register ever held (番号法 8条2項, 同法施行令 6条; 住民基本台帳法 30条の2).

Each is the place of the request in one row, spread over the room of the numbers by a permutation under a secret key: no two are alike,
the same request finds the same ones, none says when it was given, and the number does not follow from the code.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode

ROOM: Final = 10**9
"""How many there are; all of this country's are synthetic, and begin with digits that founded ones and people typed in the sandbox do
not have."""
_NUMBERS, _CODES = "97", "7"
HOLDING: Final = "住民基本台帳法 30条の7第3項: the network holds the number"
_HALF: Final = 15
_ROUNDS: Final = 10
_MASK: Final = (1 << _HALF) - 1


@dataclass(frozen=True, slots=True)
class Numbers:
    number: IndividualNumber
    code: ResidentRecordCode


def of_person(secret: bytes, same_person: str) -> bytes | None:
    """What is kept of a notice's hash, so that the next one of the same person is known; None: it says none. Without the key nobody finds out
    of whom it was made."""
    if not same_person:
        return None
    return hmac.digest(secret, b"person " + bytes.fromhex(same_person), hashlib.sha256)


def numbers(secret: bytes, serial: int) -> Numbers:
    """Of the ``serial``-th request (0 …). Raises ``ValueError``: there are no more."""
    if not 0 <= serial < ROOM:
        raise ValueError(f"no number is left for request {serial}")
    return Numbers(
        IndividualNumber.from_body(f"{_NUMBERS}{_spread(secret, b'number', serial):09}"),
        ResidentRecordCode.from_body(f"{_CODES}{_spread(secret, b'code', serial):09}"),
    )


def index(secret: bytes, number: IndividualNumber) -> bytes:
    """What is kept of a number that a register holds: alike for the same number, and nothing without the key."""
    digits = number.reveal(duty=HOLDING)
    return hmac.digest(secret, b"held " + digits.encode(), hashlib.sha256)


def serial_of(secret: bytes, number: IndividualNumber) -> int | None:
    """The place of the request to which this number belongs, whether it was made yet or not; None: it is none that is given here."""
    digits = number.reveal(duty=HOLDING)
    if not digits.startswith(_NUMBERS):
        return None
    place = int(digits[len(_NUMBERS) : -1])
    while True:
        place = _deciphered(secret, b"number", place)
        if place < ROOM:
            return place


def _spread(secret: bytes, what: bytes, place: int) -> int:
    """A permutation of 0 … ROOM - 1: a Feistel cipher over 30 bits, gone on with until it lies in the room."""
    while True:
        place = _cipher(secret, what, place)
        if place < ROOM:
            return place


def _cipher(secret: bytes, what: bytes, place: int) -> int:
    left, right = place >> _HALF, place & _MASK
    for turn in range(_ROUNDS):
        left, right = right, left ^ _round(secret, what, turn, right)
    return left << _HALF | right


def _deciphered(secret: bytes, what: bytes, place: int) -> int:
    left, right = place >> _HALF, place & _MASK
    for turn in reversed(range(_ROUNDS)):
        left, right = right ^ _round(secret, what, turn, left), left
    return left << _HALF | right


def _round(secret: bytes, what: bytes, turn: int, half: int) -> int:
    said = hmac.digest(secret, b"%s %d %d" % (what, turn, half), hashlib.sha256)
    return int.from_bytes(said[:4], "big") & _MASK
