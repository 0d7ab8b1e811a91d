"""支援措置: while a person is protected, no new address of theirs is told."""

from typing import Final

from kazasu.contracts.jpki.people import ProtectionChanged
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.jpki.latest import store as latest_store
from kazasu.jpki.latest.access import audit_persons
from kazasu.jpki.latest.events import Events
from kazasu.jpki.register import person_store

_PROTECTION: Final = Text("支援措置の記録", "Recording a protective measure")


class Protection:
    def __init__(self, events: Events) -> None:
        self._events = events

    def protection_changed(self, tx: Transaction, letter: ProtectionChanged, _: Received) -> None:
        """支援措置 begins or ends; the latest word counts."""
        access = Access("system:register", "jpki.person.protect", _PROTECTION)
        tx.audit(access)
        person_id = person_store.ensure_person(tx, letter.resident_record_code)
        audit_persons(tx, access, [person_id], "")
        counted = latest_store.protect(
            tx, person_id, letter.at, letter.municipality_code, protected=letter.protected
        )
        if counted and not letter.protected:
            self._events.tell_news(tx, person_id)
