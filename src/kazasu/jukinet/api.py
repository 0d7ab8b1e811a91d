"""What others may ask the register, as the contract has it."""

from dataclasses import dataclass
from typing import Final

from kazasu.contracts import jukinet as contract
from kazasu.exchange.carrier.inquiries import Asked
from kazasu.exchange.handles import open_handle
from kazasu.exchange.keys import Institution
from kazasu.foundation.actions import Action, action
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Database
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.jukinet.model import Transfer
from kazasu.jukinet.service import Register

READ: Final = action("jukinet.registration.read", "institution")
CONSUME: Final = action("jukinet.transfer.consume", "institution")
CANCEL: Final = action("jukinet.transfer.cancel", "institution", shows="found")
PAPER: Final = action("jukinet.transfer.paper", "institution", shows="found")
GIVE: Final = action("jukinet.numbers.give", "institution", shows="found")
CLAIM: Final = action("jukinet.registration.claim", "institution")
READ_TRANSFER: Final = action("jukinet.transfer.read", "institution")


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
        access = _access(asked, READ, person, fields=("municipality",))
        found = self.register.where_registered(person, access)
        return contract.WhereRegisteredAnswer(
            municipality_code=MunicipalityCode(found.municipality_code), since=found.since
        )

    def municipalities_of(
        self, inquiry: contract.MunicipalitiesOf, asked: Asked
    ) -> contract.MunicipalitiesOfAnswer:
        person = self._person(inquiry.handle)
        access = _access(asked, READ, person, fields=("municipality",))
        found = self.register.municipalities(person, access)
        return contract.MunicipalitiesOfAnswer(
            municipality_codes=tuple(map(MunicipalityCode, found))
        )

    def consume_transfers(
        self, inquiry: contract.ConsumeTransfers, asked: Asked
    ) -> contract.ConsumeTransfersAnswer:
        """All movers of a case, or none."""
        access = _access(asked, CONSUME, *(one.resident_record_code for one in inquiry.movers))
        done = self.register.consume(
            inquiry.movers,
            inquiry.municipality_code,
            inquiry.moved_on,
            asked.asker,
            access,
            by_paper=inquiry.by_paper,
        )
        return contract.ConsumeTransfersAnswer(
            movers=tuple(contract.MoverEpoch(token=one.token, epoch=_epoch(one)) for one in done)
        )

    def cancel_transfers(
        self, inquiry: contract.CancelTransfers, asked: Asked
    ) -> contract.CancelTransfersAnswer:
        # Whose tokens they are turns out inside: the rows that are read name the persons.
        access = _access(asked, CANCEL)
        done = self.register.cancel(inquiry.tokens, inquiry.request_id, asked.asker, access)
        return contract.CancelTransfersAnswer(
            movers=tuple(contract.MoverState(token=one.token, state=one.state) for one in done)
        )

    def open_for_paper(
        self, inquiry: contract.OpenForPaper, asked: Asked
    ) -> contract.OpenForPaperAnswer:
        done = self.register.give_paper(inquiry.tokens, asked.asker, _access(asked, PAPER))
        return contract.OpenForPaperAnswer(
            movers=tuple(contract.MoverState(token=one.token, state=one.state) for one in done)
        )

    def open_transfer_of(
        self, inquiry: contract.OpenTransferOf, asked: Asked
    ) -> contract.TransferStateAnswer:
        person = inquiry.resident_record_code
        access = _access(asked, READ_TRANSFER, person, fields=("transfer",))
        return _as_answer(self.register.open_transfer_of(person, access))

    def last_registration_of(
        self, inquiry: contract.LastRegistrationOf, asked: Asked
    ) -> contract.LastRegistrationAnswer:
        person = inquiry.resident_record_code
        access = _access(asked, READ, person, fields=("municipality",))
        standing, latest = self.register.last_registration(person, asked.asker, access)
        return contract.LastRegistrationAnswer(
            standing=standing,
            municipality_code=MunicipalityCode(latest.municipality_code) if latest else None,
            until=latest.until if latest else None,
        )

    def give_numbers(self, inquiry: contract.GiveNumbers, asked: Asked) -> contract.NumbersGiven:
        access = _access(asked, GIVE)
        given = self.register.give_numbers(
            inquiry.request_id,
            inquiry.municipality_code,
            access,
            same_person=inquiry.same_person,
        )
        return contract.NumbersGiven(
            resident_record_code=given.code, individual_number=given.number
        )

    def claim_person(self, inquiry: contract.ClaimPerson, asked: Asked) -> contract.PersonClaimed:
        self.register.claim(inquiry, _access(asked, CLAIM, inquiry.resident_record_code))
        return contract.PersonClaimed(request_id=inquiry.request_id)

    def release_person(
        self, inquiry: contract.ReleasePerson, asked: Asked
    ) -> contract.PersonReleased:
        person = inquiry.resident_record_code
        done = self.register.release(
            person, inquiry.request_id, inquiry.municipality_code, _access(asked, CLAIM, person)
        )
        return contract.PersonReleased(released=done)

    def _person(self, handle: str) -> str:
        return open_handle(self.institution, handle, self.clock).resident_record_code


def _access(asked: Asked, done: Action, *people: str, fields: tuple[str, ...] = ()) -> Access:
    actor = f"institution:{asked.asker}"
    return done.by(actor, subjects=people, fields=fields, purpose=asked.purpose)


def _epoch(done: Transfer) -> int:
    if done.epoch is None:
        raise AssertionError("a consumed token has an epoch")
    return done.epoch


def _as_answer(transfer: Transfer) -> contract.TransferStateAnswer:
    return contract.TransferStateAnswer(
        token=transfer.token,
        state=transfer.state,
        from_municipality=MunicipalityCode(transfer.from_municipality),
        to_municipality=MunicipalityCode(transfer.to_municipality),
        planned_date=transfer.planned_date,
        expires_on=transfer.expires_on,
    )
