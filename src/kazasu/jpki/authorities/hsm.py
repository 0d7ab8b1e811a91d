"""Authorities' keys in a PKCS #11 token: made there, never outside (``pip install kazasu[hsm]``).

``KAZASU_PKCS11_MODULE``, ``KAZASU_PKCS11_TOKEN`` and ``KAZASU_PKCS11_PIN_FILE`` name the token. SoftHSM is what the
tests use; any module with RSA-2048 or P-256/P-384 will do.
"""

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kazasu.foundation.faults import Refusal
from kazasu.foundation.kept_keys import KeptEcKey, KeptRsaKey
from kazasu.jpki.faults import NO_TOKEN

VARIABLES: Final = ("KAZASU_PKCS11_MODULE", "KAZASU_PKCS11_TOKEN", "KAZASU_PKCS11_PIN_FILE")
_CURVES: Final = {"P-256": "secp256r1", "P-384": "secp384r1"}

Sign = Callable[[bytes, str], bytes]


def make_key(label: str, algorithm: str) -> dict[str, str]:
    """A new pair in the token. Returns where it is.

    Raises Refusal ``jpki.no-token``: none is configured, or it does not make such keys.
    """
    from pkcs11 import Attribute, KeyType, PKCS11Error  # noqa: PLC0415 - an optional part
    from pkcs11.util.ec import encode_named_curve_parameters  # noqa: PLC0415

    session = _session()
    try:
        if algorithm == "RSA-2048":
            session.generate_keypair(KeyType.RSA, 2048, label=label, store=True)
        elif algorithm in _CURVES:
            parameters = session.create_domain_parameters(
                KeyType.EC,
                {Attribute.EC_PARAMS: encode_named_curve_parameters(_CURVES[algorithm])},
                local=True,
            )
            parameters.generate_keypair(label=label, store=True)
        else:
            raise Refusal(NO_TOKEN, why=f"{algorithm}: not in a token")
    except PKCS11Error as error:
        raise Refusal(NO_TOKEN, why=type(error).__name__) from error
    return {"label": label}


def open_key(place: Mapping[str, str]) -> "TokenRsaKey | TokenEcKey":
    """The key as libraries take one; each signature is made in the token.

    Raises Refusal ``jpki.no-token``.
    """
    from pkcs11 import KeyType, ObjectClass, PKCS11Error  # noqa: PLC0415 - an optional part
    from pkcs11.util.ec import encode_ec_public_key  # noqa: PLC0415
    from pkcs11.util.rsa import encode_rsa_public_key  # noqa: PLC0415

    session = _session()
    try:
        public = session.get_key(object_class=ObjectClass.PUBLIC_KEY, label=place["label"])
        private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=place["label"])
        if public.key_type == KeyType.RSA:
            loaded = load_der_public_key(_rsa_spki(encode_rsa_public_key(public)))
        else:
            loaded = load_der_public_key(encode_ec_public_key(public))
    except PKCS11Error as error:
        raise Refusal(NO_TOKEN, why=f"{place['label']}: {type(error).__name__}") from error
    if isinstance(loaded, rsa.RSAPublicKey):
        return TokenRsaKey(loaded, private)
    if isinstance(loaded, ec.EllipticCurvePublicKey):
        return TokenEcKey(loaded, private)
    raise Refusal(NO_TOKEN, why=place["label"])


def _rsa_spki(pkcs1: bytes) -> bytes:
    from asn1crypto import keys as asn1_keys  # noqa: PLC0415

    public = asn1_keys.RSAPublicKey.load(pkcs1)
    return bytes(asn1_keys.PublicKeyInfo.wrap(public, "rsa").dump())


@cache
def _session() -> Any:
    """One for the process: a token counts wrong PINs, too."""
    try:
        import pkcs11  # noqa: PLC0415 - an optional part

        module, token, pin_file = (os.environ[name] for name in VARIABLES)
        found = pkcs11.lib(module).get_token(token_label=token)
        return found.open(rw=True, user_pin=Path(pin_file).read_text().strip())
    except (ImportError, KeyError, OSError, RuntimeError) as error:
        raise Refusal(NO_TOKEN, why=f"{type(error).__name__} {error}".strip()) from error
    except Exception as error:  # the module's own errors have no common name
        raise Refusal(NO_TOKEN, why=type(error).__name__) from error


class TokenRsaKey(KeptRsaKey):
    """PKCS #1 v1.5 with SHA-256."""

    keeper = "the token"

    def __init__(self, public: rsa.RSAPublicKey, private: Any) -> None:
        super().__init__(public)
        self._private = private

    def sign(self, data: Any, padding_: Any, algorithm: Any) -> bytes:
        from pkcs11 import Mechanism  # noqa: PLC0415 - an optional part

        if not isinstance(padding_, padding.PKCS1v15) or not isinstance(algorithm, hashes.SHA256):
            raise UnsupportedAlgorithm("PKCS #1 v1.5 with SHA-256 only")
        return bytes(self._private.sign(bytes(data), mechanism=Mechanism.SHA256_RSA_PKCS))


class TokenEcKey(KeptEcKey):
    """ECDSA; the token signs the digest."""

    keeper = "the token"

    def __init__(self, public: ec.EllipticCurvePublicKey, private: Any) -> None:
        super().__init__(public)
        self._private = private

    def sign(self, data: Any, signature_algorithm: Any) -> bytes:
        from pkcs11 import Mechanism  # noqa: PLC0415 - an optional part

        running = hashes.Hash(signature_algorithm.algorithm)
        running.update(bytes(data))
        raw = bytes(self._private.sign(running.finalize(), mechanism=Mechanism.ECDSA))
        half = len(raw) // 2
        return utils.encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
