"""Wallets: linked to a bank account, charged from it, unlinked from either side."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from kazasu.business import account_link
from kazasu.business.account_link import (
    Charge,
    Charged,
    Linked,
    LinkEnded,
    LinkPeer,
    LinkRequest,
    LinkRequested,
    RedeemLink,
)
from kazasu.business.faults import PARTNER_REFUSED, PARTNER_UNREACHABLE
from kazasu.business.pay import store
from kazasu.business.pay.faults import (
    BAD_AMOUNT,
    DENIED,
    NO_LINK,
    NOT_THE_SAME,
    UNKNOWN_ATTEMPT,
    WRONG_SENDER,
)
from kazasu.business.pay.store import Attempt, BankLink, Charging
from kazasu.contracts.base import Done
from kazasu.exchange.room import RoomContext
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.kit.identifiers import Identifiers, Proof
from kazasu.kit.openid import Person
from kazasu.kit.sql import SqlLinks

T = TypeVar("T")
SELF: Final = "pay"
BANKS: Final = ("bank",)
BACK: Final = "/banks/back"
AMOUNTS: Final = (1_000, 3_000, 5_000, 10_000)
PAYING: Final = Text("ウォレットの利用", "Using the wallet")
LINKING: Final = Text("銀行口座の連携", "Linking a bank account")
DONE: Final = {
    what: action(f"pay.{what}", "customer", purpose)
    for purpose, acts in (
        (PAYING, ("sign-in", "wallet", "charge.ask", "charge.later", "charge.link", "charge.done", "charge.refused")),
        (LINKING, ("link.begin", "link.attempt", "link.refused", "link.finish", "link.unlink")),
    )
    for what in acts
} | {
    "link.ended": action("pay.link.ended", "institution", LINKING),
    "charge.again": action("pay.charge.again", "system", PAYING, itself="pay", shows="found"),
    "link.tell": action("pay.link.tell", "system", LINKING, itself="pay", shows="found"),
}  # fmt: skip
"""Everything that is done with wallets, by the name that the audit row and the crash points have."""


@dataclass(frozen=True, slots=True)
class Wallet:
    balance: int
    link: BankLink | None
    charges: list[Charging]


class Wallets:
    """Use cases of the payment service. A wallet's id is the service's own."""

    def __init__(self, house: RoomContext) -> None:
        self._house = house
        self._back = house.directory.origin(SELF) + BACK

    def sign_in(self, person: Person) -> str:
        """Whose wallet it is; a new one for somebody new. Nothing else about them is asked."""

        def work(tx: Transaction) -> str:
            identifiers = Identifiers(SqlLinks(tx), lambda: secrets.token_urlsafe(12), tx.now)
            return identifiers.enrol(Proof(person.subject, person.auth_time))

        return self._run("sign-in", work, person.subject)

    def wallet(self, wallet_id: str) -> Wallet:
        return self._run(
            "wallet",
            lambda tx: Wallet(
                store.balance(tx, wallet_id),
                store.live_link(tx, wallet_id),
                store.charges(tx, wallet_id),
            ),
            wallet_id,
        )

    # ------------------------------------------------------------ link

    def begin_link(self, wallet_id: str, bank: str, person: Person) -> str:
        """Tell the bank who wants to link. Returns the attempt's id.

        Name and date of birth pass through; they are not kept. Raises the kit's refusals.
        """
        if bank not in BANKS or person.birth_date is None:
            raise Refusal(UNKNOWN_ATTEMPT)
        request = LinkRequest(
            request_id=secrets.token_urlsafe(24), return_to=self._back,
            state=secrets.token_urlsafe(24), name=person.name, birth_date=person.birth_date,
        )  # fmt: skip
        answer = self._peer(bank).send(account_link.REQUESTS, request, LinkRequested)
        row = Attempt(request.request_id, wallet_id, bank, request.state, answer.continue_at,
                      self._house.clock.now(), None)  # fmt: skip
        self._run("link.begin", lambda tx: store.add_attempt(tx, row), wallet_id)
        return request.request_id

    def attempt(self, wallet_id: str, request_id: str) -> Attempt:
        """Raises Refusal ``pay.unknown-attempt``: also for somebody else's."""
        found = self._run(
            "link.attempt", lambda tx: store.attempt(tx, wallet_id, request_id), wallet_id
        )
        if found is None:
            raise Refusal(UNKNOWN_ATTEMPT)
        return found

    def finish_link(self, wallet_id: str, answer: dict[str, str]) -> None:
        """The browser is back from the bank: it is the one that left, and brings a token.

        Raises Refusal: ``pay.unknown-attempt``, ``pay.not-the-same``, ``pay.link-denied``, and the
        kit's.
        """
        attempt = self.attempt(wallet_id, answer.get("request", ""))
        if not hmac.compare_digest(attempt.state.encode(), answer.get("state", "").encode()):
            raise Refusal(UNKNOWN_ATTEMPT)
        token = answer.get("token", "")
        if not token:
            self._run("link.refused", lambda tx: store.finish_attempt(tx, attempt.request_id),
                      wallet_id)  # fmt: skip
            raise Refusal(NOT_THE_SAME if answer.get("error") == "not-the-same" else DENIED)
        try:
            message = RedeemLink(request_id=attempt.request_id, token=token)
        except ValueError:
            raise Refusal(UNKNOWN_ATTEMPT) from None
        linked = self._peer(attempt.bank).send(account_link.LINKS, message, Linked)

        def work(tx: Transaction) -> None:
            store.finish_attempt(tx, attempt.request_id)
            row = BankLink(linked.link_id, wallet_id, attempt.bank, linked.hint, tx.now, None, "")
            store.add_link(tx, row)

        self._run("link.finish", work, wallet_id)

    def unlink(self, wallet_id: str) -> None:
        """The customer ends it here; the bank is told."""

        def work(tx: Transaction) -> None:
            link = store.live_link(tx, wallet_id)
            if link is not None and store.end_link(tx, link.link_id, "customer"):
                self._house.jobs.enqueue(tx, "tell-ended", link_id=link.link_id)

        self._run("link.unlink", work, wallet_id)

    def tell_ended(self, *, link_id: str, **_: str) -> None:
        """Job: the bank learns that a link ended here."""
        link = self._run("link.tell", lambda tx: store.link(tx, link_id), "", "system:pay")
        if link is not None:
            self._peer(link.bank).send(account_link.ENDED, LinkEnded(link_id=link_id), Done)

    def ended(self, token: str) -> Done:
        """The bank's side ended a link. Idempotent: a repetition changes nothing. Raises Refusal ``pay.wrong-sender``."""
        read = account_link.read(
            LinkEnded, token, self._house.directory, me=SELF, now=self._house.clock.now()
        )

        def work(tx: Transaction) -> Done:
            link = store.link(tx, read.message.link_id)
            fresh = store.use_message(tx, read.jti, read.until)
            if link is None or link.bank != read.sender or not fresh:
                raise Refusal(WRONG_SENDER)
            store.end_link(tx, link.link_id, read.sender)
            return Done()

        return self._run("link.ended", work, read.message.link_id,
                         f"institution:{read.sender}")  # fmt: skip

    # ------------------------------------------------------------ charge

    def charge(self, wallet_id: str, charge_id: str, amount: int) -> None:
        """Yen from the bank account into the wallet. The same charge twice is one.

        When the bank does not answer, the charge stays asked and a job asks again, under the same
        id: never lost, never double. Raises Refusal ``pay.no-bank-link``, ``pay.bad-amount``,
        ``business.partner-refused``, ``business.partner-unreachable``.
        """
        if amount not in AMOUNTS or not 16 <= len(charge_id) <= 64:
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
            return row

        row = self._run("charge.ask", work, wallet_id)
        if row.done_at is None and not row.refused:
            try:
                self._ask(row)
            except Refusal as refusal:
                if refusal.fault is PARTNER_UNREACHABLE:
                    self._run("charge.later", lambda tx: self._house.jobs.enqueue(
                        tx, "charge", charge_id=charge_id), wallet_id)  # fmt: skip
                raise

    def ask_again(self, *, charge_id: str, **_: str) -> None:
        """Job: a charge that the bank did not answer."""
        row = self._run("charge.again", lambda tx: store.charge(tx, charge_id), "", "system:pay")
        if row is None or row.done_at is not None or row.refused:
            return
        try:
            self._ask(row)
        except Refusal as refusal:
            if refusal.fault is not PARTNER_REFUSED:
                raise

    def _ask(self, row: Charging) -> None:
        message = Charge(link_id=row.link_id, charge_id=row.charge_id, amount=row.amount)
        bank = self._run("charge.link", lambda tx: store.link(tx, row.link_id), row.wallet_id)
        if bank is None:
            raise Refusal(NO_LINK)
        try:
            done = self._peer(bank.bank).send(account_link.CHARGES, message, Charged)
        except Refusal as refusal:
            if refusal.fault is PARTNER_REFUSED:
                self._refused(row, str(refusal.facts.get("code")))
            raise
        self._run("charge.done", lambda tx: store.set_done(tx, row.charge_id, done.at),
                  row.wallet_id)  # fmt: skip

    def _refused(self, row: Charging, code: str) -> None:
        def work(tx: Transaction) -> None:
            store.set_refused(tx, row.charge_id, code)
            if code == "bank.unknown-link":
                store.end_link(tx, row.link_id, "bank")

        self._run("charge.refused", work, row.wallet_id)

    # ------------------------------------------------------------ inside

    def _peer(self, bank: str) -> LinkPeer:
        house = self._house
        return LinkPeer(house.institution(SELF), bank, house.http(), house.clock)

    def _run(
        self, what: str, work: Callable[[Transaction], T], subject: str, actor: str = "customer"
    ) -> T:
        access = DONE[what].by(actor, subjects=(subject,))
        return self._house.database.run(f"pay.{what}", work, access=access)
