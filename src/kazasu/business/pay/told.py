"""What the identity service tells of a customer, and what follows for the wallet."""

from typing import Final

from kazasu.business.pay import store
from kazasu.exchange.room import RoomContext
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.foundation.web.sessions import end_sessions
from kazasu.kit.events import LINK_ENDED, REMEMBERED, Receiver, SecurityEvent
from kazasu.kit.opening import openid_of
from kazasu.kit.sql import SqlLinks, first_time, forget_events

SELF: Final = "pay"
_BY: Final = "institution:identity"
HEAR: Final = action(
    "pay.event.receive", "institution",
    Text("本人確認のサービスからの知らせ", "Word from the identity service"),
)  # fmt: skip


class Told:
    """A link that its person ended at the identity service ends the sessions, and the bank's link with them.

    The wallet stays as it is, under the subject that stays the person's: money in it is theirs when they come again.
    """

    def __init__(self, house: RoomContext) -> None:
        self._house = house
        openid = openid_of(house)
        self._receiver = Receiver(openid.issuer, SELF, openid.keys)

    def receive(self, token: str) -> None:
        """A pushed event, verified, in effect once. Raises Refusal ``kit.bad-event``, ``kit.event-differs``."""
        event = self._receiver.verified(token, self._house.clock.now())

        def work(tx: Transaction) -> None:
            forget_events(tx, REMEMBERED)
            if first_time(tx, event) and event.kind == LINK_ENDED:
                self._link_ended(tx, event)

        access = HEAR.by(_BY, subjects=(event.subject,))
        self._house.database.run("pay.event.receive", work, access=access)

    def _link_ended(self, tx: Transaction, event: SecurityEvent) -> None:
        wallet_id = SqlLinks(tx).own_id(event.subject)
        if not wallet_id:  # somebody who never had a wallet
            return
        end_sessions(tx, "customer", wallet_id)
        for link_id in store.end_links(tx, wallet_id, "link-ended"):
            self._house.jobs.enqueue(tx, "tell-ended", link_id=link_id)
