"""Paying at a shop: each payment once, from the wallet of whoever held the card; refunded on its day."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final

from kazasu.business.pay import store as wallets
from kazasu.business.pay.faults import NO_WALLET, PAYMENT_OVER, UNKNOWN_PAYMENT
from kazasu.business.pay.till import model, store
from kazasu.business.pay.till.model import TillPayment, WalletPayment
from kazasu.exchange.room import RoomContext
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST, civil
from kazasu.foundation.values import readable
from kazasu.kit.openid import Person
from kazasu.kit.sql import SqlLinks

BUYING: Final = Text("お店での支払い", "Paying at a shop")
HELD: Final = action("pay.till.held", "customer", BUYING)
PAY: Final = action("pay.till.pay", "customer", BUYING)
REFUND: Final = action(
    "pay.till.refund",
    "system",
    Text("お店からの返金", "A refund by a shop"),
    itself="till",
    shows="found",
)
READ: Final = action("pay.payments.read", "customer", BUYING)


class Tills:
    """Use cases of a till, and the customer's own list of payments."""

    def __init__(self, house: RoomContext) -> None:
        self._database = house.database
        self._clock = house.clock

    # ------------------------------------------------------------ the shop

    def make(self, shop: str, amount: int) -> TillPayment:
        """A payment that waits for a card. Raises Refusal ``pay.above-limit``."""
        model.check_amount(amount)
        now = self._clock.now()
        row = TillPayment(
            secrets.token_urlsafe(24), readable.new("PY"), shop, amount, now, now + model.LIFE
        )

        def work(tx: Transaction) -> None:
            store.forget(tx, now - model.LIFE)
            store.add(tx, row)

        self._database.run("pay.till.make", work)
        return row

    def payment(self, payment_id: str) -> TillPayment:
        """As the shop sees it. Raises Refusal ``pay.unknown-payment``."""
        found = self._database.read("pay.till.look", lambda tx: store.till_payment(tx, payment_id))
        if found is None:
            raise Refusal(UNKNOWN_PAYMENT)
        return found

    def paid_today(self, shop: str) -> list[TillPayment]:
        midnight = datetime.combine(civil(self._clock.now()), time(), JST)
        return self._database.read("pay.till.list", lambda tx: store.of_shop(tx, shop, midnight))

    def stop(self, payment_id: str) -> None:
        """Nobody pays; what is paid stays paid."""
        self.payment(payment_id)
        self._database.run("pay.till.stop", lambda tx: store.set_stopped(tx, payment_id))

    def refund(self, payment_id: str) -> None:
        """The whole amount back into the wallet that it came from. Idempotent: a repetition changes nothing.

        Raises Refusal ``pay.unknown-payment``, ``pay.refund-late``.
        """

        def work(tx: Transaction) -> None:
            payment = store.till_payment(tx, payment_id)
            if payment is None:
                raise Refusal(UNKNOWN_PAYMENT)
            if payment.refunded_at is not None:
                return
            model.check_refundable(payment, tx.now)
            store.wallet_payment(tx, payment.number)  # so that the record names whose wallet it was
            store.refund(tx, payment.number)

        self._database.run("pay.till.refund", work, access=REFUND.by())

    # ------------------------------------------------------------ the customer

    def pay(self, payment_id: str, person: Person) -> None:
        """Whoever held the card pays, once. The same card twice is one payment; another's then pays nothing.

        Raises Refusal ``pay.no-wallet``, ``pay.unknown-payment``, ``pay.payment-over``, ``pay.not-enough``.
        """
        wallet_id = self._database.read(
            "pay.till.held", lambda tx: SqlLinks(tx).own_id(person.subject),
            access=HELD.by("customer", subjects=(person.subject,)),
        )  # fmt: skip
        if not wallet_id:
            raise Refusal(NO_WALLET)

        def work(tx: Transaction) -> None:
            payment = store.till_payment(tx, payment_id)
            if payment is None:
                raise Refusal(UNKNOWN_PAYMENT)
            before = store.wallet_payment(tx, payment.number)
            if before is not None and before.wallet_id == wallet_id:
                return
            self._book(tx, payment, wallet_id, person.approved)

        access = PAY.by("customer", subjects=(wallet_id,))
        self._database.run("pay.till.pay", work, access=access)

    @staticmethod
    def _book(
        tx: Transaction, payment: TillPayment, wallet_id: str, approved: Sequence[Mapping[str, Any]]
    ) -> None:
        model.check_payable(payment, approved, wallets.balance(tx, wallet_id), tx.now)
        if not store.set_paid(tx, payment.payment_id):
            raise Refusal(PAYMENT_OVER)
        row = WalletPayment(payment.number, wallet_id, payment.shop, payment.amount, tx.now)
        store.add_to_wallet(tx, row)

    def payments(self, wallet_id: str) -> list[WalletPayment]:
        return self._database.read(
            "pay.payments.read", lambda tx: store.of_wallet(tx, wallet_id),
            access=READ.by("customer", subjects=(wallet_id,)),
        )  # fmt: skip

    def receipt(self, wallet_id: str, number: str) -> WalletPayment:
        """Raises Refusal ``pay.unknown-payment``: also for somebody else's."""

        def look(tx: Transaction) -> WalletPayment | None:
            with tx.unseen():  # somebody else's is shown to nobody
                return store.wallet_payment(tx, readable.as_given(number, "PY"))

        access = READ.by("customer", subjects=(wallet_id,))
        found = self._database.read("pay.payments.read", look, access=access)
        if found is None or found.wallet_id != wallet_id:
            raise Refusal(UNKNOWN_PAYMENT)
        return found
