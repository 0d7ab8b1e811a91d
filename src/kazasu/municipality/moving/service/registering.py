"""Registering an arrival (T2, decision 12).

The intent is committed, each mover's transfer is consumed at jukinet by compare-and-set, and only then
the register changes, with its letters in the same transaction. Killed anywhere between, the tick goes
on where it stopped: the network answers a repeated request with the same answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from kazasu.contracts.jpki.people import ProtectionChanged
from kazasu.contracts.jukinet import ConsumeTransfer, RegistrationChanged
from kazasu.contracts.municipality import (
    Address,
    Mover,
    NoticeOfMovedIn,
)
from kazasu.foundation import periods
from kazasu.foundation.clock import civil
from kazasu.foundation.database import Transaction
from kazasu.foundation.dates import long_date
from kazasu.foundation.faults import Refusal
from kazasu.foundation.numbers import IndividualNumber, MunicipalityCode
from kazasu.foundation.text import Text
from kazasu.municipality.faults import (
    CHANGED_MEANWHILE,
)
from kazasu.municipality.hall.context import (
    IN_DESK,
    Clerk,
    Hall,
    city_id,
    system_access,
)
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import cases as moving
from kazasu.municipality.moving.store import visits
from kazasu.municipality.register import model, relationships
from kazasu.municipality.register import store as register
from kazasu.municipality.register.model import Arriver, MovingIn, Resident

REGISTERING: Final = Text("転入の登録", "Registering the arrival")


class Registering:
    """審査・決裁."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def register(self, tenant: str, clerk: Clerk, case_id: str, version: int) -> None:
        """決裁: commit the intent, consume the transfers, register. Also a job, should we die between.

        Raises Refusal of the network: the transfer was cancelled, consumed elsewhere, or expired.
        """
        clerk.needs("decider")

        def intend(tx: Transaction) -> None:
            case = cases.arrival_at(tx, case_id, version, ("provisional",))
            cases.save(
                tx,
                replace(case, state="registering", request_id=uuid4(), decided_by=clerk.staff_id),
            )
            self._protect(tx, case_id)
            self._hall.house.jobs.enqueue(tx, "register-arrival", case_id=case_id)

        self._run("arrival.intend", intend, tenant, clerk, REGISTERING, case_id)
        self.complete(tenant, case_id=case_id)

    def complete(self, tenant: str, *, case_id: str) -> None:
        """Job and tick: bring an intent to its end. Repeating it changes nothing."""
        access = system_access("arrival.register", REGISTERING, case=case_id)
        case, arrivers = self._hall.database.read(
            "arrival.read",
            lambda tx: (moving.arrival(tx, case_id), moving.arrivers(tx, case_id)),
            tenant=tenant,
            access=access,
        )
        if case is None or case.state != "registering":
            return
        going = [one for one in arrivers if one.included]
        try:
            epochs = self._consume(tenant, case, going)
        except Refusal as refusal:
            if refusal.fault.code.startswith("jukinet.transfer-"):
                self._give_up(tenant, case_id)
            raise
        self._hall.database.run(
            "arrival.register",
            lambda tx: self._enter_register(tx, case_id, epochs),
            tenant=tenant,
            access=access,
        )

    def _protect(self, tx: Transaction, case_id: str) -> None:
        """支援措置: J-LIS hears of it before anybody hears of the new address."""
        for one in moving.arrivers(tx, case_id):
            if one.included and one.mover.protected:
                letter = ProtectionChanged(
                    resident_record_code=one.mover.resident_record_code,
                    protected=True,
                    municipality_code=tx.tenant,
                    at=tx.now,
                )
                self._hall.house.post(city_id(tx.tenant)).send(tx, letter, to="jpki", case=case_id)

    def _consume(self, tenant: str, case: MovingIn, going: Sequence[Arriver]) -> Mapping[UUID, int]:
        """Each mover's transfer, won from cancel and from every other city; nothing for 転居."""
        if case.kind == "within-city":
            return {one.token: 0 for one in going}
        inquirer = self._hall.house.inquirer(city_id(tenant))
        epochs = {}
        for one in going:
            answer = inquirer.ask(
                ConsumeTransfer(
                    token=one.token,
                    request_id=uuid5(NAMESPACE_URL, f"{case.case_id}:{one.token}"),
                    municipality_code=MunicipalityCode(tenant),
                    resident_record_code=one.mover.resident_record_code,
                    moved_on=case.moved_on or civil(self._hall.clock.now()),
                ),
                of="jukinet",
                purpose=REGISTERING,
            )
            epochs[one.token] = answer.epoch
        return epochs

    def _give_up(self, tenant: str, case_id: str) -> None:
        """The transfer was lost before anything was registered: back to the provisional entry."""

        def work(tx: Transaction) -> None:
            case = moving.arrival(tx, case_id)
            if case is not None and case.state == "registering":
                cases.save(tx, replace(case, state="provisional"))

        self._hall.database.run(
            "arrival.give-up",
            work,
            tenant=tenant,
            access=system_access("arrival.give-up", REGISTERING, case=case_id),
        )

    def _enter_register(self, tx: Transaction, case_id: str, epochs: Mapping[UUID, int]) -> None:
        case = moving.arrival(tx, case_id)
        if case is None or case.state != "registering":
            return
        arrivers = [one for one in moving.arrivers(tx, case_id) if one.token in epochs]
        entered = {one["token"]: one for one in case.entry["people"]}
        address = Address.model_validate(case.entry["address"])
        last_resident, last_household = register.next_numbers(tx, len(arrivers), 1)
        number = case.entry["joins_household"] or model.register_number(last_household)
        household = number
        for place, one in enumerate(
            sorted(arrivers, key=lambda a: not entered[str(a.token)]["is_head"])
        ):
            facts = entered[str(one.token)]
            serial = model.register_number(last_resident - place)
            resident = self._write(tx, case, one.mover, facts, address, household, serial)
            tx.audit(
                system_access("arrival.register", REGISTERING, (resident.resident_id,), case_id)
            )
            card = one.card
            moving.set_arriver(tx, one, included=True, resident_id=resident.resident_id, card=card)
            self._report(tx, case, one, resident, address, epochs[one.token])
        visits.release(tx, case_id)
        cases.save(tx, replace(case, state="registered", registered_at=tx.now))
        compared = [(c["ja"], c["en"], c["item"]) for c in case.visit["compared"]]
        self._hall.tell(tx, case_id, "registered", IN_DESK, proof=compared)
        if any(one.card == "pending" for one in arrivers):
            until = periods.card_continuation_until(case.notified_on or civil(tx.now))
            self._hall.tell(
                tx, case_id, "card-pending", IN_DESK,
                Text(f"カードの継続利用は {long_date(until)} までに",
                     f"Have your cards continued by {long_date(until, 'en')}"),
            )  # fmt: skip

    def _write(
        self,
        tx: Transaction,
        case: MovingIn,
        mover: Mover,
        facts: Mapping[str, Any],
        address: Address,
        household: str,
        serial: str,
    ) -> Resident:
        """A new record, or the old 宛名番号 again for somebody who returns (I3)."""
        before = register.by_record_code(tx, mover.resident_record_code)
        shared = {
            "household_number": household,
            "relationship": facts["relationship"],
            "is_head": facts["is_head"],
            "postcode": address.postcode,
            "prefecture": address.prefecture,
            "city": address.city,
            "town": address.town,
            "block": address.block,
            "building": address.building,
            "lives_here_since": case.moved_on,
            "state": "resident",
            "changed_on": case.moved_on,
            "notified_on": case.notified_on,
            "planned_to": "",
            "planned_on": None,
            "confirmed_to": "",
            "confirmed_on": None,
            "case_id": case.case_id,
            "processed_at": tx.now,
            "processed_by": case.decided_by,
        }
        if case.kind == "within-city":
            if before is None or not before.here:
                raise Refusal(CHANGED_MEANWHILE)
            return register.change(
                tx, before, reason="転居", former_address=before.address, **shared
            )
        shared |= relationships.items_of(mover) | {
            "resident_since": case.moved_on,
            "former_address": ""
            if mover.protected
            else (case.certificate or {}).get("old_address", ""),
            "reason": "国内転入",
        }
        if before is not None:
            return register.change(tx, before, **shared)
        resident = Resident(
            resident_id=serial,
            version=1,
            record_code=mover.resident_record_code,
            individual_number=IndividualNumber(
                mover.individual_number.reveal(duty=register.KEEPING)
            ),
            **shared,
        )
        register.enter(tx, resident)
        return resident

    def _report(
        self,
        tx: Transaction,
        case: MovingIn,
        one: Arriver,
        resident: Resident,
        address: Address,
        epoch: int,
    ) -> None:
        """転入通知 to the old city; 転居 to the network."""
        post = self._hall.house.post(city_id(tx.tenant))
        moved_on = case.moved_on or civil(tx.now)
        if case.kind == "within-city":
            changed = RegistrationChanged(
                resident_record_code=resident.record_code,
                municipality_code=MunicipalityCode(tx.tenant),
                what="address",
                on=moved_on,
            )
            post.send(tx, changed, to="jukinet", case=case.case_id)
            return
        notice = NoticeOfMovedIn(
            case_id=case.case_id,
            token=one.token,
            resident_record_code=resident.record_code,
            moved_in_on=moved_on,
            notified_on=case.notified_on or civil(tx.now),
            new_address="" if one.mover.protected else address.line,
            to_municipality=MunicipalityCode(tx.tenant),
            epoch=epoch,
        )
        old = (case.certificate or {})["from_municipality"]
        post.send(tx, notice, to=city_id(old), case=case.case_id)

    def unfinished(self, tenant: str) -> list[str]:
        """Intents that were committed and not brought to their end."""
        found = self._hall.database.read(
            "arrival.unfinished",
            lambda tx: moving.expected(tx, ("registering",)),
            tenant=tenant,
            access=system_access("arrival.unfinished", REGISTERING),
        )
        return [one.case_id for one in found]

    def _run(
        self, label: str, work: Any, tenant: str, clerk: Clerk, purpose: Text, case_id: str
    ) -> Any:
        return self._hall.database.run(
            label,
            work,
            tenant=tenant,
            access=clerk.access(label, purpose, case=case_id),
        )
