"""Taking a move back. After acceptance, cancellation and arrival race; the network decides (T4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from kazasu.contracts.jukinet import TRANSFER_REFUSED, CancelTransfer
from kazasu.contracts.municipality import (
    CertificateCancelled,
)
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.municipality.hall.context import CityContext, city_id, own
from kazasu.municipality.moving import model
from kazasu.municipality.moving.model import OUT_DESK, Leaver, MovingOut, OutState
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import notices
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import Resident

CANCELLING = Text("転出の取消し", "Cancelling the move")
LEAVERS: Final = own("moving-out.leavers", CANCELLING)
CANCEL: Final = own("moving-out.cancel", CANCELLING)


class Cancelling:
    """転出の取消し."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def withdraw(self, tx: Transaction, case: MovingOut) -> None:
        """The resident takes the notice back. After acceptance the race is decided at jukinet."""
        if case.state in model.OPEN_OUT:
            cases.save(tx, replace(case, state=OutState.WITHDRAWN))
            self._city.send_progress(tx, case.case_id, "withdrawn", OUT_DESK)
        elif case.state == OutState.ACCEPTED:
            self._city.house.jobs.enqueue(tx, "cancel-move", case_id=case.case_id)
        elif case.state == OutState.CLOSED:
            self._city.send_progress(tx, case.case_id, "cancel-refused", OUT_DESK)

    def cancel(self, tenant: str, *, case_id: str) -> None:
        """Job: cancel each mover's transfer by compare-and-set, then reverse what was won.

        A person who arrived first stays arrived; repeating the job changes nothing.
        """
        case, leavers = self._city.look_itself(
            LEAVERS,
            lambda tx: (cases.notice(tx, case_id), notices.leavers(tx, case_id)),
            tenant=tenant,
            case=case_id,
        )
        if case.state != OutState.ACCEPTED:
            return
        inquirer = self._city.inquirer(tenant)
        won = []
        for leaver in leavers:
            if leaver.state not in ("open", "departed"):
                continue
            request = uuid5(NAMESPACE_URL, f"cancel:{leaver.token}")
            try:
                answer = inquirer.ask(
                    CancelTransfer(token=leaver.token, request_id=request),
                    of="jukinet",
                    purpose=CANCELLING,
                )
            except Refusal as refusal:
                if refusal.fault.code not in TRANSFER_REFUSED:
                    raise
                continue
            # The arrival was first, and its notice is on its way here (design §3.11).
            if answer.state != "CONSUMED":
                won.append(leaver)
        self._city.act_itself(
            CANCEL,
            lambda tx: self._reverse(tx, case_id, won),
            tenant=tenant,
            subjects=[one.resident_id for one in won],
            case=case_id,
        )

    def _reverse(self, tx: Transaction, case_id: str, won: Sequence[Leaver]) -> None:
        case = notices.find(tx, case_id)
        if case is None or case.state != OutState.ACCEPTED:
            return
        if not won:
            self._city.send_progress(tx, case_id, "cancel-refused", OUT_DESK)
            return
        for leaver in won:
            resident = register_store.by_id(tx, leaver.resident_id)
            if resident is not None:
                self._restore(tx, resident)
            notices.settle_leaver(tx, leaver, "cancelled", notified_at=None, revision=0)
        cases.save(tx, replace(case, state=OutState.CANCELLED))
        letter = CertificateCancelled(
            case_id=case_id, tokens=tuple(one.token for one in won), at=tx.now
        )
        self._city.post(tx).send(tx, letter, to=city_id(won[0].to_municipality), case=case_id)
        self._city.send_progress(tx, case_id, "cancelled", OUT_DESK)

    @staticmethod
    def _restore(tx: Transaction, resident: Resident) -> None:
        """異動の取消し（増）: a new version as it was before the notice."""
        before = next(
            one
            for one in register_store.history(tx, resident.resident_id)
            if one.state == "resident" and one.case_id != resident.case_id
        )
        headless = not any(
            m.is_head for m in register_store.household(tx, resident.household_number)
            if m.resident_id != resident.resident_id
        )  # fmt: skip
        register_store.change(
            tx, resident, state="resident", reason="異動の取消し（増）",
            is_head=before.is_head and headless,
            relationship=before.relationship, planned_to="", planned_on=None,
            changed_on=civil(tx.now), case_id="", processed_at=tx.now, processed_by="system",
        )  # fmt: skip
