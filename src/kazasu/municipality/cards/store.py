"""A card on the reader of the card desk, between the terminal's two calls."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class CardTap:
    request_id: str
    case_id: str
    token: UUID
    staff_id: str
    expires_at: datetime
    handle: str


def add_tap(tx: Transaction, new: CardTap) -> None:
    tx.insert("card_tap", new, municipality_code=tx.tenant)


def tap(tx: Transaction, request_id: str) -> CardTap | None:
    return tx.maybe(
        CardTap,
        f"""SELECT {columns(CardTap)} FROM card_tap
            WHERE municipality_code = %s AND request_id = %s""",
        (tx.tenant, request_id),
    )


def set_tap_handle(tx: Transaction, request_id: str, handle: str, *, before: str) -> bool:
    """False when it was another one than ``before``: somebody was faster."""
    return (
        tx.execute(
            """UPDATE card_tap SET handle = %s
               WHERE municipality_code = %s AND request_id = %s AND handle = %s""",
            (handle, tx.tenant, request_id, before),
        )
        == 1
    )


def take_tap(tx: Transaction, handle: str, staff_id: str) -> CardTap | None:
    """Fetched and removed, for the clerk who began it."""
    return tx.maybe(
        CardTap,
        f"""DELETE FROM card_tap
            WHERE municipality_code = %s AND handle = %s AND handle <> '' AND staff_id = %s
            RETURNING {columns(CardTap)}""",
        (tx.tenant, handle, staff_id),
    )
