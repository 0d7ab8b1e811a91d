"""Deleting what is over, in every table of short-lived rows."""

from kazasu.foundation.database import Transaction

_PURGED = (
    "passkey_challenge",
    "pushed_request",
    "refresh_token",
    "tap_answer",
    "authorization_request",
    "released_attributes",
    "access_token",
    "used_assertion",
    "sign_transaction",
    "authorization_grant",
    "approved_payment",
)

_TAPS = """DELETE FROM tap WHERE expires_at <= %s AND NOT EXISTS (
    SELECT FROM authorization_request r WHERE r.authorization_id = tap.authorization_id)"""
"""With its request, which lives longer: until then whoever comes back to the tap is told how it ended, and may begin it anew."""


def purge(tx: Transaction) -> int:
    """Delete what is over. Returns how many rows. Nothing here is the record of anything: a payment's stays, without its details."""
    deleted = sum(
        tx.execute(f"DELETE FROM {table} WHERE expires_at <= %s", (tx.now,)) for table in _PURGED
    )
    return deleted + tx.execute(_TAPS, (tx.now,))
