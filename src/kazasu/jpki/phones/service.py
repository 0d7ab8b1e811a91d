"""A phone's certificates: issued on the card's signing certificate, held when the phone is lost, ended.

They hang on the card (``parent_card``): what ends or holds the card ends or holds them (register, status). They
stay in the phone over a factory reset until they are revoked (reliability §1).
"""

import base64
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from psycopg import errors
from pydantic import ValidationError

from kazasu.card.challenge import read_challenge
from kazasu.card.chip import common_ap
from kazasu.contracts.base import FourAttributes
from kazasu.contracts.identity import CertificateChange
from kazasu.contracts.jpki.phones import (
    CardSigns,
    ChangePhone,
    IssuePhoneCertificates,
    MayCardSign,
    PhoneApplication,
    PhoneCertificates,
    PhoneCertificateShown,
    PhoneCertificatesState,
    PhoneShown,
    PhonesOfHolder,
    PhoneState,
    StateOfPhone,
)
from kazasu.contracts.jpki.validation import TapEvidence
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.keys import Institution
from kazasu.foundation.actions import action
from kazasu.foundation.algorithms import verify
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock, civil
from kazasu.foundation.time.dates import attained_on
from kazasu.foundation.values.encoding import base64_text
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.certificates import profile
from kazasu.jpki.faults import (
    BAD_APPLICATION,
    NO_PHONE,
    NOT_HELD,
    OTHERS_PHONE,
    PHONE_EXISTS,
    PHONE_NEEDS_CARD,
    PHONE_TOO_YOUNG,
    UNKNOWN_PERSON,
    WEAK_KEY,
    WRONG_CHALLENGE,
)
from kazasu.jpki.issuing.model import Order
from kazasu.jpki.issuing.service import Issuing
from kazasu.jpki.latest.events import Events
from kazasu.jpki.phones import store as phone_store
from kazasu.jpki.phones.model import PHONE_FROM_AGE, PhoneCertificateRow, PhoneRow
from kazasu.jpki.register import store as register_store
from kazasu.jpki.register.model import CardRow, CertificateRow, held_words
from kazasu.jpki.terms import CertificateKind
from kazasu.jpki.validation.service import Validation

FRESH: Final = timedelta(minutes=10)
"""How old an application may be."""
_ISSUE: Final = action(
    "jpki.phone.issue", "institution", Text("スマホ用電子証明書の発行", "Certificates for a phone"),
    shows="found",
)  # fmt: skip
_PURPOSES: Final = {
    "show": Text("スマホ用電子証明書の状態の確認", "State of a phone's certificates"),
    "hold": Text("スマートフォンの紛失による一時停止", "Suspension: the phone is lost"),
    "release": Text("スマートフォンの一時停止の解除", "End of the phone's suspension"),
    "end": Text("スマホ用電子証明書の失効", "End of a phone's certificates"),
}
_CHANGE: Final = {
    what: action(f"jpki.phone.{what}", "institution", purpose, shows="found")
    for what, purpose in _PURPOSES.items()
}


_EVENTS: Final[Mapping[str, CertificateChange]] = {
    "hold": "held",
    "release": "released",
    "end": "revoked",
}
_STATE: Final = action(
    "jpki.phone.state", "institution",
    Text("スマートフォン自身による状態の確認", "The phone itself looks at its certificates"), shows="found",
)  # fmt: skip


