"""Renewal: new certificates for the same card before the old ones end."""

from dataclasses import replace
from typing import Final, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kazasu.foundation.actions import action
from kazasu.foundation.algorithms import PublicKey, algorithm_of
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.certificates import profile
from kazasu.jpki.faults import (
    CARD_OF_OTHER,
    NEVER_SIGNED,
    REVOKED,
    TOO_EARLY,
    UNKNOWN_CARD,
    WEAK_KEY,
)
from kazasu.jpki.issuing.continuing import card_identified
from kazasu.jpki.issuing.in_use import must_be_in_use, must_not_have_ended
from kazasu.jpki.issuing.model import Order, renewable_from
from kazasu.jpki.issuing.service import Issued, Issuing
from kazasu.jpki.latest.events import Events
from kazasu.jpki.register import person_store
from kazasu.jpki.register import store as register_store
from kazasu.jpki.register.model import CardRow, CertificateRow
from kazasu.kit.periods import expiry_of_card

_RENEW: Final = action(
    "jpki.certificate.renew", "system", Text("電子証明書の更新", "Renewal"),
    itself="issue", shows="found",
)  # fmt: skip


class NewCard(Protocol):
    """A chip with keys and nothing else."""

    @property
    def serial(self) -> str: ...
    @property
    def authentication_key(self) -> bytes: ...
    @property
    def signing_key(self) -> bytes | None: ...


class Renewal:
    def __init__(
        self, database: Database, authorities: Authorities, issuing: Issuing, events: Events
    ) -> None:
        self._database = database
        self._authorities = authorities
        self._issuing = issuing
        self._events = events

    def renew_on_card(self, identified: bytes, signing_key: bytes) -> str:
        """A new signing certificate with the data of the old one, as write commands for the card on the reader.

        Simulated: a card makes no other key of its own, so its user-authentication certificate comes with a new card.

        Args:
            identified: what ``CardClient.identified`` reads.
            signing_key: made on the card (DER SubjectPublicKeyInfo).

        Raises Refusal ``jpki.unknown-card``, ``jpki.revoked`` (there is none to renew), ``jpki.no-signing-certificate``, ``jpki.card-ended``,
        ``jpki.on-hold``, ``jpki.card-expired``, ``jpki.too-early``, ``jpki.weak-key``.
        """
        record, number_hash = card_identified(identified)
        order, now = self._database.run(
            "jpki.renewal-order",
            lambda tx: (_order(tx, record.card_id, signing_key), tx.now),
            access=_RENEW.by(),
        )
        issued = self.renew(order, _algorithm(signing_key))
        return self._authorities.card_issuer.script(
            order.card_id, order.attributes, number_hash, issued.signing or b"", now
        )

    def renew(self, order: Order, algorithm: str = "RSA-2048") -> Issued:
        """New certificates for the same card before the old ones end; the old ones end with it.

        Raises Refusal ``jpki.unknown-card``, ``jpki.card-of-other-person``, ``jpki.too-early``,
        ``jpki.weak-key``.
        """
        old = self._database.run(
            "jpki.renewable", lambda tx: self._renewable(tx, order, algorithm), access=_RENEW.by()
        )
        issued = self._issuing.issue(order)

        def end_old(tx: Transaction) -> None:
            for row in old:
                register_store.revoke_with_phones(tx, row.kind, row.serial, "superseded")
            people = {row.person_id for row in old}
            tx.shown(people)
            for person_id in people:
                self._events.tell_news(tx, person_id)

        self._database.run("jpki.supersede", end_old, access=_RENEW.by())
        return issued

    def another_card(self, card_id: str, blank: NewCard) -> tuple[Order, Issued]:
        """Certificates for a new card of the same holder, in the place of this one, which may have run out already.

        The one before goes on until the new one is first used (:func:`~kazasu.jpki.register.store.used`): whoever waits for it at a desk is not shut out. Done once more, because
        what was made never reached anybody, it takes the place of what was made before.

        Raises Refusal ``jpki.unknown-card``, ``jpki.card-ended``, ``jpki.on-hold``, ``jpki.revoked``, ``jpki.no-signing-certificate``,
        ``jpki.too-early``, ``jpki.weak-key``.
        """

        def ordered(tx: Transaction) -> Order:
            card = register_store.card(tx, card_id)
            if card is None:
                raise Refusal(UNKNOWN_CARD)
            must_not_have_ended(tx, card)
            order = _as_certified(tx, card)
            for row in register_store.certificates_on(tx, card_id):
                if row.kind == "authentication" and row.fingerprint:
                    first = renewable_from(row.not_after, _algorithm(blank.authentication_key))
                    if civil(tx.now) < first:
                        raise Refusal(TOO_EARLY, first=first.isoformat())
            return replace(
                order,
                card_id=blank.serial,
                card_expires_on=expiry_of_card(order.issued_on, order.attributes.birth_date),
                authentication_key=blank.authentication_key,
                signing_key=blank.signing_key,
                renews=card_id,
            )

        def instead(tx: Transaction) -> None:
            for row in register_store.successors(tx, card_id):
                register_store.revoke(tx, row.kind, row.serial, tx.now, "superseded")

        order = self._database.run("jpki.another-card", ordered, access=_RENEW.by())
        return order, self._issuing.issue(order, instead)

    @staticmethod
    def _renewable(tx: Transaction, order: Order, algorithm: str) -> list[CertificateRow]:
        card = register_store.card(tx, order.card_id)
        if card is None:
            raise Refusal(UNKNOWN_CARD)
        if person_store.person_of(tx, order.resident_record_code) != card.person_id:
            raise Refusal(CARD_OF_OTHER)
        wanted = {"authentication": order.authentication_key, "signing": order.signing_key}
        old = [
            row for row in register_store.certificates_of_card(tx, order.card_id)
            if wanted[row.kind] and row.card_id == order.card_id
        ]  # fmt: skip
        for row in old:
            if not row.fingerprint:
                continue  # a renewal that came to nothing: no card has it
            first = renewable_from(row.not_after, algorithm)
            if civil(tx.now) < first:
                raise Refusal(TOO_EARLY, first=first.isoformat())
        return old


