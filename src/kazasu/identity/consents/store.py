"""Rows of consents, links and releases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import JSON, columns


@dataclass(frozen=True, slots=True)
class Consent:
    """One version of what a person agreed to towards one party."""

    PERSON: ClassVar = "person_ref"

    person_ref: str
    consent_id: UUID
    client_id: str
    version: int
    """1, 2 … for this person and party."""
    items: list[str]
    document: str
    """The very text whose digest the card signed."""
    document_hash: bytes
    evidence_id: str
    signed: str
    """What the card signed and its signature, sealed to the service."""
    given_at: datetime
    until: datetime
    ended_at: datetime | None = None
    ended_by: str = ""


_CONSENT = f"SELECT {columns(Consent)} FROM consent"


def live(tx: Transaction, person_ref: str, client_id: str) -> Consent | None:
    """The newest one that still holds."""
    return tx.maybe(
        Consent,
        f"""{_CONSENT} WHERE person_ref = %s AND client_id = %s AND ended_at IS NULL AND until > %s
            ORDER BY version DESC LIMIT 1""",
        (person_ref, client_id, tx.now),
    )


def of_person(tx: Transaction, person_ref: str) -> list[Consent]:
    return tx.all(
        Consent, f"{_CONSENT} WHERE person_ref = %s ORDER BY given_at DESC LIMIT 500", (person_ref,)
    )


def next_version(tx: Transaction, person_ref: str, client_id: str) -> int:
    return int(
        tx.value(
            """SELECT coalesce(max(version), 0) + 1 FROM consent
               WHERE person_ref = %s AND client_id = %s""",
            (person_ref, client_id),
        )
    )


def insert(tx: Transaction, new: Consent) -> None:
    """A new version; what it replaces ends with it."""
    end(tx, new.person_ref, new.client_id, "replaced")
    tx.insert("consent", new)


def end(tx: Transaction, person_ref: str, client_id: str, by: str) -> int:
    """End every live consent of a person towards a party, at once. Returns how many there were."""
    return tx.execute(
        """UPDATE consent SET ended_at = %s, ended_by = %s
           WHERE person_ref = %s AND client_id = %s AND ended_at IS NULL AND until > %s""",
        (tx.now, by, person_ref, client_id, tx.now),
    )


# ---------------------------------------------------------------- links


@dataclass(frozen=True, slots=True)
class Link:
    """Under which name the parties of one sector know a person."""

    PERSON: ClassVar = "person_ref"

    person_ref: str
    sector: str
    sub: str
    since: datetime | None


def subject(tx: Transaction, person_ref: str, sector: str, new: str) -> str:
    """The person's subject in a sector; ``new`` becomes it where there is none. A link that ended begins anew."""
    tx.insert("subject", twice="keep", person_ref=person_ref, sector=sector, sub=new, since=tx.now)
    tx.execute(
        """UPDATE subject SET since = %s, ended_at = NULL
           WHERE person_ref = %s AND sector = %s AND ended_at IS NOT NULL""",
        (tx.now, person_ref, sector),
    )
    found = tx.value(
        "SELECT sub FROM subject WHERE person_ref = %s AND sector = %s", (person_ref, sector)
    )
    return str(found)


def copy_subjects(tx: Transaction, rows: Iterable[tuple[str, str, str]]) -> int:
    """Load (person_ref, sector, sub) (founding only)."""
    return tx.copy("subject", ("person_ref", "sector", "sub"), rows)


def links(tx: Transaction, person_ref: str) -> list[Link]:
    """Those that have not ended."""
    return tx.all(
        Link,
        f"""SELECT {columns(Link)} FROM subject
            WHERE person_ref = %s AND ended_at IS NULL ORDER BY sector""",
        (person_ref,),
    )


def person_of(tx: Transaction, sector: str, sub: str) -> str | None:
    found = tx.value("SELECT person_ref FROM subject WHERE sector = %s AND sub = %s", (sector, sub))
    return str(found) if found else None


def known_as(tx: Transaction, person_ref: str, institution: str) -> str:
    """The subject by which this institution knows the person; empty where it does not."""
    found = tx.value(
        """SELECT s.sub FROM subject s JOIN client c USING (sector)
           WHERE s.person_ref = %(person)s AND %(whom)s IN (c.institution, c.client_id) LIMIT 1""",
        {"person": person_ref, "whom": institution},
    )
    return str(found or "")


def unlink(tx: Transaction, person_ref: str, sector: str) -> None:
    """The link ends. The subject stays the person's: what a service keeps under it is theirs when they come again."""
    tx.execute(
        "UPDATE subject SET ended_at = %s WHERE person_ref = %s AND sector = %s AND ended_at IS NULL",
        (tx.now, person_ref, sector),
    )


