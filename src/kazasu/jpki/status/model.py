"""Terms of what becomes of certificates: reasons, and what a change of a person's data does to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509

from kazasu.foundation.faults import Refusal
from kazasu.jpki.faults import UNKNOWN_REASON

REASONS: Final = {
    "affiliation_changed": x509.ReasonFlags.affiliation_changed,
    "superseded": x509.ReasonFlags.superseded,
    "cessation_of_operation": x509.ReasonFlags.cessation_of_operation,
    "key_compromise": x509.ReasonFlags.key_compromise,
    "certificate_hold": x509.ReasonFlags.certificate_hold,
}
LAPSES_SIGNING: Final = {
    "address": "affiliation_changed",
    "name": "affiliation_changed",
    "birth-date": "affiliation_changed",
    "sex": "affiliation_changed",
    "death": "cessation_of_operation",
    "emigration": "cessation_of_operation",
    "departure": "affiliation_changed",
}
"""A change of these revokes the signing certificate (公的個人認証法 12条1項, 15条1項2号); a phone's ends with its card's (16条の14)."""
LAPSES_AUTHENTICATION: Final = {"death", "emigration"}
"""The user-authentication certificate survives a move (municipal §1.4)."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a revocation list. ``reason`` empty: no longer revoked (a suspension that was lifted)."""

    serial: int
    at: datetime
    reason: str


def check_reason(reason: str) -> None:
    """Raises Refusal ``jpki.unknown-reason`` with those that there are."""
    if reason not in REASONS:
        raise Refusal(UNKNOWN_REASON, given=reason, known=", ".join(REASONS))
