"""DPoP: a token is good only together with the key for which it was given (RFC 9449)."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey
from joserfc.jws import JWSRegistry

from kazasu.foundation.time.numeric_date import instant_of
from kazasu.foundation.values.encoding import base64url_text
from kazasu.foundation.values.typed.web_addresses import web_address
from kazasu.identity.clients.model import ALGORITHMS, SMALLEST_RSA, is_jti
from kazasu.identity.oauth import client as wrong
from kazasu.identity.oauth.model import OAuthError

TYPE: Final = "dpop+jwt"
_PORTS: Final = {"http": 80, "https": 443}
_ESCAPED: Final = re.compile("%([0-9A-Fa-f]{2})")
FRESH: Final = timedelta(seconds=60)
"""How far ``iat`` may be from our clock, either way."""


class _Headers(JWSRegistry):
    """With room for a public RSA key, which a proof carries in its header."""

    max_header_length = 4096


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
        claims = jwt.decode(proof, key, registry=_Headers(algorithms=list(ALGORITHMS))).claims
    except (JoseError, ValueError, RecursionError) as error:
        raise OAuthError(wrong.PROOF_SIGNATURE) from error
    if claims.get("htm") != method:
        raise OAuthError(wrong.PROOF_METHOD)
    if address(str(claims.get("htu", ""))) != address(url):
        raise OAuthError(wrong.PROOF_ADDRESS)
    at = instant_of(claims.get("iat"))
    if at is None:
        raise OAuthError(wrong.PROOF_TIME, wrong="must be a number of seconds")
    if not now - FRESH <= at <= now + FRESH:
        raise OAuthError(
            wrong.PROOF_TIME,
            wrong=f"is too old or in the future; the time here is {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        )
    jti = claims.get("jti")
    if not is_jti(jti):
        raise OAuthError(wrong.PROOF_JTI)
    if access_token and claims.get("ath") != _hash(access_token):
        raise OAuthError(wrong.PROOF_TOKEN)
    return Proof(key.thumbprint(), jti, at + FRESH)


def address(url: str) -> str:
    """Without query and fragment, in the one form that all spellings of it have (RFC 9449 4.3 (9); RFC 3986 6.2.2, 6.2.3).

    Empty: it is no address of the web.
    """
    parts = web_address(url)
    if parts is None or parts.username is not None:
        return ""
    port = parts.port if parts.port != _PORTS[parts.scheme] else None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    path = _ESCAPED.sub(_plain, parts.path) or "/"
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{_without_dots(path)}"


def _plain(found: re.Match[str]) -> str:
    """An escaped character as it is where it needed no escape; else the escape in capitals."""
    character = chr(int(found[1], 16))
    plain = character.isascii() and (character.isalnum() or character in "-._~")
    return character if plain else found[0].upper()


def _without_dots(path: str) -> str:
    kept: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            kept[-1:] = []
        elif part != ".":
            kept.append(part)
    return "/" + "/".join([*kept, ""] if parts[-1] in (".", "..") and kept else kept)


def _header(proof: str) -> dict[str, Any]:
    try:
        header = _decoded(proof.split(".", maxsplit=1)[0])
    except (ValueError, IndexError, RecursionError) as error:
        raise OAuthError(wrong.PROOF_NO_JWT) from error
    if header.get("typ") != TYPE:
        raise OAuthError(wrong.PROOF_TYPE)
    if "crit" in header:
        raise OAuthError(wrong.PROOF_CRIT)
    if header.get("alg") not in ALGORITHMS:
        raise OAuthError(wrong.PROOF_ALGORITHM)
    return header


def _key(header: dict[str, Any]) -> Key:
    jwk = header.get("jwk")
    if not isinstance(jwk, dict) or "d" in jwk:
        raise OAuthError(wrong.PROOF_KEY, wrong="must be a public key")
    try:
        if jwk.get("kty") == "EC" and jwk.get("crv") == "P-256":
            return ECKey.import_key(jwk)
        if jwk.get("kty") == "RSA":
            key = RSAKey.import_key(jwk)
            if key.public_key.key_size >= SMALLEST_RSA:
                return key
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise OAuthError(wrong.PROOF_KEY, wrong="does not read") from error
    raise OAuthError(wrong.PROOF_KEY, wrong="must be EC P-256, or RSA of 2048 bits or more")


def _decoded(part: str) -> dict[str, Any]:
    found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(found, dict):
        raise ValueError("no object")  # noqa: TRY004
    return found


def _hash(access_token: str) -> str:
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64url_text(digest)
