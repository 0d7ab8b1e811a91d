"""Linking a bank account: the service's half of the protocol.

What the bank is asked for is noted first, with a job in the same transaction that asks again: whatever ends in between, both
sides have the link or neither does. A wallet has one: a new link ends the one before.
"""

import hmac
import secrets
from typing import Final

from kazasu.business import account_link
from kazasu.business.account_link import (
    Linked,
    LinkEnded,
    LinkRequest,
    LinkRequested,
    RedeemLink,
)
from kazasu.business.pay import store
from kazasu.business.pay.context import SELF, PayContext
from kazasu.business.pay.faults import (
    DENIED,
    ENDED_MEANWHILE,
    NOT_THE_SAME,
    UNKNOWN_ATTEMPT,
    WRONG_SENDER,
)
from kazasu.business.pay.store import Attempt, BankLink
from kazasu.contracts.base import Done
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.kit.openid import Person

BANKS: Final = ("bank",)
BACK: Final = "/banks/back"
FINISH: Final = "finish-link"
TELL: Final = "tell-ended"


class Linking:
    """From the wish to link an account to the link's end."""

    def __init__(self, desk: PayContext) -> None:
        self._desk = desk
        self._directory = desk.house.directory
        self._back = self._directory.origin(SELF) + BACK

    def begin(self, wallet_id: str, bank: str, person: Person) -> str:
        """Tell the bank who wants to link. Returns the attempt's id.

        Name and date of birth pass through; they are not kept. Raises the kit's refusals.
        """
        if bank not in BANKS or person.birth_date is None:
            raise Refusal(UNKNOWN_ATTEMPT)
        request = LinkRequest(
            request_id=secrets.token_urlsafe(24), return_to=self._back,
            state=secrets.token_urlsafe(24), name=person.name, birth_date=person.birth_date,
        )  # fmt: skip
        answer = self._desk.peer(bank).send(account_link.REQUESTS, request, LinkRequested)
        row = Attempt(request.request_id, wallet_id, bank, request.state, answer.continue_at,
                      self._desk.house.clock.now(), None)  # fmt: skip
        self._desk.run("link.begin", lambda tx: store.add_attempt(tx, row), wallet_id)
        return request.request_id

    def attempt(self, wallet_id: str, request_id: str) -> Attempt:
        """Raises Refusal ``pay.unknown-attempt``: also for somebody else's."""
        found = self._desk.run(
            "link.attempt", lambda tx: store.attempt(tx, wallet_id, request_id), wallet_id
        )
        if found is None:
            raise Refusal(UNKNOWN_ATTEMPT)
        return found

    def finish(self, wallet_id: str, answer: dict[str, str]) -> None:
        """The browser is back from the bank: it is the one that left, and brings a token.

        Raises Refusal: ``pay.unknown-attempt``, ``pay.not-the-same``, ``pay.link-denied``, and the
        kit's.
        """
        attempt = self.attempt(wallet_id, answer.get("request", ""))
        if not hmac.compare_digest(attempt.state.encode(), answer.get("state", "").encode()):
            raise Refusal(UNKNOWN_ATTEMPT)
        token, number = answer.get("token", ""), attempt.request_id
        if not token:
            self._refused(attempt)
            raise Refusal(NOT_THE_SAME if answer.get("error") == "not-the-same" else DENIED)
        try:
            message = RedeemLink(request_id=number, token=token)
        except ValueError:
            raise Refusal(UNKNOWN_ATTEMPT) from None

        def work(tx: Transaction) -> None:
            if store.keep_token(tx, number, token):
                self._desk.house.jobs.enqueue(tx, FINISH, request_id=number)

        self._desk.run("link.back", work, wallet_id)
        self._redeem(attempt, message)

    def finish_again(self, *, request_id: str, **_: str) -> None:
        """Job: the bank may have linked the account, and we do not know it yet."""
        waiting = self._desk.run(
            "link.again", lambda tx: store.redeeming(tx, request_id), "", "system:pay"
        )
        if waiting is None:
            return
        try:
            self._redeem(waiting, RedeemLink(request_id=request_id, token=waiting.token))
        except Refusal as refusal:
            decided = self._desk.peer(waiting.bank).decided(refusal)
            if not decided and refusal.fault is not ENDED_MEANWHILE:
                raise

    def _redeem(self, attempt: Attempt, message: RedeemLink) -> None:
        peer = self._desk.peer(attempt.bank)
        try:
            linked = peer.send(account_link.LINKS, message, Linked)
        except Refusal as refusal:
            if peer.decided(refusal):
                self._refused(attempt)
            raise

        def work(tx: Transaction) -> bool:
            store.finish_attempt(tx, attempt.request_id)
            if (
                store.link(tx, linked.link_id) is not None
            ):  # asked again: it is here, and may have ended
                return True
            if store.ended_before(tx, linked.link_id, attempt.bank):
                return False
            for link_id in store.end_links(tx, attempt.wallet_id, "replaced"):
                self._desk.house.jobs.enqueue(tx, TELL, link_id=link_id)
            row = BankLink(linked.link_id, attempt.wallet_id, attempt.bank, linked.hint, tx.now,
                           None, "")  # fmt: skip
            store.add_link(tx, row)
            return True

        if not self._desk.run("link.finish", work, attempt.wallet_id):
            raise Refusal(ENDED_MEANWHILE)

    def _refused(self, attempt: Attempt) -> None:
        number = attempt.request_id
        self._desk.run("link.refused", lambda tx: store.finish_attempt(tx, number),
                       attempt.wallet_id)  # fmt: skip

    # ------------------------------------------------------------ the end

    def unlink(self, wallet_id: str) -> bool:
        """The customer ends it here; the bank is told. False: there was none."""

        def work(tx: Transaction) -> bool:
            ended = store.end_links(tx, wallet_id, "customer")
            for link_id in ended:
                self._desk.house.jobs.enqueue(tx, TELL, link_id=link_id)
            return bool(ended)

        return self._desk.run("link.unlink", work, wallet_id)

    def tell_ended(self, *, link_id: str, **_: str) -> None:
        """Job: the bank learns that a link ended here."""
        link = self._desk.run("link.tell", lambda tx: store.link(tx, link_id), "", "system:pay")
        if link is not None:
            self._desk.peer(link.bank).tell_ended(link_id)

    def ended(self, token: str) -> Done:
        """The bank's side ended a link. Idempotent: a repetition changes nothing.

        One that is not known yet is remembered: the bank's answer with it may still be under way.

        Raises Refusal ``pay.wrong-sender``.
        """
        read = account_link.read(
            LinkEnded, token, self._directory, me=SELF, now=self._desk.house.clock.now()
        )

        def work(tx: Transaction) -> Done:
            link = store.link(tx, read.message.link_id)
            fresh = store.use_message(tx, read.jti, read.until)
            if not fresh or read.sender not in BANKS or (link and link.bank != read.sender):
                raise Refusal(WRONG_SENDER)
            if link is None:
                store.note_ended(tx, read.message.link_id, read.sender)
            else:
                store.end_link(tx, link.link_id, read.sender)
            return Done()

        return self._desk.run("link.ended", work, read.message.link_id,
                              f"institution:{read.sender}")  # fmt: skip