def _order(tx: Transaction, card_id: str, signing_key: bytes) -> Order:
    card = register_store.card(tx, card_id)
    if card is None:
        raise Refusal(UNKNOWN_CARD)
    must_be_in_use(tx, card)
    return replace(_as_certified(tx, card), signing_key=signing_key)


def _as_certified(tx: Transaction, card: CardRow) -> Order:
    """As the certificate says that ends with it: a change of data comes by the register, never by a renewal. No key is in it.

    Raises Refusal ``jpki.revoked``: there is none to renew; ``jpki.no-signing-certificate``: there never was.
    """
    old = [
        row
        for row in register_store.certificates_on(tx, card.card_id)
        if row.kind == "signing" and row.fingerprint
    ]
    data = register_store.signed_data(tx, old[0].serial) if old else None
    if data is None:
        signed = register_store.ever_on(tx, card.card_id, "signing")
        raise Refusal(REVOKED if signed else NEVER_SIGNED)
    certificate = x509.load_der_x509_certificate(data.der)
    name_flags, address_flags = profile.flags_of(certificate)
    return Order(
        card_id=card.card_id,
        resident_record_code=person_store.resident_record_code_of(tx, card.person_id),
        municipality_code=old[0].municipality_code,
        prefecture=old[0].prefecture,
        city=old[0].city,
        attributes=profile.attributes_of(certificate),
        name_flags=name_flags,
        address_flags=address_flags,
        issued_on=civil(tx.now),
        card_expires_on=card.expires_on,
        authentication_key=None,
        signing_key=None,
        as_of=register_store.as_of(tx, "signing", old[0].serial),
    )


def _algorithm(key: bytes) -> str:
    """Which generation of cards made it. Raises Refusal ``jpki.weak-key``: it does not read."""
    try:
        public = load_der_public_key(key)
    except ValueError as error:
        raise Refusal(WEAK_KEY) from error
    if not isinstance(public, PublicKey):
        raise Refusal(WEAK_KEY)
    return algorithm_of(public)
