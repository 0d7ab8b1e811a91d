"""Rules of the latest-attributes service. Pure: no input, no output, no clock (identity §3; peers §1)."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, get_args

from pydantic import ValidationError

from kazasu.contracts.base import FourAttributes
from kazasu.contracts.jpki.latest import (
    AttributeItem,
    ChangeState,
    ConsentTerms,
    PartyCertificateState,
    SuppliedAttributes,
)
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.dates import months_after
from kazasu.foundation.values.signed_json import unambiguous
from kazasu.jpki.faults import BAD_CONSENT, NOT_CONSENTED

ITEMS: Final[tuple[AttributeItem, ...]] = get_args(AttributeItem)
MOST_MONTHS: Final = 60
"""A consent's longest life (simulated: as long as a certificate)."""
_FIELD: Final = {
    "name": "name",
    "address": "address",
    "birthdate": "birth_date",
    "gender": "sex",
}


def check_terms(terms: ConsentTerms, now: datetime) -> None:
    """Raises Refusal ``jpki.bad-consent``: an item twice, a term that is over or too long."""
    if len(set(terms.items)) != len(terms.items):
        raise Refusal(BAD_CONSENT, why="items")
    if not now < terms.until <= months_after(now.astimezone(UTC), MOST_MONTHS):
        raise Refusal(BAD_CONSENT, why="until")


def check_document(document: bytes, terms: ConsentTerms) -> None:
    """What was signed says exactly these terms.

    Raises Refusal ``jpki.bad-consent`` with the member that differs, or ``document``.
    """
    signed = _terms_in(document)
    for member in type(terms).model_fields:
        if getattr(signed, member) != getattr(terms, member):
            raise Refusal(BAD_CONSENT, why=member)


def _terms_in(document: bytes) -> ConsentTerms:
    try:
        content = unambiguous(document)
        if set(content) != {"title", "lines", "data"} or not content["lines"]:
            raise Refusal(BAD_CONSENT, why="document")
        return ConsentTerms.model_validate_json(json.dumps(content["data"]))
    except (ValidationError, ValueError, RecursionError, TypeError, KeyError):
        raise Refusal(BAD_CONSENT, why="document") from None


def wanted(
    consented: Sequence[AttributeItem], asked: Sequence[AttributeItem] | None
) -> tuple[AttributeItem, ...]:
    """What may be told: all that was consented to, or the part of it that was asked for.

    Raises Refusal ``jpki.not-consented`` with the items that are too many.
    """
    if asked is None:
        return tuple(consented)
    beyond = [item for item in asked if item not in consented]
    if beyond:
        raise Refusal(NOT_CONSENTED, items=", ".join(beyond))
    return tuple(item for item in consented if item in asked)


def supplied(attributes: FourAttributes, items: Sequence[AttributeItem]) -> SuppliedAttributes:
    """Item by item; nothing that was not asked for."""
    return SuppliedAttributes.model_validate(
        {_FIELD[item]: getattr(attributes, _FIELD[item]) for item in items}
    )


def change_of(held: int, current: int | None) -> ChangeState:
    """``current``: the certificate whose attributes may be told now; see ``store.SUPPLIABLE``."""
    if current is None:
        return "pending"
    return "unchanged" if current == held else "changed"


def certificate_state(
    now: datetime, *, revoked_at: datetime | None, reason: str, held: bool, not_after: datetime
) -> tuple[PartyCertificateState, str]:
    """As the platform operators report it (identity §3): a suspension counts as revoked.

    Revoked comes before expired: the reason is not lost by waiting.
    """
    if revoked_at is not None and revoked_at <= now:
        return "REVOKED", reason
    if now > not_after:
        return "EXPIRED", ""
    return ("REVOKED", "certificate_hold") if held else ("GOOD", "")
