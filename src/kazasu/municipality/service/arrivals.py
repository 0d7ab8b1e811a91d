"""The new city's side: expected arrivals, the visit, provisional entry, registration (T2).

Order of things: reservation and certificate data come in any order; both make an arrival ready.
At the visit the card is compared with the data, items are completed (仮登録), a decider registers:
the intent is committed, each mover's transfer is consumed at jukinet by compare-and-set, and only then
the register changes, with its letters in the same transaction. Killed anywhere between, the tick goes
on where it stopped: the network answers a repeated request with the same answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from kazasu.contracts.base import FourAttributes
from kazasu.contracts.jukinet import ConsumeTransfer, RegistrationChanged
from kazasu.contracts.municipality import (
    Address,
    CertificateCancelled,
    CertificateOfMovingOut,
    ChangeVisit,
    MoveNotice,
    Mover,
    NoticeOfMovedIn,
    VisitReservation,
)
from kazasu.exchange.handles import open_handle
from kazasu.exchange.letters import Received
from kazasu.foundation import periods
from kazasu.foundation.clock import civil
from kazasu.foundation.database import Transaction
from kazasu.foundation.dates import long_date
from kazasu.foundation.faults import Refusal
from kazasu.foundation.numbers import IndividualNumber, MunicipalityCode
from kazasu.foundation.text import Text
from kazasu.foundation.web.openid import Person
from kazasu.municipality import model, relationships
from kazasu.municipality.faults import (
    ATTRIBUTES_DIFFER,
    CHANGED_MEANWHILE,
    MOVED_IN_FUTURE,
    NOBODY_CHOSEN,
    NOT_OF_THIS_MOVE,
    ONE_HEAD,
    SPECIAL_ROUTE_CLOSED,
    UNKNOWN_CASE,
    WRONG_STATE,
)
from kazasu.municipality.model import Arriver, MovingIn, Resident
from kazasu.municipality.service.hall import (
    IN_DESK,
    Clerk,
    Hall,
    check_sender,
    city_id,
    system_access,
)
from kazasu.municipality.service.visits import VisitDesk
from kazasu.municipality.store import moving, register, visits

EXPECTING: Final = Text("転入の準備", "Preparing an arrival")
VISITING: Final = Text("転入届の受付（本人の確認）", "Receiving the notice of moving in (identity)")
ENTERING: Final = Text("転入届の受理（仮登録）", "Entering the notice of moving in")
REGISTERING: Final = Text("転入の登録", "Registering the arrival")
_SETTLED: Final = ("registered", "registering", "withdrawn", "cancelled")


@dataclass(frozen=True, slots=True)
class EnteredPerson:
    """What the clerk completed for one person."""

    token: UUID
    included: bool
    relationship: str
    is_head: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """The notice of moving in, as completed at the desk."""

    moved_on: date
    address: Address
    people: tuple[EnteredPerson, ...]
    joins_household: str = ""
    """世帯番号 of a household here that they join; empty: a household of their own."""


class ArrivalDesk:
    """転入担当."""

    def __init__(self, hall: Hall, visit_desk: VisitDesk) -> None:
        self._hall = hall
        self._visits = visit_desk

    # ------------------------------------------------------------ letters

    def reserve(self, tx: Transaction, letter: VisitReservation, received: Received) -> None:
        """転入予約 or 転居予約. Without room in the slot the case is kept; the resident chooses again."""
        check_sender(received, "portal")
        tx.audit(system_access("arrival.reserve", EXPECTING, case=letter.case_id))
        notice = letter.notice
        booked = self._visits.book(
            tx, letter.case_id, letter.hold_id, notice.visit_office, notice.visit_date,
            notice.visit_starts,
        )  # fmt: skip
        reservation = {
            "notice": notice.model_dump(mode="json"),
            "applicant_name": letter.applicant_name,
            "submitted_at": letter.submitted_at.isoformat(),
            "signed": letter.signed.model_dump(mode="json"),
        }
        case = moving.arrival(tx, letter.case_id)
        if case is None:
            case = self._new(tx, letter.case_id, notice.kind)
            moving.add_arrival(tx, case)
        if case.state in _SETTLED:
            return
        self._progress(tx, replace(case, reservation=reservation), "reservation-received")
        if notice.kind == "within-city":
            self._own_movers(tx, letter.case_id, notice)
        if not booked:
            self._hall.tell(
                tx, letter.case_id, "visit-missed", IN_DESK,
                Text("予約した時間が埋まりました。別の日時を選んでください", "Your time was taken. Please choose another"),
            )  # fmt: skip

    def certificate(
        self, tx: Transaction, letter: CertificateOfMovingOut, received: Received
    ) -> None:
        """転出証明書情報 from the old city."""
        check_sender(received, city_id(letter.from_municipality))
        tx.audit(system_access("arrival.certificate", EXPECTING, case=letter.case_id))
        case = moving.arrival(tx, letter.case_id)
        if case is None:
            case = self._new(tx, letter.case_id, "between-cities")
            moving.add_arrival(tx, case)
        if case.state in _SETTLED:
            return
        certificate = {
            "from_municipality": letter.from_municipality,
            "old_address": letter.old_address.line,
            "planned_date": letter.planned_date.isoformat(),
            "new_address": letter.new_address,
            "revision": letter.revision,
        }
        for mover in letter.movers:
            moving.add_arriver(tx, letter.case_id, mover.token, mover)
        self._progress(tx, replace(case, certificate=certificate), "certificate-received")

    def certificate_cancelled(
        self, tx: Transaction, letter: CertificateCancelled, received: Received
    ) -> None:
        """The move is off: the copy of the movers' data is deleted (I9)."""
        tx.audit(system_access("arrival.cancelled", EXPECTING, case=letter.case_id))
        case = moving.arrival(tx, letter.case_id)
        if case is None or case.certificate is None or case.state == "registered":
            return
        check_sender(received, city_id(case.certificate["from_municipality"]))
        moving.purge_arrivers(tx, letter.case_id)
        visits.release(tx, letter.case_id)
        self._save(tx, replace(case, state="cancelled", certificate=None, visit={}, entry={}))

    def change_visit(self, tx: Transaction, letter: ChangeVisit, received: Received) -> None:
        check_sender(received, "portal")
        tx.audit(system_access("arrival.change-visit", EXPECTING, case=letter.case_id))
        case = moving.arrival(tx, letter.case_id)
        if case is None or case.state not in model.BEFORE_ENTRY:
            return
        booked = self._visits.book(
            tx, letter.case_id, letter.hold_id, letter.office_id, letter.date, letter.starts
        )
        if not booked:
            note = Text(
                "その時間は埋まっていました。別の日時を選んでください",
                "That time was taken. Please choose another",
            )
            self._hall.tell(tx, letter.case_id, "visit-missed", IN_DESK, note)
            return
        if case.state == "missed":
            case = replace(case, state="ready" if not case.half else "reserved")
        self._save(tx, case)
        self._hall.tell(tx, letter.case_id, "visit-changed", IN_DESK)

    def withdraw(self, tx: Transaction, case: MovingIn) -> None:
        """The resident takes the reservation back; certificate data are purged by their own letter."""
        if case.state not in (*model.BEFORE_ENTRY, "provisional"):
            return
        visits.release(tx, case.case_id)
        if case.kind == "within-city" or case.certificate is None:
            moving.purge_arrivers(tx, case.case_id)
        self._save(tx, replace(case, state="withdrawn", visit={}, entry={}))
        if case.kind == "within-city":
            self._hall.tell(tx, case.case_id, "withdrawn", IN_DESK)

    def _progress(self, tx: Transaction, case: MovingIn, event: Any) -> None:
        state = model.progress(case.state, case.half)
        self._save(tx, replace(case, state=state))
        self._hall.tell(tx, case.case_id, event, IN_DESK)
        if state == "ready" and case.state != "ready":
            self._hall.tell(tx, case.case_id, "in-ready", IN_DESK)

    def _own_movers(self, tx: Transaction, case_id: str, notice: MoveNotice) -> None:
        """転居: the movers are our own residents; their data are our own register's."""
        ids = register.residents_of_members(tx, notice.member_ids)
        for resident in register.several(tx, ids):
            token = uuid5(NAMESPACE_URL, f"{case_id}:{resident.resident_id}")
            moving.add_arriver(tx, case_id, token, relationships.mover_of(resident, token))

    # ------------------------------------------------------------ the visit

    def receive_visitor(
        self, tenant: str, clerk: Clerk, case_id: str, version: int, person: Person
    ) -> list[model.Comparison]:
        """Somebody held their card at the desk: is it one of the movers, and do the data agree?

        Raises:
            Refusal: ``municipality.not-of-this-move`` (nothing of the case is shown),
                ``municipality.attributes-differ``.
        """
        clerk.needs("counter")
        institution = self._hall.house.institution(city_id(tenant))
        handle = open_handle(institution, person.resident_handle, self._hall.clock)
        if person.birth_date is None:
            raise Refusal(NOT_OF_THIS_MOVE)
        attributes = FourAttributes(
            name=person.name,
            address=person.address,
            birth_date=person.birth_date,
            sex=person.sex,
        )

        def work(tx: Transaction) -> list[model.Comparison]:
            case = self._at(tx, case_id, version, ("ready", "visited", "missed"))
            arriver = next(
                (
                    one
                    for one in moving.arrivers(tx, case_id)
                    if one.mover.resident_record_code == handle.resident_record_code
                ),
                None,
            )
            if arriver is None:
                raise Refusal(NOT_OF_THIS_MOVE)
            compared = model.compare(
                attributes, arriver.mover, self._old_address(tx, case, arriver)
            )
            visit = {
                "token": str(arriver.token),
                "name": arriver.mover.name,
                "clerk": clerk.staff_id,
                "at": tx.now.isoformat(),
                "compared": [
                    {"item": c.item, "ja": c.label.ja, "en": c.label.en, "card": c.card,
                     "data": c.data, "same": c.same}
                    for c in compared
                ],
            }  # fmt: skip
            self._save(tx, replace(case, state="visited", visit=visit))
            self._hall.tell(tx, case_id, "visited", IN_DESK)
            return compared

        compared: list[model.Comparison] = self._run(
            "arrival.visit", work, tenant, clerk, VISITING, case_id
        )
        return compared

    @staticmethod
    def _old_address(tx: Transaction, case: MovingIn, arriver: Arriver) -> str:
        if case.certificate is not None:
            return str(case.certificate["old_address"])
        resident = register.by_record_code(tx, arriver.mover.resident_record_code)
        return resident.address if resident else ""

    # ------------------------------------------------------------ provisional entry

    def enter(self, tenant: str, clerk: Clerk, case_id: str, version: int, entry: Entry) -> None:
        """届出の受理, 仮登録: nothing of it reaches the register, certificates or other systems (I4).

        Raises:
            Refusal: ``municipality.moved-in-future``, ``municipality.special-route-closed``,
                ``municipality.nobody-chosen``, ``municipality.one-head``,
                ``municipality.bad-relationship``, ``municipality.attributes-differ``.
        """
        clerk.needs("counter")

        def work(tx: Transaction) -> None:
            case = self._at(tx, case_id, version, ("visited", "provisional"))
            different = [c["ja"] for c in case.visit["compared"] if not c["same"]]
            if different:
                raise Refusal(ATTRIBUTES_DIFFER, items="、".join(different))
            today = civil(tx.now)
            self._check_entry(case, entry, today)
            arrivers = {one.token: one for one in moving.arrivers(tx, case_id)}
            for one in entry.people:
                found = arrivers.get(one.token)
                if found is None:
                    raise Refusal(CHANGED_MEANWHILE)
                moving.set_arriver(
                    tx, found, included=one.included, resident_id=found.resident_id, card=found.card
                )
            kept = {
                "address": entry.address.model_dump(mode="json"),
                "joins_household": entry.joins_household,
                "people": [
                    {"token": str(p.token), "relationship": p.relationship, "is_head": p.is_head}
                    for p in entry.people
                    if p.included
                ],
                "clerk": clerk.staff_id,
            }
            self._save(
                tx,
                replace(
                    case, state="provisional", entry=kept, moved_on=entry.moved_on,
                    notified_on=today,
                ),
            )  # fmt: skip

        self._run("arrival.enter", work, tenant, clerk, ENTERING, case_id)

    @staticmethod
    def _check_entry(case: MovingIn, entry: Entry, today: date) -> None:
        if entry.moved_on > today:
            raise Refusal(MOVED_IN_FUTURE)
        if case.certificate is not None:
            planned = date.fromisoformat(case.certificate["planned_date"])
            if not periods.special_route_open(entry.moved_on, planned, today):
                until = min(
                    periods.moving_in_until(entry.moved_on),
                    periods.transfer_usable_until(planned),
                )
                raise Refusal(SPECIAL_ROUTE_CLOSED, until=until)
        people = [one for one in entry.people if one.included]
        if not people:
            raise Refusal(NOBODY_CHOSEN)
        for one in people:
            relationships.check(one.relationship)
        heads = sum(one.is_head for one in people)
        named = sum(one.relationship == relationships.HEAD for one in people)
        wanted = 0 if entry.joins_household else 1
        if heads != wanted or named != wanted:
            raise Refusal(ONE_HEAD)

    def send_back(self, tenant: str, clerk: Clerk, case_id: str, version: int) -> None:
        """The decider returns a provisional entry to the counter."""

        def work(tx: Transaction) -> None:
            case = self._at(tx, case_id, version, ("provisional",))
            self._save(tx, replace(case, state="visited", entry={}))

        self._run("arrival.send-back", work, tenant, clerk, ENTERING, case_id)

    # ------------------------------------------------------------ registration

    def register(self, tenant: str, clerk: Clerk, case_id: str, version: int) -> None:
        """決裁: commit the intent, consume the transfers, register. Also a job, should we die between.

        Raises Refusal of the network: the transfer was cancelled, consumed elsewhere, or expired.
        """
        clerk.needs("decider")

        def intend(tx: Transaction) -> None:
            case = self._at(tx, case_id, version, ("provisional",))
            self._save(
                tx,
                replace(case, state="registering", request_id=uuid4(), decided_by=clerk.staff_id),
            )
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
                self._save(tx, replace(case, state="provisional"))

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
        self._save(tx, replace(case, state="registered", registered_at=tx.now))
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

    # ------------------------------------------------------------ dates

    def note_missed(self, tenant: str, today: date) -> int:
        """Appointments that nobody came to; the place is free again."""

        def work(tx: Transaction) -> int:
            cases = visits.missed(tx, today)
            for case_id in cases:
                case = moving.arrival(tx, case_id)
                if case is None:
                    continue
                visits.release(tx, case_id)
                self._save(tx, replace(case, state="missed"))
                self._hall.tell(tx, case_id, "visit-missed", IN_DESK)
            visits.release_lapsed(tx)
            return len(cases)

        return self._hall.database.run(
            "arrival.missed", work, tenant=tenant, access=system_access("arrival.missed", EXPECTING)
        )

    def unfinished(self, tenant: str) -> list[str]:
        """Intents that were committed and not brought to their end."""
        found = self._hall.database.read(
            "arrival.unfinished",
            lambda tx: moving.expected(tx, ("registering",)),
            tenant=tenant,
            access=system_access("arrival.unfinished", REGISTERING),
        )
        return [one.case_id for one in found]

    # ------------------------------------------------------------ inside

    @staticmethod
    def _new(tx: Transaction, case_id: str, kind: Any) -> MovingIn:
        return MovingIn(
            case_id=case_id, version=1, kind=kind, state="reserved", reservation=None,
            certificate=None, visit={}, entry={}, moved_on=None, notified_on=None,
            request_id=None, decided_by="", received_at=tx.now, registered_at=None,
        )  # fmt: skip

    @staticmethod
    def _at(tx: Transaction, case_id: str, version: int, states: Sequence[str]) -> MovingIn:
        case = moving.arrival(tx, case_id)
        if case is None:
            raise Refusal(UNKNOWN_CASE)
        if case.version != version:
            raise Refusal(CHANGED_MEANWHILE)
        if case.state not in states:
            raise Refusal(WRONG_STATE, state=case.state)
        return case

    @staticmethod
    def _save(tx: Transaction, case: MovingIn) -> None:
        if not moving.save_arrival(tx, case):
            raise Refusal(CHANGED_MEANWHILE)

    def _run(
        self, label: str, work: Any, tenant: str, clerk: Clerk, purpose: Text, case_id: str
    ) -> Any:
        return self._hall.database.run(
            label,
            work,
            tenant=tenant,
            access=clerk.access(label, purpose, case=case_id),
        )
