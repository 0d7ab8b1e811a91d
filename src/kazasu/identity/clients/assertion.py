"""How a client proves who it is: ``private_key_jwt``, ES256 or PS256, and nothing else (RFC 7523).

A test party in compatibility mode may also sign with RS256, let its assertion live for a day and write its end as text: so does the only
published adapter of the public service, and its sandbox takes it.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet

from kazasu.exchange.directory import Directory
from kazasu.foundation.time.numeric_date import instant_of
from kazasu.identity.clients.model import ALGORITHMS, COMPATIBLE, Client, is_jti
from kazasu.identity.oauth import client as wrong
from kazasu.identity.oauth.model import OAuthError

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST: Final = timedelta(hours=1)
"""How far ahead an assertion may end: libraries write ten minutes or an hour unless they are told otherwise. It serves once for all that time."""
LONGEST_COMPATIBLE: Final = timedelta(days=1)
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
    if header.get("alg") not in COMPATIBLE:
        raise OAuthError(wrong.ALGORITHM)
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or form.get("client_id", issuer) != issuer:
        raise OAuthError(wrong.DIFFER)
    return issuer


def unverified_kid(assertion: str) -> str:
    """Which key it says that it was signed with; empty: it says none. Nothing is proven by it."""
    try:
        kid = _object(assertion.split(".", maxsplit=1)[0]).get("kid")
    except (ValueError, RecursionError):
        return ""
    return kid if isinstance(kid, str) else ""


def verify(
    assertion: str,
    client: Client,
    keys: Sequence[Key | KeySet],
    audiences: tuple[str, ...],
    now: datetime,
    *,
    compatible: bool = False,
) -> tuple[str, datetime]:
    """The assertion's ``jti`` and end, once everything about it is proven.

    Args:
        keys: of the client, see :func:`keys_of`.
        audiences: what ``aud`` may be: the issuer or the endpoint, and nothing beside it.
        compatible: what the public sandbox takes is taken.

    Raises:
        OAuthError: ``invalid_client``.
    """
    token = _decoded(assertion, keys, COMPATIBLE if compatible else ALGORITHMS)
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
    if (
        compatible
        and isinstance(claims.get("exp"), str)
        and claims["exp"].isascii()
        and claims["exp"].isdecimal()
    ):
        claims["exp"] = int(claims["exp"][:20])
    end = _instant(claims, "exp")
    here = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"  # the country's clock may have been moved
    if end <= now:
        raise OAuthError(wrong.EXPIRED, now=here)
    if end > now + (LONGEST_COMPATIBLE if compatible else LONGEST) + _SKEW:
        raise OAuthError(wrong.TOO_LONG, now=here)
    for name in ("iat", "nbf"):
        if name in claims and _instant(claims, name) > now + _SKEW:
            raise OAuthError(wrong.FUTURE, claim=name, now=here)
    jti = claims.get("jti")
    if not is_jti(jti):
        raise OAuthError(wrong.JTI)
    return jti, end


def _decoded(assertion: str, keys: Sequence[Key | KeySet], algorithms: Sequence[str]) -> jwt.Token:
    """Raises OAuthError ``invalid_client``. Without a ``kid`` any key of the party will do that is of the algorithm's kind."""
    header = _object(assertion.split(".", maxsplit=1)[0])
    if header.get("alg") not in algorithms:
        raise OAuthError(wrong.ALGORITHM)
    kid, named = header.get("kid"), _names(keys)
    if kid and named and kid not in named:
        raise OAuthError(wrong.KEY_UNKNOWN)
    elliptic = str(header["alg"]).startswith("ES")
    candidates: list[Key | KeySet] = []
    for one in keys:
        if isinstance(one, KeySet) and not header.get("kid"):
            candidates += [key for key in one.keys if isinstance(key, ECKey) == elliptic]
        else:
            candidates.append(one)
    for key in candidates:
        try:
            return jwt.decode(assertion, key, list(algorithms))
        except (JoseError, ValueError, KeyError, RecursionError):
            continue
    raise OAuthError(wrong.BAD_SIGNATURE)


def _names(keys: Sequence[Key | KeySet]) -> list[Any]:
    """Of the keys that a party registered; an institution's, from the directory, have none."""
    return [key.kid for one in keys if isinstance(one, KeySet) for key in one.keys]


def keys_of(client: Client, directory: Directory) -> Sequence[Key | KeySet]:
    """A private party's registered keys; an institution's from the directory, where its CA stands behind them: all that it may use."""
    if client.institution:
        return directory.keys(client.institution, "client")
    return [KeySet.import_key_set(client.keys or {"keys": []})]  # type: ignore[arg-type]


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
