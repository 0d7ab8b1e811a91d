"""COSE_Sign1 with ES256, by cwt; and device keys as COSE keys (RFC 9052, RFC 9053).

One algorithm is accepted: what a message names must be what the key is for, and nothing is left to choose.
"""

from collections.abc import Mapping
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cwt import COSE, COSEKey

from kazasu.card.mdoc.faults import MALFORMED
from kazasu.card.mdoc.formats import cbor
from kazasu.foundation.faults import Refusal

ES256: Final = -7
X5CHAIN: Final = 33
_ALG: Final = 1
_CRIT: Final = 2
_KID: Final = 4
_SIGN1: Final = 18
_SIZE: Final = 32

Sign1 = list[Any]
"""``[protected, unprotected, payload, signature]``, without a tag, as mdocs carry it."""


class BadSignature(Exception):
    """Not a signature by this key over this content."""


def sign1(
    payload: bytes,
    key: ec.EllipticCurvePrivateKey,
    *,
    protected: Mapping[int, Any] | None = None,
    unprotected: Mapping[int, Any] | None = None,
    detached: bool = False,
) -> Sign1:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    made = COSE.new().encode_and_sign(
        payload,
        COSEKey.from_pem(pem, alg="ES256"),
        protected={_ALG: ES256, **(protected or {})},
        unprotected=dict(unprotected or {}),
        out="cbor2/CBORTag",
    )
    if not isinstance(made, cbor2.CBORTag):
        raise TypeError("cwt gave no tag")
    message = list(made.value)
    if detached:
        message[2] = None
    return message


def verify1(message: Sign1, key: ec.EllipticCurvePublicKey, detached: bytes | None = None) -> bytes:
    """The payload, proven. Raises :class:`BadSignature`, Refusal ``mdoc.malformed``."""
    protected = headers(message)[0]
    if protected.get(_ALG) != ES256 or _CRIT in protected or not is_p256(key):
        raise BadSignature
    if (message[2] is None) != (detached is not None):
        raise Refusal(MALFORMED, why="payload")
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    try:
        # The key is known. cwt would look for one by the message's kid, which is not for the message to say.
        payload: bytes = COSE.new().decode(
            cbor2.CBORTag(_SIGN1, [message[0], {}, *message[2:]]),
            COSEKey.from_pem(pem, alg="ES256", kid=protected.get(_KID, b"")),
            detached_payload=detached,
        )
    except Exception as error:  # cwt raises errors of several libraries
        raise BadSignature from error
    return payload


def headers(message: Any) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Protected and unprotected headers of a Sign1 of the right shape. Raises Refusal ``mdoc.malformed``."""
    if (
        not isinstance(message, list)
        or len(message) != 4
        or not isinstance(message[0], bytes)
        or not isinstance(message[1], dict)
        or not isinstance(message[2], bytes | None)
        or not isinstance(message[3], bytes)
    ):
        raise Refusal(MALFORMED, why="COSE_Sign1")
    protected = cbor.decode(message[0])
    if not isinstance(protected, dict) or set(protected) & set(message[1]):
        raise Refusal(MALFORMED, why="COSE header")
    return protected, message[1]


def is_p256(key: object) -> bool:
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"


def key_to_cose(key: ec.EllipticCurvePublicKey) -> dict[int, Any]:
    numbers = key.public_numbers()
    return {1: 2, -1: 1, -2: numbers.x.to_bytes(_SIZE), -3: numbers.y.to_bytes(_SIZE)}


def key_from_cose(given: Any) -> ec.EllipticCurvePublicKey:
    """A P-256 public key on its curve. Raises Refusal ``mdoc.malformed``."""
    try:
        kind, curve, x, y = (given[label] for label in (1, -1, -2, -3))
        if (kind, curve, len(x), len(y)) != (2, 1, _SIZE, _SIZE) or -4 in given:
            raise ValueError("not a P-256 public key")
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(x), int.from_bytes(y), ec.SECP256R1()
        )
        return numbers.public_key()
    except (KeyError, TypeError, ValueError) as error:
        raise Refusal(MALFORMED, why="device key") from error
