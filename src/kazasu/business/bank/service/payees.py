"""Payees: kept after a transfer, taken from the list, removed."""

from kazasu.business.bank import model
from kazasu.business.bank.faults import TOO_MANY_PAYEES, UNKNOWN_ACCOUNT
from kazasu.business.bank.service.context import BankContext
from kazasu.business.bank.store import customers, ledger, payees
from kazasu.business.bank.store.payees import Payee
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal


class Payees:
    def __init__(self, desk: BankContext) -> None:
        self._desk = desk

    def of(self, customer_number: str) -> list[Payee]:
        return self._desk.for_customer(
            customer_number, "payee.list", lambda tx: payees.payees(tx, customer_number)
        )

    def keep(self, customer_number: str, account_number: str) -> None:
        """Idempotent. Only an account to which this customer has transferred: else the list would be a way to ask
        whose an account is.

        Raises Refusal ``bank.unknown-account``, ``bank.too-many-payees``.
        """

        def work(tx: Transaction) -> None:
            if not ledger.transferred_to(tx, customer_number, account_number):
                raise Refusal(UNKNOWN_ACCOUNT)
            with tx.unseen():  # whose account it is decides what is shown of the name, and no more
                account = ledger.account(tx, account_number)
                payee = customers.customer(tx, account.customer_number) if account else None
            if payee is None:
                raise Refusal(UNKNOWN_ACCOUNT)
            if len(payees.payees(tx, customer_number)) >= payees.MOST:
                raise Refusal(TOO_MANY_PAYEES, most=payees.MOST)
            shown = model.payee_shown(payee.name)
            payees.keep(tx, Payee(customer_number, account_number, shown, tx.now))

        self._desk.as_customer(customer_number, "payee.keep", work)

    def remove(self, customer_number: str, account_number: str) -> None:
        """Idempotent."""
        self._desk.as_customer(
            customer_number, "payee.remove",
            lambda tx: payees.remove(tx, customer_number, account_number),
        )  # fmt: skip
