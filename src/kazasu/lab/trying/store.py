"""Rows of trial logins."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import JSON, columns

LASTS: Final = timedelta(hours=1)
"""Longer than any tap; what is older never came back."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The test client of one party."""

    party_id: str
    client_id: str
    key: dict[str, Any] = field(metadata={JSON: True})
    """Private: the sandbox's own, of nobody else."""
    begun_at: datetime
    """Its last login."""


@dataclass(frozen=True, slots=True)
class Login:
    """One login under way, as its client must remember it."""

    party_id: str
    state: str
    nonce: str
    verifier: str
    begun_at: datetime


def trial(tx: Transaction, party_id: str) -> Trial | None:
    return tx.maybe(Trial, f"SELECT {columns(Trial)} FROM trial WHERE party_id = %s", (party_id,))


def first(tx: Transaction, made: Trial, gone: str) -> Trial:
    """The party's one row: that which lies there, or this one. ``gone``: the client in whose place this one comes."""
    there = trial(tx, made.party_id)
    if there is not None and there.client_id != gone:
        return there
    tx.execute("DELETE FROM trial WHERE party_id = %s", (made.party_id,))
    tx.insert("trial", made)
    return made


def begin(tx: Transaction, login: Login) -> None:
    """What never came back goes with it."""
    tx.execute("DELETE FROM trial_login WHERE begun_at < %s", (login.begun_at - LASTS,))
    tx.insert("trial_login", login)
    tx.execute(
        "UPDATE trial SET begun_at = %s WHERE party_id = %s", (login.begun_at, login.party_id)
    )


def take(tx: Transaction, party_id: str, state: str) -> Login | None:
    """The party's login of this state, which is then over: its answer counts once. None: there is none, and none ends."""
    return tx.maybe(
        Login,
        f"DELETE FROM trial_login WHERE party_id = %s AND state = %s RETURNING {columns(Login)}",
        (party_id, state),
    )
