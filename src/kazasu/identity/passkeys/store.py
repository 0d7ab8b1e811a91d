"""Rows of passkeys."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class Passkey:
    PERSON: ClassVar = "person_ref"

    person_ref: str
    credential_id: bytes
    public_key: bytes
    """COSE key, as the authenticator gave it."""
    sign_count: int
    synced: bool
    """May be on several devices of the person's account."""
    bound_at: datetime
    evidence_id: str
    """Of the tap after which it was bound."""
    used_at: datetime | None = None
    ended_at: datetime | None = None


_PASSKEY = f"SELECT {columns(Passkey)} FROM passkey"


def user_handle(tx: Transaction, person_ref: str, new: bytes) -> bytes:
    """By what the person's devices file their passkeys; ``new`` becomes it where there is none."""
    tx.insert("passkey_holder", twice="keep", person_ref=person_ref, user_handle=new)
    return bytes(
        tx.value("SELECT user_handle FROM passkey_holder WHERE person_ref = %s", (person_ref,))
    )


def holder(tx: Transaction, user_handle: bytes) -> str:
    """Whose devices file their passkeys under this; empty: nobody's."""
    found = tx.value("SELECT person_ref FROM passkey_holder WHERE user_handle = %s", (user_handle,))
    return str(found or "")


def of_person(tx: Transaction, person_ref: str) -> list[Passkey]:
    """Those that still open something, newest first."""
    return tx.all(
        Passkey,
        f"{_PASSKEY} WHERE person_ref = %s AND ended_at IS NULL ORDER BY bound_at DESC",
        (person_ref,),
    )


def by_credential(tx: Transaction, credential_id: bytes) -> Passkey | None:
    return tx.maybe(
        Passkey, f"{_PASSKEY} WHERE credential_id = %s AND ended_at IS NULL", (credential_id,)
    )


def insert(tx: Transaction, new: Passkey) -> bool:
    """False when this credential is known already, be it somebody else's."""
    if tx.value(
        "SELECT EXISTS (SELECT FROM passkey WHERE credential_id = %s)", (new.credential_id,)
    ):
        return False
    return tx.insert("passkey", new)


def used(tx: Transaction, one: Passkey, sign_count: int) -> None:
    tx.execute(
        """UPDATE passkey SET sign_count = %s, used_at = %s
           WHERE person_ref = %s AND credential_id = %s""",
        (sign_count, tx.now, one.person_ref, one.credential_id),
    )


def end(tx: Transaction, person_ref: str, credential_id: bytes | None, by: str) -> int:
    """One of them, or all (None). Returns how many ended."""
    return tx.execute(
        """UPDATE passkey SET ended_at = %s, ended_by = %s
           WHERE person_ref = %s AND ended_at IS NULL AND (%s::bytea IS NULL OR credential_id = %s)""",
        (tx.now, by, person_ref, credential_id, credential_id),
    )


def set_challenge(
    tx: Transaction, authorization_id: str, challenge: bytes, life: timedelta
) -> None:
    tx.upsert(
        "passkey_challenge",
        key=("authorization_id",),
        authorization_id=authorization_id,
        challenge=challenge,
        expires_at=tx.now + life,
    )


def take_challenge(tx: Transaction, authorization_id: str) -> bytes | None:
    """Fetch and remove, in one statement."""
    found = tx.value(
        """DELETE FROM passkey_challenge WHERE authorization_id = %s AND expires_at > %s
           RETURNING challenge""",
        (authorization_id, tx.now),
    )
    return bytes(found) if found else None
