"""Taking a move back. After acceptance, cancellation and arrival race; the network decides (T4)."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from kazasu.contracts.jukinet import CancelTransfer
from kazasu.contracts.municipality import (
    CertificateCancelled,
)
from kazasu.foundation.clock import civil
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.faults import (
    UNKNOWN_CASE,
)
from kazasu.municipality.hall.context import (
    OUT_DESK,
    Hall,
    city_id,
    system_access,
)
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import cases as moving
from kazasu.municipality.register import model
from kazasu.municipality.register import store as register
from kazasu.municipality.register.model import Leaver, MovingOut, Resident

CHECKING = Text("転出届の確認（署名・本人・世帯）", "Checking a notice of moving out")
CANCELLING = Text("転出の取消し", "Cancelling the move")


class Cancelling:
    """転出の取消し."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def withdraw(self, tx: Transaction, case: MovingOut) -> None:
        """The resident takes the notice back. After acceptance the race is decided at jukinet."""
        if case.state in model.OPEN_OUT:
            cases.save(tx, replace(case, state="withdrawn"))
            self._hall.tell(tx, case.case_id, "withdrawn", OUT_DESK)
        elif case.state == "accepted":
            self._hall.house.jobs.enqueue(tx, "cancel-move", case_id=case.case_id)
        elif case.state == "closed":
            self._hall.tell(tx, case.case_id, "cancel-refused", OUT_DESK)

    def cancel(self, tenant: str, *, case_id: str) -> None:
        """Job: cancel each mover's transfer by compare-and-set, then reverse what was won.

        Whoever arrived first stays arrived; repeating the job changes nothing.
        """
        case = self._read(tenant, case_id)
        if case.state != "accepted":
            return
        leavers = self._hall.database.read(
            "moving-out.leavers",
            lambda tx: moving.leavers(tx, case_id),
            tenant=tenant,
            access=system_access("moving-out.cancel", CANCELLING, case=case_id),
        )
        inquirer = self._hall.house.inquirer(city_id(tenant))
        won = []
        for leaver in leavers:
            if leaver.state not in ("open", "departed"):
                continue
            request = uuid5(NAMESPACE_URL, f"cancel:{leaver.token}")
            try:
                inquirer.ask(
                    CancelTransfer(token=leaver.token, request_id=request),
                    of="jukinet",
                    purpose=CANCELLING,
                )
            except Refusal as refusal:
                if not refusal.fault.code.startswith("jukinet.transfer-"):
                    raise
                continue
            won.append(leaver)
        self._hall.database.run(
            "moving-out.cancel",
            lambda tx: self._reverse(tx, case_id, won),
            tenant=tenant,
            access=system_access(
                "moving-out.cancel", CANCELLING, [w.resident_id for w in won], case_id
            ),
        )

    def _reverse(self, tx: Transaction, case_id: str, won: Sequence[Leaver]) -> None:
        case = moving.out(tx, case_id)
        if case is None or case.state != "accepted":
            return
        if not won:
            self._hall.tell(tx, case_id, "cancel-refused", OUT_DESK)
            return
        for leaver in won:
            resident = register.by_id(tx, leaver.resident_id)
            if resident is not None:
                self._restore(tx, resident)
            moving.settle_leaver(tx, leaver, "cancelled", notified_at=None, revision=0)
        cases.save(tx, replace(case, state="cancelled"))
        letter = CertificateCancelled(
            case_id=case_id, tokens=tuple(one.token for one in won), at=tx.now
        )
        self._hall.house.post(city_id(tx.tenant)).send(
            tx, letter, to=city_id(won[0].to_municipality), case=case_id
        )
        self._hall.tell(tx, case_id, "cancelled", OUT_DESK)

    @staticmethod
    def _restore(tx: Transaction, resident: Resident) -> None:
        """異動の取消し（増）: a new version as it was before the notice."""
        before = next(
            one
            for one in register.history(tx, resident.resident_id)
            if one.state == "resident" and one.case_id != resident.case_id
        )
        headless = not any(
            m.is_head for m in register.household(tx, resident.household_number)
            if m.resident_id != resident.resident_id
        )  # fmt: skip
        register.change(
            tx, resident, state="resident", reason="異動の取消し（増）",
            is_head=before.is_head and headless,
            relationship=before.relationship, planned_to="", planned_on=None,
            changed_on=civil(tx.now), case_id="", processed_at=tx.now, processed_by="system",
        )  # fmt: skip

    def _read(self, tenant: str, case_id: str) -> MovingOut:
        found = self._hall.database.read(
            "moving-out.read",
            lambda tx: moving.out(tx, case_id),
            tenant=tenant,
            access=system_access("moving-out.read", CHECKING, case=case_id),
        )
        if found is None:
            raise Refusal(UNKNOWN_CASE)
        return found
