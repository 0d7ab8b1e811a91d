"""Deleting what is over, in every table of short-lived rows."""

from kazasu.foundation.database import Transaction

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
    "approved_payment",
)


def purge(tx: Transaction) -> int:
    """Delete what is over. Returns how many rows. Nothing here is the record of anything: a payment's stays, without its details."""
    return sum(
        tx.execute(f"DELETE FROM {table} WHERE expires_at <= %s", (tx.now,)) for table in _PURGED
    )
