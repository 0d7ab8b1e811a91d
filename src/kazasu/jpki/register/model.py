"""Terms of the register: certificates, cards and phones, and the state that a certificate is in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Final, Literal
from uuid import UUID

from kazasu.contracts.jpki.own import HeldBy
from kazasu.foundation.database.rows import NO_COLUMN
from kazasu.jpki.terms import CertificateKind

HOLD: Final = "certificate_hold"
"""The reason of a certificate that is suspended, not revoked (RFC 5280 §5.3.1)."""
Holder = Literal["card", "phone"]
"""What was lost: the card, with whatever hangs on it, or the phone that a certificate is on."""
Lifted = Literal["free", "held-by-other", "not-held"]
"""What lifting one hold leads to."""


@dataclass(frozen=True, slots=True)
class CertificateRow:
    PERSON: ClassVar = "person_id"

    kind: CertificateKind
    serial: int
    person_id: UUID
    card_id: str
    municipality_code: str
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None
    reason: str
    generation: int = 1
    """Of the authority that issued it."""
    prefecture: str = ""
    city: str = ""
    """Romanised; with the prefecture they name its distribution point."""
    fingerprint: bytes = field(default=b"", metadata={NO_COLUMN: True})
    """SHA-256 of what was handed out; empty: nothing yet."""


def held_words(by_card: bool | None, by_phone: bool | None) -> HeldBy:
    """As its holder is told of it."""
    if by_card and by_phone:
        return "both"
    return "card" if by_card else "phone" if by_phone else ""


@dataclass(frozen=True, slots=True)
class SignedData:
    """A signing certificate as it was handed out, and the municipality that it was issued for."""

    der: bytes
    municipality_code: str


@dataclass(frozen=True, slots=True)
class CardRow:
    PERSON: ClassVar = "person_id"

    card_id: str
    person_id: UUID
    media: str
    expires_on: date
    parent_card: str | None = None
    """The card that a phone's certificates hang on."""
    platform: str = ""
    renews: str | None = None
    """The card in whose place it comes; that one ends when this one is first used."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the register says of a certificate. ``revoked_at`` None: not revoked."""

    revoked_at: datetime | None
    reason: str = ""
    as_of: datetime | None = None
    """How old the answer is; None: as of now."""
    fingerprint: bytes = b""
    """SHA-256 of the certificate that was recorded; empty: not known. Another one with its serial number is rogue."""
    generation: int = 0
    """Of the authority that issued it; 0: not known."""


class StatusUnavailable(Exception):
    """Nobody could be asked about a certificate's status."""


StatusSource = Callable[[CertificateKind, int], Status | None]
"""(kind, serial) → status; None when no such certificate was ever recorded. Raises StatusUnavailable."""
