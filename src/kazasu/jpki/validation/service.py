"""Use cases of those who ask: whose signature is this, and does it count?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, get_args

from cryptography import x509

from kazasu.card.challenge import is_pin_less
from kazasu.contracts.base import FourAttributes
from kazasu.contracts.jpki.validation import (
    TapEvidence,
    ValidateAuthentication,
    ValidatedPerson,
    ValidateSignature,
)
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.handles import seal_handle
from kazasu.exchange.keys import Institution
from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values.numbers import ResidentRecordCode
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.certificates import profile
from kazasu.jpki.encoding import sent_bytes
from kazasu.jpki.faults import NOT_RECORDED, UNKNOWN_PERSON
from kazasu.jpki.inspection.service import note_rogue
from kazasu.jpki.register import person_store
from kazasu.jpki.register import store as register_store
from kazasu.jpki.register.model import CertificateRow
from kazasu.jpki.terms import CertificateKind
from kazasu.jpki.validation import validator
from kazasu.jpki.validation.surface import verify_surface
from kazasu.jpki.validation.validator import Validated

VALIDATE: Final = {
    kind: action(f"jpki.{kind}.validate", "institution", shows="found")
    for kind in get_args(CertificateKind)
}


class Validation:
    """Answers are about now, or about when something was signed; each is on record (公的個人認証法 52条)."""

    def __init__(
        self, database: Database, authorities: Authorities, institution: Institution, clock: Clock
    ) -> None:
        self._database = database
        self._authorities = authorities
        self._institution = institution
        self._clock = clock

    def validate_authentication(
        self, inquiry: ValidateAuthentication, asked: Asked
    ) -> ValidatedPerson:
        """公的個人認証法 36条: whose user-authentication certificate, and is it good now?"""
        return self._validate("authentication", inquiry.evidence, inquiry.expected, None, asked)

    def validate_signature(self, inquiry: ValidateSignature, asked: Asked) -> ValidatedPerson:
        """公的個人認証法 17条: the same for a signing certificate, now or at the time of signing."""
        # Relying parties are the identity service's alone.
        party = inquiry.party if asked.asker == "identity" else None
        return self._validate(
            "signing", inquiry.evidence, inquiry.expected, inquiry.at, asked, party
        )

    def _validate(
        self,
        kind: CertificateKind,
        evidence: TapEvidence,
        expected: str,
        at: datetime | None,
        asked: Asked,
        party: str | None = None,
    ) -> ValidatedPerson:
        access = VALIDATE[kind].by(f"institution:{asked.asker}", purpose=asked.purpose)

        def work(tx: Transaction) -> ValidatedPerson:
            person, _ = self.proven_person(tx, kind, evidence, expected, at, asked, party)
            return person

        with self.watching(kind, evidence, asked):
            return self._database.run(f"jpki.validate-{kind}", work, access=access)

    @contextmanager
    def watching(
        self, kind: CertificateKind, evidence: TapEvidence, asked: Asked
    ) -> Iterator[None]:
        """Note a rogue certificate, once the transaction that met it is over."""
        try:
            yield
        except Refusal as refusal:
            if refusal.fault is NOT_RECORDED:
                note_rogue(self._database, kind, sent_bytes(evidence.certificate), asked.asker)
            raise

    def proven_person(
        self,
        tx: Transaction,
        kind: CertificateKind,
        evidence: TapEvidence,
        expected: str,
        at: datetime | None,
        asked: Asked,
        party: str | None = None,
    ) -> tuple[ValidatedPerson, CertificateRow]:
        """Whose signature this is, within a use case's transaction; its certificate is for this house alone.

        Raises Refusal ``jpki.…``: why the signature does not count (see :mod:`.validator`).
        """
        proven = self.proven(tx, kind, evidence, sent_bytes(expected), at or tx.now)
        serial = proven.certificate.serial_number
        row = register_store.certificate(tx, kind, serial)
        if row is None:
            raise Refusal(UNKNOWN_PERSON)
        evidence_id = person_store.add_evidence(
            tx, asked.asker, asked.purpose.en, kind, serial, "good"
        )
        card = register_store.card(tx, row.card_id)
        if card is not None and at is None:
            register_store.used(tx, card)
        code = ResidentRecordCode(person_store.resident_record_code_of(tx, row.person_id))
        for_city = asked.asker.startswith("city:")
        person = ValidatedPerson(
            person_ref=person_store.ref_for(tx, asked.asker, row.person_id),
            media="phone" if card and card.media == "phone" else "card",
            pin_less=is_pin_less(sent_bytes(expected)),
            checked_at=tx.now,
            status_method="OCSP",
            evidence_id=str(evidence_id),
            attributes=self._attributes(kind, proven.certificate, evidence),
            handle=(
                seal_handle(self._institution, code, asked.asker, self._clock) if for_city else None
            ),
            certificate_id=person_store.certificate_id(tx, party, kind, serial) if party else None,
            steps=tuple((step.what.ja, step.what.en, str(evidence_id)) for step in proven.steps),
        )
        return person, row

    def proven(
        self,
        tx: Transaction,
        kind: CertificateKind,
        evidence: TapEvidence,
        expected: bytes,
        at: datetime,
    ) -> Validated:
        """The certificate of this evidence, proven as of ``at``; what is asked lies in ``expected``."""
        return validator.validate(
            unverified_certificate=sent_bytes(evidence.certificate),
            signed=sent_bytes(evidence.signed),
            expected=expected,
            signature=sent_bytes(evidence.signature),
            kind=kind,
            authorities=self._authorities.trusted(kind),
            status=lambda of, serial: register_store.status_at(tx, of, serial, at),
            at=at,
        )

    def _attributes(
        self, kind: CertificateKind, certificate: x509.Certificate, evidence: TapEvidence
    ) -> FourAttributes | None:
        """From the signing certificate itself, or from the card's proven surface data."""
        if kind == "signing":
            return profile.attributes_of(certificate)
        if not evidence.card_surface:
            return None
        return verify_surface(
            sent_bytes(evidence.card_surface),
            sent_bytes(evidence.card_surface_proof),
            sent_bytes(evidence.card_surface_key),
            self._authorities.card_root,
        )
