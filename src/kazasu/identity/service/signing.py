"""Signing transactions: a relying party deposits a document, the card signs exactly its bytes.

The transaction lives for half an hour; the evidence of the signature lies sealed for years, and the party can have it
verified again (``verify``) whatever became of the certificate since. A private party never gets the signature itself,
by which two parties could join people, but a statement about it (:mod:`kazasu.identity.latest.statement`, ADR 22).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from kazasu.card.agreed.to_be_signed import MOST_AUDIENCES
from kazasu.contracts.jpki.latest import ConsentTerms, GiveAttributeConsent
from kazasu.contracts.jpki.validation import (
    ReverifySignature,
    TapEvidence,
    ValidatedPerson,
    ValidateSignature,
)
from kazasu.foundation.actions import Action, action
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.encoding import base64_text
from kazasu.identity import model
from kazasu.identity.clients.model import Client
from kazasu.identity.consents import store as consents_store
from kazasu.identity.faults import (
    AUDIENCE_NOT_REVIEWED,
    AUDIENCES_DIFFER,
    BAD_DOCUMENT,
    NOT_SIGNED,
    UNKNOWN_EVIDENCE,
    UNKNOWN_TRANSACTION,
)
from kazasu.identity.latest import document as consent
from kazasu.identity.latest import statement
from kazasu.identity.latest import store as latest_store
from kazasu.identity.service import document
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.store import transactions

VERIFYING: Final = Text("署名と有効性の確認", "Checking a signature and its validity")
READ: Final = action(
    "identity.signature.read", ("client", "institution"),
    Text("署名の結果の受け取り", "Fetching the result of a signature"), shows="found",
)  # fmt: skip
AGAIN: Final = Text("以前の署名をもう一度確認", "Checking an earlier signature again")
VERIFY: Final = action("identity.signature.verify", ("client", "institution"), AGAIN, shows="found")
_SAME: Final = Text("署名された文書と同じもの", "It is the document that was signed")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that J-LIS has confirmed, and the consent that it made, where it was for one."""

    person: ValidatedPerson
    signature: str
    digest: str
    """Hex SHA-256 of the document."""
    terms: ConsentTerms | None = None
    consent_id: UUID | None = None
    title: tuple[str, str] = ("", "")
    """Of the document, Japanese and English."""
    evidence_id: UUID = field(default_factory=uuid4)
    """Drawn for the party; the number of J-LIS's own check stays here."""


