"""SQL of the register: certificates, the cards and phones that they are on, and what state they are in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.jpki.register.model import (
    HOLD,
    CardRow,
    CertificateRow,
    Holder,
    Lifted,
    SignedData,
    Status,
)
from kazasu.jpki.terms import CertificateKind

_LARGEST: Final = 2**63 - 1
"""Of a ``bigint``."""
_CERTIFICATE = f"""SELECT {columns(CertificateRow)}, coalesce(sha256(der), '') AS fingerprint
                   FROM certificate"""


def add_card(tx: Transaction, card: CardRow) -> None:
    tx.insert("card", card, issued_at=tx.now)


def card(tx: Transaction, card_id: str) -> CardRow | None:
    return tx.maybe(
        CardRow,
        f"SELECT {columns(CardRow)} FROM card WHERE card_id = %s",
        (card_id,),
    )


CardStanding = Literal["in-use", "held", "ended"]


def card_standing(tx: Transaction, card_id: str) -> CardStanding:
    """Held: anything on it is. Ended: its user-authentication certificate, which outlives every change of data, was revoked and no
    other came."""
    found: CardStanding = tx.value(
        """SELECT CASE
             WHEN bool_or(kind = 'authentication')
                  AND NOT bool_or(kind = 'authentication' AND revoked_at IS NULL) THEN 'ended'
             WHEN bool_or(revoked_at IS NULL AND EXISTS (
                    SELECT FROM certificate_hold h
                     WHERE h.kind = c.kind AND h.serial = c.serial AND h.released_at IS NULL)) THEN 'held'
             ELSE 'in-use' END
           FROM certificate c WHERE card_id = %s""",
        (card_id,),
    )
    return found


def cards_made_before(
    tx: Transaction, person_id: UUID, day: date, at: datetime | None
) -> Sequence[CardRow]:
    """A person's cards, without phones, that were made before that instant; where it is not known, before that day."""
    return tx.all(
        CardRow,
        f"""SELECT {columns(CardRow)} FROM card
            WHERE person_id = %(person)s AND media = 'card'
              AND CASE WHEN %(at)s::timestamptz IS NULL
                       THEN (issued_at AT TIME ZONE 'Asia/Tokyo')::date < %(day)s
                       ELSE issued_at < %(at)s END ORDER BY card_id""",
        {"person": person_id, "day": day, "at": at},
    )


def record(
    tx: Transaction,
    row: CertificateRow,
    key_hash: bytes,
    supersedes: int | None = None,
    as_of: datetime | None = None,
) -> None:
    """Enter a certificate before it is signed. A key that has one already is a unique violation."""
    tx.insert(
        "certificate",
        row,
        key_hash=key_hash,
        recorded_at=tx.now,
        supersedes=supersedes,
        as_of=as_of,
    )


def as_of(tx: Transaction, kind: CertificateKind, serial: int) -> datetime:
    """Since when its attributes are the register's."""
    found: datetime = tx.value(
        "SELECT coalesce(as_of, recorded_at) FROM certificate WHERE kind = %s AND serial = %s",
        (kind, serial),
    )
    return found


def live_as_of(
    tx: Transaction, person_id: UUID, kind: CertificateKind, at: datetime
) -> Sequence[CertificateRow]:
    """Not revoked, with attributes of that time or before."""
    return tx.all(
        CertificateRow,
        f"""{_CERTIFICATE} WHERE person_id = %s AND kind = %s AND revoked_at IS NULL
              AND coalesce(as_of, recorded_at) <= %s ORDER BY serial""",
        (person_id, kind, at),
    )


def given_up(
    tx: Transaction, key_hash: bytes, kind: CertificateKind, card_id: str, person_id: UUID
) -> int | None:
    """Serial number of what was recorded for this very key on this card and never handed out; None: nothing of the kind."""
    found: int | None = tx.value(
        """SELECT serial FROM certificate WHERE key_hash = %s AND kind = %s AND card_id = %s
             AND person_id = %s AND der IS NULL""",
        (key_hash, kind, card_id, person_id),
    )
    return found


def record_anew(
    tx: Transaction,
    row: CertificateRow,
    before: int,
    supersedes: int | None = None,
    as_of: datetime | None = None,
) -> None:
    """In the place of what was given up, under a number of its own: whatever was signed under the one before is not recorded."""
    tx.execute("DELETE FROM certificate_hold WHERE kind = %s AND serial = %s", (row.kind, before))
    tx.execute(
        """UPDATE certificate
              SET serial = %(serial)s, municipality_code = %(municipality_code)s,
                  not_before = %(not_before)s, not_after = %(not_after)s, generation = %(generation)s,
                  prefecture = %(prefecture)s, city = %(city)s, recorded_at = %(now)s,
                  supersedes = %(supersedes)s, as_of = %(as_of)s,
                  revoked_at = NULL, reason = '', status_changed_at = NULL
            WHERE kind = %(kind)s AND serial = %(before)s AND der IS NULL""",
        {
            "serial": row.serial, "municipality_code": row.municipality_code,
            "not_before": row.not_before, "not_after": row.not_after, "generation": row.generation,
            "prefecture": row.prefecture, "city": row.city, "now": tx.now,
            "supersedes": supersedes, "as_of": as_of, "kind": row.kind, "before": before,
        },
    )  # fmt: skip