_MAY_SIGN: Final = action(
    "jpki.phone.may-card-sign", "institution",
    Text("スマホ用電子証明書の申請の前の確認", "Before an application for a phone's certificates"), shows="found",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Holder:
    """Whose certificate it is that vouches, and what it says."""

    certificate: x509.Certificate
    row: CertificateRow
    card: CardRow
    as_of: datetime
    """Since when what it says is the register's."""


class Phones:
    """Use cases about phones; the phone's program asks them."""

    def __init__(
        self,
        database: Database,
        issuing: Issuing,
        validation: Validation,
        authorities: Authorities,
        events: Events,
        institution: Institution,
        clock: Clock,
    ) -> None:
        self._database = database
        self._events = events
        self._issuing = issuing
        self._validation = validation
        self._authorities = authorities
        self._institution = institution
        self._clock = clock

    # ------------------------------------------------------------ issue

    def issue(self, inquiry: IssuePhoneCertificates, asked: Asked) -> PhoneCertificates:
        """Certificates for the keys in the application.

        Steps: 1 the application reads, is fresh and came from this asker; 2 both keys are in the phone; 3 the
        card's signing certificate signed it and is good; 4 its holder may have one; 5 no other phone, or its
        certificates end; 6 recorded, then signed.

        Raises Refusal ``jpki.bad-phone-application``, ``jpki.phone-needs-card``, ``jpki.phone-too-young``,
        ``jpki.phone-exists``, ``jpki.weak-key``, or why the signature does not hold.
        """
        signed = _bytes(inquiry.application)
        application = self._read(signed, asked.asker)  # 1
        _check_possession(application.authentication_key, inquiry.authentication_proof, signed)  # 2
        _check_possession(application.signing_key, inquiry.signing_proof, signed)
        access = _ISSUE.by(f"institution:{asked.asker}")
        holder = self._database.run(
            "jpki.phone-holder",
            lambda tx: self._holder(tx, "signing", inquiry.evidence, inquiry.application),
            access=access,
        )  # 3
        attributes = profile.attributes_of(holder.certificate)
        _check_may_have(holder, attributes, civil(self._clock.now()))  # 4
        order = self._order(holder, attributes, application)
        try:
            issued = self._issuing.issue(
                order, before=self._alone(holder.row.person_id, application)
            )  # 5, 6
        except errors.UniqueViolation:
            raise Refusal(WEAK_KEY) from None
        return PhoneCertificates(
            phone_id=order.card_id,
            authentication=base64_text(issued.authentication or b""),
            signing=base64_text(issued.signing or b""),
            authentication_ca=base64_text(self._authorities.der("authentication")),
            signing_ca=base64_text(self._authorities.der("signing")),
            expires_on=order.card_expires_on,
        )

    def _read(self, signed: bytes, asker: str) -> PhoneApplication:
        try:
            application = PhoneApplication.model_validate_json(signed)
        except ValidationError:
            raise Refusal(BAD_APPLICATION, why="form") from None
        if application.origin != self._institution.directory.origin(asker):
            raise Refusal(BAD_APPLICATION, why="origin")
        if abs(self._clock.now() - application.applied_at) > FRESH:
            raise Refusal(BAD_APPLICATION, why="time")
        return application

    def _order(
        self, holder: _Holder, attributes: FourAttributes, application: PhoneApplication
    ) -> Order:
        """Never past the card, nor past the card's certificate on which it hangs."""
        name_flags, address_flags = profile.flags_of(holder.certificate)
        row = holder.row
        return Order(
            card_id=f"phone-{secrets.token_hex(10)}",
            resident_record_code="",
            municipality_code=row.municipality_code,
            prefecture=row.prefecture,
            city=row.city,
            attributes=attributes,
            name_flags=name_flags,
            address_flags=address_flags,
            issued_on=civil(self._clock.now()),
            card_expires_on=min(holder.card.expires_on, civil(row.not_after)),
            authentication_key=_bytes(application.authentication_key),
            signing_key=_bytes(application.signing_key),
            media="phone",
            parent_card=row.card_id,
            platform=application.platform,
            person_id=row.person_id,
            as_of=holder.as_of,
        )

    @staticmethod
    def _alone(person_id: UUID, application: PhoneApplication) -> Callable[[Transaction], None]:
        """One phone a person: the one before ends in the transaction that records the new one."""

        def work(tx: Transaction) -> None:
            for phone in phone_store.phones_of(tx, person_id):
                if phone.live and not application.replaces:
                    raise Refusal(PHONE_EXISTS)
                for row in register_store.certificates_on(tx, phone.card_id):
                    register_store.revoke(tx, row.kind, row.serial, tx.now, "superseded")

        return work

    # ------------------------------------------------------------ lost, found, given away

    def change(self, inquiry: ChangePhone, asked: Asked) -> PhonesOfHolder:
        """Show, hold, release or end. The card may do each; a phone may end its own certificates.

        Raises Refusal ``jpki.wrong-challenge``, ``jpki.phone-needs-card``, ``jpki.no-phone``,
        ``jpki.not-held``, ``jpki.other-persons-phone``, or why the authentication does not hold.
        """
        challenge = read_challenge(_bytes(inquiry.expected))
        origin = self._institution.directory.origin(asked.asker)
        label = (f"phone-{inquiry.action}", origin)
        if challenge is None or (challenge.action, challenge.asker_origin) != label:
            raise Refusal(WRONG_CHALLENGE)
        done = _CHANGE[inquiry.action]

        def work(tx: Transaction) -> PhonesOfHolder:
            holder = self._holder(tx, "authentication", inquiry.evidence, inquiry.expected)
            if holder.card.media == "phone" and inquiry.action != "end":
                raise Refusal(PHONE_NEEDS_CARD)
            if inquiry.action != "show":
                changed = _changed(tx, holder, inquiry.action, inquiry.phone_id)
                if changed:  # whoever has the phone has the sign-ins that were made on it, too
                    self._events.tell(tx, holder.row.person_id, _EVENTS[inquiry.action], changed)
            phones = phone_store.phones_of(tx, holder.row.person_id)
            return PhonesOfHolder(phones=tuple(_shown(phone) for phone in phones))

        access = done.by(f"institution:{asked.asker}")
        return self._database.run(done.name, work, access=access)

    def state(self, inquiry: StateOfPhone, asked: Asked) -> PhoneCertificatesState:
        """What has become of a phone's certificates. Raises Refusal ``jpki.no-phone``."""

        def look(tx: Transaction) -> tuple[PhoneCertificateShown, ...]:
            found = phone_store.certificates_of(tx, inquiry.phone_id)
            return tuple(_state_of(row, tx.now) for row in found)

        shown = self._database.read(
            "jpki.phone.state", look, access=_STATE.by(f"institution:{asked.asker}")
        )
        if not shown:
            raise Refusal(NO_PHONE)
        return PhoneCertificatesState(certificates=shown)

    def may_sign(self, inquiry: MayCardSign, asked: Asked) -> CardSigns:
        """Whether :meth:`issue` would take what this card signs; of what is no card's record it would not.

        Raises Refusal ``jpki.bad-phone-application``.
        """
        sent = _bytes(inquiry.card_record)
        try:
            record = common_ap.decode(sent)
        except ValueError:
            return CardSigns(signs=False)

        def look(tx: Transaction) -> bool:
            card = register_store.card(tx, record.card_id)
            if card is None or card.expires_on < civil(tx.now):
                return False
            live = register_store.certificates_on(tx, card.card_id)
            return register_store.card_standing(tx, card.card_id) == "in-use" and any(
                one.kind == "signing" and one.not_after > tx.now for one in live
            )

        access = _MAY_SIGN.by(f"institution:{asked.asker}")
        return CardSigns(signs=self._database.read(_MAY_SIGN.name, look, access=access))

    def _holder(
        self,
        tx: Transaction,
        kind: CertificateKind,
        evidence: TapEvidence,
        expected: str,
    ) -> _Holder:
        certificate = self._validation.proven(
            tx, kind, evidence, _bytes(expected), tx.now
        ).certificate
        row = register_store.certificate(tx, kind, certificate.serial_number)
        card = register_store.card(tx, row.card_id) if row else None
        if row is None or card is None:
            raise Refusal(UNKNOWN_PERSON)
        return _Holder(certificate, row, card, register_store.as_of(tx, kind, row.serial))


def _changed(tx: Transaction, holder: _Holder, action: str, only: str) -> list[CertificateKind]:
    """Carry the change out on every phone of the person, or on one; the card itself stays as it is.

    Returns:
        The kinds that changed by it, of all these phones.
    """
    own = holder.card.card_id if holder.card.media == "phone" else only
    phones = [
        one for one in phone_store.phones_of(tx, holder.row.person_id) if own in ("", one.card_id)
    ]
    if only and only not in [one.card_id for one in phones]:
        raise Refusal(OTHERS_PHONE)
    rows = [row for phone in phones for row in register_store.certificates_on(tx, phone.card_id)]
    if not rows:
        raise Refusal(NO_PHONE)
    if action == "release":
        return _released(tx, rows)
    return [row.kind for row in rows if _change_one(tx, row, action)]


def _released(tx: Transaction, rows: Sequence[CertificateRow]) -> list[CertificateKind]:
    """Of what the loss of a phone held; what the loss of another card of theirs holds as well stays so until that one is found."""
    lifted = [(row.kind, register_store.release(tx, row.kind, row.serial, "phone")) for row in rows]
    if all(what == "not-held" for _, what in lifted):
        raise Refusal(NOT_HELD)
    return [kind for kind, what in lifted if what == "free"]


def _change_one(tx: Transaction, row: CertificateRow, action: str) -> bool:
    if action == "hold":
        return register_store.hold(tx, row.kind, row.serial, "phone")
    return register_store.revoke(tx, row.kind, row.serial, tx.now, "cessation_of_operation")


def _check_may_have(holder: _Holder, attributes: FourAttributes, today: date) -> None:
    if holder.card.media != "card":
        raise Refusal(PHONE_NEEDS_CARD)
    if today < attained_on(attributes.birth_date, PHONE_FROM_AGE):
        raise Refusal(PHONE_TOO_YOUNG)


def _check_possession(key: str, proof: str, signed: bytes) -> None:
    """The new key itself signed the application: nobody has another's key certified."""
    try:
        public = load_der_public_key(_bytes(key))
        verify(public, _bytes(proof), signed)
    except (ValueError, TypeError, InvalidSignature):
        raise Refusal(BAD_APPLICATION, why="key") from None


def _state_of(row: PhoneCertificateRow, now: datetime) -> PhoneCertificateShown:
    ended = row.revoked_at or (row.not_after if row.not_after <= now else None)
    state: PhoneState = "ended" if ended else "held" if row.held_at else "good"
    held_by = held_words(row.by_card, row.by_phone) if state == "held" else ""
    return PhoneCertificateShown(
        kind=row.kind, state=state, since=ended or row.held_at, held_by=held_by
    )


def _shown(phone: PhoneRow) -> PhoneShown:
    state = "held" if phone.live and phone.held else "good" if phone.live else "ended"
    return PhoneShown(
        platform=phone.platform,
        issued_at=phone.issued_at,
        expires_on=phone.expires_on,
        state=state,
    )


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refusal(BAD_APPLICATION, why="base64") from error
