"""Rows of the payment service."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from kazasu.business.pay.till import store as till_store
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class Attempt:
    PERSON: ClassVar = "wallet_id"

    request_id: str
    wallet_id: str
    bank: str
    state: str
    continue_at: str
    begun_at: datetime
    done_at: datetime | None
    token: str = ""
    """What the browser brought back, until the bank has answered for it."""


@dataclass(frozen=True, slots=True)
class BankLink:
    PERSON: ClassVar = "wallet_id"

    link_id: str
    wallet_id: str
    bank: str
    hint: str
    since: datetime
    ended_at: datetime | None
    ended_by: str


@dataclass(frozen=True, slots=True)
class Charging:
    """A charge: done, refused, or still to be asked."""

    PERSON: ClassVar = "wallet_id"

    charge_id: str
    wallet_id: str
    link_id: str
    amount: int
    asked_at: datetime
    done_at: datetime | None
    refused: str
    given_up_at: datetime | None = None
    """Nobody asks the bank any more: whether the money was taken is to be found out by people."""

    @property
    def waiting(self) -> bool:
        """The bank has not decided, and is asked again."""
        return self.done_at is None and not self.refused and self.given_up_at is None


_ATTEMPT, _LINK, _CHARGE = columns(Attempt), columns(BankLink), columns(Charging)


def add_attempt(tx: Transaction, row: Attempt) -> None:
    tx.insert("link_attempt", row)


def attempt(tx: Transaction, wallet_id: str, request_id: str) -> Attempt | None:
    """One that is under way."""
    return tx.maybe(
        Attempt,
        f"""SELECT {_ATTEMPT} FROM link_attempt
            WHERE request_id = %s AND wallet_id = %s AND done_at IS NULL""",
        (request_id, wallet_id),
    )


def keep_token(tx: Transaction, request_id: str, token: str) -> bool:
    """False: the same one is being redeemed already."""
    return bool(
        tx.execute(
            """UPDATE link_attempt SET token = %s
               WHERE request_id = %s AND done_at IS NULL AND token <> %s""",
            (token, request_id, token),
        )
    )


def redeeming(tx: Transaction, request_id: str) -> Attempt | None:
    """One whose token was brought, and whose end is not known."""
    return tx.maybe(
        Attempt,
        f"""SELECT {_ATTEMPT} FROM link_attempt
            WHERE request_id = %s AND done_at IS NULL AND token <> ''""",
        (request_id,),
    )


def finish_attempt(tx: Transaction, request_id: str) -> int:
    return tx.execute(
        """UPDATE link_attempt SET done_at = %s, token = ''
           WHERE request_id = %s AND done_at IS NULL""",
        (tx.now, request_id),
    )


def add_link(tx: Transaction, row: BankLink) -> None:
    tx.insert("bank_link", row, twice="keep")


def link(tx: Transaction, link_id: str) -> BankLink | None:
    return tx.maybe(BankLink, f"SELECT {_LINK} FROM bank_link WHERE link_id = %s", (link_id,))


def live_link(tx: Transaction, wallet_id: str) -> BankLink | None:
    """The one that has not ended. Of several, which a version before could make, the newest."""
    return next(iter(live_links(tx, wallet_id)), None)


def live_links(tx: Transaction, wallet_id: str) -> list[BankLink]:
    """All that have not ended, the newest first. Whoever ends one ends all."""
    return tx.all(
        BankLink,
        f"""SELECT {_LINK} FROM bank_link WHERE wallet_id = %s AND ended_at IS NULL
            ORDER BY since DESC, link_id""",
        (wallet_id,),
    )


def end_links(tx: Transaction, wallet_id: str, by: str) -> list[str]:
    """All of a wallet. Returns whose end the bank has to be told."""
    return [one.link_id for one in live_links(tx, wallet_id) if end_link(tx, one.link_id, by)]


def note_ended(tx: Transaction, link_id: str, bank: str) -> None:
    """A link that ended before it was known here; the answer that brings it is under way for minutes at most."""
    tx.execute("DELETE FROM ended_link WHERE ended_at < %s", (tx.now - timedelta(days=1),))
    tx.insert("ended_link", twice="keep", link_id=link_id, bank=bank, ended_at=tx.now)


def ended_before(tx: Transaction, link_id: str, bank: str) -> bool:
    """Did the bank end it before it was known here?"""
    return bool(
        tx.value(
            "SELECT count(*) FROM ended_link WHERE link_id = %s AND bank = %s", (link_id, bank)
        )
    )


def end_link(tx: Transaction, link_id: str, by: str) -> int:
    return tx.execute(
        """UPDATE bank_link SET ended_at = %s, ended_by = %s
           WHERE link_id = %s AND ended_at IS NULL""",
        (tx.now, by, link_id),
    )


def add_charge(tx: Transaction, row: Charging) -> bool:
    return tx.insert("charge", row, twice="keep")


def charge(tx: Transaction, charge_id: str) -> Charging | None:
    return tx.maybe(Charging, f"SELECT {_CHARGE} FROM charge WHERE charge_id = %s", (charge_id,))


def charges(tx: Transaction, wallet_id: str) -> list[Charging]:
    return tx.all(
        Charging,
        f"SELECT {_CHARGE} FROM charge WHERE wallet_id = %s ORDER BY asked_at DESC LIMIT 50",
        (wallet_id,),
    )


def set_done(tx: Transaction, charge_id: str, at: datetime) -> int:
    """The bank has booked it. That counts more than a refusal: two asked at once, and the other was answered first."""
    return tx.execute(
        "UPDATE charge SET done_at = %s, refused = '', given_up_at = NULL WHERE charge_id = %s AND done_at IS NULL",
        (at, charge_id),
    )


def set_refused(tx: Transaction, charge_id: str, code: str) -> int:
    return tx.execute(
        "UPDATE charge SET refused = %s WHERE charge_id = %s AND done_at IS NULL",
        (code, charge_id),
    )


def set_given_up(tx: Transaction, charge_id: str) -> int:
    return tx.execute(
        "UPDATE charge SET given_up_at = %s WHERE charge_id = %s AND done_at IS NULL AND refused = ''",
        (tx.now, charge_id),
    )


def balance(tx: Transaction, wallet_id: str) -> int:
    """Yen: what the bank paid in, less what was paid at shops and not refunded."""
    charged = int(
        tx.value(
            """SELECT coalesce(sum(amount), 0) FROM charge
               WHERE wallet_id = %s AND done_at IS NOT NULL""",
            (wallet_id,),
        )
    )
    return charged - till_store.spent(tx, wallet_id)


def use_message(tx: Transaction, jti: str, until: datetime) -> bool:
    """False: it was here before."""
    tx.execute("DELETE FROM link_message WHERE until < %s", (tx.now,))
    return tx.insert("link_message", twice="keep", jti=jti, until=until)
