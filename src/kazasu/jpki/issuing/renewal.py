"""Renewal: new certificates for the same card before the old ones end."""

from kazasu.foundation.audit import Access
from kazasu.foundation.clock import civil
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.jpki.faults import CARD_OF_OTHER, TOO_EARLY, UNKNOWN_CARD
from kazasu.jpki.issuing.model import Order, renewable_from
from kazasu.jpki.issuing.service import Issued, Issuing
from kazasu.jpki.latest.events import Events
from kazasu.jpki.register import person_store
from kazasu.jpki.register import store as register_store
from kazasu.jpki.register.model import CertificateRow


class Renewal:
    def __init__(self, database: Database, issuing: Issuing, events: Events) -> None:
        self._database = database
        self._issuing = issuing
        self._events = events

    def renew(self, order: Order, algorithm: str = "RSA-2048") -> Issued:
        """New certificates for the same card before the old ones end; the old ones end with it.

        Raises Refusal ``jpki.unknown-card``, ``jpki.card-of-other-person``, ``jpki.too-early``,
        ``jpki.weak-key``.
        """
        access = Access(
            "system:issue", "jpki.certificate.renew", Text("電子証明書の更新", "Renewal")
        )
        old = self._database.run(
            "jpki.renewable", lambda tx: self._renewable(tx, order, algorithm), access=access
        )
        issued = self._issuing.issue(order)

        def end_old(tx: Transaction) -> None:
            for row in old:
                register_store.revoke_with_phones(tx, row.kind, row.serial, "superseded")
            for person_id in {row.person_id for row in old}:
                self._events.tell_news(tx, person_id)

        self._database.run("jpki.supersede", end_old, access=access)
        return issued

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
            first = renewable_from(row.not_after, algorithm)
            if civil(tx.now) < first:
                raise Refusal(TOO_EARLY, first=first.isoformat())
        return old
