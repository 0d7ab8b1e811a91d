"""Rows of the identity service: SQL in, typed values out. Secrets are kept as hashes."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from kazasu.foundation.database import Transaction
from kazasu.identity.model import AuthorizationRequest, Device


def hashed(secret: str) -> bytes:
    """How a high-entropy secret is stored."""
    return hashlib.sha256(secret.encode()).digest()


# ---------------------------------------------------------------- pushed requests


def insert_pushed(
    tx: Transaction, reference: str, client_id: str, parameters: dict[str, str], life: timedelta
) -> None:
    tx.execute(
        """INSERT INTO pushed_request (uri_hash, client_id, parameters, expires_at)
           VALUES (%s, %s, %s, %s)""",
        (hashed(reference), client_id, Jsonb(parameters), tx.now + life),
    )


def take_pushed(tx: Transaction, reference: str, client_id: str) -> dict[str, str] | None:
    """Fetch and remove, in one statement, for the client that pushed it."""
    found: dict[str, str] | None = tx.value(
        """DELETE FROM pushed_request WHERE uri_hash = %s AND client_id = %s AND expires_at > %s
           RETURNING parameters""",
        (hashed(reference), client_id, tx.now),
    )
    return found


# ---------------------------------------------------------------- authorization and tap


@dataclass(frozen=True, slots=True)
class Waiting:
    """An authorization request that waits for its tap."""

    authorization_id: str
    client_id: str
    redirect_uri: str
    scopes: list[str]
    state: str
    nonce: str
    code_challenge: str
    acr_values: list[str]
    sign_transaction_id: UUID | None
    binding: bytes
    """Hash of the cookie in the browser that began."""
    check_number: str
    """Two digits that both screens show when the phone is used."""
    expires_at: datetime
    done_at: datetime | None
    failure: dict[str, Any] | None
    dpop_jkt: str = ""
    login_hint: str = ""


@dataclass(frozen=True, slots=True)
class Tap:
    """One attempt at a terminal or phone."""

    tap_id: str
    authorization_id: str
    device: Device
    nonce: str
    phone_code: str
    expires_at: datetime
    answered_at: datetime | None = None
    confirmed_at: datetime | None = None


_WAITING = """SELECT authorization_id, client_id, redirect_uri, scopes, state, nonce,
                     code_challenge, acr_values, sign_transaction_id, binding, check_number,
                     expires_at, done_at, failure, dpop_jkt, login_hint
              FROM authorization_request"""
_TAP = """SELECT tap_id, authorization_id, device, nonce, phone_code, expires_at, answered_at,
                 confirmed_at
          FROM tap"""


def insert_request(
    tx: Transaction,
    authorization_id: str,
    request: AuthorizationRequest,
    *,
    binding: bytes,
    check_number: str,
    life: timedelta,
) -> None:
    tx.execute(
        """INSERT INTO authorization_request (authorization_id, client_id, redirect_uri, scopes,
               state, nonce, code_challenge, acr_values, sign_transaction_id, binding,
               check_number, expires_at, dpop_jkt, login_hint)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (authorization_id, request.client_id, request.redirect_uri, list(request.scopes),
         request.state, request.nonce, request.code_challenge, list(request.acr_values),
         request.sign_transaction_id, binding, check_number, tx.now + life, request.dpop_jkt,
         request.login_hint),
    )  # fmt: skip


def waiting(tx: Transaction, authorization_id: str) -> Waiting | None:
    return tx.maybe(Waiting, f"{_WAITING} WHERE authorization_id = %s", (authorization_id,))


def finish_request(tx: Transaction, authorization_id: str) -> bool:
    """Compare-and-set: an authorization request gives one code. False when it was done before."""
    return (
        tx.execute(
            """UPDATE authorization_request SET done_at = %s, failure = NULL
               WHERE authorization_id = %s AND done_at IS NULL""",
            (tx.now, authorization_id),
        )
        == 1
    )


