"""What a card signs to answer a tap: bound to the asker's origin, the request and a fresh nonce.

The form follows Web eID's idea (identity §5): evidence for one origin and one session is worth
nothing to another.
"""

from dataclasses import dataclass
from typing import Final

VERSION: Final = "KAZASU-TAP-V1"
AUTHENTICATE: Final = "authenticate"
PIN_LESS: Final = "authenticate-without-pin"
"""The label of a tap for which no PIN is asked (公的個人認証法 38条の4): what was signed under the one is
never taken for the other."""


def challenge_bytes(action: str, asker_origin: str, nonce: str, request_id: str) -> bytes:
    """The exact bytes that the user-authentication key signs (SHA-256, PKCS #1 v1.5).

    Raises:
        ValueError: a part is empty or holds a line break, which would let parts run together.
    """
    parts = (action, asker_origin, request_id, nonce)
    if any(not part or "\n" in part or "\r" in part for part in parts):
        raise ValueError("a part of the challenge is empty or holds a line break")
    return "\n".join((VERSION, *parts)).encode()


@dataclass(frozen=True, slots=True)
class Challenge:
    """The parts of a challenge."""

    action: str
    asker_origin: str
    request_id: str
    nonce: str


def read_challenge(content: bytes) -> Challenge | None:
    """The parts of the bytes that :func:`challenge_bytes` made; None for anything else."""
    try:
        version, *parts = content.decode().split("\n")
    except UnicodeDecodeError:
        return None
    if version != VERSION or len(parts) != 4 or not all(parts):
        return None
    return Challenge(*parts)


def is_pin_less(content: bytes) -> bool:
    """Was this signed for a tap without a PIN?"""
    read = read_challenge(content)
    return read is not None and read.action == PIN_LESS