@dataclass(frozen=True, slots=True)
class Party:
    client_id: str
    institution: str
    """Of the directory; empty: a private party that registered itself."""
    sector: str
    name_ja: str
    name_en: str
    colour: str
    events_uri: str
    backchannel_logout_uri: str
    public_institution: bool
    mode: str
    """``test``, ``team`` or ``live``."""


def parties(tx: Transaction, sectors: Sequence[str]) -> list[Party]:
    """The clients of these sectors."""
    return tx.all(
        Party,
        f"SELECT {columns(Party)} FROM client WHERE sector = ANY (%s) ORDER BY client_id",
        (list(sectors),),
    )


def parties_of(tx: Transaction, client_ids: Sequence[str]) -> list[Party]:
    """These clients, of those that are registered."""
    return tx.all(
        Party,
        f"SELECT {columns(Party)} FROM client WHERE client_id = ANY (%s) ORDER BY client_id",
        (list(client_ids),),
    )


# ---------------------------------------------------------------- what was released


PASSKEY: Final = "passkey:"
"""Begins the evidence of a sign-in without a card."""


@dataclass(frozen=True, slots=True)
class Release:
    """What was released to whom, on which evidence: with the steps of its proof."""

    PERSON: ClassVar = "person_ref"

    person_ref: str
    release_id: UUID
    client_id: str
    sub: str
    at: datetime
    action: str
    items: list[str]
    acr: str
    evidence_id: str
    consent_id: UUID | None
    steps: list[list[str]] = field(metadata={JSON: True})
    """The proof narrative: Japanese, English, evidence; no attributes of the person."""
    document_ja: str = ""
    document_en: str = ""
    """Title of the document that was signed; empty where none was, or before titles were kept."""
    document_digest: str = ""
    """Its SHA-256, hex."""
    sign_transaction_id: UUID | None = None
    party_evidence_id: UUID = field(default_factory=uuid4)
    """What the party calls the evidence; ``evidence_id`` is J-LIS's number, or the passkey's, which no party is told."""


_RELEASE = f"SELECT {columns(Release)} FROM release"


def insert_release(tx: Transaction, new: Release) -> None:
    tx.insert("release", new)


def insert_payment(tx: Transaction, release_id: UUID, sealed: str, life: timedelta) -> None:
    """What was approved with it."""
    tx.insert("approved_payment", release_id=release_id, sealed=sealed, expires_at=tx.now + life)


@dataclass(frozen=True, slots=True)
class SealedPayment:
    release_id: UUID
    sealed: str


def payments(tx: Transaction, person_ref: str) -> list[SealedPayment]:
    """Of this person's own records, as long as their details are kept."""
    return tx.all(
        SealedPayment,
        """SELECT p.release_id, p.sealed FROM approved_payment p JOIN release r USING (release_id)
           WHERE r.person_ref = %s AND p.expires_at > %s""",
        (person_ref, tx.now),
    )


def releases(tx: Transaction, person_ref: str, most: int = 200) -> list[Release]:
    return tx.all(
        Release, f"{_RELEASE} WHERE person_ref = %s ORDER BY at DESC LIMIT %s", (person_ref, most)
    )


def release(tx: Transaction, release_id: UUID) -> Release | None:
    return tx.maybe(Release, f"{_RELEASE} WHERE release_id = %s", (release_id,))


def release_of(tx: Transaction, release_id: UUID, person_ref: str) -> Release | None:
    """One of this person's; None: there is none, or it is another's."""
    return tx.maybe(
        Release, f"{_RELEASE} WHERE release_id = %s AND person_ref = %s", (release_id, person_ref)
    )


def revoke_grants(tx: Transaction, person_ref: str, client_ids: Sequence[str]) -> list["Ended"]:
    """End all that hangs on a person's sign-ins at these parties; returns (grant, client, sub)."""
    ended = tx.all(
        Ended,
        """UPDATE authorization_grant SET revoked_at = %s
           WHERE person_ref = %s AND client_id = ANY (%s) AND revoked_at IS NULL AND expires_at > %s
           RETURNING grant_id, client_id, sub""",
        (tx.now, person_ref, list(client_ids), tx.now),
    )
    grants = [one.grant_id for one in ended]
    for table in ("access_token", "refresh_token", "released_attributes"):
        tx.execute(f"DELETE FROM {table} WHERE grant_id = ANY (%s)", (grants,))
    return ended


@dataclass(frozen=True, slots=True)
class Ended:
    grant_id: str
    client_id: str
    sub: str
