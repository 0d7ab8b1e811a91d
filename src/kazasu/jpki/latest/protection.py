"""支援措置: while a person is protected, no new address of theirs is told."""

from datetime import datetime
from typing import Final
from uuid import UUID

from kazasu.contracts.jpki.people import PersonChanged, ProtectionChanged
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.jpki.latest import protection_store as store
from kazasu.jpki.latest.events import Events
from kazasu.jpki.register import person_store

_PROTECT: Final = action(
    "jpki.person.protect", "system", Text("支援措置の記録", "Recording a protective measure"),
    itself="register", shows="found",
)  # fmt: skip
_NOWHERE: Final = {"death", "emigration"}
"""After these a person is registered in no city."""


class Protection:
    def __init__(self, events: Events) -> None:
        self._events = events

    def protection_changed(self, tx: Transaction, letter: ProtectionChanged, _: Received) -> None:
        """支援措置 begins or ends, in the order in which it is heard here.

        Raises Refusal ``jpki.not-of-this-city``: an end waits until the network names that city, or a person decides.
        """
        tx.audit(_PROTECT.by())
        person_id = person_store.ensure_person(tx, letter.resident_record_code)
        tx.shown((person_id,))
        was = store.load(tx, person_id)
        if letter.protected:
            # A sender's clock that is ahead must not bind what comes after.
            now = was.begin(letter.municipality_code, min(letter.at, tx.now))
        else:
            now = was.end(letter.municipality_code, letter.at)
        store.save(tx, person_id, was, now)
        if was.measure and was.measure.protected and now.measure and not now.measure.protected:
            self._events.tell_news(tx, person_id)


def registered(tx: Transaction, person_id: UUID, letter: PersonChanged) -> None:
    """Where they live now, as the network says: from then on that city's word counts, also one that came before."""
    city = None if letter.what in _NOWHERE else letter.municipality_code
    if store.note_residence(tx, person_id, city, letter.epoch):
        was = store.load(tx, person_id)
        store.save(tx, person_id, was, was.registered(city))


def protect(tx: Transaction, person_id: UUID, city: str, at: datetime) -> None:
    """As a city's letter would, for founding."""
    was = store.load(tx, person_id)
    store.save(tx, person_id, was, was.begin(city, at))
