"""What a person agrees to with a tap, as it lies in the bytes whose digest the card signs.

The identity service writes it (:mod:`kazasu.identity.consents.model`); the terminal shows what stands in it and nothing else, so that
no asker, and no mistake, shows one party or item and has another one signed (design §3.12; identity §6.4).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kazasu.foundation.text import Text
from kazasu.foundation.values.encoding import base64url_text
from kazasu.foundation.values.signed_json import unambiguous

_FIRST: Final = ("openid", "name", "address", "birthdate", "gender")
"""In this order people are told; the rest follows."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Of a consent's document, what is shown."""

    party: Text
    """The name of who asks."""
    learns: tuple[Text, ...]
    """What they will learn, item by item, with what each is for."""
    details: str
    """Digest of the payment that is approved with it (:mod:`kazasu.card.agreed.payment`); empty: none is."""


def bound(nonce: str, content: bytes) -> str:
    """The nonce that the card signs: fresh, and of this very consent."""
    return f"{nonce}.{base64url_text(hashlib.sha256(content).digest())}"


def read(content: bytes, nonce: str | None) -> Consent:
    """
    Args:
        nonce: of the challenge, to which the consent must be bound; None where a document is signed and this is only shown beside it.

    Raises ``ValueError``: no consent, or not the one whose digest is signed.
    """
    if nonce is not None and bound(nonce.partition(".")[0], content) != nonce:
        raise ValueError("another consent is signed")
    try:
        found = unambiguous(content)
        details = str(found.get("authorization_details", ""))
        return Consent(_text(found["party_name"]), _learns(found), details)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("no consent") from error


def learns(said: Text, purpose: Text | None) -> Text:
    """One item, with what it is for, as the person reads it."""
    if purpose is None:
        return said
    return Text(f"{said.ja}（目的: {purpose.ja}）", f"{said.en} (for: {purpose.en})")


def canonical(content: Mapping[str, Any]) -> bytes:
    """The same content gives the same bytes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _learns(found: Mapping[str, Any]) -> tuple[Text, ...]:
    items, purposes = found["items"], found["purposes"]
    order = [one for one in _FIRST if one in items] + [one for one in items if one not in _FIRST]
    learnt = [
        learns(_text(items[one]), _text(purposes[one]) if one in purposes else None)
        for one in order
    ]
    # That others who were given the same can tell that it is one person, where they can.
    return (*learnt, *([_text(found["recognised"])] if "recognised" in found else ()))


def _text(words: Any) -> Text:
    """Raises TypeError."""
    if not (isinstance(words, list) and len(words) == 2 and all(isinstance(w, str) for w in words)):
        raise TypeError("words in two languages")
    return Text(*words)
