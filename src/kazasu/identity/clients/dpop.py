"""DPoP: a token is good only together with the key for which it was given (RFC 9449)."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey

from kazasu.identity.clients.model import ALGORITHMS, SMALLEST_RSA
from kazasu.identity.oauth import OAuthError

TYPE: Final = "dpop+jwt"
FRESH: Final = timedelta(seconds=60)
"""How far ``iat`` may be from our clock, either way."""


class Proof:
    """A proof that verified. ``jti`` still has to be used up by the caller."""

    def __init__(self, thumbprint: str, jti: str, until: datetime) -> None:
        self.thumbprint: Final = thumbprint
        """RFC 7638, SHA-256, base64url."""
        self.jti: Final = jti
        self.until: Final = until


def verify(proof: str, method: str, url: str, now: datetime, access_token: str = "") -> Proof:
    """Checks 1–12 of RFC 9449 4.3, without a nonce of ours (freshness and ``jti`` bound replay).

    Args:
        url: the endpoint's own address, without query.
        access_token: where one is presented: the proof must be for it.

    Raises OAuthError ``invalid_dpop_proof``.
    """
    header = _header(proof)
    key = _key(header)
    try:
        claims = jwt.decode(proof, key, list(ALGORITHMS)).claims
    except (JoseError, ValueError) as error:
        raise _refused("the proof does not verify with its own key") from error
    if claims.get("htm") != method:
        raise _refused("htm is another method")
    if str(claims.get("htu", "")).partition("?")[0].partition("#")[0] != url:
        raise _refused("htu is another address")
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float) or abs(issued) > 1e11:
        raise _refused("iat must be a number")
    at = datetime.fromtimestamp(issued, UTC)
    if not now - FRESH <= at <= now + FRESH:
        raise _refused("iat is too old or in the future")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 8 <= len(jti) <= 255:
        raise _refused("jti is required, 8 to 255 characters")
    if access_token and claims.get("ath") != _hash(access_token):
        raise _refused("ath is not the access token's")
    return Proof(key.thumbprint(), jti, at + FRESH)


def _header(proof: str) -> dict[str, Any]:
    try:
        header = _decoded(proof.split(".", maxsplit=1)[0])
    except (ValueError, IndexError) as error:
        raise _refused("the proof is no JWT") from error
    if header.get("typ") != TYPE:
        raise _refused("typ must be dpop+jwt")
    if header.get("alg") not in ALGORITHMS:
        raise _refused("alg must be ES256 or PS256")
    return header


def _key(header: dict[str, Any]) -> Key:
    jwk = header.get("jwk")
    if not isinstance(jwk, dict) or "d" in jwk:
        raise _refused("jwk must be a public key")
    try:
        if jwk.get("kty") == "EC" and jwk.get("crv") == "P-256":
            return ECKey.import_key(jwk)
        if jwk.get("kty") == "RSA":
            key = RSAKey.import_key(jwk)
            if key.public_key.key_size >= SMALLEST_RSA:
                return key
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _refused("jwk does not read") from error
    raise _refused("jwk must be EC P-256, or RSA of 2048 bits or more")


def _decoded(part: str) -> dict[str, Any]:
    found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(found, dict):
        raise ValueError("no object")  # noqa: TRY004
    return found


def _hash(access_token: str) -> str:
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _refused(why: str) -> OAuthError:
    return OAuthError("invalid_dpop_proof", why)
