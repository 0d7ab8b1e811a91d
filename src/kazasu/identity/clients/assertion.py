"""How a client proves who it is: ``private_key_jwt``, ES256 or PS256, and nothing else (RFC 7523)."""

import base64
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from kazasu.exchange.directory import Directory
from kazasu.foundation.time.numeric_date import instant_of
from kazasu.identity.clients.model import ALGORITHMS, Client, is_jti
from kazasu.identity.oauth import client as wrong
from kazasu.identity.oauth.model import OAuthError

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST: Final = timedelta(minutes=5)
_SKEW = timedelta(seconds=60)


def unverified_client_id(form: Mapping[str, str]) -> str:
    """Whom the assertion claims to be from. Nothing is proven by it."""
    if form.get("client_assertion_type") != TYPE or "client_secret" in form:
        raise OAuthError(wrong.OTHER_METHOD)
    # The payload is looked at to find the key that then has to verify it.
    try:
        head, payload, _ = form.get("client_assertion", "").split(".")
        header, claims = _object(head), _object(payload)
    except (ValueError, RecursionError):
        raise OAuthError(wrong.NO_JWT) from None
    if header.get("alg") not in ALGORITHMS:
        raise OAuthError(wrong.ALGORITHM)
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or form.get("client_id", issuer) != issuer:
        raise OAuthError(wrong.DIFFER)
    return issuer


def verify(
    assertion: str,
    client: Client,
    keys: Sequence[Key | KeySet],
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
        token = _proven(assertion, keys)
    except (JoseError, ValueError, KeyError, RecursionError):
        raise OAuthError(wrong.BAD_SIGNATURE) from None
    if "crit" in token.header:
        raise OAuthError(wrong.CRIT)
    claims = token.claims
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) == 1:
        audience = audience[0]
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise OAuthError(wrong.ISSUER)
    if audience not in audiences:
        raise OAuthError(wrong.AUDIENCE)
    end = _instant(claims, "exp")
    here = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"  # the country's clock may have been moved
    if end <= now:
        raise OAuthError(wrong.EXPIRED, now=here)
    if end > now + LONGEST:
        raise OAuthError(wrong.TOO_LONG, now=here)
    for name in ("iat", "nbf"):
        if name in claims and _instant(claims, name) > now + _SKEW:
            raise OAuthError(wrong.FUTURE, claim=name, now=here)
    jti = claims.get("jti")
    if not is_jti(jti):
        raise OAuthError(wrong.JTI)
    return jti, end


def keys_of(client: Client, directory: Directory) -> Sequence[Key | KeySet]:
    """A private party's registered keys; an institution's from the directory, where its CA stands behind them: all that it may use."""
    if client.institution:
        return directory.keys(client.institution, "client")
    return [KeySet.import_key_set(client.keys or {"keys": []})]  # type: ignore[arg-type]


def _proven(assertion: str, keys: Sequence[Key | KeySet]) -> jwt.Token:
    """By the first that fits. Raises as joserfc does."""
    for key in keys[:-1]:
        with suppress(JoseError, ValueError, KeyError):
            return jwt.decode(assertion, key, list(ALGORITHMS))
    return jwt.decode(assertion, keys[-1], list(ALGORITHMS))


def _object(part: str) -> Mapping[str, Any]:
    found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(found, dict):
        raise ValueError("no object")  # noqa: TRY004 - bad data, not a bad type in code
    return found


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    found = instant_of(claims.get(name))
    if found is None:
        raise OAuthError(wrong.NO_TIME, claim=name)
    return found