def set_failure(tx: Transaction, authorization_id: str, failure: dict[str, Any] | None) -> None:
    tx.execute(
        """UPDATE authorization_request SET failure = %s
           WHERE authorization_id = %s AND done_at IS NULL""",
        (json.dumps(failure, ensure_ascii=False) if failure else None, authorization_id),
    )


def insert_tap(tx: Transaction, new: Tap) -> None:
    tx.execute(
        """INSERT INTO tap (tap_id, authorization_id, device, nonce, phone_code, expires_at)
           VALUES (%s, %s, %s, %s, %s, %s)""",
        (new.tap_id, new.authorization_id, new.device, new.nonce, new.phone_code, new.expires_at),
    )


def tap(tx: Transaction, tap_id: str) -> Tap | None:
    return tx.maybe(Tap, f"{_TAP} WHERE tap_id = %s", (tap_id,))


def tap_by_phone_code(tx: Transaction, phone_code: str) -> Tap | None:
    return tx.maybe(Tap, f"{_TAP} WHERE phone_code = %s AND phone_code <> ''", (phone_code,))


def latest_phone_tap(tx: Transaction, authorization_id: str) -> Tap | None:
    return tx.maybe(
        Tap,
        f"""{_TAP} WHERE authorization_id = %s AND device = 'phone'
            ORDER BY expires_at DESC, tap_id LIMIT 1""",
        (authorization_id,),
    )


def answer_tap(tx: Transaction, of: Tap, handle: str, sealed: str) -> bool:
    """Keep what the terminal brought. False when the tap was answered before."""
    first = tx.execute(
        "UPDATE tap SET answered_at = %s WHERE tap_id = %s AND answered_at IS NULL",
        (tx.now, of.tap_id),
    )
    if first:
        tx.execute(
            """INSERT INTO tap_answer (handle_hash, tap_id, sealed, expires_at)
               VALUES (%s, %s, %s, %s)""",
            (hashed(handle), of.tap_id, sealed, of.expires_at),
        )
    return first == 1


@dataclass(frozen=True, slots=True)
class Answer:
    tap_id: str
    authorization_id: str
    sealed: str


def tap_of_handle(tx: Transaction, handle: str) -> Tap | None:
    return tx.maybe(
        Tap,
        f"{_TAP} WHERE tap_id = (SELECT tap_id FROM tap_answer WHERE handle_hash = %s)",
        (hashed(handle),),
    )


def take_answer(tx: Transaction, handle: str, binding: bytes) -> Answer | None:
    """Fetch and remove, in one statement, for the browser that began and for no other."""
    return tx.maybe(
        Answer,
        """DELETE FROM tap_answer a USING tap t, authorization_request r
           WHERE a.handle_hash = %s AND t.tap_id = a.tap_id AND t.device = 'terminal'
             AND r.authorization_id = t.authorization_id AND r.binding = %s
             AND a.expires_at > %s
           RETURNING a.tap_id, t.authorization_id, a.sealed""",
        (hashed(handle), binding, tx.now),
    )


def confirm_phone(tx: Transaction, handle: str) -> bool:
    """The phone's browser brought its handle: the waiting screen may go on."""
    return (
        tx.execute(
            """UPDATE tap SET confirmed_at = %s
               WHERE device = 'phone' AND confirmed_at IS NULL AND expires_at > %s
                 AND tap_id = (SELECT tap_id FROM tap_answer WHERE handle_hash = %s)""",
            (tx.now, tx.now, hashed(handle)),
        )
        == 1
    )


def take_phone_answer(tx: Transaction, authorization_id: str, binding: bytes) -> Answer | None:
    """The same for a tap on the phone, once the phone has confirmed it."""
    return tx.maybe(
        Answer,
        """DELETE FROM tap_answer a USING tap t, authorization_request r
           WHERE t.authorization_id = %s AND t.device = 'phone' AND t.confirmed_at IS NOT NULL
             AND a.tap_id = t.tap_id AND r.authorization_id = t.authorization_id
             AND r.binding = %s AND a.expires_at > %s
           RETURNING a.tap_id, t.authorization_id, a.sealed""",
        (authorization_id, binding, tx.now),
    )


