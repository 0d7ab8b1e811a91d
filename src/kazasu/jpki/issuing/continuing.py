"""継続利用: a card goes on with a new signing certificate, written on the card at the counter."""

from typing import Final

from psycopg import errors

from kazasu.card import tlv
from kazasu.card.chip import common_ap
from kazasu.card.client import HASH_OF_NUMBER
from kazasu.contracts.jpki.cards import CardOrder, CardScript, ContinueCard
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock, civil
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.encoding import sent_bytes
from kazasu.jpki.faults import CARD_OF_OTHER, NOT_REGISTERED_THERE, UNKNOWN_CARD, WEAK_KEY
from kazasu.jpki.issuing.in_use import must_be_in_use
from kazasu.jpki.issuing.model import Order
from kazasu.jpki.issuing.service import Issuing
from kazasu.jpki.register import person_store
from kazasu.jpki.register import store as register_store
from kazasu.jpki.register.model import CardRow

CONTINUE: Final = action("jpki.card.continue", "institution", shows="found")


class Continuing:
    def __init__(
        self, database: Database, authorities: Authorities, issuing: Issuing, clock: Clock
    ) -> None:
        self._database = database
        self._authorities = authorities
        self._issuing = issuing
        self._clock = clock

    def continue_card(self, inquiry: ContinueCard, asked: Asked) -> CardScript:
        """継続利用: a new signing certificate and write commands for the card on the reader.

        Steps: 1 which card; 2 it is the person's own and in use, and the network says that they are registered in the city that
        asks; 3 record and sign, for a card that signs: the one before ends with it; 4 the script.

        Raises Refusal ``jpki.unknown-card``, ``jpki.card-of-other-person``, ``jpki.not-registered-there``,
        ``jpki.card-ended``, ``jpki.on-hold``, ``jpki.card-expired``, ``jpki.weak-key``.
        """
        order = inquiry.order
        record, number_hash = card_identified(sent_bytes(inquiry.card_id))  # 1
        access = CONTINUE.by(f"institution:{asked.asker}", purpose=asked.purpose)
        card = self._database.run(
            "jpki.card-of", lambda tx: _continuable(tx, order, record.card_id), access=access
        )  # 2
        key = sent_bytes(inquiry.signing_public_key)
        signing = self._continued(card, order, key) if key else b""  # 3
        script = self._authorities.card_issuer.script(  # 4
            card.card_id, order.attributes, number_hash, signing, self._clock.now()
        )
        return CardScript(script=script)

    def _continued(self, card: CardRow, order: CardOrder, key: bytes) -> bytes:
        """The new signing certificate (DER)."""
        now = self._clock.now()

        def still(tx: Transaction) -> None:
            """What was true when it was looked at must be true when it is recorded; a card has one signing certificate."""
            _continuable(tx, order, card.card_id)
            for row in register_store.certificates_on(tx, card.card_id):
                if row.kind == "signing":
                    register_store.revoke_with_phones(tx, row.kind, row.serial, "superseded")

        try:
            issued = self._issuing.issue(
                Order(
                    card_id=card.card_id,
                    resident_record_code=order.resident_record_code,
                    municipality_code=order.municipality_code,
                    prefecture=order.prefecture,
                    city=order.city,
                    attributes=order.attributes,
                    name_flags="0" * len(order.attributes.name),
                    address_flags="0" * len(order.attributes.address),
                    issued_on=civil(now),
                    card_expires_on=card.expires_on,
                    authentication_key=None,
                    signing_key=key,
                    as_of=min(order.as_of or now, now),
                ),
                before=still,
            )
        except errors.UniqueViolation:
            raise Refusal(WEAK_KEY) from None
        return issued.signing or b""


def _continuable(tx: Transaction, order: CardOrder, card_id: str) -> CardRow:
    card = register_store.card(tx, card_id)
    if card is None:
        raise Refusal(UNKNOWN_CARD)
    if person_store.person_of(tx, order.resident_record_code) != card.person_id:
        raise Refusal(CARD_OF_OTHER)
    # Who asks is who the order names (``named_in``): a city speaks for its own residents alone.
    if person_store.registered_in(tx, card.person_id) != order.municipality_code:
        raise Refusal(NOT_REGISTERED_THERE)
    must_be_in_use(tx, card)
    return card


def card_identified(data: bytes) -> tuple[common_ap.CommonRecord, bytes]:
    """The card's record and its hash of the number, as ``CardClient.identified`` reads them.

    Raises Refusal ``jpki.unknown-card``.
    """
    try:
        _, _, end = tlv.parse_one(data)
        return common_ap.decode(data[:end]), tlv.value_of(data[end:], HASH_OF_NUMBER)
    except ValueError as error:
        raise Refusal(UNKNOWN_CARD) from error
