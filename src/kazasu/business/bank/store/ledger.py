"""The ledger: accounts, journals, postings; and transfers that wait for their signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from kazasu.business.bank.model import Entry, Transfer
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns

_TRANSFER = columns(Transfer)


@dataclass(frozen=True, slots=True)
class Account:
    PERSON: ClassVar = "customer_number"

    account_number: str
    customer_number: str


@dataclass(frozen=True, slots=True)
class Posting:
    """Positive: into the account."""

    account_number: str
    amount: int
    memo: str


def open_account(tx: Transaction, account_number: str, customer_number: str = "") -> bool:
    """False: the number is taken."""
    new = Account(account_number, customer_number)
    return tx.insert("account", new, twice="keep", opened_at=tx.now)


def account_of(tx: Transaction, customer_number: str) -> str:
    found = tx.value(
        "SELECT account_number FROM account WHERE customer_number = %s ORDER BY opened_at",
        (customer_number,),
    )
    return str(found or "")


def account(tx: Transaction, account_number: str) -> Account | None:
    return tx.maybe(
        Account,
        f"SELECT {columns(Account)} FROM account WHERE account_number = %s",
        (account_number,),
    )


def post(tx: Transaction, key: str, kind: str, postings: Sequence[Posting]) -> bool:
    """Enter a journal; False: this key was entered before, and nothing was done."""
    journal_id = uuid4()
    entered = tx.insert(
        "journal", twice=("key",), journal_id=journal_id, key=key, kind=kind, at=tx.now
    )
    for one in postings if entered else ():
        tx.insert("posting", one, journal_id=journal_id)
    return entered


@dataclass(frozen=True, slots=True)
class Posted:
    """What a key was entered for."""

    at: datetime
    kind: str
    account_number: str
    amount: int


def posted(tx: Transaction, key: str, account_number: str) -> Posted | None:
    return tx.maybe(
        Posted,
        """SELECT j.at, j.kind, p.account_number, p.amount FROM journal j
           JOIN posting p USING (journal_id) WHERE j.key = %s AND p.account_number = %s""",
        (key, account_number),
    )


def balance(tx: Transaction, account_number: str) -> int:
    return int(
        tx.value(
            "SELECT coalesce(sum(amount), 0) FROM posting WHERE account_number = %s",
            (account_number,),
        )
    )


def spent_since(tx: Transaction, account_number: str, since: datetime) -> int:
    return int(
        tx.value(
            """SELECT coalesce(-sum(p.amount), 0) FROM posting p JOIN journal j USING (journal_id)
               WHERE p.account_number = %s AND p.amount < 0 AND j.at >= %s""",
            (account_number, since),
        )
    )


def statement(tx: Transaction, account_number: str, limit: int = 100) -> list[Entry]:
    """Newest first, each with the balance after it."""
    return tx.all(
        Entry,
        """SELECT at, kind, amount, memo, balance, key, other FROM (
               SELECT j.at, j.entered, j.kind, p.amount, p.memo, j.key,
                      coalesce((SELECT min(o.account_number) FROM posting o
                                WHERE o.journal_id = p.journal_id
                                  AND o.account_number <> p.account_number), '') AS other,
                      sum(p.amount) OVER (ORDER BY j.at, j.entered)::bigint AS balance
               FROM posting p JOIN journal j USING (journal_id)
               WHERE p.account_number = %s) AS lines
           ORDER BY at DESC, entered DESC LIMIT %s""",
        (account_number, limit),
    )


def total(tx: Transaction) -> int:
    """Of all postings: zero, or something is very wrong."""
    return int(tx.value("SELECT coalesce(sum(amount), 0) FROM posting"))


def add_transfer(tx: Transaction, row: Transfer) -> None:
    tx.insert("transfer", row)


def transfer(tx: Transaction, customer_number: str, transfer_id: UUID) -> Transfer | None:
    return tx.maybe(
        Transfer,
        f"SELECT {_TRANSFER} FROM transfer WHERE transfer_id = %s AND customer_number = %s",
        (transfer_id, customer_number),
    )


def transferred_to(tx: Transaction, customer_number: str, account_number: str) -> bool:
    """Has this customer transferred to that account?"""
    found = tx.value(
        """SELECT count(*) FROM transfer
           WHERE customer_number = %s AND to_account = %s AND done_at IS NOT NULL""",
        (customer_number, account_number),
    )
    return int(found) > 0


def finish_transfer(tx: Transaction, transfer_id: UUID, signature: str, evidence_id: str) -> None:
    tx.execute(
        """UPDATE transfer SET done_at = %s, signature = %s, evidence_id = %s
           WHERE transfer_id = %s""",
        (tx.now, signature, evidence_id, transfer_id),
    )
