"""Secrets of the protocol: given out once, kept as hashes."""

import hashlib


def hashed(secret: str) -> bytes:
    """How a high-entropy secret is stored."""
    return hashlib.sha256(secret.encode()).digest()
