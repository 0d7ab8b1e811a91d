"""Terms of one's own cards: the state that a certificate is in, in words for its holder. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final, Literal
from uuid import UUID

from cryptography import x509

from kazasu.contracts.jpki.own import CardOfOwn, CertificateOfOwn, CertificateStanding
from kazasu.foundation.algorithms import algorithm_of
from kazasu.foundation.time.clock import civil
from kazasu.jpki.issuing.model import renewable_from
from kazasu.jpki.register.model import held_words
from kazasu.jpki.terms import CertificateKind

_ENDED: Final[dict[str, CertificateStanding]] = {
    "affiliation_changed": "lapsed",
    "superseded": "replaced",
}


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A card or phone with one of its certificates, the latest of its kind; ``kind`` None: it has none."""

    PERSON: ClassVar = "person_id"

    person_id: UUID
    card_id: str
    media: Literal["card", "phone"]
    platform: str
    issued_at: datetime
    expires_on: date
    kind: CertificateKind | None
    der: bytes | None
    not_after: datetime | None
    revoked_at: datetime | None
    reason: str | None
    held_at: datetime | None
    by_card: bool | None = None
    by_phone: bool | None = None


def cards_of(rows: list[OwnRow], now: datetime) -> list[CardOfOwn]:
    """Those that matter to their holder: the latest card, and whatever has a certificate that is not revoked."""
    by_card: dict[str, list[OwnRow]] = {}
    for row in rows:
        by_card.setdefault(row.card_id, []).append(row)
    newest = next((one.card_id for one in rows if one.media == "card"), None)
    return [
        _card(of, now)
        for card_id, of in by_card.items()
        if card_id == newest or any(one.kind and one.revoked_at is None for one in of)
    ]


def standing(row: OwnRow, now: datetime) -> tuple[CertificateStanding, datetime | None]:
    """How it is, and since when it does not work. What came first counts: one that had ended is not revoked any more."""
    ends = row.not_after
    stopped = row.revoked_at or row.held_at
    if stopped is None or (ends is not None and ends < stopped):
        return ("expired" if ends is not None and ends < now else "good"), None
    if row.revoked_at is None:
        return "held", stopped
    return _ENDED.get(row.reason or "", "stopped"), stopped


def _card(rows: list[OwnRow], now: datetime) -> CardOfOwn:
    first = rows[0]
    return CardOfOwn(
        media=first.media,
        platform=first.platform,
        issued_at=first.issued_at,
        expires_on=first.expires_on,
        certificates=tuple(_certificate(one, now) for one in rows if one.kind),
    )


def _certificate(row: OwnRow, now: datetime) -> CertificateOfOwn:
    if row.kind is None or row.der is None or row.not_after is None:
        raise AssertionError("a certificate that was handed out has all of these")
    state, since = standing(row, now)
    key = x509.load_der_x509_certificate(row.der).public_key()
    return CertificateOfOwn(
        kind=row.kind,
        standing=state,
        expires_on=civil(row.not_after),
        renewable_from=renewable_from(row.not_after, algorithm_of(key)),
        since=since,
        held_by=held_words(row.by_card, row.by_phone) if state == "held" else "",
    )
