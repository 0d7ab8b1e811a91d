"""Issue of the electronic record that stands for a card (カード代替電磁的記録) to a phone, and its state.

The items come from the signing certificate that the card proved at that moment. The individual number is not in it and
is never known here. A record lives at most a fortnight (simulated) and is renewed by the phone alone as long as the
certificate is good. It ends with that certificate, so with a move, a lost card or death, and with the certificate of the
phone that it is on: anyone who loses the phone and suspends it with the card suspends the record, too.
"""

import hashlib
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kazasu.card.mdoc.application import FRESH, Action, application_bytes
from kazasu.card.mdoc.formats import credential
from kazasu.card.mdoc.formats.cose import is_p256
from kazasu.card.mdoc.formats.credential import DocumentSigner, StatusPlace, Validity
from kazasu.card.mdoc.formats.status import sign_list
from kazasu.contracts.base import Done
from kazasu.contracts.jpki.mdoc import EndMdoc, IssuedMdoc, IssueMdoc, RefreshMdoc
from kazasu.contracts.jpki.validation import TapEvidence
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.foundation.actions import action
from kazasu.foundation.algorithms import verify
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock, civil
from kazasu.foundation.values.encoding import base64_text
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.authorities.mdoc_ca import new_signer
from kazasu.jpki.certificates import profile
from kazasu.jpki.encoding import sent_bytes
from kazasu.jpki.faults import (
    KEY_TWICE,
    NO_LIST,
    NO_MDOC_ISSUER,
    NOT_RECORDED,
    NOT_THE_PHONE,
    OTHERS_PHONE,
    STALE_APPLICATION,
    UNKNOWN_MDOC,
    UNKNOWN_PERSON,
    WEAK_KEY,
)
from kazasu.jpki.inspection.service import note_rogue
from kazasu.jpki.mdoc import store as mdoc_store
from kazasu.jpki.mdoc.store import MdocRow
from kazasu.jpki.mdoc.values import values_of
from kazasu.jpki.register import person_store
from kazasu.jpki.register import store as register_store
from kazasu.jpki.register.model import CertificateRow, SignedData
from kazasu.jpki.terms import CertificateKind
from kazasu.jpki.validation.service import Validation

LIFE: Final = timedelta(days=14)
"""Of a record (simulated)."""
LIST_LIFE: Final = timedelta(seconds=60)
"""How long a signed status list is given out again."""
_TRIES: Final = 40
ISSUE: Final = action("jpki.mdoc.issue", "institution", shows="found")
REFRESH: Final = action("jpki.mdoc.refresh", "institution", shows="found")
END: Final = action("jpki.mdoc.end", "institution", shows="found")
STATUS: Final = action(
    "jpki.mdoc.status", "system", Text("状態リスト", "Status list"),
    itself="status-list", shows="nobody", why="a list of places, good or bad; it says nothing of whose they are",
)  # fmt: skip


