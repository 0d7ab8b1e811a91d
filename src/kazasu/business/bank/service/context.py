"""What all use cases of the bank stand on."""

from collections.abc import Callable
from typing import Final, TypeVar

from kazasu.business.bank.faults import NO_APPLICATION
from kazasu.business.bank.model import Customer, new_customer_number
from kazasu.business.bank.store import customers, ledger
from kazasu.business.bank.store.customers import QueueItem
from kazasu.contracts.identity import issuer_of
from kazasu.exchange.room import RoomContext
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
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


class BankContext:
    """The room, the identity service and latest attributes, as the bank uses them."""

    def __init__(self, house: RoomContext) -> None:
        self.house: Final = house
        self.clock: Final = house.clock
        self.origin: Final = house.directory.origin(SELF)
        self.identity: Final = house.directory.origin("identity")
        self.openid: Final = OpenId(issuer_of(self.identity), house.http(), house.clock)
        callback = f"{self.origin}/signin/callback"
        key = house.institution(SELF).client_key
        self.party: Final = RelyingParty(CLIENT_ID, callback, key, strict=True)
        self.latest: Final = Latest(house.http(), self.identity, self._latest_headers)

    def _latest_headers(self, method: str, url: str) -> dict[str, str]:
        return self.openid.own_headers(self.party, SCOPE, method, url)

    def as_customer(
        self, customer_number: str, what: str, work: Callable[[Transaction], T],
        purpose: Text = BANKING,
    ) -> T:  # fmt: skip
        """A use case that the customer asked for."""
        access = Access("customer", f"bank.{what}", purpose, (customer_number,))
        return self.house.database.run(f"bank.{what}", work, access=access)

    def as_system(
        self, what: str, work: Callable[[Transaction], T], purpose: Text,
        subjects: tuple[str, ...] = (), actor: str = "system:bank",
    ) -> T:  # fmt: skip
        """A use case that an event, a partner or the calendar asked for."""
        access = Access(actor, f"bank.{what}", purpose, subjects)
        return self.house.database.run(f"bank.{what}", work, access=access)

    def figures(self) -> tuple[dict[str, int], list[QueueItem]]:
        """For the operator: how many, never who."""

        def work(tx: Transaction) -> tuple[dict[str, int], list[QueueItem]]:
            return customers.figures(tx) | {"ledger": ledger.total(tx)}, customers.queue(tx)

        return self.as_system("figures", work, OPERATING)


def identifiers(tx: Transaction) -> Identifiers:
    """The bank's own identifiers are its customer numbers."""

    def unused() -> str:
        while customers.customer(tx, number := new_customer_number()) is not None:
            pass
        return number

    return Identifiers(SqlLinks(tx), unused, tx.now)


def must_have(tx: Transaction, customer_number: str) -> Customer:
    """Raises Refusal ``bank.no-application`` when the session outlived its customer."""
    found = customers.customer(tx, customer_number)
    if found is None:
        raise Refusal(NO_APPLICATION)
    return found
