"""Applications, customers, proofings, consents, and what happened to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

from kazasu.business.bank.model import Consent, Customer, Happening
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.kit.openid import SignedEvidence


@dataclass(frozen=True, slots=True)
class Application:
    PERSON: ClassVar = "customer_number"

    application_id: str
    document: bytes
    purpose: str
    occupation: str
    created_at: datetime
    done_at: datetime | None
    customer_number: str | None


@dataclass(frozen=True, slots=True)
class Proofing:
    customer_number: str
    proofing_id: UUID
    method: str
    rule_in_force: date
    document: bytes
    signature: str
    signed_at: datetime
    evidence_id: str
    certificate_id: str


@dataclass(frozen=True, slots=True)
class AttributeChange:
    change_id: UUID
    item: str
    old: str
    new: str
    at: datetime
    as_of: datetime
    proof: str


@dataclass(frozen=True, slots=True)
class PendingProof:
    PERSON: ClassVar = "subject"

    application_id: str
    subject: str
    name: str
    address: str
    birthdate: date
    sex: str
    evidence_id: str
    certificate_id: str
    signature: str
    signed_at: datetime

    @property
    def attributes(self) -> FourAttributes:
        return FourAttributes(
            name=self.name, address=self.address, birth_date=self.birthdate, sex=self.sex
        )


@dataclass(frozen=True, slots=True)
class QueueItem:
    item_id: UUID
    kind: str
    at: datetime


_CUSTOMER, _CONSENT = columns(Customer), columns(Consent)


# ---------------------------------------------------------------- applications


def add_application(tx: Transaction, row: Application) -> None:
    tx.insert("application", row)


def application(tx: Transaction, application_id: str) -> Application | None:
    return tx.maybe(
        Application,
        f"SELECT {columns(Application)} FROM application WHERE application_id = %s",
        (application_id,),
    )


def finish_application(tx: Transaction, application_id: str, customer_number: str) -> None:
    tx.execute(
        "UPDATE application SET done_at = %s, customer_number = %s WHERE application_id = %s",
        (tx.now, customer_number, application_id),
    )


def add_pending_proof(tx: Transaction, row: PendingProof) -> None:
    tx.insert("pending_proof", row, twice="keep")


def pending_proof(tx: Transaction, application_id: str) -> PendingProof | None:
    return tx.maybe(
        PendingProof,
        f"SELECT {columns(PendingProof)} FROM pending_proof WHERE application_id = %s",
        (application_id,),
    )


def drop_pending_proof(tx: Transaction, application_id: str) -> None:
    tx.execute("DELETE FROM pending_proof WHERE application_id = %s", (application_id,))


def knowledge_failures(tx: Transaction, of: PendingProof, since: timedelta) -> int:
    return int(
        tx.value(
            """SELECT count(*) FROM knowledge_failure
               WHERE birthdate = %s AND name = %s AND at > %s""",
            (of.birthdate, of.name, tx.now - since),
        )
    )


def add_knowledge_failure(tx: Transaction, of: PendingProof) -> None:
    tx.insert(
        "knowledge_failure", failure_id=uuid4(), name=of.name, birthdate=of.birthdate, at=tx.now
    )


# ---------------------------------------------------------------- customers


def add_customer(tx: Transaction, row: Customer) -> None:
    tx.insert("customer", row)


def customer(tx: Transaction, customer_number: str) -> Customer | None:
    return tx.maybe(
        Customer,
        f"SELECT {_CUSTOMER} FROM customer WHERE customer_number = %s",
        (customer_number,),
    )


def same_person(tx: Transaction, who: FourAttributes) -> list[Customer]:
    """Open records with exactly these four attributes."""
    return tx.all(
        Customer,
        f"""SELECT {_CUSTOMER} FROM customer
            WHERE birthdate = %s AND name = %s AND address = %s AND sex = %s
              AND closed_at IS NULL""",
        (who.birth_date, who.name, who.address, who.sex),
    )


def set_item(tx: Transaction, customer_number: str, item: str, value: str) -> None:
    """A new name has no reading until the customer says it."""
    column = {"name": "name", "address": "address", "gender": "sex"}[item]
    unread = ", kana = ''" if item == "name" else ""
    tx.execute(
        f"UPDATE customer SET {column} = %s{unread} WHERE customer_number = %s",
        (value, customer_number),
    )


def set_kana(tx: Transaction, customer_number: str, kana: str) -> None:
    tx.execute("UPDATE customer SET kana = %s WHERE customer_number = %s", (kana, customer_number))


def restrict(tx: Transaction, customer_number: str, why: str) -> int:
    return tx.execute(
        """UPDATE customer SET restricted_at = %s, restricted_why = %s
           WHERE customer_number = %s AND restricted_at IS NULL""",
        (tx.now, why, customer_number),
    )


def close(tx: Transaction, customer_number: str) -> int:
    return tx.execute(
        "UPDATE customer SET closed_at = %s WHERE customer_number = %s AND closed_at IS NULL",
        (tx.now, customer_number),
    )


def add_proofing(
    tx: Transaction, customer_number: str, method: str, rule_in_force: date, document: bytes,
    signature: SignedEvidence,
) -> None:  # fmt: skip
    row = Proofing(
        customer_number, uuid4(), method, rule_in_force, document, signature.over(document),
        signature.signed_at, signature.evidence_id, signature.certificate_id,
    )  # fmt: skip
    tx.insert("proofing", row)


def proofings(tx: Transaction, customer_number: str) -> list[Proofing]:
    return tx.all(
        Proofing,
        f"""SELECT {columns(Proofing)} FROM proofing
            WHERE customer_number = %s ORDER BY signed_at""",
        (customer_number,),
    )


def add_change(
    tx: Transaction, customer_number: str, item: str, old: str, new: str, as_of: datetime,
    proof: str,
) -> None:  # fmt: skip
    row = AttributeChange(uuid4(), item, old, new, tx.now, as_of, proof)
    tx.insert("attribute_change", row, customer_number=customer_number)


def changes(tx: Transaction, customer_number: str) -> list[AttributeChange]:
    return tx.all(
        AttributeChange,
        f"""SELECT {columns(AttributeChange)} FROM attribute_change
            WHERE customer_number = %s ORDER BY at""",
        (customer_number,),
    )


# ---------------------------------------------------------------- consents


def add_consent(tx: Transaction, row: Consent) -> bool:
    return tx.insert("consent", row, twice="keep")


def consents(tx: Transaction, customer_number: str) -> list[Consent]:
    return tx.all(
        Consent,
        f"SELECT {_CONSENT} FROM consent WHERE customer_number = %s ORDER BY given_at DESC",
        (customer_number,),
    )


def live_consents(tx: Transaction, customer_number: str = "") -> list[Consent]:
    """Consents that may be used now; of one customer, or of all."""
    return tx.all(
        Consent,
        f"""SELECT {_CONSENT} FROM consent
            WHERE ended_at IS NULL AND until > %s AND (%s = '' OR customer_number = %s)
            ORDER BY consent_id""",
        (tx.now, customer_number, customer_number),
    )


def set_state(tx: Transaction, consent_id: str, state: str) -> bool:
    """What the service said; False when it said the same before."""
    before = tx.value("SELECT state FROM consent WHERE consent_id = %s", (consent_id,))
    tx.execute(
        "UPDATE consent SET state = %s, asked_at = %s WHERE consent_id = %s",
        (state, tx.now, consent_id),
    )
    return bool(before != state)


def set_certificate(tx: Transaction, consent_id: str, certificate_id: str) -> None:
    tx.execute(
        "UPDATE consent SET certificate_id = %s WHERE consent_id = %s AND ended_at IS NULL",
        (certificate_id, consent_id),
    )


def end_consent(tx: Transaction, consent_id: str, why: str) -> int:
    """At once; the certificate's name is no longer needed."""
    return tx.execute(
        """UPDATE consent SET ended_at = %s, ended_why = %s, certificate_id = ''
           WHERE consent_id = %s AND ended_at IS NULL""",
        (tx.now, why, consent_id),
    )


