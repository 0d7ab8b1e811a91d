"""Money moves: transfers that the customer signs, and closing."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from uuid import UUID, uuid4

from kazasu.business.bank import model
from kazasu.business.bank.faults import (
    NOT_EMPTY,
    SAME_ACCOUNT,
    TRANSFER_STALE,
    UNKNOWN_ACCOUNT,
    UNKNOWN_TRANSFER,
)
from kazasu.business.bank.model import Customer, Entry, Transfer
from kazasu.business.bank.service.context import CLOSED, BankContext, identifiers, must_have
from kazasu.business.bank.store import customers, ledger, links, payees
from kazasu.business.bank.store.ledger import Posting
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import JST, civil
from kazasu.kit.openid import SignedEvidence
from kazasu.kit.sql import SqlLinks


@dataclass(frozen=True, slots=True)
class Overview:
    """What the customer's first page shows."""

    customer: Customer
    account_number: str
    balance: int
    happenings: list[model.Happening]


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines of an account, newest first, and what a paper must say for who did not print it."""

    customer: Customer
    account_number: str
    lines: list[Entry]
    since: datetime
    """From when on nothing is missing: the account's first day, or the oldest of as many lines as there may be."""
    made_at: datetime


SHOWN: Final = 100
EXPORTED: Final = 10_000
"""Lines of a statement on a page, and in a file."""


