"""What all use cases of the bank stand on."""

from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from kazasu.business.bank.faults import ACCOUNT_CLOSED, NO_APPLICATION
from kazasu.business.bank.model import Customer, new_customer_number
from kazasu.business.bank.store import customers, ledger
from kazasu.business.bank.store.customers import QueueItem
from kazasu.contracts.identity import issuer_of
from kazasu.exchange.room import RoomContext
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.kit.identifiers import Identifiers
from kazasu.kit.latest import SCOPE, Latest
from kazasu.kit.openid import OpenId, RelyingParty
from kazasu.kit.sql import SqlLinks

T = TypeVar("T")
SELF: Final = "bank"
CLIENT_ID: Final = "bank"

BANKING: Final = Text("口座のお取引", "Banking")
OPENING: Final = Text("口座の開設と本人確認", "Opening an account and identity proofing")
KEEPING: Final = Text("お客さまの情報を新しく保つこと", "Keeping a customer's data right")
LINKING: Final = Text("口座連携", "Linking an account")
OPERATING: Final = Text("銀行の運用の数字", "Figures for the bank's operator")
RETENTION: Final = Text("保存期間の終わった記録の削除", "Deleting records whose time is over")

_CUSTOMER: Final = {
    BANKING: ("sign-in", "overview", "statement", "pay-in", "transfer.prepare", "transfer.read",
              "transfer.execute", "payee.list", "payee.keep", "payee.remove", "close", "data.read", "consent.list"),
    OPENING: ("open", "relink", "open-anew"),
    KEEPING: ("consent.take", "consent.decline", "consent.withdraw", "data.told", "data.reading"),
    LINKING: ("link.compare", "link.approve", "link.deny", "link.list", "link.unlink"),
}  # fmt: skip
_OF_OTHERS: Final = {"open", "relink", "open-anew", "transfer.prepare", "transfer.execute"}
"""Customers' own acts that look at others' rows: is the applicant known already, is the payee's account there."""
_PARTNER: Final = ("link.request", "link.redeem", "link.charge", "link.ended")
_ITSELF: Final = {
    KEEPING: ("consent.live", "customer.keep"),
    LINKING: ("link.wanted", "link.tell"),
}
DONE: Final = {
    **{what: action(f"bank.{what}", "customer", purpose, shows="found" if what in _OF_OTHERS else "asked")
       for purpose, acts in _CUSTOMER.items() for what in acts},
    **{what: action(f"bank.{what}", "institution", LINKING, shows="found") for what in _PARTNER},
    **{what: action(f"bank.{what}", "system", purpose, itself="bank", shows="found")
       for purpose, acts in _ITSELF.items() for what in acts},
    "event.receive": action("bank.event.receive", "institution", KEEPING),
    "figures": action("bank.figures", "system", OPERATING, itself="bank", shows="nobody",
                      why="how many, never who"),
    "daily": action("bank.daily", "system", RETENTION, itself="bank", shows="nobody",
                    why="rows of people who left are deleted unread"),
}  # fmt: skip
"""Everything that is done with customers' data, by the name that the audit row and the crash points have."""


class BankContext:
    """The room, the identity service and latest attributes, as the bank uses them."""

    def __init__(self, house: RoomContext) -> None:
        self.house: Final = house
        self.clock: Final = house.clock
        self.origin: Final = house.directory.origin(SELF)
        self.identity: Final = house.directory.origin("identity")
        self.openid: Final = OpenId(issuer_of(self.identity), house.http(), house.clock)
        self.latest: Final = Latest(house.http(), self.identity, self._latest_headers)

    @property
    def party(self) -> RelyingParty:
        """With the key that is in use now."""
        callback = f"{self.origin}/signin/callback"
        key = self.house.institution(SELF).client_key
        return RelyingParty(CLIENT_ID, callback, key, strict=True)

    def _latest_headers(self, method: str, url: str) -> dict[str, str]:
        return self.openid.own_headers(self.party, SCOPE, method, url)

    def as_customer(self, customer_number: str, what: str, work: Callable[[Transaction], T]) -> T:
        """A use case that the customer asked for; ``what`` of :data:`DONE`."""
        access = DONE[what].by("customer", subjects=(customer_number,))
        return self.house.database.run(f"bank.{what}", work, access=access)

    def for_customer(self, customer_number: str, what: str, look: Callable[[Transaction], T]) -> T:
        """What the customer looks at: nothing changes, so nobody loses a race for it."""
        access = DONE[what].by("customer", subjects=(customer_number,))
        return self.house.database.read(f"bank.{what}", look, access=access)

    def as_system(
        self, what: str, work: Callable[[Transaction], T],
        subjects: tuple[str, ...] = (), actor: str = "",
    ) -> T:  # fmt: skip
        """A use case that an event, a partner or the calendar asked for; ``what`` of :data:`DONE`."""
        access = DONE[what].by(actor, subjects=subjects)
        return self.house.database.run(f"bank.{what}", work, access=access)

    def figures(self) -> tuple[dict[str, int], list[QueueItem]]:
        """For the operator: how many, never who."""

        def work(tx: Transaction) -> tuple[dict[str, int], list[QueueItem]]:
            return customers.figures(tx) | {"ledger": ledger.total(tx)}, customers.queue(tx)

        return self.as_system("figures", work)


def identifiers(tx: Transaction) -> Identifiers:
    """The bank's own identifiers are its customer numbers."""

    def unused() -> str:
        while customers.customer(tx, number := new_customer_number()) is not None:
            pass
        return number

    return Identifiers(SqlLinks(tx), unused, tx.now)


CLOSED: Final = "closed"
"""Why a link ended, where it ended with the account."""


def customer_of(tx: Transaction, subject: str) -> str:
    """Whose account the one who signs in has.

    Raises Refusal ``bank.account-closed`` where they had one and closed it, ``kit.not-linked`` otherwise.
    """
    if not SqlLinks(tx).own_id(subject) and (day := _closed_on(tx, subject)) is not None:
        raise Refusal(ACCOUNT_CLOSED, day=day)
    return identifiers(tx).own_id(subject)


def _closed_on(tx: Transaction, subject: str) -> date | None:
    """By the last end of a link of theirs, which holds no data of the customer; None: it ended otherwise, or there was none."""
    at = tx.value(
        """SELECT CASE WHEN reason = %s THEN at END FROM own_link_change
           WHERE kind = 'ended' AND moves -> 0 ->> 0 = %s ORDER BY number DESC LIMIT 1""",
        (CLOSED, subject),
    )
    return civil(at) if at is not None else None


def must_have(tx: Transaction, customer_number: str) -> Customer:
    """Raises Refusal ``bank.no-application`` when the session outlived its customer."""
    found = customers.customer(tx, customer_number)
    if found is None:
        raise Refusal(NO_APPLICATION)
    return found
