"""The consent that a tap signs, in words and as bytes (identity §6.4)."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from kazasu.card.agreed.consent import canonical
from kazasu.foundation.text import Text
from kazasu.identity import model, scopes
from kazasu.identity.clients.model import Client
from kazasu.identity.consents import payment

VERSION: Final = 2
"""Of the consent's wording and form. Another wording is another version, and asked anew."""
ONCE, CONTINUED = (
    Text("今回だけ", "this time only"),
    Text("やめるまで（長くて1年）", "until you end it, at most a year"),
)


RECOGNISED: Final = Text(
    "氏名や住所などを受け取ったサービスどうしは、あなたが同じ人だと分かります",
    "Services that are given your name, address and so on can tell that you are the same person",
)
"""Nothing else that two services are given tells them (design §3.16)."""
_RECOGNISABLE: Final = frozenset({"name", "address", "birthdate"})


def continued(granted: Iterable[str]) -> bool:
    """Does the party keep something after this sign-in?"""
    return scopes.OFFLINE in granted


def until_of(granted: Iterable[str], now: datetime) -> datetime:
    """Its last instant: of this sign-in alone that is when the attributes are gone again."""
    return now + (model.OFFLINE_TERM if continued(granted) else model.ATTRIBUTES_LIFE)


def document(
    client: Client,
    granted: Iterable[str],
    details: str = "",
    audiences: Mapping[str, Text] | None = None,
) -> bytes:
    """Canonical JSON of who learns what, for what, how long: the same request gives the same bytes.

    Args:
        details: a payment that is approved with it; only its digest is in the document.
        audiences: institutions that are sent the signing certificate, with their names.
    """
    items = sorted(set(granted))
    term = CONTINUED if continued(items) else ONCE
    content = {
        "version": VERSION,
        "party": client.client_id,
        "party_name": [client.name_ja, client.name_en],
        "items": {item: [scopes.LEARNS[item].ja, scopes.LEARNS[item].en] for item in items},
        "purposes": {
            item: [purpose.ja, purpose.en]
            for item in items
            if (purpose := client.purpose(item)) is not None
        },
        "term": [term.ja, term.en],
    }
    if recognisable(client, items):
        content["recognised"] = [RECOGNISED.ja, RECOGNISED.en]
    if details:
        content["authorization_details"] = payment.digest(details)
    if audiences:
        content["audiences"] = {who: [name.ja, name.en] for who, name in audiences.items()}
    return canonical(content)


def digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def recognisable(client: Client, granted: Iterable[str]) -> bool:
    """Is a private party given what others have of the person, too?"""
    return not client.public_institution and not _RECOGNISABLE.isdisjoint(granted)
