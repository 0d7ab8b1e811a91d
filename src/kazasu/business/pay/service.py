"""The wallet: whose it is, what is in it, and topping it up from the linked account."""

import secrets
from dataclasses import dataclass
from typing import Final

from kazasu.business import account_link
from kazasu.business.account_link import Charge, Charged
from kazasu.business.pay import store
from kazasu.business.pay.context import PayContext
from kazasu.business.pay.faults import BAD_AMOUNT, CHARGE_DIFFERS, CHARGE_REFUSED, NO_LINK
from kazasu.business.pay.store import BankLink, Charging
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.kit.identifiers import Identifiers, Proof
from kazasu.kit.openid import Person
from kazasu.kit.sql import SqlLinks

AMOUNTS: Final = (1_000, 3_000, 5_000, 10_000)
CHARGE: Final = "charge"
"""The job that asks the bank again."""


@dataclass(frozen=True, slots=True)
class Wallet:
    balance: int
    link: BankLink | None
    charges: list[Charging]


class Wallets:
    """Use cases of the payment service. A wallet's id is the service's own."""

    def __init__(self, desk: PayContext) -> None:
        self._desk = desk

    def sign_in(self, person: Person) -> str:
        """Whose wallet it is; a new one for somebody new. Nothing else about them is asked."""

        def work(tx: Transaction) -> str:
            identifiers = Identifiers(SqlLinks(tx), lambda: secrets.token_urlsafe(12), tx.now)
            return identifiers.enrol(Proof(person.subject, person.auth_time))

        return self._desk.run("sign-in", work, person.subject)

    def wallet(self, wallet_id: str) -> Wallet:
        return self._desk.run(
            "wallet",
            lambda tx: Wallet(
                store.balance(tx, wallet_id),
                store.live_link(tx, wallet_id),
                store.charges(tx, wallet_id),
            ),
            wallet_id,
        )

    # ------------------------------------------------------------ charge

    def charge(self, wallet_id: str, charge_id: str, amount: int) -> None:
        """Yen from the bank account into the wallet. The same charge twice is one, and ends as it did.

        The job that asks again is noted with the charge, in one transaction: whether the bank does not answer or this
        process ends, the charge is asked for until the bank has decided. Never lost, never double. A bank that has not
        decided is no refusal: what was noted goes on by itself, and whoever is told to try again tops up twice.

        Raises Refusal ``pay.no-bank-link``, ``pay.bad-amount``, ``pay.charge-refused``, ``pay.charge-differs``,
        ``business.partner-refused``.
        """
        if amount not in AMOUNTS:
            raise Refusal(BAD_AMOUNT)

        def work(tx: Transaction) -> Charging:
            before = store.charge(tx, charge_id)
            if before is not None:
                if before.wallet_id != wallet_id:
                    raise Refusal(BAD_AMOUNT)
                return before
            link = store.live_link(tx, wallet_id)
            if link is None:
                raise Refusal(NO_LINK)
            row = Charging(charge_id, wallet_id, link.link_id, amount, tx.now, None, "")
            store.add_charge(tx, row)
            self._desk.house.jobs.enqueue(tx, CHARGE, charge_id=charge_id)
            return row

        row = self._desk.run("charge.ask", work, wallet_id)
        if row.amount != amount:
            raise Refusal(CHARGE_DIFFERS, amount=f"{row.amount:,}")
        if row.refused:
            raise Refusal(CHARGE_REFUSED)
        if row.done_at is None:
            self._ask(row)

    def ask_again(self, *, charge_id: str, **_: str) -> None:
        """Job: a charge about which the bank may not have decided."""
        row = self._desk.run(
            "charge.again", lambda tx: store.charge(tx, charge_id), "", "system:pay"
        )
        if row is None or row.done_at is not None or row.refused:
            return
        self._ask(row, by_itself=True)

    def give_up(self, *, charge_id: str, **_: str) -> None:
        """Nobody asks the bank any more; the wallet says so, and ``kazasu check`` finds it."""
        self._desk.run(
            "charge.given-up", lambda tx: store.set_given_up(tx, charge_id), "", "system:pay"
        )

    def _ask(self, row: Charging, *, by_itself: bool = False) -> None:
        message = Charge(link_id=row.link_id, charge_id=row.charge_id, amount=row.amount)
        bank = self._desk.run("charge.link", lambda tx: store.link(tx, row.link_id), row.wallet_id)
        if bank is None:
            raise Refusal(NO_LINK)
        peer = self._desk.peer(bank.bank)
        try:
            done = peer.send(account_link.CHARGES, message, Charged)
        except Refusal as refusal:
            decided = peer.decided(refusal)
            if decided:
                self._refused(row, str(refusal.facts.get("code")))
            # The job goes on until the bank decides; the customer is told what it decided, and else waits.
            if decided is by_itself:
                return
            raise
        self._desk.run("charge.done", lambda tx: store.set_done(tx, row.charge_id, done.at),
                       row.wallet_id)  # fmt: skip

    def _refused(self, row: Charging, code: str) -> None:
        def work(tx: Transaction) -> None:
            store.set_refused(tx, row.charge_id, code)
            if code in account_link.UNKNOWN:
                store.end_link(tx, row.link_id, "bank")

        self._desk.run("charge.refused", work, row.wallet_id)
