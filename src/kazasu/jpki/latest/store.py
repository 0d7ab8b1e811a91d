"""SQL of the latest-attributes service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID, uuid4

from kazasu.contracts.jpki.latest import AttributeItem, AttributePurpose
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.jpki.terms import CertificateKind

Ender = Literal["person", "party"]

_PROTECTED: Final = """EXISTS (SELECT FROM protected_person p
                               WHERE p.person_id = c.person_id AND p.protected) AS protected"""
"""Looked up for every consent, once, whatever else there is: so that it costs everybody the same."""

SUPPLIABLE: Final = """
    LEFT JOIN LATERAL (
        SELECT c.serial, c.der FROM certificate c
         WHERE c.person_id = live.person_id AND c.kind = 'signing' AND c.der IS NOT NULL
           AND c.revoked_at IS NULL AND c.not_before <= %(now)s AND c.not_after >= %(now)s
           AND NOT EXISTS (SELECT FROM certificate_hold h
                           WHERE h.kind = c.kind AND h.serial = c.serial AND h.released_at IS NULL)
           AND (c.serial = live.held_serial OR NOT live.protected)
         ORDER BY c.serial = live.held_serial DESC, c.not_before DESC, c.recorded_at DESC, c.serial
         LIMIT 1) best ON true"""
"""The signing certificate whose attributes may be told now, for each row of ``live``; none while the old one
is revoked or held and there is no new one.

