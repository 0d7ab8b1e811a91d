"""Use cases about persons: naming one to an institution, and telling them who used their certificates."""

from typing import Final

from kazasu.contracts.jpki.validation import AddressPerson, SealedPerson
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.handles import Named, seal_handle
from kazasu.exchange.keys import Institution
from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values.numbers import ResidentRecordCode
from kazasu.jpki.faults import UNKNOWN_PERSON
from kazasu.jpki.register import person_store

ADDRESS: Final = action("jpki.person.address", "institution", shows="found")


class Persons:
    """Each institution knows a person by a name of its own (design §3.1)."""

    def __init__(self, database: Database, institution: Institution, clock: Clock) -> None:
        self._database = database
        self._institution = institution
        self._clock = clock

    def address_person(self, inquiry: AddressPerson, asked: Asked) -> SealedPerson:
        """Name the asker's ``person_ref`` to another institution, which alone can read it. Who looked is who had it asked (``actor``
        of the inquiry, signed by the asker), not who passed it on.

        Raises Refusal ``jpki.unknown-person``.
        """
        # The sign-in service passes on who had it asked, and looks at nothing itself: the record is of that one.
        had_asked = asked.actor if asked.actor.startswith("institution:") else ""
        access = ADDRESS.by(had_asked or f"institution:{asked.asker}", purpose=asked.purpose)

        def work(tx: Transaction) -> ResidentRecordCode:
            person_id = person_store.person_by_ref(tx, asked.asker, inquiry.person_ref)
            if person_id is None:
                raise Refusal(UNKNOWN_PERSON)
            tx.shown((person_id,))
            return ResidentRecordCode(person_store.resident_record_code_of(tx, person_id))

        code = self._database.read("jpki.address-person", work, access=access)
        return SealedPerson(
            handle=seal_handle(self._institution, code, inquiry.audience, self._clock)
        )

    @staticmethod
    def names(tx: Transaction, named: Named) -> tuple[str, ...]:
        """Under which names the records of this room know somebody."""
        found = person_store.person_of(tx, named.resident_record_code)
        return (str(found),) if found else ()