class Money:
    """Accounts in use."""

    def __init__(self, desk: BankContext) -> None:
        self._desk = desk

    def name_of(self, customer_number: str) -> dict[str, str]:
        """``name`` and ``kana`` for the head of every page; empty where the record is gone."""
        found = self._desk.for_customer(
            customer_number, "overview", lambda tx: customers.customer(tx, customer_number)
        )
        return {"name": found.name, "kana": found.kana} if found else {"name": "", "kana": ""}

    def overview(self, customer_number: str) -> Overview:
        def work(tx: Transaction) -> Overview:
            account = ledger.account_of(tx, customer_number)
            return Overview(
                must_have(tx, customer_number), account, ledger.balance(tx, account),
                customers.happenings(tx, customer_number),
            )  # fmt: skip

        return self._desk.for_customer(customer_number, "overview", work)

    def statement(self, customer_number: str, most: int = SHOWN) -> Statement:
        """Newest first, at most so many lines."""

        def work(tx: Transaction) -> Statement:
            customer, account = must_have(tx, customer_number), ledger.account_of(tx, customer_number)  # fmt: skip
            lines = ledger.statement(tx, account, most)
            since = lines[-1].at if len(lines) == most else customer.opened_at
            return Statement(customer, account, lines, since, tx.now)

        return self._desk.for_customer(customer_number, "statement", work)

    def pay_in(self, customer_number: str, key: str, amount: int) -> None:
        """Cash at a machine. In the sandbox a button does it."""

        def work(tx: Transaction) -> None:
            must_have(tx, customer_number).check_usable()
            ledger.open_account(tx, model.CASH)
            account = ledger.account_of(tx, customer_number)
            ledger.post(tx, f"cash {key}", "cash",
                        [Posting(account, amount, ""), Posting(model.CASH, -amount, "")])  # fmt: skip

        self._desk.as_customer(customer_number, "pay-in", work)

    # ------------------------------------------------------------ transfer

    def prepare(self, customer_number: str, to_account: str, amount: int) -> Transfer:
        """A transfer as a document to be signed; nothing moves yet.

        Raises Refusal: ``bank.unknown-account``, ``bank.same-account``, ``bank.restricted``,
        ``bank.insufficient-funds``, ``bank.over-limit``.
        """

        def work(tx: Transaction) -> Transfer:
            own = ledger.account_of(tx, customer_number)
            must_have(tx, customer_number).check_usable()
            payee = self._payee(tx, own, to_account)
            self._check(tx, own, amount)
            number = uuid4()
            shown = model.payee_shown(payee.name)
            document = model.transfer_document(number, shown, to_account, amount, tx.now)
            row = Transfer(number, customer_number, own, to_account, shown, amount, document,
                           tx.now, None)  # fmt: skip
            ledger.add_transfer(tx, row)
            return row

        return self._desk.as_customer(customer_number, "transfer.prepare", work)

    def prepare_withdrawal(self, customer_number: str, amount: int) -> Transfer:
        """Cash at a machine, as a document to be signed: an order like a transfer, to the bank's cash.

        Raises Refusal: ``bank.restricted``, ``bank.insufficient-funds``, ``bank.over-limit``.
        """

        def work(tx: Transaction) -> Transfer:
            own = ledger.account_of(tx, customer_number)
            must_have(tx, customer_number).check_usable()
            self._check(tx, own, amount)
            number = uuid4()
            document = model.withdrawal_document(number, amount, tx.now)
            row = Transfer(number, customer_number, own, model.CASH, model.MACHINE.ja, amount,
                           document, tx.now, None)  # fmt: skip
            ledger.add_transfer(tx, row)
            return row

        return self._desk.as_customer(customer_number, "transfer.prepare", work)

    def transfer(self, customer_number: str, transfer_id: str) -> Transfer:
        """Raises Refusal ``bank.unknown-transfer``: also for somebody else's."""
        number = _uuid(transfer_id)
        found = self._desk.for_customer(
            customer_number,
            "transfer.read",
            lambda tx: ledger.transfer(tx, customer_number, number),
        )
        if found is None:
            raise Refusal(UNKNOWN_TRANSFER)
        return found

    def execute(
        self, customer_number: str, transfer_id: str, signature: SignedEvidence
    ) -> Transfer:
        """The customer signed it: both postings, or none. Idempotent: a repetition changes nothing.

        Raises as :meth:`prepare`, and ``bank.unknown-transfer``, ``bank.transfer-stale``.
        """
        number = _uuid(transfer_id)

        def work(tx: Transaction) -> Transfer:
            found = ledger.transfer(tx, customer_number, number)
            if found is None:
                raise Refusal(UNKNOWN_TRANSFER)
            if found.done_at is not None:
                return found
            if tx.now - found.prepared_at > model.TRANSFER_LIFE:
                raise Refusal(TRANSFER_STALE)
            payer = must_have(tx, customer_number)
            payer.check_usable()
            if not found.is_cash:
                self._payee(tx, found.from_account, found.to_account)
            self._check(tx, found.from_account, found.amount)
            out = Posting(found.from_account, -found.amount, found.payee)
            into = Posting(
                found.to_account, found.amount, payer.name
            )  # in full: who is paid knows by whom
            if found.is_cash:
                ledger.open_account(tx, model.CASH)
            kind = "cash" if found.is_cash else "transfer"
            ledger.post(tx, f"transfer {number}", kind, [out, into])
            ledger.finish_transfer(
                tx, number, signature.over(found.document), signature.evidence_id
            )
            return found

        return self._desk.as_customer(customer_number, "transfer.execute", work)

    @staticmethod
    def _payee(tx: Transaction, own: str, to_account: str) -> Customer:
        if to_account == own:
            raise Refusal(SAME_ACCOUNT)
        account = ledger.account(tx, to_account)
        payee = customers.customer(tx, account.customer_number) if account else None
        if payee is None or payee.closed_at is not None or payee.restricted_at is not None:
            raise Refusal(UNKNOWN_ACCOUNT)
        return payee

    @staticmethod
    def _check(tx: Transaction, account: str, amount: int) -> None:
        check_may_leave(tx, account, amount)

    # ------------------------------------------------------------ closing

    def close(self, customer_number: str) -> None:
        """End the account; consents and links end with it. Raises Refusal ``bank.not-empty``."""

        def work(tx: Transaction) -> None:
            must_have(tx, customer_number).check_usable()
            if ledger.balance(tx, ledger.account_of(tx, customer_number)):
                raise Refusal(NOT_EMPTY)
            for consent in customers.live_consents(tx, customer_number):
                customers.end_consent(tx, consent.consent_id, "closed")
                self._desk.house.jobs.enqueue(tx, "give-up", consent_id=consent.consent_id)
            for link in links.links(tx, customer_number):
                if links.end_link(tx, link.link_id, "closed"):
                    self._desk.house.jobs.enqueue(tx, "tell-ended", link_id=link.link_id)
            for subject in SqlLinks(tx).subjects(customer_number):
                identifiers(tx).end(subject, "customer", CLOSED)
            payees.forget(tx, customer_number)
            customers.happened(tx, customer_number, "closed")
            customers.close(tx, customer_number)

        self._desk.as_customer(customer_number, "close", work)


def check_may_leave(tx: Transaction, account: str, amount: int) -> None:
    """Raises Refusal ``bank.insufficient-funds``, ``bank.over-limit``."""
    midnight = datetime.combine(civil(tx.now), time(), JST)
    spent = ledger.spent_since(tx, account, midnight)
    model.check_amount(amount, ledger.balance(tx, account), spent)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal(UNKNOWN_TRANSFER) from None
