"""Rows of authorization requests and their taps: SQL in, typed values out."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.identity.clients.secret import hashed
from kazasu.identity.model import AuthorizationRequest, Device


def insert_pushed(
    tx: Transaction, reference: str, client_id: str, parameters: dict[str, str], life: timedelta
) -> None:
    tx.insert(
        "pushed_request",
        uri_hash=hashed(reference),
        client_id=client_id,
        parameters=parameters,
        expires_at=tx.now + life,
    )


def pushed(tx: Transaction, reference: str, client_id: str) -> dict[str, str] | None:
    """For the client that pushed it. Opening its address uses nothing up: :func:`spend_pushed` does."""
    found: dict[str, str] | None = tx.value(
        """SELECT parameters FROM pushed_request
           WHERE uri_hash = %s AND client_id = %s AND expires_at > %s""",
        (hashed(reference), client_id, tx.now),
    )
    return found


def spend_pushed(tx: Transaction, of: "Waiting") -> bool:
    """Where the code is given, once (FAPI 2.0 5.3.2.2: at the point of authorization). False when another request of
    the same address was given one before."""
    if not of.pushed:
        return True
    tx.execute("DELETE FROM pushed_request WHERE uri_hash = %s", (of.pushed,))
    return not tx.value(
        """SELECT count(*) FROM authorization_request
           WHERE pushed = %s AND pushed <> '' AND outcome = 'granted' AND authorization_id <> %s""",
        (of.pushed, of.authorization_id),
    )


Outcome = Literal["", "granted", "stopped"]
"""How a request ended: the code was given, or the person stopped. Empty: it has not."""


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
    expires_at: datetime
    done_at: datetime | None
    failure: dict[str, Any] | None
    dpop_jkt: str = ""
    login_hint: str = ""
    details: str = ""
    """A payment to be approved, canonical."""
    outcome: Outcome = ""
    card_only: bool = False
    pushed: bytes = b""
    """Hash of the pushed request's address with which it began; empty: the browser brought it all."""
    expected_sub: str = ""
    """The subject that alone is given a code; empty: whoever comes."""


@dataclass(frozen=True, slots=True)
class Tap:
    """One attempt at a terminal or phone."""

    tap_id: str
    authorization_id: str
    device: Device
    nonce: str
    phone_code: str
    expires_at: datetime
    begun_on: list[str]
    """The browser that began, in Japanese and English words."""
    begun_at: datetime
    answered_at: datetime | None = None
    confirmed_at: datetime | None = None
    opened_at: datetime | None = None
    """When the code was first opened: what nobody opened, no phone answers."""
    check_number: str = ""
    """For a phone: two digits that both screens show, drawn for this code alone."""


_WAITING = f"SELECT {columns(Waiting)} FROM authorization_request"
_TAP = f"SELECT {columns(Tap)} FROM tap"


def insert_request(
    tx: Transaction,
    authorization_id: str,
    request: AuthorizationRequest,
    *,
    binding: bytes,
    life: timedelta,
    pushed: bytes = b"",
) -> None:
    tx.insert(
        "authorization_request",
        request,
        scopes=list(request.scopes),
        acr_values=list(request.acr_values),
        authorization_id=authorization_id,
        binding=binding,
        expires_at=tx.now + life,
        pushed=pushed,
    )


def waiting(tx: Transaction, authorization_id: str) -> Waiting | None:
    return tx.maybe(Waiting, f"{_WAITING} WHERE authorization_id = %s", (authorization_id,))


def finish_request(tx: Transaction, authorization_id: str, outcome: Outcome) -> bool:
    """Compare-and-set: an authorization request gives one code. False when it was done before."""
    return (
        tx.execute(
            """UPDATE authorization_request SET done_at = %s, failure = NULL, outcome = %s
               WHERE authorization_id = %s AND done_at IS NULL""",
            (tx.now, outcome, authorization_id),
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
    tx.insert("tap", new)


def tap(tx: Transaction, tap_id: str) -> Tap | None:
    return tx.maybe(Tap, f"{_TAP} WHERE tap_id = %s", (tap_id,))


def phone_tap(tx: Transaction, phone_code: str) -> Tap | None:
    """By the code of a QR; that it was opened is noted. Looking uses nothing up: whoever previews a link, or opens it twice,
    takes it from nobody."""
    return tx.maybe(
        Tap,
        f"""UPDATE tap SET opened_at = COALESCE(opened_at, %s)
            WHERE phone_code = %s AND phone_code <> '' RETURNING {columns(Tap)}""",
        (tx.now, phone_code),
    )


def latest_phone_tap(tx: Transaction, authorization_id: str) -> Tap | None:
    return tx.maybe(
        Tap,
        f"""{_TAP} WHERE authorization_id = %s AND device = 'phone'
            ORDER BY begun_at DESC, tap_id LIMIT 1""",
        (authorization_id,),
    )


def on_phone(tx: Transaction, authorization_id: str) -> bool:
    """Whether the tap that was begun last is for a phone."""
    device = tx.value(
        """SELECT device FROM tap WHERE authorization_id = %s
           ORDER BY begun_at DESC, answered_at DESC NULLS LAST LIMIT 1""",
        (authorization_id,),
    )
    return bool(device == "phone")


def end_phone_taps(tx: Transaction, authorization_id: str) -> None:
    """A new code is shown: those before it, which nobody has answered, end."""
    tx.execute(
        """UPDATE tap SET answered_at = %s
           WHERE authorization_id = %s AND device = 'phone' AND answered_at IS NULL""",
        (tx.now, authorization_id),
    )


def answer_tap(tx: Transaction, of: Tap, handle: str, sealed: str) -> bool:
    """Keep what the terminal brought. False when the tap was answered before."""
    first = tx.execute(
        "UPDATE tap SET answered_at = %s WHERE tap_id = %s AND answered_at IS NULL",
        (tx.now, of.tap_id),
    )
    if first:
        tx.insert(
            "tap_answer",
            handle_hash=hashed(handle),
            tap_id=of.tap_id,
            sealed=sealed,
            expires_at=of.expires_at,
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
