"""A payment that is approved by a tap (RFC 9396, ``authorization_details`` of type ``payment``).

The asker pushes amount and payee beforehand; the person reads them at the reader, in words of this service; their digest is
part of what the card signs. The consent keeps the digest alone, and whoever has the details can show that they are the ones.
For the person's own record payee and amount are kept for a year, sealed: whoever approves has to see later what it was.

Simplified: one payment for one request, in yen, of a strict party and with no attributes of the person.
"""

import hashlib
import json
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kazasu.foundation.text import Text
from kazasu.foundation.values.encoding import base64url_text
from kazasu.foundation.values.visible import seen, unseen_letter
from kazasu.identity.clients.model import Client
from kazasu.identity.oauth import request as wrong
from kazasu.identity.oauth.model import OAuthError

PAYMENT: Final = "payment"
PURPOSE: Final = Text("{payee}に{amount:,}円を払う", "Pay {amount:,} yen to {payee}")
KEPT: Final = timedelta(days=365)
"""How long the person's own record says payee and amount."""
MOST: Final = 1_000_000
"""Yen in one payment; more is signed as a document."""
_Name = Annotated[str, Field(min_length=1, max_length=40)]


class _Amount(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    currency: Literal["JPY"]
    amount: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,6}$")]
    """Whole yen, as digits: RFC 9396 has amounts as text."""


class Payment(BaseModel):
    """One element of ``authorization_details``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["payment"]
    instructedAmount: _Amount  # noqa: N815 - the name of the wire (RFC 9396 2)
    payee_ja: _Name = Field(alias="creditorName#ja")
    payee_en: _Name = Field(alias="creditorName#en")
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    """The asker's own number of the payment; unguessable, so that the digest tells nothing."""

    @property
    def payee(self) -> Text:
        return Text(self.payee_ja, self.payee_en)

    @property
    def amount(self) -> int:
        return int(self.instructedAmount.amount)


_DETAILS: Final = TypeAdapter(Annotated[list[Payment], Field(min_length=1, max_length=1)])


def read(client: Client, scopes: tuple[str, ...], text: str) -> str:
    """The parameter as it was pushed, in canonical form; empty: none was sent.

    Raises OAuthError ``invalid_authorization_details``: no payment of that shape, or of this party or request.
    """
    if not text:
        return ""
    if not client.strict or set(scopes) != {"openid"}:
        raise OAuthError(wrong.DETAILS_ALONE)
    try:
        (payment,) = _DETAILS.validate_json(text)
    except ValidationError:
        raise OAuthError(wrong.DETAILS) from None
    names = (payment.payee_ja, payment.payee_en)
    if payment.amount > MOST or any(
        unseen_letter(name) or not seen(name) or name != name.strip() for name in names
    ):
        raise OAuthError(wrong.DETAILS)
    return json.dumps(
        [payment.model_dump(by_alias=True)],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def given(details: str) -> list[dict[str, Any]]:
    """For the answer of the token endpoint: what was approved (RFC 9396 7)."""
    content: list[dict[str, Any]] = json.loads(details)
    return content


def digest(details: str) -> str:
    """SHA-256 of the canonical form, base64url: what stays of it in the consent."""
    return base64url_text(hashlib.sha256(details.encode()).digest())


def approved(details: str | bytes) -> Payment:
    """The payment of such details."""
    (payment,) = _DETAILS.validate_json(details)
    return payment


def purpose(details: str) -> Text:
    """What the person reads at the reader."""
    payment = approved(details)
    return Text(
        PURPOSE.ja.format(payee=payment.payee_ja, amount=payment.amount),
        PURPOSE.en.format(payee=payment.payee_en, amount=payment.amount),
    )
