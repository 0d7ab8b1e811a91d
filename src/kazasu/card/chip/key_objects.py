"""A card's keys as objects that ``cryptography`` and what is built on it take for private keys.

They have no private half to give: only ``sign`` works, and each call goes to the card.
"""

from collections.abc import Callable
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.asymmetric import padding as paddings

from kazasu.foundation.kept_keys import KeptEcKey, KeptRsaKey

Compute = Callable[[int, bytes], bytes]
"""COMPUTE DIGITAL SIGNATURE: ``(P1, data) → signature``."""

_DIGEST_INFO: Final = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
"""RFC 8017 §9.2 note 1."""


def _digest(data: bytes, algorithm: Any) -> tuple[str, bytes]:
    """Name of the hash, and the hash."""
    if isinstance(algorithm, utils.Prehashed):
        inner = algorithm._algorithm
        return inner.name, bytes(data)
    running = hashes.Hash(algorithm)
    running.update(data)
    return algorithm.name, running.finalize()


class CardRsaKey(KeptRsaKey):
    """RSA-2048: PKCS #1 v1.5 with SHA-256, 384 or 512; PSS with SHA-256 and a salt of 32 bytes."""

    keeper = "the card"

    def __init__(self, public: rsa.RSAPublicKey, compute: Compute) -> None:
        super().__init__(public)
        self._compute = compute

    def sign(self, data: Any, padding: Any, algorithm: Any) -> bytes:
        """Raises ``UnsupportedAlgorithm`` for what the card cannot do."""
        name, digest = _digest(data, algorithm)
        if isinstance(padding, paddings.PSS) and name == "sha256":
            return self._compute(0x04, digest)
        if isinstance(padding, paddings.PKCS1v15) and name in _DIGEST_INFO:
            return self._compute(0x00, _DIGEST_INFO[name] + digest)
        raise UnsupportedAlgorithm(f"the card does not sign {name} so")


class CardEcKey(KeptEcKey):
    """P-384 with SHA-384 (next-generation cards)."""

    keeper = "the card"

    def __init__(self, public: ec.EllipticCurvePublicKey, compute: Compute) -> None:
        super().__init__(public)
        self._compute = compute

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """Raises ``UnsupportedAlgorithm`` for what the card cannot do."""
        name, digest = _digest(data, signature_algorithm.algorithm)
        if name != "sha384":
            raise UnsupportedAlgorithm(f"the card does not sign {name}")
        return self._compute(0x00, digest)


CardKey = CardRsaKey | CardEcKey


def card_key(public: object, compute: Compute) -> CardKey:
    """Raises ``UnsupportedAlgorithm``: libraries have no use for such a key yet (ML-DSA)."""
    if isinstance(public, rsa.RSAPublicKey):
        return CardRsaKey(public, compute)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return CardEcKey(public, compute)
    raise UnsupportedAlgorithm(type(public).__name__)