class MdocIssuer:
    """``status_uri``: the address of the status lists, without their number."""

    def __init__(
        self,
        database: Database,
        authorities: Authorities,
        validation: Validation,
        clock: Clock,
        status_uri: str,
    ) -> None:
        self._database = database
        self._authorities = authorities
        self._validation = validation
        self._clock = clock
        self._status_uri = status_uri
        self._lock = threading.Lock()
        self._signer: DocumentSigner | None = None
        self._lists: dict[int, tuple[datetime, bytes]] = {}

    # ------------------------------------------------------------ issue

    def issue(self, inquiry: IssueMdoc, asked: Asked) -> IssuedMdoc:
        """For the phone whose key the card signed.

        Steps: 1 in time, and the phone has the key; 2 the card signed this application, and so did the certificate of
        the same person's phone; 3 the key is nobody else's; 4 recorded, then signed.

        Raises Refusal ``jpki.stale-application``, ``jpki.not-the-phone``, ``jpki.other-persons-phone``,
        ``jpki.weak-key``, ``jpki.no-mdoc-issuer`` and what :func:`kazasu.jpki.validation.validator.validate` raises.
        """
        key = _device_key(inquiry.device_key)
        content = self._fresh("issue", inquiry.device_key, inquiry.at)
        _prove(key, inquiry.device_proof, content)  # 1
        access = ISSUE.by(f"institution:{asked.asker}", purpose=asked.purpose)
        der = sent_bytes(inquiry.evidence.certificate)
        tried: list[tuple[CertificateKind, bytes]] = []

        def work(tx: Transaction) -> IssuedMdoc:
            tried[:] = [("signing", der)]
            row = self._proven(tx, "signing", inquiry.evidence, content)  # 2
            tried.append(("authentication", sent_bytes(inquiry.phone.certificate)))
            phone = self._proven(tx, "authentication", inquiry.phone, content)
            card = register_store.card(tx, phone.card_id)
            if card is None or card.media != "phone":
                raise Refusal(NOT_THE_PHONE)
            if phone.person_id != row.person_id:
                raise Refusal(OTHERS_PHONE)
            person_store.add_evidence(
                tx, asked.asker, asked.purpose.en, "signing", row.serial, "good"
            )
            data = SignedData(der, row.municipality_code)
            return self._new(tx, row.serial, phone, data, key, asked.asker)

        try:
            return self._database.run("jpki.issue-mdoc", work, access=access)
        except Refusal as refusal:
            if refusal.fault is NOT_RECORDED:
                note_rogue(self._database, *tried[-1], asked.asker)
            raise

    def refresh(self, inquiry: RefreshMdoc, asked: Asked) -> IssuedMdoc:
        """The same data for the same phone, for another fortnight.

        Raises Refusal ``jpki.stale-application``, ``jpki.not-the-phone``, ``jpki.unknown-mdoc`` (none, ended, or its
        certificate is not good any more: one answer), ``jpki.no-mdoc-issuer``.
        """
        key = _device_key(inquiry.device_key)
        content = self._fresh("refresh", inquiry.device_key, inquiry.at, inquiry.mdoc_id)
        _prove(key, inquiry.device_proof, content)
        access = REFRESH.by(f"institution:{asked.asker}", purpose=asked.purpose)

        def work(tx: Transaction) -> IssuedMdoc:
            row = self._live(tx, inquiry.mdoc_id)
            if row.device_key_hash != _hash(inquiry.device_key):
                raise Refusal(NOT_THE_PHONE)
            data = register_store.signed_data(tx, row.serial)
            phone = register_store.certificate(tx, "authentication", row.phone_serial)
            if data is None or phone is None:
                raise Refusal(UNKNOWN_MDOC)
            return self._new(tx, row.serial, phone, data, key, asked.asker)

        return self._database.run("jpki.refresh-mdoc", work, access=access)

    def end(self, inquiry: EndMdoc, asked: Asked) -> Done:
        """All records of that phone's key end. Idempotent: a repetition changes nothing.

        Raises Refusal ``jpki.unknown-mdoc`` (none, or another person's).
        """
        access = END.by(f"institution:{asked.asker}", purpose=asked.purpose)

        def work(tx: Transaction) -> Done:
            row = mdoc_store.mdoc(tx, _uuid(inquiry.mdoc_id))
            person_id = person_store.person_by_ref(tx, asked.asker, inquiry.person_ref)
            if row is None or row.person_id != person_id:
                raise Refusal(UNKNOWN_MDOC)
            mdoc_store.end_all_of_key(tx, row.person_id, row.device_key_hash)
            return Done()

        return self._database.run("jpki.end-mdoc", work, access=access)

    def _proven(
        self, tx: Transaction, kind: CertificateKind, evidence: TapEvidence, content: bytes
    ) -> CertificateRow:
        """The register's line of the good certificate whose key signed this."""
        proven = self._validation.proven(tx, kind, evidence, content, tx.now)
        row = register_store.certificate(tx, kind, proven.certificate.serial_number)
        if row is None:
            raise Refusal(UNKNOWN_PERSON)
        return row

    def _fresh(self, action: Action, device_key: str, at: datetime, mdoc_id: str = "") -> bytes:
        if abs(self._clock.now() - at) > FRESH:
            raise Refusal(STALE_APPLICATION)
        return application_bytes(action, device_key, at, mdoc_id)

    @staticmethod
    def _live(tx: Transaction, mdoc_id: str) -> MdocRow:
        row = mdoc_store.mdoc(tx, _uuid(mdoc_id))
        if row is None or row.revoked_at is not None:
            raise Refusal(UNKNOWN_MDOC)
        hangs_on: tuple[tuple[CertificateKind, int], ...] = (
            ("signing", row.serial),
            ("authentication", row.phone_serial),
        )
        for kind, serial in hangs_on:
            status = register_store.status(tx, kind, serial)
            if status is None or status.revoked_at is not None:
                raise Refusal(UNKNOWN_MDOC)
        return row

    def _new(
        self,
        tx: Transaction,
        serial: int,
        phone: CertificateRow,
        data: SignedData,
        key: ec.EllipticCurvePublicKey,
        asker: str,
    ) -> IssuedMdoc:
        spki, person_id = profile.spki(key), phone.person_id
        owner = mdoc_store.owner_of_key(tx, hashlib.sha256(spki).digest())
        if owner not in (None, person_id):  # 3
            raise Refusal(KEY_TWICE)
        certificate = x509.load_der_x509_certificate(data.der)
        signer = self.signer(tx.now)
        start = tx.now.replace(microsecond=0)
        ends = (
            certificate.not_valid_after_utc,
            signer.certificate.not_valid_after_utc,
            phone.not_after,
        )
        validity = Validity(start, start, min(start + LIFE, *ends))
        if validity.end <= start:
            raise Refusal(UNKNOWN_MDOC)
        row = self._entered(tx, serial, phone, spki, validity)  # 4
        values = values_of(
            profile.attributes_of(certificate), data.municipality_code, civil(tx.now)
        )
        place = StatusPlace(f"{self._status_uri}/{row.status_list}", row.status_index)
        made = credential.issue(signer, values, key, validity, place)
        return IssuedMdoc(
            credential=base64_text(made.encode()),
            mdoc_id=str(row.mdoc_id),
            person_ref=person_store.ref_for(tx, asker, person_id),
            valid_until=validity.end,
        )

    @staticmethod
    def _entered(
        tx: Transaction, serial: int, phone: CertificateRow, spki: bytes, validity: Validity
    ) -> MdocRow:
        for _ in range(_TRIES):  # each try meets a taken place with a chance of less than a half
            number, index = mdoc_store.free_place(tx)
            row = MdocRow(
                uuid4(), phone.person_id, serial, phone.serial, hashlib.sha256(spki).digest(),
                number, index, validity.signed, validity.end, None,
            )  # fmt: skip
            if mdoc_store.enter(tx, row):
                return row
        raise RuntimeError("no free place in the status list")

    # ------------------------------------------------------------ signers and state

    def signer(self, now: datetime) -> DocumentSigner:
        """The document signer of this process; a new one in good time. Raises Refusal ``jpki.no-mdoc-issuer``."""
        authority = self._authorities.mdoc
        if authority is None:
            raise Refusal(NO_MDOC_ISSUER)
        with self._lock:
            if self._signer is None or not _lasts(self._signer.certificate, now):
                self._signer = new_signer(authority, now)
            return self._signer

    def status_list(self, number: int) -> bytes:
        """The signed list, at most a minute old. Raises Refusal ``jpki.no-list``, ``jpki.no-mdoc-issuer``."""
        now = self._clock.now()
        kept = self._lists.get(number)
        if kept is not None and timedelta() <= now - kept[0] < LIST_LIFE:
            return kept[1]

        def work(tx: Transaction) -> Mapping[int, int]:
            if not 0 <= number <= mdoc_store.last_list(tx):
                raise Refusal(NO_LIST)
            return mdoc_store.bad_ones(tx, number)

        states = self._database.read("jpki.status-list", work, access=STATUS.by())
        made = sign_list(self.signer(now), f"{self._status_uri}/{number}", states, now)
        self._lists[number] = (now, made)
        return made


def _lasts(certificate: x509.Certificate, now: datetime) -> bool:
    """Long enough for a whole record; a country's clock may also have been set back."""
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc - LIFE


def _device_key(text: str) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(sent_bytes(text))
    except ValueError as error:
        raise Refusal(WEAK_KEY) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not is_p256(key):
        raise Refusal(WEAK_KEY)
    return key


def _prove(key: ec.EllipticCurvePublicKey, proof: str, content: bytes) -> None:
    try:
        verify(key, sent_bytes(proof), content)
    except InvalidSignature as error:
        raise Refusal(NOT_THE_PHONE) from error


def _hash(device_key: str) -> bytes:
    """Of the key itself, however it was encoded."""
    return hashlib.sha256(profile.spki(_device_key(device_key))).digest()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Refusal(UNKNOWN_MDOC) from error
