"""A payment that is approved by a tap (RFC 9396, ``authorization_details`` of type ``payment``).

The asker pushes amount and payee beforehand; the person reads them at the reader, in words of this service; their digest is
part of what the card signs. The consent keeps the digest alone, and whoever has the details can show that they are the ones.
For the person's own record payee and amount are kept for a year, sealed: whoever approves has to see later what it was.

Simplified: one payment for one request, in yen, of a strict party and with no attributes of the person.
"""

import json
from datetime import timedelta
from typing import Any, Final

from pydantic import ValidationError

from kazasu.card.agreed.payment import Payment, approved, digest
from kazasu.foundation.values.visible import seen, unseen_letter
from kazasu.identity.clients.model import Client
from kazasu.identity.oauth import request as wrong
from kazasu.identity.oauth.model import OAuthError

__all__ = ["KEPT", "MOST", "PAYMENT", "Payment", "approved", "digest", "given", "read"]

PAYMENT: Final = "payment"
KEPT: Final = timedelta(days=365)
"""How long the person's own record says payee and amount."""
MOST: Final = 1_000_000
"""Yen in one payment; more is signed as a document."""


def read(client: Client, scopes: tuple[str, ...], text: str) -> str:
    """The parameter as it was pushed, in canonical form; empty: none was sent.

    Raises OAuthError ``invalid_authorization_details``: no payment of that shape, or of this party or request.
    """
    if not text:
        return ""
    if not client.strict or set(scopes) != {"openid"}:
        raise OAuthError(wrong.DETAILS_ALONE)
    try:
        payment = approved(text)
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
