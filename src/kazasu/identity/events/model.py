"""Kinds of security events, the tokens that carry them, and when a silent party is tried again.

Security Event Tokens (RFC 8417) pushed by RFC 8935; logout tokens by OpenID Connect Back-Channel Logout
1.0. The kinds are our own (simulated): what a party learns is no more than it needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST

Kind = Literal[
    "credential-revoked",
    "credential-held",
    "credential-reissued",
    "attributes-changed",
    "person-deceased",
    "link-ended",
    "consent-withdrawn",
]
KINDS: Final[Mapping[Kind | Literal["logout"], Text]] = {
    "credential-revoked": Text("電子証明書が使えなくなった（一時停止も同じ知らせ）", "Certificates ended (a suspension is told in the same words)"),
    "credential-held": Text("電子証明書が一時停止された", "Certificates were suspended"),
    "credential-reissued": Text("電子証明書が新しくなった", "Certificates were issued anew"),
    "attributes-changed": Text("氏名や住所が変わった（本人の同意があるときだけ）", "Name or address changed (with the person’s consent alone)"),
    "person-deceased": Text("本人が亡くなった（本人の同意があるときだけ）", "The person died (with their consent alone)"),
    "link-ended": Text("本人が、あなたのサービスとのつながりを切った", "The person ended the link with your service"),
    "consent-withdrawn": Text("本人が同意をやめた", "The person withdrew a consent"),
    "logout": Text("本人が、すべてのサインインを終えた", "The person signed out everywhere"),
}  # fmt: skip
"""What each says, in words."""
URN: Final = "urn:kazasu:event:"
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
SET_TYP, LOGOUT_TYP = "secevent+jwt", "logout+jwt"
LOGOUT_LIFE: Final = timedelta(minutes=2)
FIRST_RETRY: Final = timedelta(seconds=5)
LONGEST_RETRY: Final = timedelta(hours=1)
LONGEST_WAIT: Final = LONGEST_RETRY + timedelta(minutes=5)
"""What would have to wait for longer was tried by a clock that was wrong."""
EVENT_WINDOW: Final = timedelta(days=1)
LOGOUT_WINDOW: Final = timedelta(minutes=10)
"""What happens to one person within a window is told to private parties within the next, each at a moment of its own: two of
them that compare times find everybody of the window alike. Short for logout tokens, by which a thief's session ends."""
LONGEST_SPREAD: Final = 2 * EVENT_WINDOW
_FIRST_WINDOW: Final = datetime(1970, 1, 1, tzinfo=JST)
NEEDS_CONSENT: Final = frozenset({"attributes-changed", "person-deceased"})
"""Told to parties with a live consent for the latest attributes alone: a move or a death says
something about the person that a mere sign-in does not entitle to."""
REVEALS_NOTHING: Final[Mapping[str, str]] = {"credential-held": "credential-revoked"}
"""A party that sees a credential end is not told why (公的個人認証法 52条): hold and revocation are one."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing for one party, until it is taken."""

    client_id: str
    delivery_id: UUID
    kind: Literal["event", "logout"]
    event: str
    sub: str
    sid: str
    details: dict[str, Any]
    happened_at: datetime
    attempts: int
    address: str
    """Where it is posted, as registered now."""
    algorithm: str
    """By which it is signed, as registered now: that of the party's ID tokens (Back-Channel Logout 1.0, 2.4)."""


@dataclass(frozen=True, slots=True)
class Telling:
    """When something is told, and as of when it is said to have happened (``toe``)."""

    told_from: datetime
    toe: datetime


def event_spread(now: datetime, share: float) -> Telling:
    """At some moment of tomorrow; ``toe`` is the beginning of today. ``share``: 0 ≤ drawn < 1."""
    begun = _begun(now, EVENT_WINDOW)
    return Telling(begun + EVENT_WINDOW * (1 + share), begun)


def logout_spread(now: datetime, share: float) -> Telling:
    """In the next ten minutes; ``toe`` is the end of these, so that what was begun meanwhile ends rather than stays."""
    over = _begun(now, LOGOUT_WINDOW) + LOGOUT_WINDOW
    return Telling(over + LOGOUT_WINDOW * share, over)


def _begun(now: datetime, window: timedelta) -> datetime:
    return _FIRST_WINDOW + (now - _FIRST_WINDOW) // window * window


@dataclass(frozen=True, slots=True)
class Logged(Delivery):
    """A delivery as its party may read it."""

    next_at: datetime
    last_error: str
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lane:
    """What one party is told at one address."""

    client_id: str
    kind: Literal["event", "logout"]
    address: str
    """As registered now; empty: there is none."""
    failures: int
    """How often in a row nobody answered there; 0 when somebody did."""


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many tries: doubling from 5 s up to an hour."""
    return min(FIRST_RETRY * (1 << min(max(attempts - 1, 0), 20)), LONGEST_RETRY)


def event_claims(one: Delivery, issuer: str, now: datetime) -> dict[str, Any]:
    """Claims of a SET (RFC 8417 2.2); ``jti`` stays the same over all tries."""
    return {
        "iss": issuer,
        "aud": one.client_id,
        "iat": int(now.timestamp()),
        "jti": str(one.delivery_id),
        "toe": int(one.happened_at.timestamp()),
        "sub_id": {"format": "iss_sub", "iss": issuer, "sub": one.sub},
        "events": {f"{URN}{one.event}": one.details},
    }


def logout_claims(one: Delivery, issuer: str, now: datetime) -> dict[str, Any]:
    """Claims of a logout token (Back-Channel Logout 1.0, 2.4): no nonce, so that it is no ID token.

    Without ``sid`` it means all of the subject's sessions. ``toe`` (RFC 8417 2.2) says until when they were begun: a
    party that was out of order for an hour does not end what was begun since.
    """
    return {
        "iss": issuer,
        "aud": one.client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + LOGOUT_LIFE).timestamp()),
        "jti": str(one.delivery_id),
        "toe": int(one.happened_at.timestamp()),
        "sub": one.sub,
        "events": {LOGOUT_EVENT: {}},
    } | ({"sid": one.sid} if one.sid else {})
