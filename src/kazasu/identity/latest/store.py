"""Rows of signature evidence and of whom to tell about a consent."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    PERSON: ClassVar = "person_ref"

    client_id: str
    evidence_id: UUID
    sign_transaction_id: UUID
    person_ref: str
    signed_at: datetime
    sealed: str


_EVIDENCE = f"SELECT {columns(EvidenceRow)} FROM signature_evidence"


def insert_evidence(tx: Transaction, new: EvidenceRow) -> None:
    tx.insert("signature_evidence", new)


def evidence(tx: Transaction, client_id: str, evidence_id: UUID) -> EvidenceRow | None:
    """The party's own."""
    return tx.maybe(
        EvidenceRow,
        f"{_EVIDENCE} WHERE client_id = %s AND evidence_id = %s",
        (client_id, evidence_id),
    )


def evidence_of(tx: Transaction, client_id: str, sign_transaction_id: UUID) -> EvidenceRow | None:
    return tx.maybe(
        EvidenceRow,
        f"{_EVIDENCE} WHERE client_id = %s AND sign_transaction_id = %s",
        (client_id, sign_transaction_id),
    )


def insert_consent(tx: Transaction, consent_id: UUID, client_id: str, person_ref: str) -> None:
    tx.insert(
        "attribute_consent",
        twice=("consent_id",),
        consent_id=consent_id,
        client_id=client_id,
        person_ref=person_ref,
        given_at=tx.now,
    )


def client_of_consent(tx: Transaction, consent_id: UUID) -> str | None:
    """Whom to tell about it. The transaction must have its audit row, with the person."""
    found = tx.value("SELECT client_id FROM attribute_consent WHERE consent_id = %s", (consent_id,))
    return str(found) if found else None