def signed(tx: Transaction, kind: CertificateKind, serial: int, der: bytes) -> bool:
    """False: it was signed before, or recorded anew under another number."""
    return (
        tx.execute(
            "UPDATE certificate SET der = %s WHERE kind = %s AND serial = %s AND der IS NULL",
            (der, kind, serial),
        )
        == 1
    )


def certificate(tx: Transaction, kind: CertificateKind, serial: int) -> CertificateRow | None:
    """A certificate that was recorded and handed out. Whatever number somebody shows: one that no column holds is nobody's, and
    would be compared row by row."""
    if not 0 < serial <= _LARGEST:
        return None
    return tx.maybe(
        CertificateRow,
        f"{_CERTIFICATE} WHERE kind = %s AND serial = %s AND der IS NOT NULL",
        (kind, serial),
    )


def signed_data(tx: Transaction, serial: int) -> SignedData | None:
    return tx.maybe(
        SignedData,
        """SELECT der, municipality_code FROM certificate
            WHERE kind = 'signing' AND serial = %s AND der IS NOT NULL""",
        (serial,),
    )


def status(tx: Transaction, kind: CertificateKind, serial: int) -> Status | None:
    """Revoked for good, or held now."""
    row = certificate(tx, kind, serial)
    if row is None:
        return None
    if row.revoked_at is None:
        held_at = tx.value(
            """SELECT held_at FROM certificate_hold
               WHERE kind = %s AND serial = %s AND released_at IS NULL""",
            (kind, serial),
        )
        if held_at is not None:
            return _status(row, held_at, HOLD)
    return _status(row, row.revoked_at, row.reason)


def _status(row: CertificateRow, since: datetime | None, reason: str) -> Status:
    return Status(since, reason, fingerprint=row.fingerprint, generation=row.generation)


def held_at(tx: Transaction, kind: CertificateKind, serial: int, at: datetime) -> datetime | None:
    """Since when a certificate was held at that time, released later or not."""
    found: datetime | None = tx.value(
        """SELECT held_at FROM certificate_hold WHERE kind = %s AND serial = %s AND held_at <= %s
             AND (released_at IS NULL OR released_at > %s)""",
        (kind, serial, at, at),
    )
    return found


def status_at(tx: Transaction, kind: CertificateKind, serial: int, at: datetime) -> Status | None:
    """As far as it matters for a signature made ``at`` some time: what came later does not."""
    now = status(tx, kind, serial)
    if now is None or (now.revoked_at and now.reason != HOLD and now.revoked_at <= at):
        return now
    since = held_at(tx, kind, serial, at)
    if since is not None:
        return replace(now, revoked_at=since, reason=HOLD)
    return replace(now, revoked_at=None, reason="") if now.reason == HOLD else now


def hold(tx: Transaction, kind: CertificateKind, serial: int, by: Holder) -> bool:
    """False when it is held already, or revoked. What is held is held by this, too, and is free when nothing holds it any more."""
    tx.execute(
        """UPDATE certificate_hold SET by_card = by_card OR %s, by_phone = by_phone OR %s
            WHERE kind = %s AND serial = %s AND released_at IS NULL""",
        (by == "card", by == "phone", kind, serial),
    )
    return (
        tx.execute(
            """WITH held AS (
                 INSERT INTO certificate_hold (kind, serial, held_at, by_card, by_phone)
                 SELECT kind, serial, %s, %s, %s FROM certificate
                  WHERE kind = %s AND serial = %s AND revoked_at IS NULL
                 ON CONFLICT (kind, serial) WHERE released_at IS NULL DO NOTHING
                 RETURNING kind, serial)
               UPDATE certificate SET status_changed_at = %s FROM held
                WHERE certificate.kind = held.kind AND certificate.serial = held.serial""",
            (tx.now, by == "card", by == "phone", kind, serial, tx.now),
        )
        == 1
    )


def release(tx: Transaction, kind: CertificateKind, serial: int, by: Holder) -> Lifted:
    """Lift what this put, and nothing else: a phone that its owner stopped stays so when the card is found, and the other way round."""
    free = tx.execute(
        """WITH released AS (
             UPDATE certificate_hold SET released_at = %s
              WHERE kind = %s AND serial = %s AND released_at IS NULL AND by_card = %s AND by_phone = %s
             RETURNING kind, serial)
           UPDATE certificate SET status_changed_at = %s FROM released
            WHERE certificate.kind = released.kind AND certificate.serial = released.serial""",
        (tx.now, kind, serial, by == "card", by == "phone", tx.now),
    )
    if free:
        return "free"
    other = tx.execute(
        """UPDATE certificate_hold SET by_card = %s, by_phone = %s
            WHERE kind = %s AND serial = %s AND released_at IS NULL AND by_card AND by_phone""",
        (by != "card", by != "phone", kind, serial),
    )
    return "held-by-other" if other else "not-held"


