"""SQL of the re-audit: everything issued, what was found, and certificates that are not ours."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from psycopg.types.json import Jsonb

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.jpki.terms import CertificateKind


@dataclass(frozen=True, slots=True)
class IssuedRow:
    kind: CertificateKind
    serial: int
    der: bytes
    key_hash: bytes
    not_before: datetime
    not_after: datetime


def last_held(tx: Transaction) -> datetime | None:
    found: datetime | None = tx.value("SELECT max(held_at) FROM inspection")
    return found


def note_held(tx: Transaction, checked: int, findings: Sequence[dict[str, object]]) -> None:
    tx.insert("inspection", held_at=tx.now, checked=checked, findings=Jsonb(findings))


def issued_after(tx: Transaction, after: tuple[str, int], most: int) -> Sequence[IssuedRow]:
    """Everything handed out, in order of (kind, serial number), a portion at a time."""
    return tx.all(
        IssuedRow,
        f"""SELECT {columns(IssuedRow)} FROM certificate
            WHERE der IS NOT NULL AND (kind, serial) > (%s, %s)
            ORDER BY kind, serial LIMIT %s""",
        (*after, most),
    )


def add_rogue(
    tx: Transaction, kind: CertificateKind, certificate: x509.Certificate, der: bytes, asker: str
) -> None:
    """A certificate of ours that the register does not know was shown."""
    tx.insert(
        "rogue",
        twice="keep",
        fingerprint=hashlib.sha256(der).digest(),
        kind=kind,
        serial=certificate.serial_number,
        der=der,
        first_seen=tx.now,
        asker=asker,
    )


def rogues(tx: Transaction) -> Sequence[tuple[str, int]]:
    names = tx.column("SELECT kind || ' ' || serial FROM rogue ORDER BY first_seen")
    return [(kind, int(serial)) for kind, _, serial in (name.partition(" ") for name in names)]