# ---------------------------------------------------------------- what happened


def happened(tx: Transaction, customer_number: str, kind: str, **facts: str) -> None:
    tx.insert("happening", customer_number=customer_number, kind=kind, at=tx.now, facts=facts)


def happenings(tx: Transaction, customer_number: str) -> list[Happening]:
    return tx.all(
        Happening,
        f"""SELECT {columns(Happening)} FROM happening
            WHERE customer_number = %s ORDER BY number DESC LIMIT 200""",
        (customer_number,),
    )


def for_staff(tx: Transaction, customer_number: str, kind: str) -> None:
    tx.insert("staff_queue", QueueItem(uuid4(), kind, tx.now), customer_number=customer_number)


def queue(tx: Transaction) -> list[QueueItem]:
    return tx.all(
        QueueItem,
        f"SELECT {columns(QueueItem)} FROM staff_queue WHERE done_at IS NULL ORDER BY at LIMIT 100",
    )


def figures(tx: Transaction) -> dict[str, int]:
    """How many; nobody's data."""
    counted = {
        "customers": "SELECT count(*) FROM customer WHERE closed_at IS NULL",
        "restricted": "SELECT count(*) FROM customer WHERE restricted_at IS NOT NULL",
        "consents": "SELECT count(*) FROM consent WHERE ended_at IS NULL",
        "pending": "SELECT count(*) FROM consent WHERE ended_at IS NULL AND state = 'pending'",
        "links": "SELECT count(*) FROM account_link WHERE ended_at IS NULL",
        "events": "SELECT count(*) FROM security_event",
    }
    return {name: int(tx.value(query)) for name, query in counted.items()}


