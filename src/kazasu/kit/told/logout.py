"""Back-channel logout, the relying party's half (OpenID Connect Back-Channel Logout 1.0).

    logout_at(site, openid=openid, party=party, clock=clock)

gives the site ``POST /signin/backchannel-logout``. A good token ends the sessions of its subject that were begun before:
the one of its ``sid``, or all of them where it has none. The same token again ends nothing that was begun since, so none
need be remembered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.time.numeric_date import instant_of
from kazasu.foundation.web import Site, public
from kazasu.kit.events import Keys
from kazasu.kit.faults import BAD_LOGOUT_TOKEN
from kazasu.kit.openid import OpenId, RelyingParty

PATH: Final = "/signin/backchannel-logout"
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
TYP: Final = "logout+jwt"
_CALLERS: Final = 60_000
"""Requests a minute: one caller, many people."""
_SKEW: Final = timedelta(seconds=60)
_GRAIN: Final = timedelta(seconds=1)
"""Of the instants in a token: what was begun within that second was begun before."""


@dataclass(frozen=True, slots=True)
class Logout:
    """A verified logout token."""

    subject: str
    """As this party knows the person."""
    sid: str
    """In which sign-in; empty: in all."""
    until: datetime
    """What was begun by then ends."""


def logout_at(
    site: Site, *, openid: OpenId, party: Callable[[Request], RelyingParty], clock: Clock
) -> None:
    """Enter the page for the identity service."""

    def ended(request: Request) -> Response:
        """``logout_token`` as a form: 200 once the sessions ended, 400 for a token that does not verify (2.8)."""
        token = str(request.state.form.get("logout_token", ""))
        headers = {"cache-control": "no-store"}
        try:
            found = verified(
                token, openid.issuer, party(request).client_id, openid.keys, clock.now()
            )
        except Refusal as refusal:
            if refusal.fault is not BAD_LOGOUT_TOKEN:
                raise
            content = {"error": "invalid_request", "error_description": refusal.title.en}
            return JSONResponse(content, 400, headers | {"content-language": "en"})
        site.end_of_card(request, found.subject, found.sid, found.until)
        return Response(headers=headers)

    signed = public("the identity service's signature is the sign-in")
    limit = site.limit(_CALLERS)
    site.route(PATH, access=signed, methods=["POST"], api=True, limit=limit)(ended)


def verified(token: str, issuer: str, audience: str, keys: Keys, now: datetime) -> Logout:
    """Steps of 2.6: signature, issuer, audience, times, whom it means, the event, no nonce.

    Raises Refusal ``kit.bad-logout-token`` with the claim at fault as ``why``; ``signin.unreachable``.
    """
    claims = _signed(token, keys)
    issued, until = instant_of(claims.get("iat")), instant_of(claims.get("exp"))
    happened = instant_of(claims.get("toe", claims.get("iat")))
    subject, sid, events = (claims.get(name) for name in ("sub", "sid", "events"))
    named = claims.get("aud")
    checks = {
        "iss": claims.get("iss") == issuer,
        "aud": audience in (named if isinstance(named, list) else [named]),
        "iat": issued is not None and issued < now + _SKEW,
        "toe": happened is not None and happened < now + _SKEW,
        "exp": until is not None and until > now - _SKEW,
        "sub": isinstance(subject, str) and bool(subject) and isinstance(sid, str | None),
        "events": isinstance(events, dict) and isinstance(events.get(EVENT), dict),
        "nonce": "nonce" not in claims,
    }
    wrong = [name for name, good in checks.items() if not good]
    if wrong or happened is None:
        raise Refusal(BAD_LOGOUT_TOKEN, why=", ".join(wrong))
    return Logout(str(subject), str(sid or ""), happened + _GRAIN)


def _signed(token: str, keys: Keys) -> dict[str, Any]:
    """The claims, once the signature verifies. An ID token or an event is never taken for one."""
    try:
        typ = str(jws.extract_compact(token.encode()).headers().get("typ", ""))
    except (JoseError, ValueError) as error:
        raise Refusal(BAD_LOGOUT_TOKEN, why="form") from error
    if typ.lower().removeprefix("application/") != TYP:
        raise Refusal(BAD_LOGOUT_TOKEN, why="typ")
    for fresh in (False, True):
        try:
            return dict(jwt.decode(token, keys(fresh), algorithms=["ES256"]).claims)
        except (JoseError, ValueError) as error:
            if fresh:
                raise Refusal(BAD_LOGOUT_TOKEN, why="signature") from error
    raise AssertionError("unreachable")
