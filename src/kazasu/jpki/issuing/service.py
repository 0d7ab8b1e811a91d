"""Issue of certificates: recorded, then signed, then noted as handed out."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from kazasu.foundation.actions import action
from kazasu.foundation.algorithms import PublicKey
from kazasu.foundation.crash import crash_point
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.certificates import profile
from kazasu.jpki.certificates.profile import Subject
from kazasu.jpki.certificates.validity import end_of_validity
from kazasu.jpki.faults import ISSUED_AGAIN, KEY_TWICE, WEAK_KEY
from kazasu.jpki.issuing.in_use import must_be_in_use
from kazasu.jpki.issuing.model import Order, midday
from kazasu.jpki.issuing.primes import SharedPrimes
from kazasu.jpki.latest.events import Events
from kazasu.jpki.register import person_store
from kazasu.jpki.register import store as register_store
from kazasu.jpki.register.model import CardRow, CertificateRow
from kazasu.jpki.terms import CertificateKind

_ISSUE: Final = action(
    "jpki.certificate.issue", "system", Text("電子証明書の発行", "Issue of certificates"),
    itself="issue", shows="found",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issued:
    """DER certificates of one card."""

    authentication: bytes | None
    signing: bytes | None


class Issuing:
    def __init__(self, database: Database, authorities: Authorities, events: Events) -> None:
        self._database = database
        self._authorities = authorities
        self._events = events
        self._primes = SharedPrimes(database)

    @property
    def primes(self) -> SharedPrimes:
        return self._primes

    def issue(self, order: Order, before: Callable[[Transaction], None] = lambda _: None) -> Issued:
        """Certificates for a new card: recorded, then signed, then noted as handed out.

        Args:
            before: what must hold or happen in the very transaction that records them.

        An issue that ended between "recorded" and "signed" (a power cut, a rule that was wrong) goes on when it is ordered again: what was
        recorded for that key and never handed out makes way.

        Raises Refusal ``jpki.weak-key`` (a key that another certificate has, too, or that has a prime of another key),
        ``jpki.issued-again``, ``jpki.card-ended``, ``jpki.on-hold``, ``jpki.card-expired``: of a card that is known already, or that
        a phone's certificates would hang on.
        """

        def work(tx: Transaction) -> list[CertificateRow]:
            before(tx)
            return self._recorded(tx, order)

        rows = self._database.run("jpki.record", work, access=_ISSUE.by())
        crash_point("jpki.recorded")
        self._primes.check(*(hashlib.sha256(_key(order, row.kind)).digest() for row in rows))
        signed = {row.kind: self._sign(row, order) for row in rows}
        people = {str(row.person_id) for row in rows}

        def note(tx: Transaction) -> None:
            for row in rows:
                if not register_store.signed(tx, row.kind, row.serial, signed[row.kind]):
                    # This one was slow, and another has gone on with it.
                    raise Refusal(ISSUED_AGAIN)
            # A phone's certificates stand beside the card's, they replace nothing.
            for person_id in {row.person_id for row in rows if order.media != "phone"}:
                self._events.tell(tx, person_id, "reissued", [row.kind for row in rows])
                self._events.tell_news(tx, person_id)

        self._database.run("jpki.signed", note, access=_ISSUE.by(subjects=people))
        return Issued(signed.get("authentication"), signed.get("signing"))

    def _recorded(self, tx: Transaction, order: Order) -> list[CertificateRow]:
        person_id = order.person_id or person_store.ensure_person(tx, order.resident_record_code)
        tx.shown((person_id,))
        known = register_store.card(tx, order.parent_card or order.card_id)
        if known is not None:
            must_be_in_use(tx, known)
        if register_store.card(tx, order.card_id) is None:
            card = CardRow(
                order.card_id,
                person_id,
                order.media,
                order.card_expires_on,
                order.parent_card,
                order.platform,
                order.renews,
            )
            register_store.add_card(tx, card)
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
        given_up = register_store.given_up(tx, key_hash, kind, order.card_id, person_id)
        known = None if given_up is not None else register_store.person_of_key(tx, key_hash)
        if known is not None:  # one's own, once more, is no copy of another's
            raise Refusal(WEAK_KEY if known == person_id else KEY_TWICE)
        self._primes.note(tx, key_hash, key)
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
        live = [
            one for one in register_store.live_certificates(tx, person_id, kind) if one.fingerprint
        ]
        supersedes = live[0].serial if live else None
        if given_up is None:
            register_store.record(tx, row, key_hash, supersedes, as_of=order.as_of)
        else:
            register_store.record_anew(tx, row, given_up, supersedes, as_of=order.as_of)
        return row

    def _sign(self, row: CertificateRow, order: Order) -> bytes:
        try:
            key = load_der_public_key(_key(order, row.kind))
        except ValueError:
            raise Refusal(WEAK_KEY) from None
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


def _key(order: Order, kind: CertificateKind) -> bytes:
    return (order.signing_key if kind == "signing" else order.authentication_key) or b""
