"""Terms of phones with certificates."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from kazasu.jpki.terms import CertificateKind

PHONE_FROM_AGE: Final = 15
"""As for the card's own signing certificate, on which a phone's hang (公的個人認証法 3条, 16条の2)."""


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """A phone that certificates were issued for, and what has become of them."""

    card_id: str
    platform: str
    issued_at: datetime
    expires_on: date
    live: int
    held: int


@dataclass(frozen=True, slots=True)
class PhoneCertificateRow:
    """One certificate on a phone, live or not."""

    PERSON: ClassVar = "person_id"

    kind: CertificateKind
    person_id: UUID
    not_after: datetime
    revoked_at: datetime | None
    held_at: datetime | None
    by_card: bool | None = None
    by_phone: bool | None = None
    """What holds it, of what is held."""
