"""Use cases about persons: naming one to an institution, and telling them who used their certificates."""

from dataclasses import replace

from kazasu.contracts.base import AccessEntry, AccessList
from kazasu.contracts.jpki.people import AccessesOf
from kazasu.contracts.jpki.validation import AddressPerson, SealedPerson
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.handles import open_handle, seal_handle
from kazasu.exchange.keys import Institution
from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values.numbers import ResidentRecordCode
from kazasu.jpki.faults import UNKNOWN_PERSON
from kazasu.jpki.register import person_store


class Persons:
    """Each institution knows a person by a name of its own (design §3.1)."""

    def __init__(self, database: Database, institution: Institution, clock: Clock) -> None:
        self._database = database
        self._institution = institution
        self._clock = clock

    def address_person(self, inquiry: AddressPerson, asked: Asked) -> SealedPerson:
        """Name the asker's ``person_ref`` to another institution, which alone can read it.

        Raises Refusal ``jpki.unknown-person``.
        """
        access = Access(f"institution:{asked.asker}", "jpki.person.address", asked.purpose)

        def work(tx: Transaction) -> ResidentRecordCode:
            person_id = person_store.person_by_ref(tx, asked.asker, inquiry.person_ref)
            if person_id is None:
                raise Refusal(UNKNOWN_PERSON)
            tx.audit(replace(access, subjects=(str(person_id),)))
            return ResidentRecordCode(person_store.resident_record_code_of(tx, person_id))

        code = self._database.read("jpki.address-person", work, access=access)
        return SealedPerson(
            handle=seal_handle(self._institution, code, inquiry.audience, self._clock)
        )

    def accesses_of(self, inquiry: AccessesOf, asked: Asked) -> AccessList:
        """What a resident sees of who used their certificates."""
        code = open_handle(self._institution, inquiry.handle, self._clock).resident_record_code
        access = Access(f"institution:{asked.asker}", "jpki.accesses.read", asked.purpose)

        def work(tx: Transaction) -> AccessList:
            person_id = person_store.person_of(tx, code)
            rows = audit.accesses(tx, str(person_id)) if person_id else []
            return AccessList(entries=tuple(_entry(row) for row in rows))

        return self._database.read("jpki.accesses", work, access=access)


def _entry(row: audit.AuditRow) -> AccessEntry:
    return AccessEntry(
        at=row.at,
        institution="jpki",
        actor=row.actor,
        action=row.action,
        purpose_ja=row.purpose_ja,
        purpose_en=row.purpose_en,
        fields=tuple(row.fields),
        record_id=str(row.id),
    )
