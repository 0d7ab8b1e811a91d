"""Taking a move back. After acceptance, cancellation and arrival race; the network decides (T4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from kazasu.contracts.jukinet import CancelTransfers
from kazasu.contracts.municipality import (
    CertificateCancelled,
)
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.municipality.hall.context import CityContext, city_id, own
from kazasu.municipality.moving import model
from kazasu.municipality.moving.faults import TRANSFER_NOT_OPENED
from kazasu.municipality.moving.model import OUT_DESK, Leaver, MovingOut, OutState
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import notices
from kazasu.municipality.register import heads
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
        """Job: cancel the transfers of all who have not arrived, by one compare-and-set, then reverse what was won.

        Who arrived first stays arrived; repeating the job changes nothing.

        Raises Refusal ``municipality.transfer-not-opened``: the network has not heard of all of them; tried again until it has.
        """
        case, leavers = self._city.look_itself(
            LEAVERS,
            lambda tx: (cases.notice(tx, case_id), notices.leavers(tx, case_id)),
            tenant=tenant,
            case=case_id,
        )
        if case.state != OutState.ACCEPTED:
            return
        going = {one.token: one for one in leavers if one.state in ("open", "departed")}
        won, unheard = list[Leaver](), False
        if going:
            answer = self._city.inquirer(tenant).ask(
                CancelTransfers(
                    tokens=tuple(going), request_id=uuid5(NAMESPACE_URL, f"cancel:{case_id}")
                ),
                of="jukinet",
                purpose=CANCELLING,
            )
            # The arrival was first, and its notice is on its way here (design §3.11).
            won = [going[one.token] for one in answer.movers if one.state != "CONSUMED"]
            unheard = len(answer.movers) < len(going)
        self._city.act_itself(
            CANCEL,
            lambda tx: self._reverse(tx, case_id, won, unheard=unheard),
            tenant=tenant,
            subjects=[one.resident_id for one in won],
            case=case_id,
        )
        if unheard:
            raise Refusal(TRANSFER_NOT_OPENED)

    def _reverse(
        self, tx: Transaction, case_id: str, won: Sequence[Leaver], *, unheard: bool
    ) -> None:
        """The records of those who stay are open again, and their data are taken back wherever they were sent.

        Where others of the case had arrived, the move goes on as theirs: the resident is told that it cannot be cancelled as a
        whole, and for how many it was.
        """
        case = notices.find(tx, case_id)
        if case is None or case.state != OutState.ACCEPTED:
            return
        if not won:
            if not unheard:
                self._city.send_progress(tx, case_id, "cancel-refused", OUT_DESK)
            return
        self._restore(tx, won)
        for leaver in won:
            notices.settle_leaver(tx, leaver, "cancelled", notified_at=None, revision=0)
        letter = CertificateCancelled(
            case_id=case_id, tokens=tuple(one.token for one in won), at=tx.now
        )
        for city in notices.cities_with_data(tx, case_id):
            self._city.post(tx).send(tx, letter, to=city_id(city), case=case_id)
        if all(one.state == "cancelled" for one in notices.leavers(tx, case_id)):
            cases.save(tx, replace(case, state=OutState.CANCELLED))
            self._city.send_progress(tx, case_id, "cancelled", OUT_DESK)
            return
        if unheard:
            return  # the others follow, and then the resident is told
        cases.close_if_all_are_gone(self._city, tx, case_id)
        note = Text(
            f"転入が済んでいなかった{len(won)}人の転出は取り消しました",
            f"Cancelled for those who had not arrived: {len(won)}",
        )
        self._city.send_progress(tx, case_id, "cancel-refused", OUT_DESK, note)

    @staticmethod
    def _restore(tx: Transaction, won: Sequence[Leaver]) -> None:
        """異動の取消し（増）: new versions as they were before the notice; each household has its head of before again.

        Who became head because of the notice gives it back (municipal §1.3).
        """
        back = [
            one
            for leaver in won
            if (one := register_store.by_id(tx, leaver.resident_id)) is not None
        ]
        before = {one.resident_id: _before(tx, one) for one in back}
        for household in dict.fromkeys(one.household_number for one in back):
            of_it = [one for one in back if one.household_number == household]
            head = heads.claimed(tx, household, [before[one.resident_id] for one in of_it])
            for resident in sorted(of_it, key=lambda one: one.resident_id == head):
                is_head, was = resident.resident_id == head, before[resident.resident_id]
                register_store.change(
                    tx, resident, state="resident", reason="異動の取消し（増）", is_head=is_head,
                    relationship=heads.back_as(tx, resident, was, head),
                    planned_to="", planned_on=None, changed_on=civil(tx.now), case_id="",
                    processed_at=tx.now, processed_by="system",
                )  # fmt: skip
            heads.name_one(tx, household, on=civil(tx.now))


def _before(tx: Transaction, resident: Resident) -> Resident:
    """Their record as it was before the notice that moves them."""
    return next(
        one
        for one in register_store.history(tx, resident.resident_id)
        if one.state == "resident" and one.case_id != resident.case_id
    )
