"""Payees that a customer keeps."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns

MOST: Final = 50
"""That one customer keeps."""


@dataclass(frozen=True, slots=True)
class Payee:
    PERSON: ClassVar = "customer_number"

    customer_number: str
    account_number: str
    shown: str
    """As the review of a transfer shows the name: in part."""
    kept_at: datetime


def payees(tx: Transaction, customer_number: str) -> list[Payee]:
    return tx.all(
        Payee,
        f"SELECT {columns(Payee)} FROM payee WHERE customer_number = %s ORDER BY kept_at, account_number",
        (customer_number,),
    )


def keep(tx: Transaction, row: Payee) -> None:
    tx.insert("payee", row, twice="keep")


def remove(tx: Transaction, customer_number: str, account_number: str) -> None:
    tx.execute(
        "DELETE FROM payee WHERE customer_number = %s AND account_number = %s",
        (customer_number, account_number),
    )


def forget(tx: Transaction, customer_number: str) -> None:
    tx.execute("DELETE FROM payee WHERE customer_number = %s", (customer_number,))
