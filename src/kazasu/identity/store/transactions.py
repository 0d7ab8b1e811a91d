"""Rows of signing transactions."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class Signing:
    sign_transaction_id: UUID
    client_id: str
    document: str
    """Sealed to the service itself."""
    audiences: list[str]
    expires_at: datetime
    signature: str | None = None
    signed_at: datetime | None = None
    certificates: dict[str, str] | None = None
    grant_id: str | None = None


def insert_signing(tx: Transaction, new: Signing) -> None:
    tx.insert("sign_transaction", new)


def signing(tx: Transaction, sign_transaction_id: UUID, client_id: str) -> Signing | None:
    """The client's own transaction, while it lives."""
    return tx.maybe(
        Signing,
        f"""SELECT {columns(Signing)} FROM sign_transaction
            WHERE sign_transaction_id = %s AND client_id = %s AND expires_at > %s""",
        (sign_transaction_id, client_id, tx.now),
    )


def set_signature(
    tx: Transaction,
    sign_transaction_id: UUID,
    signature: str,
    certificates: dict[str, str],
    grant_id: str,
) -> bool:
    """Compare-and-set: a document is signed once. False when it was signed before."""
    return (
        tx.execute(
            """UPDATE sign_transaction
               SET signature = %s, signed_at = %s, certificates = %s, grant_id = %s
               WHERE sign_transaction_id = %s AND signed_at IS NULL AND expires_at > %s""",
            (signature, tx.now, json.dumps(certificates), grant_id, sign_transaction_id, tx.now),
        )
        == 1
    )
