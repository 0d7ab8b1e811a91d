"""SQL of electronic records: which were issued, and which of them are good."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from kazasu.card.mdoc.formats.status import INVALID, SIZE, SUSPENDED
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns

FULL = SIZE // 2
"""Where a new list is begun: places are drawn at random, so that they tell no order of issue."""


@dataclass(frozen=True, slots=True)
class MdocRow:
    PERSON: ClassVar = "person_id"

    mdoc_id: UUID
    person_id: UUID
    serial: int
    """Of the signing certificate whose data it holds."""
    phone_serial: int
    """Of the user-authentication certificate of the phone that it is on."""
    device_key_hash: bytes
    status_list: int
    status_index: int
    issued_at: datetime
    valid_until: datetime
    revoked_at: datetime | None


_MDOC = f"SELECT {columns(MdocRow)} FROM mdoc"


def mdoc(tx: Transaction, mdoc_id: UUID) -> MdocRow | None:
    return tx.maybe(MdocRow, f"{_MDOC} WHERE mdoc_id = %s", (mdoc_id,))


def owner_of_key(tx: Transaction, device_key_hash: bytes) -> UUID | None:
    """Whose records this phone's key has had."""
    found: UUID | None = tx.value(
        "SELECT person_id FROM mdoc WHERE device_key_hash = %s LIMIT 1", (device_key_hash,)
    )
    return found


def free_place(tx: Transaction) -> tuple[int, int]:
    """A status list, and a place in it to try; another may take it first."""
    number = int(tx.value("SELECT coalesce(max(status_list), 0) FROM mdoc") or 0)
    used = int(tx.value("SELECT count(*) FROM mdoc WHERE status_list = %s", (number,)) or 0)
    return number + (used >= FULL), secrets.randbelow(SIZE)


def enter(tx: Transaction, row: MdocRow) -> bool:
    """False: the place in the status list is taken."""
    return tx.insert("mdoc", row, twice=("status_list", "status_index"))


def end_all_of_key(tx: Transaction, person_id: UUID, device_key_hash: bytes) -> int:
    """All records of one phone's key. Returns how many were good until now."""
    return tx.execute(
        """UPDATE mdoc SET revoked_at = %s
            WHERE person_id = %s AND device_key_hash = %s AND revoked_at IS NULL""",
        (tx.now, person_id, device_key_hash),
    )


@dataclass(frozen=True, slots=True)
class State:
    status_index: int
    state: int


def bad_ones(tx: Transaction, status_list: int) -> dict[int, int]:
    """Of one list: which places are ended or suspended. What is past its validity is left out."""
    rows = tx.all(
        State,
        """SELECT status_index, CASE WHEN ended THEN %s ELSE %s END AS state
             FROM (SELECT m.status_index,
                          num_nonnulls(m.revoked_at, c.revoked_at, p.revoked_at) > 0 AS ended,
                          EXISTS (SELECT FROM certificate_hold h
                                   WHERE (h.kind, h.serial) IN ((c.kind, c.serial), (p.kind, p.serial))
                                     AND h.released_at IS NULL) AS held
                     FROM mdoc m
                     JOIN certificate c ON (c.kind, c.serial) = (m.kind, m.serial)
                     JOIN certificate p ON (p.kind, p.serial) = (m.phone_kind, m.phone_serial)
                    WHERE m.status_list = %s AND m.valid_until >= %s) AS one
            WHERE ended OR held""",
        (INVALID, SUSPENDED, status_list, tx.now),
    )
    return {row.status_index: row.state for row in rows}


def last_list(tx: Transaction) -> int:
    return int(tx.value("SELECT coalesce(max(status_list), 0) FROM mdoc") or 0)
