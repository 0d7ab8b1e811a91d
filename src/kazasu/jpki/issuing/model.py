"""Terms of issuing: what is ordered for a card, and from when a certificate may be renewed."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from kazasu.contracts.base import FourAttributes
from kazasu.foundation.time.clock import civil

RENEWAL_MONTHS: Final = {"RSA-2048": 3, "P-384": 12}
"""How long before its end a certificate may be renewed: today's cards, and the next generation
(card §1, last item)."""


def renewable_from(not_after: datetime, algorithm: str) -> date:
    """The first day on which a certificate may be renewed; the last day of a short month counts.

    ``algorithm``: of the card's keys; which generation of cards it is.
    """
    last = civil(not_after)
    months = last.year * 12 + last.month - 1 - RENEWAL_MONTHS.get(algorithm, 3)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(last.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Order:
    """Certificates for one card. Public keys are DER SubjectPublicKeyInfo; None: not issued."""

    card_id: str
    resident_record_code: str
    municipality_code: str
    prefecture: str
    """Romanised."""
    city: str
    attributes: FourAttributes
    """In the card's charset."""
    name_flags: str
    address_flags: str
    issued_on: date
    card_expires_on: date
    authentication_key: bytes | None
    signing_key: bytes | None
    media: str = "card"
    parent_card: str | None = None
    """Of a phone: the card that its certificates hang on."""
    platform: str = ""
    """Of a phone: ``android`` or ``iphone``."""
    person_id: UUID | None = None
    """Where J-LIS knows the person already; then no resident record code is needed."""
    renews: str | None = None
    """The card in whose place this one comes."""
    as_of: datetime | None = None
    """When the attributes were the register's; None: now. A change of data that came later ends the certificate, however late it is heard."""


def midday(day: date) -> datetime:
    """Noon in Tokyo: when certificates of a past day were issued."""
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
