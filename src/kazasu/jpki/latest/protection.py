"""支援措置: while a person is protected, no new address of theirs is told."""

from typing import Final

from kazasu.contracts.jpki.people import ProtectionChanged
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.jpki.latest import store as latest_store
from kazasu.jpki.latest.events import Events
from kazasu.jpki.register import person_store

_PROTECT: Final = action(
    "jpki.person.protect", "system", Text("支援措置の記録", "Recording a protective measure"),
    itself="register", shows="found",
)  # fmt: skip


class Protection:
    def __init__(self, events: Events) -> None:
        self._events = events

    def protection_changed(self, tx: Transaction, letter: ProtectionChanged, _: Received) -> None:
        """支援措置 begins or ends; the latest word counts."""
        tx.audit(_PROTECT.by())
        person_id = person_store.ensure_person(tx, letter.resident_record_code)
        tx.shown((person_id,))
        counted = latest_store.protect(
            tx, person_id, letter.at, letter.municipality_code, protected=letter.protected
        )
        if counted and not letter.protected:
            self._events.tell_news(tx, person_id)
