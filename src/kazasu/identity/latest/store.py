"""Rows of signature evidence and of whom to tell about a consent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kazasu.foundation.database import Transaction


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    client_id: str
    evidence_id: UUID
    sign_transaction_id: UUID
    person_ref: str
    signed_at: datetime
    sealed: str


_EVIDENCE = """SELECT client_id, evidence_id, sign_transaction_id, person_ref, signed_at, sealed
               FROM signature_evidence"""


def insert_evidence(tx: Transaction, new: EvidenceRow) -> None:
    tx.execute(
        """INSERT INTO signature_evidence (client_id, evidence_id, sign_transaction_id, person_ref,
                                           signed_at, sealed)
           VALUES (%s, %s, %s, %s, %s, %s)""",
        (new.client_id, new.evidence_id, new.sign_transaction_id, new.person_ref, new.signed_at, new.sealed),
    )  # fmt: skip


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
    tx.execute(
        """INSERT INTO attribute_consent (consent_id, client_id, person_ref, given_at)
           VALUES (%s, %s, %s, %s) ON CONFLICT (consent_id) DO NOTHING""",
        (consent_id, client_id, person_ref, tx.now),
    )


def client_of_consent(tx: Transaction, consent_id: UUID) -> str | None:
    """Whom to tell about it. The transaction must have its audit row, with the person."""
    found = tx.value("SELECT client_id FROM attribute_consent WHERE consent_id = %s", (consent_id,))
    return str(found) if found else None
