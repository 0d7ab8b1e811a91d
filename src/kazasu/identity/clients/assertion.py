"""How a client proves who it is: ``private_key_jwt``, ES256 or PS256, and nothing else (RFC 7523)."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from kazasu.exchange.directory import Directory
from kazasu.identity.clients.model import ALGORITHMS, Client
from kazasu.identity.oauth import OAuthError

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST: Final = timedelta(minutes=5)
_SKEW = timedelta(seconds=60)


def unverified_client_id(form: Mapping[str, str]) -> str:
    """Whom the assertion claims to be from. Nothing is proven by it."""
    if form.get("client_assertion_type") != TYPE or "client_secret" in form:
        raise _refused("only private_key_jwt is supported")
    # The payload is looked at to find the key that then has to verify it.
    try:
        _, payload, _ = form.get("client_assertion", "").split(".")
        claims = _claims(payload)
    except ValueError:
        raise _refused("client_assertion is no JWT") from None
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or form.get("client_id", issuer) != issuer:
        raise _refused("client_id and assertion differ")
    return issuer


def verify(
    assertion: str,
    client: Client,
    keys: Key | KeySet,
    audiences: tuple[str, ...],
    now: datetime,
) -> tuple[str, datetime]:
    """The assertion's ``jti`` and end, once everything about it is proven.

    Args:
        keys: of the client, see :func:`keys_of`.
        audiences: what ``aud`` may be: the issuer or the endpoint, and nothing beside it.

    Raises:
        OAuthError: ``invalid_client``.
    """
    try:
        claims = jwt.decode(assertion, keys, list(ALGORITHMS)).claims
    except (JoseError, ValueError, KeyError):
        raise _refused("the assertion does not verify with the registered key") from None
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) == 1:
        audience = audience[0]
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise _refused("iss and sub must be the client_id")
    if audience not in audiences:
        raise _refused("aud must be the issuer or the token endpoint alone")
    end = _instant(claims, "exp")
    if end <= now:
        raise _refused("the assertion has expired")
    if end > now + LONGEST:
        raise _refused("exp is more than five minutes away")
    for name in ("iat", "nbf"):
        if name in claims and _instant(claims, name) > now + _SKEW:
            raise _refused(f"{name} is in the future")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 8 <= len(jti) <= 255:
        raise _refused("jti is required, 8 to 255 characters")
    return jti, end


def keys_of(client: Client, directory: Directory) -> Key | KeySet:
    """A private party's registered keys; an institution's from the directory, where its CA stands behind it."""
    if client.institution:
        return directory.key(client.institution, "client")
    return KeySet.import_key_set(client.keys or {"keys": []})  # type: ignore[arg-type]


def _claims(payload: str) -> Mapping[str, Any]:
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    if not isinstance(claims, dict):
        raise ValueError("claims are no object")  # noqa: TRY004 - bad data, not a bad type in code
    return claims


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    seconds = claims.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise _refused(f"{name} must be a number")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise _refused(f"{name} is out of range") from None


def _refused(why: str) -> OAuthError:
    return OAuthError("invalid_client", why, 401)
