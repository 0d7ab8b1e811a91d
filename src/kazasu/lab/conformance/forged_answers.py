"""Wrong answers, made with care: each is right in everything but the one thing that its scenario names."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from kazasu.foundation.values.encoding import base64url_text
from kazasu.identity.keys import TokenKeys

ELSEWHERE: Final = "https://id.elsewhere.example"
SOMEBODY: Final = "RP99999999"
BACKCHANNEL: Final = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TYP: Final = "logout+jwt"
Claims = dict[str, Any]


@dataclass
class Forge:
    """The service's keys, one that it will publish, and one that it never does: of the kind that the party registered, for a token of
    another kind would be refused for that alone."""

    keys: TokenKeys
    algorithm: str = "ES256"
    rotated: ECKey | RSAKey = field(init=False)
    foreign: ECKey | RSAKey = field(init=False)

    def __post_init__(self) -> None:
        self.rotated, self.foreign = _key_for(self.algorithm), _key_for(self.algorithm)

    # ------------------------------------------------------------ the browser's answer

    def answer(self, scenario: str, url: str) -> str:
        parts = urlsplit(url)
        given = dict(parse_qsl(parts.query))
        change: Mapping[str, Callable[[], object]] = {
            "state-wrong": lambda: given.update(state=secrets.token_urlsafe(16)),
            "state-missing": lambda: given.pop("state", None),
            "iss-wrong": lambda: given.update(iss=ELSEWHERE),
            "iss-missing": lambda: given.pop("iss", None),
            "code-missing": lambda: given.pop("code", None),
            "access-denied": lambda: _error(given, "access_denied"),
            "unavailable": lambda: _error(given, "temporarily_unavailable"),
        }
        if scenario in change:
            change[scenario]()
        return urlunsplit(parts._replace(query=urlencode(given)))

    # ------------------------------------------------------------ ID tokens

    def id_token(self, scenario: str, good: str, client_id: str) -> str:
        claims = self.keys.verify(good)
        if scenario in _SIGNATURES:
            return _SIGNATURES[scenario](self, good, claims)
        if scenario in _CLAIMS:
            _CLAIMS[scenario](claims, client_id)
        return self.keys.sign(claims, algorithm=_header(good)["alg"])

    # ------------------------------------------------------------ logout tokens

    def logout_token(self, scenario: str, issuer: str, client_id: str, of: Claims, now: int) -> str:
        claims: Claims = {
            "iss": issuer,
            "aud": client_id,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(16),
            "sub": of["sub"],
            "sid": of["sid"],
            "events": {BACKCHANNEL: {}},
        }
        change: Mapping[str, Callable[[], object]] = {
            "logout-audience": lambda: claims.update(aud=SOMEBODY),
            "logout-issuer": lambda: claims.update(iss=ELSEWHERE),
            "logout-nonce": lambda: claims.update(nonce=secrets.token_urlsafe(16)),
            "logout-events": lambda: claims.pop("events"),
            "logout-expired": lambda: claims.update(iat=now - 7200, exp=now - 3600),
        }
        if scenario in change:
            change[scenario]()
        token = self.keys.sign(claims, LOGOUT_TYP, algorithm=self.algorithm)
        return _broken(token) if scenario == "logout-signature" else token


def _error(given: dict[str, str], error: str) -> None:
    given.pop("code", None)
    given.update(error=error, error_description="played by a conformance run")


def _foreign_audience(claims: Claims, client_id: str) -> None:
    claims.update(aud=[client_id, SOMEBODY], azp=SOMEBODY)


def _expired(claims: Claims, _: str) -> None:
    claims.update(iat=claims["iat"] - 7200, exp=claims["iat"] - 3600)


_CLAIMS: Final[Mapping[str, Callable[[Claims, str], object]]] = {
    "nonce-wrong": lambda claims, _: claims.update(nonce=secrets.token_urlsafe(16)),
    "nonce-missing": lambda claims, _: claims.pop("nonce", None),
    "issuer-wrong": lambda claims, _: claims.update(iss=ELSEWHERE),
    "audience-wrong": lambda claims, _: claims.update(aud=SOMEBODY),
    "audience-foreign": _foreign_audience,
    "expired": _expired,
    "subject-missing": lambda claims, _: claims.pop("sub", None),
    "at-hash-wrong": lambda claims, _: claims.update(at_hash=secrets.token_urlsafe(16)),
    "at-hash-missing": lambda claims, _: claims.pop("at_hash", None),
}


def _broken(token: str) -> str:
    head, _, signature = token.rpartition(".")
    raw = bytearray(_decoded(signature))
    raw[5] ^= 0x40
    return f"{head}.{_encoded(bytes(raw))}"


def _none(claims: Claims) -> str:
    header = _encoded(json.dumps({"alg": "none"}).encode())
    return f"{header}.{_encoded(json.dumps(claims).encode())}."


def _by_public_key(forge: Forge, claims: Claims, kid: str) -> str:
    """The public key, which everybody has, taken for a shared secret (RFC 8725 2.1)."""
    published = next(k for k in forge.keys.published()["keys"] if k["kid"] == kid)
    secret = (
        (ECKey if published["kty"] == "EC" else RSAKey).import_key(published).as_pem(private=False)
    )
    header = _encoded(json.dumps({"alg": "HS256", "kid": kid}).encode())
    signed = f"{header}.{_encoded(json.dumps(claims).encode())}"
    return f"{signed}.{_encoded(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def _key_for(algorithm: str) -> ECKey | RSAKey:
    if algorithm == "RS256":
        return RSAKey.generate_key(2048, auto_kid=True)
    return ECKey.generate_key("P-256", auto_kid=True)


def _by(forge: Forge, key: ECKey | RSAKey, claims: Claims, kid: str) -> str:
    return jwt.encode({"alg": forge.algorithm, "kid": kid}, claims, key)


_SIGNATURES: Final[Mapping[str, Callable[[Forge, str, Claims], str]]] = {
    "signature-bad": lambda _, good, __: _broken(good),
    "alg-none": lambda _, __, claims: _none(claims),
    "alg-hs256": lambda forge, good, claims: _by_public_key(forge, claims, kid_of(good)),
    "other-key": lambda forge, good, claims: _by(forge, forge.foreign, claims, kid_of(good)),
    "kid-unknown": lambda forge, _, claims: _by(
        forge, forge.foreign, claims, str(forge.foreign.kid)
    ),
    "keys-rotated": lambda forge, _, claims: _by(
        forge, forge.rotated, claims, str(forge.rotated.kid)
    ),
}


def kid_of(token: str) -> str:
    return str(_header(token)["kid"])


def _header(token: str) -> Claims:
    return dict(json.loads(_decoded(token.partition(".")[0])))


def _encoded(content: bytes) -> str:
    return base64url_text(content)


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
