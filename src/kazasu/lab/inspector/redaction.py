"""What of a request may be kept: names, and values that tell nobody anything (identity §6.7).

A list of what is shown, not of what is hidden: an unknown parameter may be a secret whose name was misspelt.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, Final

_SHOWN: Final = frozenset({
    "response_type", "response_mode", "client_id", "redirect_uri", "scope", "code_challenge",
    "code_challenge_method", "acr_values", "prompt", "ui_locales", "device", "dpop_jkt",
    "login_hint", "request_uri", "sign_transaction_id", "grant_type", "client_assertion_type",
    "subject_token_type", "audience", "audiences", "purpose", "items", "months", "on",
    "max_age", "consent_id", "evidence_id", "content-type", "path",
})  # fmt: skip
_JWTS: Final = frozenset({"client_assertion", "DPoP"})
_HEADERS: Final = frozenset({"alg", "typ", "kid", "jwk"})
_CLAIMS: Final = frozenset({"iss", "sub", "aud", "iat", "exp", "nbf", "jti", "htm", "htu", "ath"})
_PUBLIC_MEMBERS: Final = frozenset({"kty", "crv", "x", "y", "n", "e", "kid", "use", "alg"})
LONGEST: Final = 300
_UNKEPT: Final = re.compile("[\0\ud800-\udfff]")
"""PostgreSQL keeps neither NUL nor half of a surrogate pair; a stranger sends both."""
Shown = list[tuple[str, str]]


def redacted(given: Iterable[tuple[str, str]]) -> Shown:
    """Name and what may be seen of the value, in the order in which they came."""
    return [(kept(name[:60]), kept(_value(name, value))) for name, value in given]


def kept(text: str) -> str:
    """What of a text can be kept; the rest is a replacement character each."""
    return _UNKEPT.sub("\ufffd", text)


def masked(value: str) -> str:
    """Length and a short fingerprint: enough to see whether two are the same."""
    return f"({len(value)} chars, sha256 {hashlib.sha256(value.encode(errors='surrogatepass')).hexdigest()[:8]}…)"


def _value(name: str, value: str) -> str:
    if name in _JWTS:
        return _token(value)
    if name == "authorization":
        scheme, _, token = value.partition(" ")
        return f"{scheme[:10]} {masked(token)}" if token else masked(value)
    return value[:LONGEST] if name in _SHOWN else masked(value)


def _token(value: str) -> str:
    """Header and claims of a JWT, never its signature."""
    parts = value.split(".")
    try:
        header, claims = (_object(part) for part in parts[:2])
        return _opened(header, claims)
    except (ValueError, RecursionError):  # no token, or one that is nested deeper than Python reads
        return masked(value)


def _opened(header: dict[str, Any], claims: dict[str, Any]) -> str:
    key = header.get("jwk")
    if isinstance(key, dict):
        header["jwk"] = {k: v if k in _PUBLIC_MEMBERS else masked(str(v)) for k, v in key.items()}
    return json.dumps(
        {"header": _known(header, _HEADERS), "claims": _known(claims, _CLAIMS)}, ensure_ascii=False
    )[:2000]


def _known(members: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    return {
        name[:60]: value if name in known else masked(str(value)) for name, value in members.items()
    }


def _object(part: str) -> dict[str, Any]:
    found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(found, dict):
        raise ValueError("no object")  # noqa: TRY004 - bad data, not a bad type in code
    return found
