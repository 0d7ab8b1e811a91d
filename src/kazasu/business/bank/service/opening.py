"""From an application to a customer: proven by one signature, under the bank's own number."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kazasu.business.bank import model, proofing
from kazasu.business.bank.faults import ALREADY_CUSTOMER, NO_APPLICATION, NO_PENDING_PROOF
from kazasu.business.bank.model import Customer
from kazasu.business.bank.service.context import BankContext, identifiers
from kazasu.business.bank.store import customers, ledger
from kazasu.business.bank.store.customers import Application, PendingProof
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import civil, today
from kazasu.foundation.values import readable
from kazasu.kit.identifiers import FRESH, Proof, proven_knowledge
from kazasu.kit.openid import Person, SignedEvidence, digest_of
from kazasu.kit.sql import SqlLinks

COUNTED: Final = timedelta(days=1)
"""Wrong answers are counted over this time."""


@dataclass(frozen=True, slots=True)
class Opened:
    """``known``: nothing was opened; somebody with the same four attributes is a customer."""

    customer_number: str
    known: bool = False


class Opening:
    """Accounts are opened and old records found again."""

    def __init__(self, desk: BankContext) -> None:
        self._desk = desk

    def begin(self, purpose: str, occupation: str) -> Application:
        """The document to be signed. Nobody is known yet."""
        application_id = readable.new("AP")
        document = model.application_document(
            application_id, purpose, occupation, today(self._desk.clock)
        )
        row = Application(application_id, document, purpose, occupation, self._desk.clock.now(),
                          None, None)  # fmt: skip
        self._desk.house.database.run("bank.apply", lambda tx: customers.add_application(tx, row))
        return row

    def open(self, application_id: str, person: Person, signature: SignedEvidence) -> Opened:
        """Open the account of the person who signed the application. Idempotent: a repetition changes nothing.

        Raises Refusal: ``bank.no-application``, ``bank.proof-incomplete``,
        ``bank.already-customer``.
        """
        who = model.attributes_of(person, signature)
        proof = Proof(person.subject, signature.signed_at, signature.evidence_id, True, who)

        def work(tx: Transaction) -> Opened:
            application = customers.application(tx, application_id)
            if application is None:
                raise Refusal(NO_APPLICATION)
            linked = SqlLinks(tx).own_id(person.subject)
            if linked:
                if application.customer_number == linked:
                    return Opened(linked)
                raise Refusal(ALREADY_CUSTOMER)
            if application.done_at is not None:
                raise Refusal(NO_APPLICATION)
            if customers.same_person(tx, who):
                self._remember(tx, application, proof, signature)
                return Opened("", known=True)
            return Opened(self._open(tx, application, proof, who, signature))

        return self._desk.as_system("open", work, (person.subject,), "customer")

    @staticmethod
    def _open(
        tx: Transaction, application: Application, proof: Proof, who: FourAttributes,
        signature: SignedEvidence,
    ) -> str:  # fmt: skip
        number = identifiers(tx).enrol(proof)
        customers.add_customer(
            tx,
            Customer(number, who.name, who.address, who.birth_date, who.sex, application.purpose,
                     application.occupation, tx.now, None, "", None),
        )  # fmt: skip
        _prove(tx, number, application, signature)
        while not ledger.open_account(tx, model.new_account_number(), number):
            pass
        customers.happened(tx, number, "opened")
        return number

    # ------------------------------------------------------------ somebody who may be known

    @staticmethod
    def _remember(
        tx: Transaction, application: Application, proof: Proof, signature: SignedEvidence
    ) -> None:
        who = proof.attributes
        if who is None:
            raise Refusal(NO_PENDING_PROOF)
        customers.add_pending_proof(
            tx,
            PendingProof(
                application.application_id, proof.subject, who.name, who.address, who.birth_date,
                who.sex, signature.evidence_id, signature.certificate_id,
                signature.over(application.document), signature.signed_at,
            ),
        )  # fmt: skip

    def relink(self, application_id: str, given: str) -> tuple[str, str]:
        """Somebody with a new subject and the same four attributes says their customer number.

        Returns the number and the subject that is linked to it from now on. Raises Refusal:
        ``bank.no-pending-proof``, ``kit.wrong-knowledge``, ``kit.knowledge-locked``, and those of
        :meth:`Identifiers.relink`.
        """

        def work(tx: Transaction) -> tuple[str, str] | Refusal:
            pending = self._pending(tx, application_id)
            known = customers.same_person(tx, pending.attributes)
            if not known:
                raise Refusal(NO_PENDING_PROOF)
            record = next((one for one in known if one.customer_number == given), known[0])
            failures = customers.knowledge_failures(tx, pending, COUNTED)
            try:
                knowledge = proven_knowledge(
                    record.customer_number, record.customer_number, given, failures
                )
            except Refusal as refusal:
                customers.add_knowledge_failure(tx, pending)
                return refusal  # committed with the failure that it counts
            proof = Proof(pending.subject, pending.signed_at, pending.evidence_id, True,
                          pending.attributes)  # fmt: skip
            number = record.customer_number
            identifiers(tx).relink(number, proof, record.attributes, knowledge)
            self._prove_again(tx, number, application_id, pending)
            return number, pending.subject

        found = self._desk.as_system("relink", work, (application_id,), "customer")
        if isinstance(found, Refusal):
            raise found
        return found

    def open_anew(self, application_id: str) -> tuple[str, str]:
        """The person says that they never were a customer: people with equal attributes exist.

        Returns the new number and its subject; a person of the bank looks whether two are one.
        """

        def work(tx: Transaction) -> tuple[str, str]:
            pending = self._pending(tx, application_id)
            application = customers.application(tx, application_id)
            if application is None or application.done_at is not None:
                raise Refusal(NO_APPLICATION)
            signature = _signature_of(pending, application)
            proof = Proof(pending.subject, pending.signed_at, pending.evidence_id, True,
                          pending.attributes)  # fmt: skip
            number = self._open(tx, application, proof, pending.attributes, signature)
            customers.for_staff(tx, number, "same-attributes")
            customers.drop_pending_proof(tx, application_id)
            return number, pending.subject

        return self._desk.as_system("open-anew", work, (application_id,), "customer")

    @staticmethod
    def _pending(tx: Transaction, application_id: str) -> PendingProof:
        found = customers.pending_proof(tx, application_id)
        if found is None or tx.now - found.signed_at > FRESH:
            raise Refusal(NO_PENDING_PROOF)
        return found

    @staticmethod
    def _prove_again(
        tx: Transaction, number: str, application_id: str, pending: PendingProof
    ) -> None:
        application = customers.application(tx, application_id)
        if application is not None:
            _prove(tx, number, application, _signature_of(pending, application))
        customers.drop_pending_proof(tx, application_id)
        customers.happened(tx, number, "relinked")


def _signature_of(pending: PendingProof, application: Application) -> SignedEvidence:
    """As it was kept, compared with its application when it came."""
    return SignedEvidence(
        pending.signature, pending.evidence_id, pending.certificate_id, pending.signed_at,
        pending.subject, digest=digest_of(application.document),
    )  # fmt: skip


def _prove(
    tx: Transaction, number: str, application: Application, signature: SignedEvidence
) -> None:
    """The record of identification: method by meaning and rule version (犯収法 6条)."""
    version = proofing.version_on(civil(signature.signed_at))
    customers.add_proofing(
        tx, number, proofing.SIGNING_CERTIFICATE, version.in_force, application.document, signature
    )
    customers.finish_application(tx, application.application_id, number)
