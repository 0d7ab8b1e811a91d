"""Partners' services link a customer's account and take yen from it, as the customer agreed."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from kazasu.business import account_link
from kazasu.business.account_link import (
    Charge,
    Charged,
    Linked,
    LinkEnded,
    LinkMessage,
    LinkPeer,
    LinkRequest,
    LinkRequested,
    Read,
    RedeemLink,
)
from kazasu.business.bank.faults import (
    BAD_LINK_TOKEN,
    BAD_RETURN,
    MESSAGE_REPEATED,
    UNKNOWN_LINK,
    UNKNOWN_LINK_REQUEST,
    UNKNOWN_PARTNER,
)
from kazasu.business.bank.model import Customer
from kazasu.business.bank.service.context import SELF, BankContext, must_have
from kazasu.business.bank.service.money import check_may_leave
from kazasu.business.bank.store import customers, ledger, links
from kazasu.business.bank.store.ledger import Posting
from kazasu.business.bank.store.links import AccountLink, LinkRequestRow
from kazasu.contracts.base import Done
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal

PARTNERS: Final = {"pay": "/banks/back"}
"""Services with a contract, and the path that their customers return to."""
REQUEST_LIFE: Final = timedelta(minutes=20)
TOKEN_LIFE: Final = timedelta(minutes=5)

M = TypeVar("M", bound=LinkMessage)
A = TypeVar("A")


class Linking:
    """The bank's half of the protocol."""

    def __init__(self, desk: BankContext) -> None:
        self._desk = desk
        self._directory = desk.house.directory

    # ------------------------------------------------------------ from the partner

    def request(self, token: str) -> LinkRequested:
        """Raises Refusal ``business.bad-link-message``, ``bank.unknown-partner``,
        ``bank.bad-return-address``, ``bank.message-repeated``."""
        read = self._read(LinkRequest, token)
        wanted = read.message
        if wanted.return_to != self._directory.origin(read.sender) + PARTNERS[read.sender]:
            raise Refusal(BAD_RETURN)
        until = self._desk.clock.now() + REQUEST_LIFE
        row = LinkRequestRow(
            wanted.request_id, read.sender, wanted.return_to, wanted.state, wanted.name,
            wanted.birth_date, until, "", None,
        )  # fmt: skip

        def work(tx: Transaction) -> None:
            self._use(tx, read)
            if not links.add_request(tx, row):
                raise Refusal(MESSAGE_REPEATED)

        self._as_partner(read, "link.request", work, read.message.request_id)
        url = f"{self._desk.origin}/link/{wanted.request_id}"
        return LinkRequested(continue_at=url, expires_at=until)

    def redeem(self, token: str) -> Linked:
        """The token of the browser for a link. Idempotent: asked again it is the same link.

        An account has one with a partner: the one before ends, and the partner is told.

        Raises Refusal ``bank.bad-link-token``, ``bank.unknown-link``: it has ended since.
        """
        read = self._read(RedeemLink, token)

        def work(tx: Transaction) -> Linked:
            self._use(tx, read)
            message = read.message
            before = links.made_of(tx, message.request_id, message.token, read.sender)
            if before is not None:
                if before.ended_at is not None:
                    raise Refusal(UNKNOWN_LINK)
                return Linked(link_id=before.link_id, hint=before.account_number[-3:])
            number = links.take_token(tx, message.request_id, message.token, read.sender)
            if not number:
                raise Refusal(BAD_LINK_TOKEN)
            must_have(tx, number).check_usable()
            for older in links.live(tx, number, read.sender):
                if self._end(tx, older, "replaced"):
                    self._desk.house.jobs.enqueue(tx, "tell-ended", link_id=older.link_id)
            account = ledger.account_of(tx, number)
            link = AccountLink(secrets.token_urlsafe(24), read.sender, number, account, tx.now,
                               None, "")  # fmt: skip
            links.add_link(tx, link)
            links.set_link(tx, message.request_id, link.link_id)
            customers.happened(tx, number, "account-linked", **self._partner(read.sender))
            return Linked(link_id=link.link_id, hint=account[-3:])

        return self._as_partner(read, "link.redeem", work, read.message.request_id)

    def charge(self, token: str) -> Charged:
        """Yen from the account to the partner. The same charge twice is one.

        Raises Refusal ``bank.unknown-link``, ``bank.restricted``, ``bank.insufficient-funds``,
        ``bank.over-limit``, ``bank.message-repeated`` (another amount under the same id).
        """
        read = self._read(Charge, token)

        def work(tx: Transaction) -> Charged:
            self._use(tx, read)
            charge = read.message
            link = self._of(tx, charge.link_id, read.sender)
            key = f"charge {link.link_id} {charge.charge_id}"
            before = ledger.posted(tx, key, link.account_number)
            if before is not None:
                if before.amount != -charge.amount:
                    raise Refusal(MESSAGE_REPEATED)
                return Charged(charge_id=charge.charge_id, at=before.at)
            if (
                link.ended_at is not None
            ):  # after what was booked: the partner may not know of that yet
                raise Refusal(UNKNOWN_LINK)
            must_have(tx, link.customer_number).check_usable()
            check_may_leave(tx, link.account_number, charge.amount)
            theirs = f"partner:{read.sender}"
            ledger.open_account(tx, theirs)
            name = self._partner(read.sender)["partner_ja"]
            out = Posting(link.account_number, -charge.amount, name)
            ledger.post(tx, key, "charge", [out, Posting(theirs, charge.amount, link.link_id)])
            return Charged(charge_id=charge.charge_id, at=tx.now)

        return self._as_partner(read, "link.charge", work, read.message.link_id)

    def ended(self, token: str) -> Done:
        """The partner's side ended the link. Idempotent: a repetition changes nothing."""
        read = self._read(LinkEnded, token)

        def work(tx: Transaction) -> Done:
            self._use(tx, read)
            link = self._of(tx, read.message.link_id, read.sender)
            self._end(tx, link, read.sender)
            return Done()

        return self._as_partner(read, "link.ended", work, read.message.link_id)

    # ------------------------------------------------------------ the customer at the bank

    def wanted(self, request_id: str) -> LinkRequestRow:
        """An open request. Raises Refusal ``bank.unknown-link-request``."""
        found = self._desk.as_system(
            "link.wanted", lambda tx: links.request(tx, request_id), (request_id,)
        )
        if found is None:
            raise Refusal(UNKNOWN_LINK_REQUEST)
        return found

    def is_same(self, customer_number: str, row: LinkRequestRow) -> bool:
        """Does the partner mean this customer? If not, the request is refused."""

        def work(tx: Transaction) -> bool:
            customer = must_have(tx, customer_number)
            customer.check_usable()
            same = _same(customer, row)
            if not same:
                links.refuse_request(tx, row.request_id)
            return same

        return self._desk.as_customer(customer_number, "link.compare", work)

    def approve(self, customer_number: str, request_id: str) -> tuple[LinkRequestRow, str]:
        """The customer agrees: a token for the partner, good once and for minutes.

        Raises Refusal ``bank.unknown-link-request``.
        """
        token = secrets.token_urlsafe(32)

        def work(tx: Transaction) -> LinkRequestRow:
            row = links.request(tx, request_id)
            customer = must_have(tx, customer_number)
            customer.check_usable()
            if row is None or not _same(customer, row):
                raise Refusal(UNKNOWN_LINK_REQUEST)
            links.approve_request(tx, request_id, customer_number, token, tx.now + TOKEN_LIFE)
            return row

        return self._desk.as_customer(customer_number, "link.approve", work), token

    def deny(self, customer_number: str, request_id: str) -> LinkRequestRow:
        def work(tx: Transaction) -> LinkRequestRow:
            row = links.request(tx, request_id)
            if row is None:
                raise Refusal(UNKNOWN_LINK_REQUEST)
            links.refuse_request(tx, request_id)
            return row

        return self._desk.as_customer(customer_number, "link.deny", work)

    def links(self, customer_number: str) -> list[AccountLink]:
        return self._desk.for_customer(
            customer_number, "link.list", lambda tx: links.links(tx, customer_number)
        )

    def unlink(self, customer_number: str, link_id: str) -> None:
        """The customer ends it at the bank, with all there are to the same partner; that one is told. Raises ``bank.unknown-link``."""

        def work(tx: Transaction) -> None:
            link = links.link(tx, link_id)
            if link is None or link.customer_number != customer_number:
                raise Refusal(UNKNOWN_LINK)
            for one in [link, *links.live(tx, customer_number, link.partner)]:
                if self._end(tx, one, "customer"):
                    self._desk.house.jobs.enqueue(tx, "tell-ended", link_id=one.link_id)

        self._desk.as_customer(customer_number, "link.unlink", work)

    def tell_ended(self, *, link_id: str, **_: str) -> None:
        """Job: the partner learns that a link ended here."""
        link = self._desk.as_system("link.tell", lambda tx: links.link(tx, link_id), (link_id,))
        if link is not None:
            house = self._desk.house
            peer = LinkPeer(house.institution(SELF), link.partner, house.http(), house.clock)
            peer.tell_ended(link_id)

    # ------------------------------------------------------------ inside

    def _read(self, kind: type[M], token: str) -> Read[M]:
        now: datetime = self._desk.clock.now()
        read = account_link.read(kind, token, self._directory, me=SELF, now=now)
        if read.sender not in PARTNERS:
            raise Refusal(UNKNOWN_PARTNER)
        return read

    @staticmethod
    def _use(tx: Transaction, read: Read[M]) -> None:
        if not links.use_message(tx, read.jti, read.until):
            raise Refusal(MESSAGE_REPEATED)

    def _as_partner(
        self, read: Read[M], what: str, work: Callable[[Transaction], A], about: str
    ) -> A:
        return self._desk.as_system(what, work, (about,), f"institution:{read.sender}")

    @staticmethod
    def _of(tx: Transaction, link_id: str, partner: str) -> AccountLink:
        link = links.link(tx, link_id)
        if link is None or link.partner != partner:
            raise Refusal(UNKNOWN_LINK)
        return link

    def _end(self, tx: Transaction, link: AccountLink, by: str) -> int:
        ended = links.end_link(tx, link.link_id, by)
        if ended:
            customers.happened(
                tx, link.customer_number, "account-unlinked", **self._partner(link.partner)
            )
        return ended

    def _partner(self, partner: str) -> dict[str, str]:
        name = self._directory.entry(partner).name
        return {"partner_ja": name.ja, "partner_en": name.en}


def _same(customer: Customer, row: LinkRequestRow) -> bool:
    """Name and date of birth, as both have them from the card; nothing is normalised."""
    return (customer.name, customer.birthdate) == (row.name, row.birthdate)
