"""What a card signs to answer a tap: bound to the asker's origin, the request and a fresh nonce.

The form follows Web eID's idea (identity §5): evidence for one origin and one session is worth
nothing to another.
"""

from typing import Final

VERSION: Final = "KAZASU-TAP-V1"


def challenge_bytes(action: str, asker_origin: str, nonce: str, request_id: str) -> bytes:
    """The exact bytes that the user-authentication key signs (SHA-256, PKCS #1 v1.5).

    Raises:
        ValueError: a part is empty or holds a line break, which would let parts run together.
    """
    parts = (action, asker_origin, request_id, nonce)
    if any(not part or "\n" in part or "\r" in part for part in parts):
        raise ValueError("a part of the challenge is empty or holds a line break")
    return "\n".join((VERSION, *parts)).encode()
