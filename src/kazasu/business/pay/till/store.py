"""Rows of payments: the shop's and the wallet's, in two tables that share a number and no person."""

from datetime import datetime

from kazasu.business.pay.till.model import TillPayment, WalletPayment
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns

_TILL, _WALLET = columns(TillPayment), columns(WalletPayment)


def add(tx: Transaction, row: TillPayment) -> None:
    tx.insert("till_payment", row)


def till_payment(tx: Transaction, payment_id: str) -> TillPayment | None:
    return tx.maybe(
        TillPayment, f"SELECT {_TILL} FROM till_payment WHERE payment_id = %s", (payment_id,)
    )


def of_shop(tx: Transaction, shop: str, since: datetime) -> list[TillPayment]:
    """Newest first: what was paid at this till."""
    return tx.all(
        TillPayment,
        f"""SELECT {_TILL} FROM till_payment WHERE shop = %s AND paid_at >= %s
            ORDER BY paid_at DESC, payment_id LIMIT 50""",
        (shop, since),
    )


def set_paid(tx: Transaction, payment_id: str) -> bool:
    """False: it was paid or stopped before."""
    return bool(
        tx.execute(
            """UPDATE till_payment SET paid_at = %s
               WHERE payment_id = %s AND paid_at IS NULL AND stopped_at IS NULL""",
            (tx.now, payment_id),
        )
    )


def set_stopped(tx: Transaction, payment_id: str) -> None:
    tx.execute(
        """UPDATE till_payment SET stopped_at = %s
           WHERE payment_id = %s AND paid_at IS NULL AND stopped_at IS NULL""",
        (tx.now, payment_id),
    )


def add_to_wallet(tx: Transaction, row: WalletPayment) -> None:
    tx.insert("wallet_payment", row)


def wallet_payment(tx: Transaction, number: str) -> WalletPayment | None:
    return tx.maybe(
        WalletPayment, f"SELECT {_WALLET} FROM wallet_payment WHERE number = %s", (number,)
    )


def of_wallet(tx: Transaction, wallet_id: str) -> list[WalletPayment]:
    """Newest first."""
    return tx.all(
        WalletPayment,
        f"SELECT {_WALLET} FROM wallet_payment WHERE wallet_id = %s ORDER BY paid_at DESC, number LIMIT 50",
        (wallet_id,),
    )


def refund(tx: Transaction, number: str) -> None:
    """In both tables; what was refunded before stays as it was."""
    tx.execute(
        "UPDATE till_payment SET refunded_at = %s WHERE number = %s AND refunded_at IS NULL",
        (tx.now, number),
    )
    tx.execute(
        "UPDATE wallet_payment SET refunded_at = %s WHERE number = %s AND refunded_at IS NULL",
        (tx.now, number),
    )


def spent(tx: Transaction, wallet_id: str) -> int:
    """Yen that left the wallet and did not come back."""
    return int(
        tx.value(
            """SELECT coalesce(sum(amount), 0) FROM wallet_payment
               WHERE wallet_id = %s AND refunded_at IS NULL""",
            (wallet_id,),
        )
    )


def forget(tx: Transaction, before: datetime) -> int:
    """Tills that nobody paid at."""
    return tx.execute(
        "DELETE FROM till_payment WHERE paid_at IS NULL AND expires_at < %s", (before,)
    )
