"""Signing transactions: a relying party deposits a document, the card signs exactly its bytes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.identity import model, store
from kazasu.identity.faults import BAD_DOCUMENT, NOT_SIGNED, UNKNOWN_TRANSACTION
from kazasu.identity.service import document
from kazasu.identity.service.desk import Desk

MOST_AUDIENCES = 10


class Signings:
    """``/api/sign-transactions``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def deposit(self, client_id: str, encoded: str, audiences: Sequence[str]) -> UUID:
        """Keep a document for signing.

        Args:
            encoded: base64 of the document (see :class:`document.Document`).
            audiences: institutions for which the signing certificate will be encrypted; none: only the
                signature is told.

        Raises:
            Refusal: ``identity.bad-document``.
        """
        content = document.decoded(encoded)
        document.read(content)
        known = [who for who in dict.fromkeys(audiences) if who in self._desk.directory]
        if len(audiences) > MOST_AUDIENCES or len(known) != len(audiences):
            raise Refusal(BAD_DOCUMENT, why="audiences")
        signing = store.Signing(
            sign_transaction_id=uuid4(),
            client_id=client_id,
            document=self._desk.seal(content),
            audiences=known,
            expires_at=self._desk.clock.now() + model.SIGNING_LIFE,
        )
        self._desk.database.run(
            "identity.deposit-document", lambda tx: store.insert_signing(tx, signing)
        )
        return signing.sign_transaction_id

    def result(self, client_id: str, sign_transaction_id: str) -> dict[str, Any]:
        """Signature, time, and the certificate encrypted to each audience.

        Raises:
            Refusal: ``identity.unknown-sign-transaction``, ``identity.not-signed``.
        """
        try:
            number = UUID(sign_transaction_id)
        except ValueError:
            raise Refusal(UNKNOWN_TRANSACTION) from None

        def work(tx: Transaction) -> store.Signing | None:
            return store.signing(tx, number, client_id)

        found = self._desk.database.read("identity.sign-result", work)
        if found is None:
            raise Refusal(UNKNOWN_TRANSACTION)
        if found.signed_at is None:
            raise Refusal(NOT_SIGNED)
        return {
            "signature": found.signature,
            "signed_at": found.signed_at.isoformat(),
            "certificates": found.certificates,
        }