def first_today(tx: Transaction, name: str, day: date) -> bool:
    """True for the one process that does the day's work."""
    return bool(
        tx.execute(
            """INSERT INTO periodic (task, done_on) VALUES (%s, %s)
               ON CONFLICT (task) DO UPDATE SET done_on = EXCLUDED.done_on
               WHERE periodic.done_on <> EXCLUDED.done_on""",
            (name, day),
        )
    )


# ---------------------------------------------------------------- retention


def closed_before(tx: Transaction, instant: datetime) -> list[str]:
    return tx.column("SELECT customer_number FROM customer WHERE closed_at < %s", (instant,))


def forget_customers(tx: Transaction, numbers: Sequence[str]) -> None:
    """Everything that names them. The ledger goes on with account numbers."""
    for table, column in (
        ("proofing", "customer_number"),
        ("attribute_change", "customer_number"),
        ("happening", "customer_number"),
        ("transfer", "customer_number"),
        ("payee", "customer_number"),
        ("consent", "customer_number"),
        ("account_link", "customer_number"),
        ("own_link", "own_id"),
        ("own_link_change", "own_id"),
        ("customer", "customer_number"),
    ):
        tx.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", (list(numbers),))


def forget_ended(tx: Transaction, instant: datetime) -> None:
    """Consents and account links that ended before."""
    tx.execute("DELETE FROM consent WHERE ended_at < %s", (instant,))
    tx.execute("DELETE FROM account_link WHERE ended_at < %s", (instant,))


def forget_begun(tx: Transaction, instant: datetime) -> None:
    """What was begun before and is not needed any more."""
    tx.execute("DELETE FROM application WHERE created_at < %s", (instant,))
    tx.execute("DELETE FROM pending_proof WHERE signed_at < %s", (instant,))
    tx.execute("DELETE FROM knowledge_failure WHERE at < %s", (instant,))
    tx.execute("DELETE FROM link_request WHERE expires_at < %s", (instant,))
    tx.execute("DELETE FROM link_message WHERE until < %s", (instant,))
    tx.execute("DELETE FROM transfer WHERE done_at IS NULL AND prepared_at < %s", (instant,))
