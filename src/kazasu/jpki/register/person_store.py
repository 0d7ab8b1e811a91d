"""SQL of the register: persons, and under which names askers know them and their certificates."""

import secrets
from uuid import UUID, uuid4

from kazasu.foundation.database import Transaction
from kazasu.jpki.terms import CertificateKind


def ensure_person(tx: Transaction, resident_record_code: str) -> UUID:
    """The person with this resident record code, entered if new."""
    found = person_of(tx, resident_record_code)
    if found is not None:
        return found
    made = uuid4()
    tx.insert("person", person_id=made, resident_record_code=resident_record_code)
    return made


def person_of(tx: Transaction, resident_record_code: str) -> UUID | None:
    found: UUID | None = tx.value(
        "SELECT person_id FROM person WHERE resident_record_code = %s", (resident_record_code,)
    )
    return found


def resident_record_code_of(tx: Transaction, person_id: UUID) -> str:
    return str(
        tx.value("SELECT resident_record_code FROM person WHERE person_id = %s", (person_id,))
    )


def registered_in(tx: Transaction, person_id: UUID) -> str | None:
    """The city where the network last said that they are registered; before it has said anything the one for which their first
    certificate was issued. None: nowhere, after death or emigration."""
    found: str | None = tx.value(
        """SELECT CASE WHEN EXISTS (SELECT FROM residence WHERE person_id = %(person)s)
             THEN (SELECT municipality_code FROM residence WHERE person_id = %(person)s)
             ELSE (SELECT municipality_code FROM certificate WHERE person_id = %(person)s
                    ORDER BY recorded_at, serial LIMIT 1) END""",
        {"person": person_id},
    )
    return found


def epoch_of(tx: Transaction, person_id: UUID) -> int:
    """The register epoch of the network's last word on where they live; 0 before it has said anything."""
    found = tx.value("SELECT epoch FROM residence WHERE person_id = %s", (person_id,))
    return int(found or 0)


def ref_for(tx: Transaction, asker: str, person_id: UUID) -> str:
    """Under which name this asker knows the person: random, stored, the asker's alone."""
    found = known_as(tx, asker, person_id)
    if found is None:
        found = secrets.token_urlsafe(18)
        tx.insert("person_ref", asker=asker, ref=found, person_id=person_id)
    return found


def person_by_ref(tx: Transaction, asker: str, ref: str) -> UUID | None:
    found: UUID | None = tx.value(
        "SELECT person_id FROM person_ref WHERE asker = %s AND ref = %s", (asker, ref)
    )
    return found


def add_evidence(
    tx: Transaction, asker: str, purpose: str, kind: CertificateKind, serial: int, outcome: str
) -> UUID:
    """The record of one check (公的個人認証法 52条: status is used for the check alone)."""
    evidence_id = uuid4()
    tx.insert(
        "evidence",
        evidence_id=evidence_id,
        asker=asker,
        purpose=purpose,
        kind=kind,
        serial=serial,
        at=tx.now,
        outcome=outcome,
    )
    return evidence_id


def known_as(tx: Transaction, asker: str, person_id: UUID) -> str | None:
    """What this asker calls the person; None: it does not know them."""
    found = tx.value(
        "SELECT ref FROM person_ref WHERE asker = %s AND person_id = %s", (asker, person_id)
    )
    return str(found) if found else None


def certificate_id(tx: Transaction, party: str, kind: CertificateKind, serial: int) -> UUID:
    """Under which id this party knows the certificate: random, stored, the party's alone."""
    tx.insert(
        "certificate_ref",
        twice=("party", "kind", "serial"),
        party=party,
        certificate_id=uuid4(),
        kind=kind,
        serial=serial,
        made_at=tx.now,
    )
    found: UUID = tx.value(
        "SELECT certificate_id FROM certificate_ref WHERE party = %s AND kind = %s AND serial = %s",
        (party, kind, serial),
    )
    return found
