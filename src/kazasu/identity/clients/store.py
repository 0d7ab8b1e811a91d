"""Rows of the register of relying parties."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns, names, values
from kazasu.identity.clients.model import Client, Mode

_SUSPENDED = """coalesce(suspended_at, (SELECT party.suspended_at FROM client party
                                        WHERE party.client_id = client.stands_for)) AS suspended_at"""
_CLIENT = f"SELECT {columns(Client).replace('suspended_at', _SUSPENDED)} FROM client"


def client(tx: Transaction, client_id: str) -> Client | None:
    return tx.maybe(Client, f"{_CLIENT} WHERE client_id = %s", (client_id,))


def copy_clients(tx: Transaction, clients: Sequence[Client]) -> int:
    """Register the institutions (founding only)."""
    return tx.copy("client", names(Client), (tuple(values(c, {}).values()) for c in clients))


def next_number(tx: Transaction) -> int:
    return int(tx.value("SELECT nextval('client_number')"))


def insert(tx: Transaction, new: Client, contact: str, registration_hash: bytes) -> None:
    tx.insert(
        "client",
        new,
        contact=contact,
        registered_at=tx.now,
        registration_hash=registration_hash,
    )


@dataclass(frozen=True, slots=True)
class Registered:
    """Who may speak for the registration, and since when it is there."""

    client_id: str
    registration_hash: bytes | None
    registered_at: datetime | None
    contact: str


def registered(tx: Transaction, client_id: str) -> Registered | None:
    return tx.maybe(
        Registered,
        f"SELECT {columns(Registered)} FROM client WHERE client_id = %s",
        (client_id,),
    )


def client_of_registration(tx: Transaction, registration_hash: bytes) -> str:
    """Whose registration this secret opens; empty: nobody's."""
    found = tx.value(
        "SELECT client_id FROM client WHERE registration_hash = %s", (registration_hash,)
    )
    return str(found or "")


@dataclass(frozen=True, slots=True)
class Reviewed:
    client_id: str
    name_ja: str
    name_en: str


def reviewed_names(tx: Transaction) -> list[Reviewed]:
    """Of the private parties that left test mode; institutions' names stand in the directory."""
    return tx.all(
        Reviewed,
        f"SELECT {columns(Reviewed)} FROM client WHERE institution = '' AND mode <> 'test'",
    )


def in_test_mode(tx: Transaction, client_ids: Collection[str]) -> set[str]:
    return set(
        tx.column(
            "SELECT client_id FROM client WHERE client_id = ANY(%s) AND mode = 'test'",
            (list(client_ids),),
        )
    )


def update(tx: Transaction, new: Client, contact: str) -> None:
    """All that may change: never the sector (the database refuses that too)."""
    tx.execute(
        """UPDATE client SET name_ja = %s, name_en = %s, colour = %s, keys = %s,
                  redirect_uris = %s, logout_uris = %s, scopes = %s, grants = %s, purposes = %s,
                  backchannel_logout_uri = %s, events_uri = %s, strict = %s OR mode = 'live',
                  contact = %s, native = %s, id_token_alg = %s, compat = %s AND mode = 'test',
                  jwks_uri = %s, keys_at = %s, keys_tried_at = %s
           WHERE client_id = %s""",
        (
            new.name_ja, new.name_en, new.colour,
            Jsonb(new.keys), new.redirect_uris, new.logout_uris, new.scopes,
            new.grants, Jsonb(new.purposes), new.backchannel_logout_uri, new.events_uri,
            new.strict, contact, new.native, new.id_token_alg, new.compat,
            new.jwks_uri, new.keys_at, new.keys_at, new.client_id,
        ),
    )  # fmt: skip


def claim_keys(tx: Transaction, client_id: str, jwks_uri: str, every: timedelta) -> bool:
    """Compare-and-set: may the keys at this address be fetched now? Whether they are found or not, once in so long."""
    return (
        tx.execute(
            """UPDATE client SET keys_tried_at = %s WHERE client_id = %s AND jwks_uri = %s
               AND (keys_tried_at IS NULL OR keys_tried_at <= %s OR keys_tried_at >= %s)""",
            (tx.now, client_id, jwks_uri, tx.now - every, tx.now + every),
        )
        == 1
    )


def keep_keys(tx: Transaction, client_id: str, jwks_uri: str, keys: dict[str, Any]) -> None:
    """What was found there; nothing where the party has moved them meanwhile."""
    tx.execute(
        "UPDATE client SET keys = %s, keys_at = %s WHERE client_id = %s AND jwks_uri = %s",
        (Jsonb(keys), tx.now, client_id, jwks_uri),
    )


