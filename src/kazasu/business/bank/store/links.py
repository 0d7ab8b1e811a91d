"""Requests to link an account to a partner's service, and the links."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class LinkRequestRow:
    request_id: str
    partner: str
    return_to: str
    state: str
    name: str
    birthdate: date
    expires_at: datetime
    customer_number: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountLink:
    PERSON: ClassVar = "customer_number"

    link_id: str
    partner: str
    customer_number: str
    account_number: str
    since: datetime
    ended_at: datetime | None
    ended_by: str


_REQUEST, _LINK = columns(LinkRequestRow), columns(AccountLink)


def use_message(tx: Transaction, jti: str, until: datetime) -> bool:
    """False: it was here before."""
    return tx.insert("link_message", twice="keep", jti=jti, until=until)


def add_request(tx: Transaction, row: LinkRequestRow) -> bool:
    return tx.insert("link_request", row, twice="keep")


def request(tx: Transaction, request_id: str) -> LinkRequestRow | None:
    """A request that is open now."""
    return tx.maybe(
        LinkRequestRow,
        f"""SELECT {_REQUEST} FROM link_request
            WHERE request_id = %s AND done_at IS NULL AND token_hash IS NULL AND expires_at > %s""",
        (request_id, tx.now),
    )


def refuse_request(tx: Transaction, request_id: str) -> None:
    tx.execute("UPDATE link_request SET done_at = %s WHERE request_id = %s", (tx.now, request_id))


def approve_request(
    tx: Transaction, request_id: str, customer_number: str, token: str, until: datetime
) -> None:
    tx.execute(
        """UPDATE link_request SET customer_number = %s, token_hash = %s, token_until = %s
           WHERE request_id = %s""",
        (customer_number, _hash(token), until, request_id),
    )


def take_token(tx: Transaction, request_id: str, token: str, partner: str) -> str:
    """Use a token up, in one statement. Returns the customer, or nothing."""
    found = tx.value(
        """UPDATE link_request SET done_at = %s
           WHERE request_id = %s AND token_hash = %s AND token_until > %s AND partner = %s
             AND done_at IS NULL
           RETURNING customer_number""",
        (tx.now, request_id, _hash(token), tx.now, partner),
    )
    return str(found or "")


def set_link(tx: Transaction, request_id: str, link_id: str) -> None:
    tx.execute("UPDATE link_request SET link_id = %s WHERE request_id = %s", (link_id, request_id))


def made_of(tx: Transaction, request_id: str, token: str, partner: str) -> AccountLink | None:
    """The link that this very token was used up for."""
    return tx.maybe(
        AccountLink,
        f"""SELECT {_LINK} FROM account_link WHERE link_id = (
                SELECT link_id FROM link_request
                WHERE request_id = %s AND token_hash = %s AND partner = %s)""",
        (request_id, _hash(token), partner),
    )


def add_link(tx: Transaction, row: AccountLink) -> None:
    tx.insert("account_link", row)


def link(tx: Transaction, link_id: str) -> AccountLink | None:
    return tx.maybe(AccountLink, f"SELECT {_LINK} FROM account_link WHERE link_id = %s", (link_id,))


def links(tx: Transaction, customer_number: str) -> list[AccountLink]:
    return tx.all(
        AccountLink,
        f"SELECT {_LINK} FROM account_link WHERE customer_number = %s ORDER BY since DESC",
        (customer_number,),
    )


def live(tx: Transaction, customer_number: str, partner: str) -> list[AccountLink]:
    """The one to this partner that has not ended; a version before could make several."""
    return tx.all(
        AccountLink,
        f"""SELECT {_LINK} FROM account_link
            WHERE customer_number = %s AND partner = %s AND ended_at IS NULL ORDER BY since DESC""",
        (customer_number, partner),
    )


def end_link(tx: Transaction, link_id: str, ended_by: str) -> int:
    return tx.execute(
        """UPDATE account_link SET ended_at = %s, ended_by = %s
           WHERE link_id = %s AND ended_at IS NULL""",
        (tx.now, ended_by, link_id),
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
