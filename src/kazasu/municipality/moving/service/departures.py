"""The old city after acceptance: the planned day comes, the notice of moved-in closes the record (T3)."""

from dataclasses import replace
from datetime import date

from kazasu.contracts.jukinet import DepartureEffective
from kazasu.contracts.municipality import (
    CertificateDataAnswer,
    CertificateOfMovingOut,
    NoticeOfMovedIn,
    RequestCertificateData,
)
from kazasu.exchange.inquiries import Asked
from kazasu.exchange.letters import Received
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.faults import (
    NOT_LEAVING,
)
from kazasu.municipality.hall.context import (
    SYSTEM,
    Hall,
    city_id,
    system_access,
)
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import cases as moving
from kazasu.municipality.register import model
from kazasu.municipality.register import store as register
from kazasu.municipality.register.relationships import mover_of

DEPARTING = Text("転出予定日の到来", "The planned day of moving out has come")
CLOSING = Text("転入通知による除票の確定", "Closing the record on the notice of moved-in")


class Departures:
    """除票."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def depart(self, tenant: str, today: date) -> int:
        """除票(予定) for everybody whose planned day has come; gives how many."""

        def work(tx: Transaction) -> int:
            due = moving.due_leavers(tx, today)
            for leaver in due:
                resident = register.by_id(tx, leaver.resident_id)
                if resident is None or resident.state != "leaving":
                    continue
                register.change(
                    tx, resident, state="left-planned", reason="国内転出", is_head=False,
                    changed_on=leaver.planned_on, processed_at=tx.now, processed_by="system",
                )  # fmt: skip
                moving.settle_leaver(tx, leaver, "departed", notified_at=None, revision=0)
                self._hall.house.post(city_id(tx.tenant)).send(
                    tx,
                    DepartureEffective(
                        token=leaver.token,
                        resident_record_code=resident.record_code,
                        municipality_code=tx.tenant,
                        on=leaver.planned_on,
                    ),
                    to="jukinet",
                    case=leaver.case_id,
                )
            return len(due)

        return self._hall.database.run(
            "moving-out.depart",
            work,
            tenant=tenant,
            access=system_access("moving-out.depart", DEPARTING),
        )

    def moved_in(self, tx: Transaction, letter: NoticeOfMovedIn, _: Received) -> None:
        """転入通知: the record is closed for good; confirmed values beside the planned ones.

        Raises Refusal ``municipality.not-leaving``: the letter waits for a clerk.
        """
        tx.audit(system_access("moving-out.close", CLOSING, case=letter.case_id))
        leaver = moving.leaver_of(tx, letter.token)
        resident = register.by_id(tx, leaver.resident_id) if leaver else None
        if leaver is None or resident is None or leaver.state == "cancelled":
            raise Refusal(NOT_LEAVING)
        if resident.record_code != letter.resident_record_code:
            raise Refusal(NOT_LEAVING)
        if leaver.revision >= letter.revision:
            return  # repeated; the newest counts (municipal §1.5)
        register.change(
            tx,
            resident,
            state="left",
            is_head=False,
            reason="国内転出",
            confirmed_to="" if resident.protected else letter.new_address,
            confirmed_on=letter.moved_in_on,
            processed_at=tx.now,
            processed_by="system",
        )
        moving.settle_leaver(tx, leaver, "arrived", notified_at=tx.now, revision=letter.revision)
        if all(one.state in ("arrived", "cancelled") for one in moving.leavers(tx, leaver.case_id)):
            case = moving.out(tx, leaver.case_id)
            if case is not None and case.state == "accepted":
                cases.save(tx, replace(case, state="closed"))
                self._hall.tell(tx, leaver.case_id, "old-record-closed", SYSTEM)

    def send_elsewhere(
        self, inquiry: RequestCertificateData, asked: Asked
    ) -> CertificateDataAnswer:
        """A mover stands at another city's desk than planned: the data follow them there."""
        tenant = asked.institution.partition(":")[2]

        def work(tx: Transaction) -> CertificateDataAnswer:
            leaver = moving.leaver_of(tx, inquiry.token)
            resident = register.by_id(tx, leaver.resident_id) if leaver else None
            if (
                leaver is None
                or resident is None
                or leaver.state not in ("open", "departed")
                or resident.record_code != inquiry.resident_record_code
            ):
                return CertificateDataAnswer(sent=False)
            letter = CertificateOfMovingOut(
                case_id=leaver.case_id,
                from_municipality=tenant,
                to_municipality=asked.asker.partition(":")[2],
                old_address=model.address_of(resident, tenant),  # type: ignore[arg-type]
                planned_date=leaver.planned_on,
                new_address="",
                movers=(mover_of(resident, leaver.token, resident.name),),
            )
            self._hall.house.post(city_id(tenant)).send(
                tx, letter, to=asked.asker, case=leaver.case_id
            )
            return CertificateDataAnswer(sent=True)

        return self._hall.database.run(
            "moving-out.send-elsewhere",
            work,
            tenant=tenant,
            access=replace(
                system_access("moving-out.send-elsewhere", asked.purpose),
                actor=f"institution:{asked.asker}",
            ),
        )