def delete(tx: Transaction, client_id: str) -> None:
    """With its test client, which would try settings that nobody has."""
    tx.execute("DELETE FROM client WHERE %s IN (client_id, stands_for)", (client_id,))


def set_mode(tx: Transaction, client_id: str, mode: Mode) -> None:
    """Live parties push their requests and bind their tokens; none but test parties are in compatibility mode."""
    tx.execute(
        """UPDATE client SET mode = %s, strict = strict OR %s, compat = compat AND %s
           WHERE client_id = %s""",
        (mode, mode == "live", mode == "test", client_id),
    )


def set_suspended(tx: Transaction, client_id: str, suspended: bool) -> None:
    tx.execute(
        "UPDATE client SET suspended_at = %s WHERE client_id = %s",
        (tx.now if suspended else None, client_id),
    )


def private_clients(tx: Transaction) -> list[Client]:
    """For the operator, newest first."""
    return tx.all(Client, f"{_CLIENT} WHERE institution = '' ORDER BY client_id DESC LIMIT 500")


# ---------------------------------------------------------------- reviews


@dataclass(frozen=True, slots=True)
class Review:
    client_id: str
    review_id: UUID
    asked_at: datetime
    wanted: Mode
    decided_at: datetime | None
    decided_by: str
    granted: bool | None
    reason: str


_REVIEW = f"SELECT {columns(Review)} FROM client_review"


def reviews(tx: Transaction, client_id: str) -> list[Review]:
    return tx.all(Review, f"{_REVIEW} WHERE client_id = %s ORDER BY asked_at", (client_id,))


def open_reviews(tx: Transaction) -> list[Review]:
    return tx.all(Review, f"{_REVIEW} WHERE decided_at IS NULL ORDER BY asked_at")


def ask_review(tx: Transaction, client_id: str, review_id: UUID, wanted: Mode) -> bool:
    """False when one is open already."""
    return (
        tx.execute(
            """INSERT INTO client_review (client_id, review_id, asked_at, wanted)
               VALUES (%s, %s, %s, %s)
               ON CONFLICT (client_id) WHERE decided_at IS NULL DO NOTHING""",
            (client_id, review_id, tx.now, wanted),
        )
        == 1
    )


def decide(tx: Transaction, review_id: UUID, by: str, granted: bool, reason: str) -> Review | None:
    """The decided review; None when somebody decided before."""
    return tx.maybe(
        Review,
        f"""UPDATE client_review SET decided_at = %s, decided_by = %s, granted = %s, reason = %s
            WHERE review_id = %s AND decided_at IS NULL RETURNING {columns(Review)}""",
        (tx.now, by, granted, reason, review_id),
    )


def end_open_review(tx: Transaction, client_id: str, reason: str) -> None:
    """Nobody decides it: what was to be looked at is not there any more."""
    tx.execute(
        """UPDATE client_review SET decided_at = %s, decided_by = 'system', granted = false, reason = %s
           WHERE client_id = %s AND decided_at IS NULL""",
        (tx.now, reason, client_id),
    )


# ---------------------------------------------------------------- team mode


def invite(tx: Transaction, client_id: str, code_hash: bytes, most: int) -> bool:
    """False when the team is full."""
    return (
        tx.execute(
            """INSERT INTO client_team (client_id, code_hash, invited_at)
               SELECT %s, %s, %s
               WHERE (SELECT count(*) FROM client_team WHERE client_id = %s) < %s""",
            (client_id, code_hash, tx.now, client_id, most),
        )
        == 1
    )


def join(tx: Transaction, code_hash: bytes, person_ref: str) -> str | None:
    """The party whose invitation this was; None when it is unknown or was taken up by another."""
    found = tx.value(
        """UPDATE client_team SET person_ref = %s, joined_at = coalesce(joined_at, %s)
           WHERE code_hash = %s AND (person_ref IS NULL OR person_ref = %s)
           RETURNING client_id""",
        (person_ref, tx.now, code_hash, person_ref),
    )
    return str(found) if found else None


def in_team(tx: Transaction, client_id: str, person_ref: str) -> bool:
    return bool(
        tx.value(
            "SELECT EXISTS (SELECT FROM client_team WHERE client_id = %s AND person_ref = %s)",
            (client_id, person_ref),
        )
    )
