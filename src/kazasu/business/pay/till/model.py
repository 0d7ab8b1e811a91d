"""Terms and rules of paying at a shop. Pure: no database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Literal

from kazasu.business.pay.faults import ABOVE_LIMIT, NOT_ENOUGH, PAYMENT_OVER, REFUND_LATE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil

SHOPS: Final = {
    "bakery": Text("パンの麦畑", "Mugibatake Bakery"),
    "books": Text("しおり書店", "Shiori Books"),
    "greens": Text("やおや青空", "Aozora Greens"),
}
"""Invented shops of the sandbox, each with a till."""
MOST: Final = 100_000
"""Yen in one payment. Simulated."""
LIFE: Final = timedelta(minutes=10)
"""How long a till waits for a card."""
State = Literal["open", "paid", "refunded", "stopped", "late"]


@dataclass(frozen=True, slots=True)
class TillPayment:
    """What the shop has of a payment: no person and no wallet."""

    payment_id: str
    number: str
    """``PY-…``: on the receipt, for the shop and the customer alike."""
    shop: str
    amount: int
    made_at: datetime
    expires_at: datetime
    paid_at: datetime | None = None
    refunded_at: datetime | None = None
    stopped_at: datetime | None = None

    def state(self, now: datetime) -> State:
        if self.refunded_at is not None:
            return "refunded"
        if self.paid_at is not None:
            return "paid"
        if self.stopped_at is not None:
            return "stopped"
        return "open" if now < self.expires_at else "late"

    def refundable(self, now: datetime) -> bool:
        """Is it paid, and still the day (in Japan) on which it was?"""
        return (
            self.state(now) == "paid"
            and self.paid_at is not None
            and civil(self.paid_at) == civil(now)
        )

    @property
    def details(self) -> list[dict[str, Any]]:
        """What the customer approves (RFC 9396), as the identity service takes it."""
        shop = SHOPS[self.shop]
        return [{
            "type": "payment",
            "instructedAmount": {"currency": "JPY", "amount": str(self.amount)},
            "creditorName#ja": shop.ja,
            "creditorName#en": shop.en,
            "reference": self.payment_id,
        }]  # fmt: skip


@dataclass(frozen=True, slots=True)
class WalletPayment:
    """What the customer has of it."""

    PERSON: ClassVar = "wallet_id"

    number: str
    wallet_id: str
    shop: str
    amount: int
    paid_at: datetime
    refunded_at: datetime | None = None


def check_amount(amount: int) -> None:
    """Raises Refusal ``pay.above-limit``."""
    if amount > MOST:
        raise Refusal(ABOVE_LIMIT, limit=f"{MOST:,}")


def check_payable(
    payment: TillPayment, approved: Sequence[Mapping[str, Any]], balance: int, now: datetime
) -> None:
    """May this payment be taken from a wallet with this balance?

    Raises Refusal ``pay.payment-over``: the till no longer waits, or something else was approved; ``pay.not-enough``.
    """
    if payment.state(now) != "open" or [dict(one) for one in approved] != payment.details:
        raise Refusal(PAYMENT_OVER)
    if payment.amount > balance:
        raise Refusal(NOT_ENOUGH)


def check_refundable(payment: TillPayment, now: datetime) -> None:
    """Raises Refusal ``pay.refund-late``: it was not paid today."""
    if not payment.refundable(now):
        raise Refusal(REFUND_LATE)
