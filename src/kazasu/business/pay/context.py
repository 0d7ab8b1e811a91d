"""What all use cases of the payment service stand on, and everything that is done with wallets."""

from collections.abc import Callable
from typing import Final, TypeVar

from kazasu.business.account_link import LinkPeer
from kazasu.exchange.room import RoomContext
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text

T = TypeVar("T")
SELF: Final = "pay"
PAYING: Final = Text("ウォレットの利用", "Using the wallet")
LINKING: Final = Text("銀行口座の連携", "Linking a bank account")
DONE: Final = {
    what: action(f"pay.{what}", "customer", purpose)
    for purpose, acts in (
        (PAYING, ("sign-in", "wallet", "charge.ask", "charge.link", "charge.done", "charge.refused")),
        (LINKING, ("link.begin", "link.attempt", "link.refused", "link.back", "link.finish", "link.unlink")),
    )
    for what in acts
} | {
    "link.ended": action("pay.link.ended", "institution", LINKING),
    "charge.again": action("pay.charge.again", "system", PAYING, itself="pay", shows="found"),
    "charge.given-up": action("pay.charge.given-up", "system", PAYING, itself="pay", shows="nobody",
                              why="one row is marked, unread"),
    "link.again": action("pay.link.again", "system", LINKING, itself="pay", shows="found"),
    "link.tell": action("pay.link.tell", "system", LINKING, itself="pay", shows="found"),
}  # fmt: skip
"""By the name that the audit row and the crash points have."""


class PayContext:
    """The room, as the payment service uses it."""

    def __init__(self, house: RoomContext) -> None:
        self.house: Final = house

    def peer(self, bank: str) -> LinkPeer:
        house = self.house
        return LinkPeer(house.institution(SELF), bank, house.http(), house.clock)

    def run(
        self, what: str, work: Callable[[Transaction], T], subject: str, actor: str = "customer"
    ) -> T:
        """A use case; ``what`` of :data:`DONE`."""
        access = DONE[what].by(actor, subjects=(subject,))
        return self.house.database.run(f"{SELF}.{what}", work, access=access)
