"""Linking an account of one business to a service of another, and paying through the link.

A protocol of the two businesses alone (docs/institutions/pay.md): neither sees the other's subject.
The service tells the bank whom it wants to link (signed, server to server, so that no name is in an
address bar); the browser goes to the bank, where the customer signs in, is compared and agrees; it
comes back with a token that is good once. The link's id belongs to this pair and to nobody else.
Simulated, in the manner of bank-account registration at payment services.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Final, Generic, TypeVar

import httpx
from pydantic import Field, ValidationError

from kazasu.business.faults import BAD_LINK_MESSAGE, PARTNER_REFUSED, PARTNER_UNREACHABLE
from kazasu.contracts.base import Done, Instant, Message
from kazasu.exchange.directory import Directory
from kazasu.exchange.keys import Institution, verified
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.time.numeric_date import instant_of

CONTENT_TYPE: Final = "application/jwt"
REQUESTS, LINKS, CHARGES, ENDED = (
    "/api/account-links/requests",
    "/api/account-links",
    "/api/account-links/charges",
    "/api/account-links/ended",
)
LIFE: Final = timedelta(minutes=2)
"""Of one message."""
UNKNOWN: Final = frozenset({"bank.unknown-link", "pay.unknown-link"})
"""The other side has no such link: then there is nothing to end there. Services of 0.2.0 said so too; now they remember it."""
_ABOUT_THE_MESSAGE: Final = frozenset({"bank.message-repeated"})
_SKEW = timedelta(seconds=30)
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")]


class LinkMessage(Message):
    """One message; its type is in the signature, so none is taken for another."""

    typ: ClassVar[str]


class LinkRequest(LinkMessage):
    """Service → bank: this person, as I know them, wants to link their account."""

    typ: ClassVar[str] = "kazasu-account-link-request+jws"
    request_id: Id
    return_to: Annotated[str, Field(max_length=255)]
    state: Id
    name: Annotated[str, Field(min_length=1, max_length=200)]
    birth_date: date


class LinkRequested(Message):
    """Where to send the browser."""

    continue_at: str
    expires_at: Instant


class RedeemLink(LinkMessage):
    """Service → bank: the token that the browser brought. Idempotent: asked again it is the same link."""

    typ: ClassVar[str] = "kazasu-account-link-redeem+jws"
    request_id: Id
    token: Id


class Linked(Message):
    link_id: Id
    hint: str
    """The last digits of the account, for the customer to know it by."""


class Charge(LinkMessage):
    """Service → bank: move yen from the customer's account to the service's. Idempotent: a repetition changes nothing."""

    typ: ClassVar[str] = "kazasu-account-link-charge+jws"
    link_id: Id
    charge_id: Id
    amount: Annotated[int, Field(gt=0, le=1_000_000)]


class Charged(Message):
    charge_id: Id
    at: Instant


class LinkEnded(LinkMessage):
    """Either → the other: the link has ended. Idempotent: a repetition changes nothing."""

    typ: ClassVar[str] = "kazasu-account-link-ended+jws"
    link_id: Id


M = TypeVar("M", bound=LinkMessage)
A = TypeVar("A", bound=Message)


@dataclass(frozen=True, slots=True)
class Read(Generic[M]):
    """A verified message. ``jti`` is to be used up in the transaction that acts on it."""

    sender: str
    jti: str
    until: datetime
    message: M


def signed(message: LinkMessage, institution: Institution, to: str, now: datetime) -> str:
    """The message as it travels: a JWS (ES256) by the sender's institution key."""
    claims = {
        "aud": to,
        "jti": secrets.token_urlsafe(24),
        "iat": int(now.timestamp()),
        "exp": int((now + LIFE).timestamp()),
        "message": message.model_dump(mode="json"),
    }
    return institution.sign(json.dumps(claims, ensure_ascii=False).encode(), message.typ)


def read(kind: type[M], token: str, directory: Directory, *, me: str, now: datetime) -> Read[M]:
    """Verify signature, type, audience and time.

    Raises Refusal ``business.bad-link-message``.
    """
    try:
        sender, payload = verified(token, kind.typ, directory)
    except Refusal as refusal:
        raise Refusal(BAD_LINK_MESSAGE, why="signature") from refusal
    try:
        claims: dict[str, Any] = json.loads(payload)
        until, issued = instant_of(claims["exp"]), instant_of(claims["iat"])
        message = kind.model_validate(claims["message"])
        jti = str(claims["jti"])
    except (ValidationError, ValueError, KeyError, TypeError, OverflowError) as error:
        raise Refusal(BAD_LINK_MESSAGE, why="form") from error
    if claims.get("aud") != me:
        raise Refusal(BAD_LINK_MESSAGE, why="audience")
    if until is None or issued is None:
        raise Refusal(BAD_LINK_MESSAGE, why="form")
    if not issued - _SKEW <= now <= until or until - issued > LIFE:
        raise Refusal(BAD_LINK_MESSAGE, why="time")
    return Read(sender, jti, until, message)


class LinkPeer:
    """Sends messages to the other business."""

    def __init__(self, institution: Institution, to: str, http: httpx.Client, clock: Clock) -> None:
        self._institution = institution
        self._to = to
        self._http = http
        self._clock = clock

    def send(self, path: str, message: LinkMessage, answer: type[A]) -> A:
        """Raises Refusal ``business.partner-unreachable``, ``business.partner-refused`` (with its words)."""
        url = self._institution.directory.origin(self._to) + path
        token = signed(message, self._institution, self._to, self._clock.now())
        try:
            response = self._http.post(
                url, content=token.encode(), headers={"content-type": CONTENT_TYPE}
            )
            content = response.json()
        except (httpx.TransportError, ValueError) as error:
            raise Refusal(PARTNER_UNREACHABLE) from error
        if response.is_success:
            return answer.model_validate(content)
        if response.status_code >= 500:
            raise Refusal(PARTNER_UNREACHABLE)
        words = {name: str(content.get(name) or "–") for name in ("todo_ja", "todo_en", "code")}
        raise Refusal(
            PARTNER_REFUSED, ja=content.get("title_ja"), en=content.get("title_en"), **words
        )

    def tell_ended(self, link_id: str) -> None:
        """A link has ended here. Who does not know it has nothing to end, and is told all the same.

        Raises as :meth:`send`, but for that.
        """
        try:
            self.send(ENDED, LinkEnded(link_id=link_id), Done)
        except Refusal as refusal:
            if refusal.facts.get("code") not in UNKNOWN:
                raise

    def decided(self, refusal: Refusal) -> bool:
        """Is it the other side's answer to what was asked?

        False: it could not be reached, or this one message did not count (time, limits); asked anew, it may answer otherwise.
        """
        code = str(refusal.facts.get("code", ""))
        own = code.startswith(f"{self._to}.") and code not in _ABOUT_THE_MESSAGE
        return refusal.fault is PARTNER_REFUSED and own