While the certificate that the party knows is good nothing has changed: a change of any attribute revokes it.
For a protected person (支援措置) no other certificate counts, so a party that asks learns what is true of anybody who has
not been given a new certificate yet; one query, no matter whom it is about."""


@dataclass(frozen=True, slots=True)
class NewConsent:
    consent_id: UUID
    party: str
    person_id: UUID
    signed_serial: int
    items: list[str]
    purpose: str
    document_digest: bytes
    document: bytes
    signature: bytes
    certificate: bytes
    evidence_id: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class ConsentRow:
    consent_id: UUID
    party: str
    person_id: UUID
    items: list[AttributeItem]
    purpose: AttributePurpose
    document_digest: bytes
    evidence_id: UUID
    given_at: datetime
    until: datetime
    ended_at: datetime | None
    ended_by: Literal["", "person", "party"]
    subscription: bool

    def live(self, now: datetime) -> bool:
        return self.ended_at is None and self.until > now


_CONSENT: Final = f"SELECT {columns(ConsentRow)} FROM attribute_consent"


@dataclass(frozen=True, slots=True)
class Standing:
    """A live consent, and what may be told on it now."""

    consent_id: UUID
    person_id: UUID
    items: list[AttributeItem]
    held: int
    current: int | None


@dataclass(frozen=True, slots=True)
class StandingWithCertificate:
    consent_id: UUID
    person_id: UUID
    items: list[AttributeItem]
    held: int
    current: int | None
    der: bytes | None


@dataclass(frozen=True, slots=True)
class StateRow:
    certificate_id: UUID
    person_id: UUID
    revoked_at: datetime | None
    reason: str
    held: bool
    not_after: datetime


@dataclass(frozen=True, slots=True)
class KeptCertificate:
    kind: CertificateKind
    person_id: UUID
    der: bytes


@dataclass(frozen=True, slots=True)
class PullRow:
    consent_id: UUID
    at: datetime
    what: Literal["changes", "give"]
    items: list[AttributeItem]
    outcome: str


# ---------------------------------------------------------------- what a certificate is called


def kept_certificate(tx: Transaction, party: str, certificate_id: UUID) -> KeptCertificate | None:
    return tx.maybe(
        KeptCertificate,
        """SELECT c.kind, c.person_id, c.der FROM certificate_ref r JOIN certificate c USING (kind, serial)
           WHERE r.party = %s AND r.certificate_id = %s AND c.der IS NOT NULL""",
        (party, certificate_id),
    )


def states(tx: Transaction, party: str, certificate_ids: Sequence[UUID]) -> list[StateRow]:
    """What the register says of those that the party knows; in no order."""
    return tx.all(
        StateRow,
        """SELECT r.certificate_id, c.person_id, c.revoked_at, c.reason, c.not_after, h.serial IS NOT NULL AS held
           FROM certificate_ref r
           JOIN certificate c USING (kind, serial)
           LEFT JOIN certificate_hold h
             ON h.kind = r.kind AND h.serial = r.serial AND h.released_at IS NULL
           WHERE r.party = %s AND r.certificate_id = ANY(%s)""",
        (party, list(certificate_ids)),
    )


# ---------------------------------------------------------------- consents


def consent_of_document(tx: Transaction, party: str, digest: bytes) -> ConsentRow | None:
    return tx.maybe(
        ConsentRow, f"{_CONSENT} WHERE party = %s AND document_digest = %s", (party, digest)
    )


def consents_of(tx: Transaction, person_id: UUID) -> list[ConsentRow]:
    """Newest first."""
    return tx.all(
        ConsentRow, f"{_CONSENT} WHERE person_id = %s ORDER BY given_at DESC, consent_id", (person_id,)
    )  # fmt: skip


def add_consent(tx: Transaction, new: NewConsent) -> None:
    tx.insert("attribute_consent", new, held_serial=new.signed_serial, given_at=tx.now)
    note(tx, new.consent_id, "given", "person")


def end(
    tx: Transaction, consent_id: UUID, by: Ender, *, party: str | None, person_id: UUID | None
) -> bool:
    """False when there is none that lives, of this party or person."""
    ended = tx.execute(
        """UPDATE attribute_consent SET ended_at = %(now)s, ended_by = %(by)s
           WHERE consent_id = %(consent)s AND ended_at IS NULL AND until > %(now)s
             AND (party = %(party)s OR person_id = %(person)s)""",
        {"now": tx.now, "by": by, "consent": consent_id, "party": party, "person": person_id},
    )
    if ended:
        note(tx, consent_id, "ended", by)
    return ended == 1


def replace(tx: Transaction, by: NewConsent) -> list[UUID]:
    """End what the person agreed to before with the same party, for the same items and purpose."""
    ended = tx.column(
        """UPDATE attribute_consent SET ended_at = %(now)s, ended_by = 'person'
           WHERE person_id = %(person)s AND party = %(party)s AND purpose = %(purpose)s
             AND items <@ %(items)s::text[] AND items @> %(items)s::text[]
             AND ended_at IS NULL AND until > %(now)s
           RETURNING consent_id""",
        {
            "now": tx.now,
            "person": by.person_id,
            "party": by.party,
            "purpose": by.purpose,
            "items": by.items,
        },
    )
    for consent_id in ended:
        note(tx, consent_id, "ended", "person")
    return ended


def named_consent(
    tx: Transaction, consent_id: UUID, *, party: str | None, person_id: UUID | None
) -> ConsentRow | None:
    """The party's, or the person's own."""
    return tx.maybe(
        ConsentRow,
        f"{_CONSENT} WHERE consent_id = %s AND (party = %s OR person_id = %s)",
        (consent_id, party, person_id),
    )


def subscribe(tx: Transaction, consent_id: UUID, party: str, *, on: bool) -> bool:
    """False when there is none that lives, of this party."""
    done = tx.execute(
        """UPDATE attribute_consent SET subscription = %s
           WHERE consent_id = %s AND party = %s AND ended_at IS NULL AND until > %s""",
        (on, consent_id, party, tx.now),
    )
    if done:
        note(tx, consent_id, "subscribed" if on else "unsubscribed", "party")
    return done == 1


def note(tx: Transaction, consent_id: UUID, event: str, by: str) -> None:
    """The history of a consent: written, never changed."""
    tx.insert(
        "attribute_consent_history",
        consent_id=consent_id,
        entry_id=uuid4(),
        at=tx.now,
        event=event,
        by_whom=by,
    )


# ---------------------------------------------------------------- what may be told


def standing(tx: Transaction, party: str, consent_ids: Sequence[UUID]) -> list[Standing]:
    """Those that live, locked until this transaction ends: a withdrawal waits, or comes first."""
    return tx.all(
        Standing,
        f"""WITH live AS MATERIALIZED (
                SELECT consent_id, person_id, items, held_serial, {_PROTECTED} FROM attribute_consent c
                 WHERE consent_id = ANY(%(ids)s) AND party = %(party)s AND ended_at IS NULL AND until > %(now)s
                 FOR SHARE)
            SELECT live.consent_id, live.person_id, live.items, live.held_serial AS held, best.serial AS current
            FROM live {SUPPLIABLE}""",
        {"ids": list(consent_ids), "party": party, "now": tx.now},
    )


def to_supply(tx: Transaction, party: str, consent_id: UUID) -> StandingWithCertificate | None:
    """The same for one, with the certificate. None: no consent of this party lives."""
    return tx.maybe(
        StandingWithCertificate,
        f"""WITH live AS MATERIALIZED (
                SELECT consent_id, person_id, items, held_serial, {_PROTECTED} FROM attribute_consent c
                 WHERE consent_id = %(id)s AND party = %(party)s AND ended_at IS NULL AND until > %(now)s
                 FOR UPDATE)
            SELECT live.consent_id, live.person_id, live.items, live.held_serial AS held,
                   best.serial AS current, best.der
            FROM live {SUPPLIABLE}""",
        {"id": consent_id, "party": party, "now": tx.now},
    )


def set_held(tx: Transaction, consent_id: UUID, serial: int) -> None:
    """Which certificate's attributes the party has now."""
    tx.execute(
        "UPDATE attribute_consent SET held_serial = %s WHERE consent_id = %s", (serial, consent_id)
    )


