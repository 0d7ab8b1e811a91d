"""Use case: the portal shows somebody their own cards, phones and certificates."""

from typing import Final

from kazasu.contracts.jpki.own import CardEnds, CardOfStaff, CardsOfOwn, OwnCards
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.handles import open_handle
from kazasu.exchange.keys import Institution
from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.time.clock import Clock, civil
from kazasu.jpki.own import store
from kazasu.jpki.own.model import cards_of
from kazasu.jpki.register import person_store

READ: Final = action("jpki.own-cards.read", "institution", shows="found")


class OwnCardsDesk:
    """Tells a person what they have, and nobody else: a handle is opened here alone."""

    def __init__(self, database: Database, institution: Institution, clock: Clock) -> None:
        self._database = database
        self._institution = institution
        self._clock = clock

    def of_staff(self, inquiry: CardOfStaff, asked: Asked) -> CardEnds:
        """For the desk at which they have just signed in. Raises as :meth:`cards`."""
        code = open_handle(self._institution, inquiry.handle, self._clock).resident_record_code

        def work(tx: Transaction) -> CardEnds:
            person_id = person_store.person_of(tx, code)
            if person_id is None:
                return CardEnds()
            tx.shown((person_id,))
            until = store.signs_in_until(tx, person_id)
            return CardEnds(ends_on=civil(until) if until else None)

        access = READ.by(f"institution:{asked.asker}", purpose=asked.purpose)
        return self._database.read("jpki.card-of-staff", work, access=access)

    def cards(self, inquiry: OwnCards, asked: Asked) -> CardsOfOwn:
        """Nothing for who never had a card. Raises Refusal ``exchange.bad-handle``, ``exchange.stale-handle``."""
        code = open_handle(self._institution, inquiry.handle, self._clock).resident_record_code

        def work(tx: Transaction) -> CardsOfOwn:
            person_id = person_store.person_of(tx, code)
            if person_id is None:
                return CardsOfOwn(cards=())
            return CardsOfOwn(cards=tuple(cards_of(store.own_cards(tx, person_id), tx.now)))

        access = READ.by(f"institution:{asked.asker}", purpose=asked.purpose)
        return self._database.read("jpki.own-cards", work, access=access)
