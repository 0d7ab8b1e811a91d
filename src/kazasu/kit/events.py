"""Security events of the identity service, as a relying party receives them.

Security Event Tokens (RFC 8417) pushed by HTTP (RFC 8935): ``POST`` to the registered
``events_uri``, ``application/secevent+jwt``. A good one, also a repeated one, is acknowledged with
202; a bad one with 400 and an ``err`` code. The names of the events are simulated.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.numeric_date import instant_of
from kazasu.kit.faults import BAD_EVENT

PREFIX: Final = "urn:kazasu:event:"
REVOKED: Final = "credential-revoked"
REISSUED: Final = "credential-reissued"
CHANGED: Final = "attributes-changed"
DECEASED: Final = "person-deceased"
LINK_ENDED: Final = "link-ended"
WITHDRAWN: Final = "consent-withdrawn"
KINDS: Final = (REVOKED, REISSUED, CHANGED, DECEASED, LINK_ENDED, WITHDRAWN)
CONTENT_TYPE: Final = "application/secevent+jwt"
REMEMBERED: Final = timedelta(days=30)
"""How old an event may be when it comes; numbers are kept that long, so none is taken twice."""
_SKEW = timedelta(seconds=60)

Keys = Callable[[bool], KeySet]
"""The issuer's keys; True: fetched anew."""


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """A verified event about one subject."""

    jti: str
    kind: str
    """One of :data:`KINDS`."""
    subject: str
    issued_at: datetime
    digest: bytes
    """Of what happened to whom: the same number with another content is no repetition. ``iat`` is
    not in it: a sender signs anew each time it tries."""
    facts: dict[str, Any] = field(default_factory=dict)


class Receiver:
    """Verifies pushed events of one issuer for one relying party."""

    def __init__(self, issuer: str, audience: str, keys: Keys) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys

    def verified(self, token: str, now: datetime) -> SecurityEvent:
        """The event. Raises Refusal ``kit.bad-event`` with ``why`` as an RFC 8935 ``err``."""
        claims = self._signed(token)
        if claims.get("iss") != self._issuer:
            raise Refusal(BAD_EVENT, why="invalid_issuer")
        audience = claims.get("aud")
        if self._audience not in (audience if isinstance(audience, list) else [audience]):
            raise Refusal(BAD_EVENT, why="invalid_audience")
        return self._read(claims, now)

    def _read(self, claims: dict[str, Any], now: datetime) -> SecurityEvent:
        events, who, jti = claims.get("events"), claims.get("sub_id"), claims.get("jti")
        if not isinstance(events, dict) or len(events) != 1 or not isinstance(who, dict):
            raise Refusal(BAD_EVENT, why="invalid_request")
        (name, facts), issued_at = next(iter(events.items())), instant_of(claims.get("iat"))
        kind = str(name).removeprefix(PREFIX)
        wanted = {"format": "iss_sub", "iss": self._issuer}
        good = (
            name == PREFIX + kind and kind in KINDS and isinstance(facts, dict)
            and isinstance(jti, str) and 0 < len(jti) <= 255
            and wanted.items() <= who.items() and isinstance(who.get("sub"), str) and who["sub"]
            and issued_at is not None and now - REMEMBERED < issued_at < now + _SKEW
        )  # fmt: skip
        if not good or issued_at is None:
            raise Refusal(BAD_EVENT, why="invalid_request")
        content = [claims.get(name) for name in ("sub_id", "events", "toe")]
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()
        return SecurityEvent(str(jti), kind, str(who["sub"]), issued_at, digest, dict(facts))

    def _signed(self, token: str) -> dict[str, Any]:
        """The claims, once the signature verifies. A token of another type is never taken."""
        try:
            header = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError) as error:
            raise Refusal(BAD_EVENT, why="invalid_request") from error
        if str(header.get("typ", "")).lower().removeprefix("application/") != "secevent+jwt":
            raise Refusal(BAD_EVENT, why="invalid_request")
        for fresh in (False, True):
            try:
                return dict(jwt.decode(token, self._keys(fresh), algorithms=["ES256"]).claims)
            except (JoseError, ValueError) as error:
                if fresh:
                    raise Refusal(BAD_EVENT, why="invalid_key") from error
        raise AssertionError("unreachable")