def held_on_phones(tx: Transaction, card_id: str) -> int:
    """How many live certificates of the phones that hang on this card are held, by whatever it is."""
    return int(
        tx.value(
            """SELECT count(*) FROM certificate_hold h JOIN certificate c ON (c.kind, c.serial) = (h.kind, h.serial)
                 JOIN card p ON p.card_id = c.card_id
                WHERE p.parent_card = %s AND c.revoked_at IS NULL AND h.released_at IS NULL""",
            (card_id,),
        )
    )


def certificates_of_card(tx: Transaction, card_id: str) -> Sequence[CertificateRow]:
    """Live ones of a card and of the phones that hang on it."""
    return tx.all(
        CertificateRow,
        f"""{_CERTIFICATE} WHERE revoked_at IS NULL AND card_id IN (
              SELECT card_id FROM card WHERE card_id = %s OR parent_card = %s)
            ORDER BY card_id, kind""",
        (card_id, card_id),
    )


def certificates_on(tx: Transaction, card_id: str) -> Sequence[CertificateRow]:
    """Live ones on this very card or phone."""
    return tx.all(
        CertificateRow,
        f"{_CERTIFICATE} WHERE revoked_at IS NULL AND card_id = %s ORDER BY kind",
        (card_id,),
    )


def ever_on(tx: Transaction, card_id: str, kind: CertificateKind) -> bool:
    """Was one of this kind on this very card, whatever became of it? One that came to nothing never was."""
    return bool(
        tx.value(
            """SELECT EXISTS (SELECT FROM certificate WHERE card_id = %s AND kind = %s AND der IS NOT NULL)""",
            (card_id, kind),
        )
    )


def phone_certificates(
    tx: Transaction, kind: CertificateKind, serial: int
) -> Sequence[CertificateRow]:
    """Live ones, of the same kind, on the phones that hang on this certificate's card."""
    return tx.all(
        CertificateRow,
        f"""{_CERTIFICATE} WHERE revoked_at IS NULL AND kind = %s AND card_id IN (
              SELECT p.card_id FROM card p JOIN certificate c ON c.card_id = p.parent_card
               WHERE c.kind = %s AND c.serial = %s)""",
        (kind, kind, serial),
    )


def live_certificates(
    tx: Transaction, person_id: UUID, kind: CertificateKind
) -> Sequence[CertificateRow]:
    """Not revoked, newest first."""
    return tx.all(
        CertificateRow,
        f"""{_CERTIFICATE} WHERE person_id = %s AND kind = %s AND revoked_at IS NULL
            ORDER BY not_before DESC""",
        (person_id, kind),
    )


def person_of_key(tx: Transaction, key_hash: bytes) -> UUID | None:
    """For whom this key was certified before; None: for nobody."""
    found: UUID | None = tx.value(
        "SELECT person_id FROM certificate WHERE key_hash = %s ORDER BY not_before LIMIT 1",
        (key_hash,),
    )
    return found


def revoke(tx: Transaction, kind: CertificateKind, serial: int, at: datetime, reason: str) -> bool:
    """False when it was revoked before: the first time and reason stay."""
    return (
        tx.execute(
            """UPDATE certificate SET revoked_at = %s, reason = %s, status_changed_at = %s
               WHERE kind = %s AND serial = %s AND revoked_at IS NULL""",
            (at, reason, tx.now, kind, serial),
        )
        == 1
    )


def successors(tx: Transaction, card_id: str) -> Sequence[CertificateRow]:
    """Live certificates on cards that were made in the place of this one."""
    return tx.all(
        CertificateRow,
        f"""{_CERTIFICATE} WHERE revoked_at IS NULL AND card_id IN (SELECT card_id FROM card WHERE renews = %s)
            ORDER BY card_id, kind""",
        (card_id,),
    )


def used(tx: Transaction, card: CardRow) -> None:
    """A card is used that came in the place of another: that one ends, with what hangs on it. Every further time nothing is left to end."""
    if card.renews is not None:
        for row in certificates_on(tx, card.renews):
            revoke_with_phones(tx, row.kind, row.serial, "superseded")


def revoke_with_phones(tx: Transaction, kind: CertificateKind, serial: int, reason: str) -> None:
    """Revoke a certificate and what hangs on it: a phone's ends with its card's, kind by kind.

    The phone's reason is that what it stood on is gone (``cessation_of_operation``): its own key is not
    said to be compromised, its holder's data not to have changed.
    """
    for row in phone_certificates(tx, kind, serial):
        revoke(tx, kind, row.serial, tx.now, "cessation_of_operation")
    revoke(tx, kind, serial, tx.now, reason)
