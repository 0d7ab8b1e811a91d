"""Rows of what a completed tap gave: grants, tokens, used assertions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.identity.clients.secret import hashed


@dataclass(frozen=True, slots=True)
class Grant:
    """A completed tap as one relying party may use it."""

    PERSON: ClassVar = "person_ref"

    grant_id: str
    client_id: str
    person_ref: str
    sub: str
    scopes: list[str]
    redirect_uri: str
    nonce: str
    code_challenge: str
    acr: str
    amr: list[str]
    auth_time: datetime
    code_until: datetime
    code_used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime
    dpop_jkt: str = ""
    """The key that its tokens are bound to; empty: bearer tokens."""
    release_id: UUID | None = None
    details: str = ""
    """The payment that was approved; gone with the code."""


_GRANT = f"SELECT {columns(Grant)} FROM authorization_grant"


def insert_grant(tx: Transaction, new: Grant, code: str) -> None:
    tx.insert("authorization_grant", new, code_hash=hashed(code))


def grant_by_code(tx: Transaction, code: str, client_id: str) -> Grant | None:
    return tx.maybe(
        Grant, f"{_GRANT} WHERE code_hash = %s AND client_id = %s", (hashed(code), client_id)
    )


def grant_of_code(tx: Transaction, code: str) -> Grant | None:
    """Whoever's: asked by the service itself, which has just made the code."""
    return tx.maybe(Grant, f"{_GRANT} WHERE code_hash = %s", (hashed(code),))


def grant(tx: Transaction, grant_id: str) -> Grant | None:
    return tx.maybe(Grant, f"{_GRANT} WHERE grant_id = %s", (grant_id,))


def use_code(tx: Transaction, grant_id: str) -> None:
    tx.execute(
        "UPDATE authorization_grant SET code_used_at = %s, details = '' WHERE grant_id = %s",
        (tx.now, grant_id),
    )


def revoke(tx: Transaction, grant_id: str) -> None:
    """End a grant with all that was given out on it."""
    tx.execute(
        """UPDATE authorization_grant SET revoked_at = coalesce(revoked_at, %s)
           WHERE grant_id = %s""",
        (tx.now, grant_id),
    )
    for table in ("access_token", "refresh_token", "released_attributes"):
        tx.execute(f"DELETE FROM {table} WHERE grant_id = %s", (grant_id,))


def insert_attributes(tx: Transaction, grant_id: str, sealed: str, life: timedelta) -> None:
    tx.insert("released_attributes", grant_id=grant_id, sealed=sealed, expires_at=tx.now + life)


def sealed_attributes(tx: Transaction, grant_id: str) -> str | None:
    found = tx.value(
        "SELECT sealed FROM released_attributes WHERE grant_id = %s AND expires_at > %s",
        (grant_id, tx.now),
    )
    return str(found) if found else None


def bind(tx: Transaction, grant_id: str, dpop_jkt: str) -> None:
    """From the first token on a grant belongs to that key."""
    tx.execute(
        "UPDATE authorization_grant SET dpop_jkt = %s WHERE grant_id = %s", (dpop_jkt, grant_id)
    )


@dataclass(frozen=True, slots=True)
class AccessToken:
    client_id: str
    grant_id: str | None
    """None: the client's own (client credentials)."""
    scopes: list[str]
    expires_at: datetime
    dpop_jkt: str = ""


def insert_token(tx: Transaction, token: str, new: AccessToken) -> None:
    tx.insert("access_token", new, token_hash=hashed(token))


def access_token(tx: Transaction, token: str) -> AccessToken | None:
    """The token, if it is still good."""
    return tx.maybe(
        AccessToken,
        f"""SELECT {columns(AccessToken)} FROM access_token
            WHERE token_hash = %s AND expires_at > %s""",
        (hashed(token), tx.now),
    )


def delete_token(tx: Transaction, token: str, client_id: str) -> bool:
    """False: this client has no such access token."""
    return bool(
        tx.execute(
            "DELETE FROM access_token WHERE token_hash = %s AND client_id = %s",
            (hashed(token), client_id),
        )
    )


def owners(tx: Transaction, tokens: Sequence[str]) -> dict[str, str]:
    """Client by token, of those that lie here, good or over."""
    by_hash = {hashed(token): token for token in tokens}
    rows = tx.all(
        Owner,
        "SELECT token_hash, client_id FROM access_token WHERE token_hash = ANY(%s)",
        (list(by_hash),),
    )
    return {by_hash[bytes(row.token_hash)]: row.client_id for row in rows}


@dataclass(frozen=True, slots=True)
class Owner:
    token_hash: bytes
    client_id: str


@dataclass(frozen=True, slots=True)
class RefreshToken:
    client_id: str
    grant_id: str
    dpop_jkt: str
    used_at: datetime | None
    expires_at: datetime
    successor: str = ""
    """Sealed: the one that was given for it."""


def insert_refresh(tx: Transaction, token: str, of: Grant, dpop_jkt: str, until: datetime) -> None:
    tx.insert(
        "refresh_token",
        token_hash=hashed(token),
        client_id=of.client_id,
        grant_id=of.grant_id,
        dpop_jkt=dpop_jkt,
        expires_at=until,
    )


def refresh_token(tx: Transaction, token: str, client_id: str) -> RefreshToken | None:
    """One that has not run out; nobody else uses it until this transaction ends."""
    return tx.maybe(
        RefreshToken,
        f"""SELECT {columns(RefreshToken)} FROM refresh_token
            WHERE token_hash = %s AND client_id = %s AND expires_at > %s
            FOR UPDATE""",
        (hashed(token), client_id, tx.now),
    )


def use_refresh(tx: Transaction, token: str, successor: str) -> None:
    """It is used up, and what it gave is kept for who did not get the answer.

    What an earlier one of the same grant gave is forgotten: this use shows that it arrived.
    """
    tx.execute(
        """UPDATE refresh_token used SET used_at = %s, successor = %s
           WHERE token_hash = %s""",
        (tx.now, successor, hashed(token)),
    )
    tx.execute(
        """UPDATE refresh_token SET successor = ''
           WHERE grant_id = (SELECT grant_id FROM refresh_token WHERE token_hash = %(of)s)
             AND token_hash <> %(of)s AND successor <> ''""",
        {"of": hashed(token)},
    )


def use_assertion(tx: Transaction, client_id: str, jti: str, until: datetime) -> bool:
    """False when this assertion was used before."""
    return tx.insert("used_assertion", twice="keep", client_id=client_id, jti=jti, expires_at=until)