# ---------------------------------------------------------------- grants and tokens


@dataclass(frozen=True, slots=True)
class Grant:
    """A completed tap as one relying party may use it."""

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


_GRANT = """SELECT grant_id, client_id, person_ref, sub, scopes, redirect_uri, nonce,
                   code_challenge, acr, amr, auth_time, code_until, code_used_at, revoked_at,
                   expires_at, dpop_jkt, release_id
            FROM authorization_grant"""


def insert_grant(tx: Transaction, new: Grant, code: str) -> None:
    tx.execute(
        """INSERT INTO authorization_grant (grant_id, client_id, person_ref, sub, scopes,
               redirect_uri, nonce, code_challenge, acr, amr, auth_time, code_hash, code_until,
               expires_at, dpop_jkt, release_id)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (new.grant_id, new.client_id, new.person_ref, new.sub, new.scopes, new.redirect_uri,
         new.nonce, new.code_challenge, new.acr, new.amr, new.auth_time, hashed(code),
         new.code_until, new.expires_at, new.dpop_jkt, new.release_id),
    )  # fmt: skip


def grant_by_code(tx: Transaction, code: str, client_id: str) -> Grant | None:
    return tx.maybe(
        Grant, f"{_GRANT} WHERE code_hash = %s AND client_id = %s", (hashed(code), client_id)
    )


def grant(tx: Transaction, grant_id: str) -> Grant | None:
    return tx.maybe(Grant, f"{_GRANT} WHERE grant_id = %s", (grant_id,))


def use_code(tx: Transaction, grant_id: str) -> None:
    tx.execute(
        "UPDATE authorization_grant SET code_used_at = %s WHERE grant_id = %s",
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
    tx.execute(
        "INSERT INTO released_attributes (grant_id, sealed, expires_at) VALUES (%s, %s, %s)",
        (grant_id, sealed, tx.now + life),
    )


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


def insert_token(
    tx: Transaction, token: str, client_id: str, grant_id: str | None, scopes: list[str],
    life: timedelta, dpop_jkt: str = "",
) -> None:  # fmt: skip
    tx.execute(
        """INSERT INTO access_token (token_hash, client_id, grant_id, scopes, expires_at, dpop_jkt)
           VALUES (%s, %s, %s, %s, %s, %s)""",
        (hashed(token), client_id, grant_id, scopes, tx.now + life, dpop_jkt),
    )


def access_token(tx: Transaction, token: str) -> AccessToken | None:
    """The token, if it is still good."""
    return tx.maybe(
        AccessToken,
        """SELECT client_id, grant_id, scopes, expires_at, dpop_jkt FROM access_token
           WHERE token_hash = %s AND expires_at > %s""",
        (hashed(token), tx.now),
    )


@dataclass(frozen=True, slots=True)
class RefreshToken:
    client_id: str
    grant_id: str
    dpop_jkt: str
    used_at: datetime | None


def insert_refresh(tx: Transaction, token: str, of: Grant, dpop_jkt: str, until: datetime) -> None:
    tx.execute(
        """INSERT INTO refresh_token (token_hash, client_id, grant_id, dpop_jkt, expires_at)
           VALUES (%s, %s, %s, %s, %s)""",
        (hashed(token), of.client_id, of.grant_id, dpop_jkt, until),
    )


def use_refresh(tx: Transaction, token: str, client_id: str) -> RefreshToken | None:
    """The token as it was before this use; used up from now on, in one statement."""
    return tx.maybe(
        RefreshToken,
        """UPDATE refresh_token new SET used_at = coalesce(old.used_at, %s)
           FROM (SELECT token_hash, used_at FROM refresh_token
                 WHERE token_hash = %s AND client_id = %s AND expires_at > %s FOR UPDATE) old
           WHERE new.token_hash = old.token_hash
           RETURNING new.client_id, new.grant_id, new.dpop_jkt, old.used_at""",
        (tx.now, hashed(token), client_id, tx.now),
    )


def use_assertion(tx: Transaction, client_id: str, jti: str, until: datetime) -> bool:
    """False when this assertion was used before."""
    return (
        tx.execute(
            """INSERT INTO used_assertion (client_id, jti, expires_at) VALUES (%s, %s, %s)
               ON CONFLICT DO NOTHING""",
            (client_id, jti, until),
        )
        == 1
    )


# ---------------------------------------------------------------- signing


@dataclass(frozen=True, slots=True)
class Signing:
    sign_transaction_id: UUID
    client_id: str
    document: str
    """Sealed to the service itself."""
    audiences: list[str]
    expires_at: datetime
    signature: str | None = None
    signed_at: datetime | None = None
    certificates: dict[str, str] | None = None
    grant_id: str | None = None


def insert_signing(tx: Transaction, new: Signing) -> None:
    tx.execute(
        """INSERT INTO sign_transaction (sign_transaction_id, client_id, document, audiences,
                                         expires_at)
           VALUES (%s, %s, %s, %s, %s)""",
        (new.sign_transaction_id, new.client_id, new.document, new.audiences, new.expires_at),
    )


def signing(tx: Transaction, sign_transaction_id: UUID, client_id: str) -> Signing | None:
    """The client's own transaction, while it lives."""
    return tx.maybe(
        Signing,
        """SELECT sign_transaction_id, client_id, document, audiences, expires_at, signature,
                  signed_at, certificates, grant_id
           FROM sign_transaction
           WHERE sign_transaction_id = %s AND client_id = %s AND expires_at > %s""",
        (sign_transaction_id, client_id, tx.now),
    )


def set_signature(
    tx: Transaction,
    sign_transaction_id: UUID,
    signature: str,
    certificates: dict[str, str],
    grant_id: str,
) -> bool:
    """Compare-and-set: a document is signed once. False when it was signed before."""
    return (
        tx.execute(
            """UPDATE sign_transaction
               SET signature = %s, signed_at = %s, certificates = %s, grant_id = %s
               WHERE sign_transaction_id = %s AND signed_at IS NULL AND expires_at > %s""",
            (signature, tx.now, json.dumps(certificates), grant_id, sign_transaction_id, tx.now),
        )
        == 1
    )


# ---------------------------------------------------------------- keys and cleaning


@dataclass(frozen=True, slots=True)
class StoredKey:
    kid: str
    sealed: str
    active_from: datetime


def keys(tx: Transaction) -> list[StoredKey]:
    """Oldest first."""
    return tx.all(
        StoredKey, "SELECT kid, sealed, active_from FROM id_token_key ORDER BY active_from, kid"
    )


def insert_key(tx: Transaction, new: StoredKey) -> None:
    tx.execute(
        "INSERT INTO id_token_key (kid, sealed, active_from) VALUES (%s, %s, %s)",
        (new.kid, new.sealed, new.active_from),
    )


def delete_key(tx: Transaction, kid: str) -> None:
    tx.execute("DELETE FROM id_token_key WHERE kid = %s", (kid,))


_PURGED = (
    "passkey_challenge",
    "pushed_request",
    "refresh_token",
    "tap_answer",
    "tap",
    "authorization_request",
    "released_attributes",
    "access_token",
    "used_assertion",
    "sign_transaction",
    "authorization_grant",
)


def purge(tx: Transaction) -> int:
    """Delete what is over; gives how many rows. Nothing here is the record of anything."""
    return sum(
        tx.execute(f"DELETE FROM {table} WHERE expires_at <= %s", (tx.now,)) for table in _PURGED
    )
