"""What the keys on a card do: COMPUTE DIGITAL SIGNATURE by algorithm and P1 (card §1 Commands).

P1 is published for RSA only. Simulated for the others: 00 and 02 take what :func:`prepared` gives (a
SHA-384 digest, an ML-DSA message representative), 01 and 03 take content that the card hashes itself.
"""

import hashlib
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, mldsa, padding, rsa, utils

from kazasu.card import apdu
from kazasu.card.apdu import Status
from kazasu.card.chip.image import Key
from kazasu.foundation.algorithms import PrivateKey, PublicKey, read_private

DIGEST_INFO_SHA256: Final = bytes.fromhex("3031300d060960864801650304020105000420")
MOST_SIGNED: Final = 245
"""PKCS #1 v1.5 padding of a 256-byte block leaves so much room."""
_HASHED_ON_CARD: Final = (0x01, 0x03, 0x05)
_PSS: Final = (0x04, 0x05)
HASHED_WITH_DIGEST_INFO: Final = 0x03
_WITH_DIGEST_INFO: Final = (0x02, HASHED_WITH_DIGEST_INFO)
_MU_LENGTH: Final = 64


def prepared(key: PublicKey, content: bytes) -> bytes:
    """What a terminal sends with P1=00 to have ``content`` signed.

    RSA: DigestInfo of its SHA-256; P-384: its SHA-384; ML-DSA: the message representative μ
    (FIPS 204 algorithm 7 line 6, empty context), so that no card must take in a whole document.

    Raises ``TypeError``: no card has such a key.
    """
    if isinstance(key, rsa.RSAPublicKey):
        return DIGEST_INFO_SHA256 + sha256(content)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return hashlib.sha384(content).digest()
    if isinstance(key, mldsa.MLDSA65PublicKey):
        return _mu(key, content)
    raise TypeError(type(key).__name__)


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def signature(key: Key, p1: int, data: bytes) -> bytes:
    """The card's answer. Raises Status ``6700``, ``6A86``, ``6A88``."""
    if not data:
        raise Status(apdu.WRONG_LENGTH)
    if not key.pem:
        raise Status(apdu.NO_KEY)
    private = read(key)
    if isinstance(private, rsa.RSAPrivateKey):
        return _rsa(private, p1, data)
    if p1 not in range(4):
        raise Status(apdu.WRONG_PARAMETERS)
    hashed = p1 in _HASHED_ON_CARD
    if isinstance(private, ec.EllipticCurvePrivateKey):
        digest = hashlib.sha384(data).digest() if hashed else data
        if len(digest) != 48:
            raise Status(apdu.WRONG_LENGTH)
        return private.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA384())))
    if isinstance(private, mldsa.MLDSA65PrivateKey):
        mu = _mu(private.public_key(), data) if hashed else data
        if len(mu) != _MU_LENGTH:
            raise Status(apdu.WRONG_LENGTH)
        return private.sign_mu(mu)
    raise Status(apdu.NO_KEY)


def read(key: Key) -> PrivateKey:
    """The file is the card's own memory, so the key is not checked again."""
    return read_private(key.pem.encode(), trusted=True)


def _mu(key: mldsa.MLDSA65PublicKey, content: bytes) -> bytes:
    tr = hashlib.shake_256(key.public_bytes_raw()).digest(64)
    return hashlib.shake_256(tr + b"\x00\x00" + content).digest(_MU_LENGTH)


def _rsa(key: rsa.RSAPrivateKey, p1: int, data: bytes) -> bytes:
    if p1 not in range(6):
        raise Status(apdu.WRONG_PARAMETERS)
    digest = sha256(data) if p1 in _HASHED_ON_CARD else data
    if p1 in (0x02, 0x04) and len(data) != 32:
        raise Status(apdu.WRONG_LENGTH)
    if p1 in _PSS:
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
        return key.sign(digest, pss, utils.Prehashed(hashes.SHA256()))
    content = DIGEST_INFO_SHA256 + digest if p1 in _WITH_DIGEST_INFO else digest
    if len(content) > MOST_SIGNED:
        raise Status(apdu.WRONG_LENGTH)
    return key.sign(content, padding.PKCS1v15(), utils.NoDigestInfo())
