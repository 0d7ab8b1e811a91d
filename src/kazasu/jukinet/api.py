"""What others may ask the register, as the contract has it."""

from dataclasses import dataclass

from kazasu.contracts import jukinet as contract
from kazasu.contracts.base import AccessEntry, AccessList
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.handles import open_handle
from kazasu.exchange.keys import Institution
from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Database
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.jukinet.model import Transfer
from kazasu.jukinet.service import SELF, Register


@dataclass(frozen=True)
class Answers:
    register: Register
    database: Database
    institution: Institution
    clock: Clock

    def where_registered(
        self, inquiry: contract.WhereRegistered, asked: Asked
    ) -> contract.WhereRegisteredAnswer:
        person = self._person(inquiry.handle)
        access = _access(asked, "jukinet.registration.read", person, "municipality")
        found = self.register.where_registered(person, access)
        return contract.WhereRegisteredAnswer(
            municipality_code=MunicipalityCode(found.municipality_code), since=found.since
        )

    def consume_transfer(
        self, inquiry: contract.ConsumeTransfer, asked: Asked
    ) -> contract.ConsumeTransferAnswer:
        access = _access(asked, "jukinet.transfer.consume", inquiry.resident_record_code)
        done = self.register.consume(inquiry, asked.asker, access)
        if done.epoch is None:
            raise AssertionError("a consumed token has an epoch")
        return contract.ConsumeTransferAnswer(
            state=done.state,
            consumed_by=inquiry.municipality_code,
            from_municipality=MunicipalityCode(done.from_municipality),
            epoch=done.epoch,
        )

    def cancel_transfer(
        self, inquiry: contract.CancelTransfer, asked: Asked
    ) -> contract.CancelTransferAnswer:
        # Whose token it is turns out inside: the service adds a record that names the person.
        access = _access(asked, "jukinet.transfer.cancel", "")
        done = self.register.cancel(inquiry.token, inquiry.request_id, asked.asker, access)
        return contract.CancelTransferAnswer(state=done.state)

    def open_transfer_of(
        self, inquiry: contract.OpenTransferOf, asked: Asked
    ) -> contract.TransferStateAnswer:
        person = inquiry.resident_record_code
        access = _access(asked, "jukinet.transfer.read", person, "transfer")
        return _as_answer(self.register.open_transfer_of(person, access))

    def accesses_of(self, inquiry: contract.AccessesOf, asked: Asked) -> AccessList:
        person = self._person(inquiry.handle)
        access = _access(asked, "jukinet.accesses.read", person, "accesses")
        rows = self.database.read(
            "jukinet.accesses-of", lambda tx: audit.accesses(tx, person), access=access
        )
        return AccessList(entries=tuple(map(_as_entry, rows)))

    def _person(self, handle: str) -> str:
        return open_handle(self.institution, handle, self.clock).resident_record_code


def _access(asked: Asked, action: str, person: str, *fields: str) -> Access:
    subjects = (person,) if person else ()
    return Access(f"institution:{asked.asker}", action, asked.purpose, subjects, fields=fields)


def _as_answer(transfer: Transfer) -> contract.TransferStateAnswer:
    return contract.TransferStateAnswer(
        token=transfer.token,
        state=transfer.state,
        from_municipality=MunicipalityCode(transfer.from_municipality),
        to_municipality=MunicipalityCode(transfer.to_municipality),
        planned_date=transfer.planned_date,
        expires_on=transfer.expires_on,
    )


def _as_entry(row: audit.AuditRow) -> AccessEntry:
    return AccessEntry(
        at=row.at,
        institution=SELF,
        actor=row.actor,
        action=row.action,
        purpose_ja=row.purpose_ja,
        purpose_en=row.purpose_en,
        fields=tuple(row.fields),
        record_id=str(row.id),
    )