class Signings:
    """``/api/sign-transactions``."""

    def __init__(self, desk: IdentityContext) -> None:
        self._desk = desk

    # ------------------------------------------------------------ deposit

    def deposit(self, client_id: str, encoded: str, audiences: Sequence[str]) -> UUID:
        """Keep a document for signing.

        Args:
            encoded: base64 of the document (see :class:`document.Document`).
            audiences: institutions for which the signing certificate will be encrypted, as the document itself names them:
                the person reads and signs them. A private party may name none: it gets an opaque ``certificate_id`` and
                never the certificate (identity §3); a public one those of its registration alone.

        Raises:
            Refusal: ``identity.bad-document``, ``identity.long-document``, ``identity.audience-not-reviewed``,
                ``identity.audiences-differ``.
        """
        content = document.decoded(encoded)
        found = document.read(content)
        document.check_carried(content)
        if consent.claims_to_be_consent(found.data):
            raise Refusal(BAD_DOCUMENT, why="data.form")  # only this service writes consents
        self._check_audiences(self._desk.client(client_id), audiences)
        if sorted(found.audiences) != sorted(audiences):
            raise Refusal(AUDIENCES_DIFFER)
        return self._keep_document(client_id, content, list(audiences))

    def _check_audiences(self, client: Client | None, audiences: Sequence[str]) -> None:
        """By what was reviewed: a public institution's list, of a private party none (identity §3)."""
        known = {who for who in audiences if who in self._desk.directory}
        if len(known) != len(audiences) or len(audiences) > MOST_AUDIENCES:
            raise Refusal(BAD_DOCUMENT, why="audiences")
        if client is None or (client.public_institution and not audiences):
            raise Refusal(BAD_DOCUMENT, why="audiences")
        if not client.may_be_sent_to(audiences):
            reviewed = ", ".join(client.audiences) or "–"
            raise Refusal(AUDIENCE_NOT_REVIEWED, reviewed=reviewed)

    def deposit_digest(
        self, client_id: str, encoded: str, audiences: Sequence[str]
    ) -> dict[str, Any]:
        """A digest in place of a document, as the public interface has it: of a test party in compatibility mode alone.

        Nobody signs here what cannot be read: the card signs a document that holds the digest and says that nothing can be shown of
        what it is of. That document is in the answer, for the signature verifies over it and not over the party's own.

        Raises:
            Refusal: ``identity.bad-document``.
        """
        client = self._desk.client(client_id)
        if client is None or not client.compatible(sandbox=self._desk.sandbox):
            raise Refusal(BAD_DOCUMENT, why="digest")
        content = document.of_digest(document.digest_in(encoded))
        number = self.deposit(client_id, base64_text(content), audiences)
        return {
            "sign_transaction_id": str(number),
            "document": base64_text(content),
            "warning": {"ja": document.UNSEEN.ja, "en": document.UNSEEN.en},
        }

    def deposit_own(self, client_id: str, content: bytes) -> UUID:
        """A document that this service wrote for the party: nobody is sent the certificate."""
        document.read(content)
        document.check_carried(content)
        return self._keep_document(client_id, content, [])

    def _keep_document(self, client_id: str, content: bytes, audiences: list[str]) -> UUID:
        signing = transactions.Signing(
            sign_transaction_id=uuid4(),
            client_id=client_id,
            document=self._desk.seal(content),
            audiences=audiences,
            expires_at=self._desk.clock.now() + model.SIGNING_LIFE,
        )
        self._desk.database.run(
            "identity.deposit-document", lambda tx: transactions.insert_signing(tx, signing)
        )
        return signing.sign_transaction_id

    def document_of(self, client_id: str, number: UUID | None) -> bytes | None:
        """The bytes that were signed, while the transaction is kept; then only the party has them."""
        if number is None:
            return None
        found = self._desk.database.read(
            "identity.document-of-record", lambda tx: transactions.signing(tx, number, client_id)
        )
        return self._desk.unseal(found.document) if found else None

    # ------------------------------------------------------------ the tap

    def confirmed(self, client_id: str, content: bytes, evidence: TapEvidence) -> Signed:
        """Ask J-LIS about a signature over ``content``: a consent where the document is one, else a plain check.

        Raises Refusal ``jpki.…``.
        """
        expected = base64_text(content)
        digest = hashlib.sha256(content).hexdigest()
        shown = document.read(content)
        title, terms = (shown.title.ja, shown.title.en), consent.terms_in(shown.data)
        ask = self._desk.inquirer.ask
        if terms is None:
            question = ValidateSignature(evidence=evidence, expected=expected, party=client_id)
            person = ask(question, of="jpki", purpose=VERIFYING)
            return Signed(person, evidence.signature, digest, title=title)
        agreement = GiveAttributeConsent(evidence=evidence, expected=expected, terms=terms)
        given = ask(agreement, of="jpki", purpose=consent.TITLE)
        return Signed(given.person, evidence.signature, digest, terms, given.consent_id, title)

    def keep(
        self,
        tx: Transaction,
        client: Client,
        sign_transaction_id: UUID,
        signed: Signed,
        *,
        certificates: dict[str, str],
        grant_id: str,
    ) -> bool:
        """The result and the lasting evidence, in the transaction that ends the tap (its audit row names the person).

        Of a private party's signature only the sealed evidence has the bytes. False: it was signed before, or came too late.
        """
        given = signed.signature if client.public_institution else ""
        if not transactions.set_signature(tx, sign_transaction_id, given, certificates, grant_id):
            return False
        content = {
            "digest": signed.digest,
            "signature": signed.signature,
            "certificate_id": str(signed.person.certificate_id),
            "consent": _consent(signed),
            "check": signed.person.evidence_id,
            "method": signed.person.status_method,
            "checked_at": signed.person.checked_at.isoformat(),
        }
        latest_store.insert_evidence(
            tx,
            latest_store.EvidenceRow(
                client_id=client.client_id,
                evidence_id=signed.evidence_id,
                sign_transaction_id=sign_transaction_id,
                person_ref=signed.person.person_ref,
                signed_at=tx.now,
                sealed=self._desk.seal(json.dumps(content).encode()),
            ),
        )
        if signed.consent_id is not None:
            latest_store.insert_consent(
                tx, signed.consent_id, client.client_id, signed.person.person_ref
            )
        return True

    # ------------------------------------------------------------ result

    def result(self, client_id: str, sign_transaction_id: str) -> dict[str, Any]:
        """A statement of the signature, and what re-verification needs. For a public institution, which the law names as a
        verifier, the signature itself, and the certificate encrypted to each audience.

        Raises:
            Refusal: ``identity.unknown-sign-transaction``, ``identity.not-signed``.
        """
        try:
            number = UUID(sign_transaction_id)
        except ValueError:
            raise Refusal(UNKNOWN_TRANSACTION) from None
        access = self._access(client_id, READ)

        def work(tx: Transaction) -> tuple[transactions.Signing | None, _Kept | None]:
            evidence = latest_store.evidence_of(tx, client_id, number)
            return transactions.signing(tx, number, client_id), _kept(tx, evidence)

        found, kept = self._desk.database.run("identity.sign-result", work, access=access)
        if found is None:
            raise Refusal(UNKNOWN_TRANSACTION)
        if found.signed_at is None or kept is None:
            raise Refusal(NOT_SIGNED)
        client = self._desk.client(client_id)
        if client is not None and client.public_institution:
            own = {
                "signature": found.signature,
                "signed_at": found.signed_at.isoformat(),
                "certificates": found.certificates,
            }
        else:
            own = {
                "signed_at": statement.rounded(found.signed_at).isoformat(),
                "statement": self._statement(client_id, kept, good=True),
            }
        return own | self._lasting(kept.row)

    def _lasting(self, evidence: latest_store.EvidenceRow) -> dict[str, Any]:
        content = self._unsealed(evidence)
        agreed = {"consent": content["consent"]} if content["consent"] else {}
        return {
            "certificate_id": content["certificate_id"],
            "evidence_id": str(evidence.evidence_id),
            "verified": True,
        } | agreed

    def _statement(self, client_id: str, kept: "_Kept", *, good: bool) -> str:
        """What J-LIS said when it was signed, said by this service; it verifies as long as its key is published."""
        content, row = self._unsealed(kept.row), kept.row
        checked_at = content.get("checked_at")  # not kept in the first versions
        claims = statement.claims(
            issuer=self._desk.issuer,
            party=client_id,
            subject=kept.subject,
            evidence_id=str(row.evidence_id),
            digest=content["digest"],
            method=content.get("method", "OCSP"),
            checked_at=datetime.fromisoformat(checked_at) if checked_at else row.signed_at,
            signed_at=row.signed_at,
            good=good,
            now=self._desk.clock.now(),
        )
        return self._desk.keys.sign(claims, statement.TYP)

    # ------------------------------------------------------------ years later

    def verify(self, client_id: str, evidence_id: UUID, encoded: str) -> dict[str, Any]:
        """Is this still the document that was signed, and was the signature good when it was made?

        Raises:
            Refusal: ``identity.unknown-evidence``, ``identity.bad-document``.
        """
        content = document.decoded(encoded)
        access = self._access(client_id, VERIFY)

        def work(tx: Transaction) -> _Kept | None:
            return _kept(tx, latest_store.evidence(tx, client_id, evidence_id))

        kept = self._desk.database.read("identity.evidence", work, access=access)
        if kept is None:
            raise Refusal(UNKNOWN_EVIDENCE)
        row = kept.row
        sealed = self._unsealed(row)
        question = ReverifySignature(
            party=client_id,
            certificate_id=UUID(sealed["certificate_id"]),
            document=encoded,
            signature=sealed["signature"],
            at=row.signed_at,
        )
        report = self._desk.inquirer.ask(question, of="jpki", purpose=AGAIN)
        same = hashlib.sha256(content).hexdigest() == sealed["digest"]
        first = {"name": "document", "ja": _SAME.ja, "en": _SAME.en, "good": same, "fault": ""}
        good = report.good and same
        return {
            "good": good,
            "policy": report.policy,
            "signed_at": statement.rounded(row.signed_at).isoformat(),
            "checked_at": statement.rounded(report.checked_at).isoformat(),
            "sentence": statement.sentence(good=good),
            "steps": [first, *map(statement.step, report.steps)],
            "statement": self._statement(client_id, kept, good=good),
        }

    def _unsealed(self, row: latest_store.EvidenceRow) -> dict[str, Any]:
        return dict(json.loads(self._desk.unseal(row.sealed)))

    def _access(self, client_id: str, done: Action) -> Access:
        client = self._desk.client(client_id)
        return done.by(client.actor if client else f"client:{client_id}")


@dataclass(frozen=True, slots=True)
class _Kept:
    """Evidence, and as whom its party knows who signed."""

    row: latest_store.EvidenceRow
    subject: str


def _kept(tx: Transaction, row: latest_store.EvidenceRow | None) -> _Kept | None:
    if row is None:
        return None
    return _Kept(row, consents_store.known_as(tx, row.person_ref, row.client_id))


def _consent(signed: Signed) -> dict[str, Any] | None:
    if signed.terms is None:
        return None
    return {
        "consent_id": str(signed.consent_id),
        **signed.terms.model_dump(mode="json", include={"items", "purpose", "until"}),
    }