def add_pulls(tx: Transaction, what: str, rows: Sequence[tuple[UUID, Sequence[str], str]]) -> None:
    """(consent, items, outcome) of each. The database refuses one without a live consent."""
    tx.execute(
        """INSERT INTO attribute_pull (consent_id, pull_id, at, what, items, outcome)
           SELECT consent_id, pull_id, %s, %s, string_to_array(items, ','), outcome
           FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[])
                AS given(consent_id, pull_id, items, outcome)""",
        (
            tx.now,
            what,
            [row[0] for row in rows],
            [uuid4() for _ in rows],
            [",".join(row[1]) for row in rows],
            [row[2] for row in rows],
        ),
    )


def pulls_of(tx: Transaction, person_id: UUID, most: int = 100) -> list[PullRow]:
    """The latest of each of the person's consents, newest first."""
    return tx.all(
        PullRow,
        """SELECT c.consent_id, p.at, p.what, p.items, p.outcome FROM attribute_consent c
           CROSS JOIN LATERAL (SELECT at, what, items, outcome FROM attribute_pull
                               WHERE consent_id = c.consent_id ORDER BY at DESC, pull_id LIMIT %s) p
           WHERE c.person_id = %s ORDER BY p.at DESC""",
        (most, person_id),
    )


# ---------------------------------------------------------------- events and protection


def live_consents(tx: Transaction, person_id: UUID) -> list[UUID]:
    return tx.column(
        """SELECT consent_id FROM attribute_consent
           WHERE person_id = %s AND ended_at IS NULL AND until > %s ORDER BY consent_id""",
        (person_id, tx.now),
    )


def subscribed_with_news(tx: Transaction, person_id: UUID) -> list[UUID]:
    """Live consents with a subscription whose party has not got the newest attributes."""
    return tx.column(
        f"""WITH live AS MATERIALIZED (
                SELECT consent_id, person_id, held_serial, {_PROTECTED} FROM attribute_consent c
                 WHERE person_id = %(person)s AND subscription AND ended_at IS NULL AND until > %(now)s)
            SELECT live.consent_id FROM live {SUPPLIABLE}
            WHERE best.serial <> live.held_serial ORDER BY live.consent_id""",
        {"person": person_id, "now": tx.now},
    )


def is_protected(tx: Transaction, person_id: UUID) -> bool:
    return bool(
        tx.value("SELECT protected FROM protected_person WHERE person_id = %s", (person_id,))
    )
