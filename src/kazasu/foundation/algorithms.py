"""Signature algorithms by name: which one is used is configuration, everywhere (design §5).

=========== ============================== =====================================================
name        signature                      source
=========== ============================== =====================================================
RSA-2048    PKCS #1 v1.5 with SHA-256      RFC 8017; today's cards (card §1)
P-256       ECDSA with SHA-256             FIPS 186-5
P-384       ECDSA with SHA-384             FIPS 186-5; next-generation cards (card §1)
Ed25519     EdDSA                          RFC 8032
ML-DSA-65   ML-DSA, pure, empty context    FIPS 204; X.509: RFC 9881. An experiment
=========== ============================== =====================================================
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

Algorithm = Literal["RSA-2048", "P-256", "P-384", "Ed25519", "ML-DSA-65"]
ALGORITHMS: Final[tuple[Algorithm, ...]] = get_args(Algorithm)

PrivateKey = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | mldsa.MLDSA65PrivateKey
)
PublicKey = (
    rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | mldsa.MLDSA65PublicKey
)

_MAKERS: Final[Mapping[Algorithm, Callable[[], PrivateKey]]] = {
    "RSA-2048": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "ML-DSA-65": mldsa.MLDSA65PrivateKey.generate,
}
_CURVES: Final[Mapping[str, Algorithm]] = {"secp256r1": "P-256", "secp384r1": "P-384"}


def new_key(algorithm: Algorithm) -> PrivateKey:
    return _MAKERS[algorithm]()


def algorithm_of(key: object) -> Algorithm:
    """Which of ours a public key is for; the size of an RSA key is not looked at.

    Raises ``ValueError``: none of ours.
    """
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA-2048"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519"
    if isinstance(key, mldsa.MLDSA65PublicKey):
        return "ML-DSA-65"
    raise ValueError(f"{type(key).__name__} is not used here")


def hash_for(
    key: PrivateKey | PublicKey,
) -> hashes.SHA256 | hashes.SHA384 | None:
    """What an X.509 signature by this key hashes with; None where the algorithm does it itself."""
    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        return hashes.SHA384() if key.curve.key_size == 384 else hashes.SHA256()
    if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        return hashes.SHA256()
    return None


def sign(key: PrivateKey, content: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(content, ec.ECDSA(hash_for(key) or hashes.SHA256()))
    return key.sign(content)


def verify(key: object, signature: bytes, content: bytes) -> None:
    """Raises ``InvalidSignature``, also for a key of a kind that is not ours."""
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, content, ec.ECDSA(hash_for(key) or hashes.SHA256()))
    elif isinstance(key, ed25519.Ed25519PublicKey | mldsa.MLDSA65PublicKey):
        key.verify(signature, content)
    else:
        raise InvalidSignature


def read_private(pem: bytes, password: bytes | None = None, *, trusted: bool = False) -> PrivateKey:
    """A PKCS #8 key.

    Args:
        trusted: our own memory wrote it: an RSA key is not checked again (that takes 38 ms).

    Raises ``ValueError`` (unreadable, wrong password), ``TypeError`` (of another kind).
    """
    key = load_pem_private_key(pem, password, unsafe_skip_rsa_key_validation=trusted)
    if not isinstance(key, PrivateKey):
        raise TypeError(f"{type(key).__name__} is not used here")
    return key
