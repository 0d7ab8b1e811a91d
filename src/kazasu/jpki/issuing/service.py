"""Use cases of the certification service: issue, check, revoke, name a person to an institution."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from psycopg import errors

from kazasu.card import common_ap, tlv
from kazasu.card.challenge import is_pin_less
from kazasu.contracts.base import AccessEntry, AccessList, FourAttributes
from kazasu.contracts.jpki.cards import CardScript, ContinueCard
from kazasu.contracts.jpki.people import AccessesOf, PersonChanged
from kazasu.contracts.jpki.validation import (
    AddressPerson,
    SealedPerson,
    TapEvidence,
    ValidateAuthentication,
    ValidatedPerson,
    ValidateSignature,
)
from kazasu.exchange.handles import open_handle, seal_handle
from kazasu.exchange.inquiries import Asked
from kazasu.exchange.keys import Institution
from kazasu.exchange.letters import Post, Received
from kazasu.foundation import audit
from kazasu.foundation.algorithms import PublicKey
from kazasu.foundation.audit import Access
from kazasu.foundation.clock import Clock, civil
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.numbers import ResidentRecordCode
from kazasu.foundation.text import Text
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.certificates import profile
from kazasu.jpki.certificates.profile import Subject
from kazasu.jpki.certificates.terms import CertificateKind
from kazasu.jpki.certificates.validity import end_of_validity
from kazasu.jpki.faults import (
    BAD_CERTIFICATE,
    CARD_OF_OTHER,
    NOT_RECORDED,
    UNKNOWN_CARD,
    UNKNOWN_PERSON,
    WEAK_KEY,
)
from kazasu.jpki.inspection.service import note_rogue
from kazasu.jpki.issuing.model import LAPSES_AUTHENTICATION, LAPSES_SIGNING, Order, midday
from kazasu.jpki.latest.events import Events
from kazasu.jpki.latest.store import certificate_id
from kazasu.jpki.register import store
from kazasu.jpki.register.store import CardRow, CertificateRow
from kazasu.jpki.validation import validator
from kazasu.jpki.validation.surface import verify_surface
from kazasu.jpki.validation.validator import Status, Validated

log = structlog.get_logger()

_ISSUE = Text("電子証明書の発行", "Issue of certificates")
_LAPSE = Text("住所・氏名などの変更による失効", "Revocation after a change of data")


@dataclass(frozen=True, slots=True)
class Issued:
    """DER certificates of one card."""

    authentication: bytes | None
    signing: bytes | None


class CertificationService:
    def __init__(
        self,
        database: Database,
        authorities: Authorities,
        institution: Institution,
        clock: Clock,
        post: Post | None = None,
    ) -> None:
        """
        Args:
            post: for letters; without it (an operator's command) the relay finds them in the outbox by itself.
        """
        self._database = database
        self._authorities = authorities
        self._institution = institution
        self._clock = clock
        self.events = Events(post or Post(institution, lambda: None))

    # ------------------------------------------------------------ issue

    def issue(self, order: Order, before: Callable[[Transaction], None] = lambda _: None) -> Issued:
        """Certificates for a new card: recorded, then signed, then noted as handed out.

        Args:
            before: what must hold or happen in the very transaction that records them.

        Raises Refusal ``jpki.weak-key`` (a key that another certificate has, too).
        """
        access = Access("system:issue", "jpki.certificate.issue", _ISSUE)

        def work(tx: Transaction) -> list[CertificateRow]:
            before(tx)
            return self._recorded(tx, order)

        rows = self._database.run("jpki.record", work, access=access)
        signed = {row.kind: self._sign(row, order) for row in rows}

        def note(tx: Transaction) -> None:
            for row in rows:
                store.signed(tx, row.kind, row.serial, signed[row.kind])
            # A phone's certificates stand beside the card's, they replace nothing.
            for person_id in {row.person_id for row in rows if order.media != "phone"}:
                self.events.tell(tx, person_id, "reissued", [row.kind for row in rows])
                self.events.tell_news(tx, person_id)

        self._database.run("jpki.signed", note, access=access)
        return Issued(signed.get("authentication"), signed.get("signing"))

    def _recorded(self, tx: Transaction, order: Order) -> list[CertificateRow]:
        person_id = order.person_id or store.ensure_person(tx, order.resident_record_code)
        if store.card(tx, order.card_id) is None:
            card = CardRow(
                order.card_id,
                person_id,
                order.media,
                order.card_expires_on,
                order.parent_card,
                order.platform,
            )
            store.add_card(tx, card)
        keys = {"authentication": order.authentication_key, "signing": order.signing_key}
        kinds: tuple[CertificateKind, ...] = ("authentication", "signing")
        return [
            self._record_one(tx, kind, person_id, order, key)
            for kind in kinds
            if (key := keys[kind]) is not None
        ]

    def _record_one(
        self, tx: Transaction, kind: CertificateKind, person_id: UUID, order: Order, key: bytes
    ) -> CertificateRow:
        key_hash = hashlib.sha256(key).digest()
        if store.key_is_known(tx, key_hash):
            raise Refusal(WEAK_KEY)
        born = order.attributes.birth_date
        row = CertificateRow(
            kind=kind,
            serial=profile.new_serial(),
            person_id=person_id,
            card_id=order.card_id,
            municipality_code=order.municipality_code,
            not_before=min(tx.now, midday(order.issued_on)).replace(microsecond=0),
            not_after=end_of_validity(order.issued_on, born, order.card_expires_on),
            revoked_at=None,
            reason="",
            generation=self._authorities.issuing[kind].generation,
            prefecture=order.prefecture,
            city=order.city,
        )
        live = store.live_certificates(tx, person_id, kind)
        store.record(tx, row, key_hash, live[0].serial if live else None)
        return row

    def _sign(self, row: CertificateRow, order: Order) -> bytes:
        key = load_der_public_key(
            (order.signing_key if row.kind == "signing" else order.authentication_key) or b""
        )
        if not isinstance(key, PublicKey):
            raise Refusal(WEAK_KEY)
        subject = Subject(
            order.attributes,
            order.name_flags,
            order.address_flags,
            order.prefecture,
            order.city,
            order.municipality_code,
        )
        certificate = profile.build(
            self._authorities.issuing[row.kind],
            row.kind,
            subject,
            key,
            row.serial,
            row.not_before,
            row.not_after,
            issued_on=order.issued_on,
            card_expires_on=order.card_expires_on,
            media="phone" if order.media == "phone" else "card",
        )
        return certificate.public_bytes(Encoding.DER)

    # ------------------------------------------------------------ check

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
        access = Access(f"institution:{asked.asker}", f"jpki.{kind}.validate", asked.purpose)

        def work(tx: Transaction) -> ValidatedPerson:
            person, _ = self.proven_person(tx, kind, evidence, expected, at, asked, access, party)
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
                self._note_rogue(kind, _bytes(evidence.certificate), asked.asker)
            raise

    def proven_person(
        self,
        tx: Transaction,
        kind: CertificateKind,
        evidence: TapEvidence,
        expected: str,
        at: datetime | None,
        asked: Asked,
        access: Access,
        party: str | None = None,
    ) -> tuple[ValidatedPerson, CertificateRow]:
        """Whose signature this is, within a use case's transaction; its certificate is for this house alone.

        Raises Refusal ``jpki.…``: why the signature does not count (see :mod:`kazasu.jpki.validation.validator`).
        """
        proven = self.proven(tx, kind, evidence, expected, at or tx.now)
        serial = proven.certificate.serial_number
        row = store.certificate(tx, kind, serial)
        if row is None:
            raise Refusal(UNKNOWN_PERSON)
        tx.audit(_on_person(access, row.person_id))
        evidence_id = store.add_evidence(tx, asked.asker, asked.purpose.en, kind, serial, "good")
        card = store.card(tx, row.card_id)
        code = ResidentRecordCode(store.resident_record_code_of(tx, row.person_id))
        for_city = asked.asker.startswith("city:")
        person = ValidatedPerson(
            person_ref=store.ref_for(tx, asked.asker, row.person_id),
            media="phone" if card and card.media == "phone" else "card",
            pin_less=is_pin_less(_bytes(expected)),
            checked_at=tx.now,
            status_method="OCSP",
            evidence_id=str(evidence_id),
            attributes=self._attributes(kind, proven.certificate, evidence),
            handle=(
                seal_handle(self._institution, code, asked.asker, self._clock) if for_city else None
            ),
            certificate_id=certificate_id(tx, party, kind, serial) if party else None,
            steps=tuple((step.what.ja, step.what.en, str(evidence_id)) for step in proven.steps),
        )
        return person, row

    def _note_rogue(self, kind: CertificateKind, der: bytes, asker: str) -> None:
        """Our own signature under a certificate that we did not issue: somebody else has the key."""
        log.error("rogue certificate", kind=kind, asker=asker)
        certificate = x509.load_der_x509_certificate(der)
        self._database.run("jpki.rogue", lambda tx: note_rogue(tx, kind, certificate, der, asker))

    def proven(
        self,
        tx: Transaction,
        kind: CertificateKind,
        evidence: TapEvidence,
        expected: str,
        at: datetime,
    ) -> Validated:
        """The certificate of this evidence, proven as of ``at``; what is asked lies in ``expected``."""
        return validator.validate(
            unverified_certificate=_bytes(evidence.certificate),
            signed=_bytes(evidence.signed),
            expected=_bytes(expected),
            signature=_bytes(evidence.signature),
            kind=kind,
            authorities=self._authorities.trusted(kind),
            status=lambda of, serial: store.status_at(tx, of, serial, at),
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
            _bytes(evidence.card_surface),
            _bytes(evidence.card_surface_proof),
            _bytes(evidence.card_surface_key),
            self._authorities.card_root,
        )

    def status(self, kind: CertificateKind, serial: int) -> Status | None:
        """For the OCSP responder."""
        access = Access("system:ocsp", "jpki.status.answer", Text("失効の確認", "Status check"))
        return self._database.read(
            "jpki.status", lambda tx: store.status(tx, kind, serial), access=access
        )

    # ------------------------------------------------------------ name a person

    def address_person(self, inquiry: AddressPerson, asked: Asked) -> SealedPerson:
        """Name the asker's ``person_ref`` to another institution, which alone can read it."""
        access = Access(f"institution:{asked.asker}", "jpki.person.address", asked.purpose)

        def work(tx: Transaction) -> ResidentRecordCode:
            person_id = store.person_by_ref(tx, asked.asker, inquiry.person_ref)
            if person_id is None:
                raise Refusal(UNKNOWN_PERSON)
            tx.audit(_on_person(access, person_id))
            return ResidentRecordCode(store.resident_record_code_of(tx, person_id))

        code = self._database.run("jpki.address-person", work, access=access)
        return SealedPerson(
            handle=seal_handle(self._institution, code, inquiry.audience, self._clock)
        )

    def accesses_of(self, inquiry: AccessesOf, asked: Asked) -> AccessList:
        """What a resident sees of who used their certificates."""
        code = open_handle(self._institution, inquiry.handle, self._clock).resident_record_code
        access = Access(f"institution:{asked.asker}", "jpki.accesses.read", asked.purpose)

        def work(tx: Transaction) -> AccessList:
            person_id = store.person_of(tx, code)
            rows = audit.accesses(tx, str(person_id)) if person_id else []
            return AccessList(entries=tuple(_entry(row) for row in rows))

        return self._database.run("jpki.accesses", work, access=access)

    # ------------------------------------------------------------ changes

    def person_changed(self, tx: Transaction, letter: PersonChanged, _: Received) -> None:
        """Revoke what lapses by the change. Twice is once: the first revocation stays."""
        tx.audit(Access("system:register", "jpki.certificate.revoke", _LAPSE))
        person_id = store.person_of(tx, letter.resident_record_code)
        if person_id is None:
            return  # nobody with a card: nothing to revoke
        kinds: list[CertificateKind] = ["signing"]
        if letter.what in LAPSES_AUTHENTICATION:
            kinds.append("authentication")
        reason = LAPSES_SIGNING[letter.what]
        lapsed = [
            row.kind
            for kind in kinds
            for row in store.live_certificates(tx, person_id, kind)
            # A certificate issued after the change already carries the new data.
            if row.not_before <= letter.at and store.revoke(tx, kind, row.serial, tx.now, reason)
        ]
        if lapsed:
            self.events.tell(tx, person_id, "revoked", lapsed)
            if letter.what == "death":
                self.events.tell(tx, person_id, "deceased")
        tx.audit(Access("system:register", "jpki.certificate.revoke", _LAPSE, (str(person_id),)))

    def revoke_now(
        self, resident_record_code: str, kinds: Sequence[CertificateKind], reason: str
    ) -> int:
        """At the counter, or on the holder's word; gives how many."""
        access = Access(
            "system:revocation",
            "jpki.certificate.revoke",
            Text("失効の申出", "Revocation on request"),
        )

        def work(tx: Transaction) -> int:
            person_id = store.person_of(tx, resident_record_code)
            if person_id is None:
                raise Refusal(UNKNOWN_PERSON)
            revoked = sum(
                store.revoke(tx, kind, row.serial, tx.now, reason)
                for kind in kinds
                for row in store.live_certificates(tx, person_id, kind)
            )
            if revoked:
                self.events.tell(tx, person_id, "revoked", kinds)
            return revoked

        return self._database.run("jpki.revoke", work, access=access)

    def continue_card(self, inquiry: ContinueCard, asked: Asked) -> CardScript:
        """継続利用: a new signing certificate and write commands for the card on the reader.

        Steps: 1 which card; 2 it is the person's own; 3 record and sign; 4 the script.

        Raises Refusal ``jpki.unknown-card``, ``jpki.card-of-other-person``, ``jpki.weak-key``.
        """
        order = inquiry.order
        record, number_hash = _card_evidence(_bytes(inquiry.card_id))  # 1
        access = Access(f"institution:{asked.asker}", "jpki.card.continue", asked.purpose)

        def check(tx: Transaction) -> CardRow:
            card = store.card(tx, record.card_id)
            if card is None:
                raise Refusal(UNKNOWN_CARD)
            if store.person_of(tx, order.resident_record_code) != card.person_id:  # 2
                raise Refusal(CARD_OF_OTHER)
            tx.audit(_on_person(access, card.person_id))
            return card

        card = self._database.run("jpki.card-of", check, access=access)
        try:
            issued = self.issue(  # 3
                Order(
                    card_id=card.card_id,
                    resident_record_code=order.resident_record_code,
                    municipality_code=order.municipality_code,
                    prefecture=order.prefecture,
                    city=order.city,
                    attributes=order.attributes,
                    name_flags="0" * len(order.attributes.name),
                    address_flags="0" * len(order.attributes.address),
                    issued_on=civil(self._clock.now()),
                    card_expires_on=card.expires_on,
                    authentication_key=None,
                    signing_key=_bytes(inquiry.signing_public_key),
                )
            )
        except errors.UniqueViolation:
            raise Refusal(WEAK_KEY) from None
        script = self._authorities.card_issuer.script(  # 4
            card.card_id, order.attributes, number_hash, issued.signing or b""
        )
        return CardScript(script=script)


def _card_evidence(data: bytes) -> tuple[common_ap.CommonRecord, bytes]:
    try:
        _, _, end = tlv.parse_one(data)
        return common_ap.decode(data[:end]), tlv.value_of(data[end:], 0xDF31)
    except ValueError as error:
        raise Refusal(UNKNOWN_CARD) from error


def _on_person(access: Access, person_id: UUID) -> Access:
    return Access(access.actor, access.action, access.purpose, (str(person_id),), access.case)


def _entry(row: audit.AuditRow) -> AccessEntry:
    return AccessEntry(
        at=row.at,
        institution="jpki",
        actor=row.actor,
        action=row.action,
        purpose_ja=row.purpose_ja,
        purpose_en=row.purpose_en,
        fields=tuple(row.fields),
        record_id=str(row.id),
    )


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refusal(BAD_CERTIFICATE) from error
