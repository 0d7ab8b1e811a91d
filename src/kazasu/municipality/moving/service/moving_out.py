"""The old city's side of a move: the notice, and the clerk's decision (T1)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from kazasu.contracts.jukinet import TransferOpened
from kazasu.contracts.municipality import (
    CertificateOfMovingOut,
    MoveNotice,
    NoticeOfMovingOut,
)
from kazasu.exchange.letters import Received
from kazasu.foundation import periods
from kazasu.foundation.clock import civil
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.faults import (
    CHANGED_MEANWHILE,
    HEAD_NEEDED,
    NOT_ACCEPTABLE,
)
from kazasu.municipality.hall.context import (
    OUT_DESK,
    Clerk,
    Hall,
    city_id,
    system_access,
)
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import cases as moving
from kazasu.municipality.register import model
from kazasu.municipality.register import store as register
from kazasu.municipality.register.model import Leaver, MovingOut, Resident
from kazasu.municipality.register.relationships import mover_of

RECEIVING = Text("転出届の受付", "Receiving a notice of moving out")
DECIDING = Text("転出届の処理", "Deciding on a notice of moving out")


class MovingOutDesk:
    """転出担当."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    # ------------------------------------------------------------ receiving

    def receive(self, tx: Transaction, letter: NoticeOfMovingOut, _: Received) -> None:
        """A notice, or its corrected revision. The machine's checks follow as a job."""
        tx.audit(system_access("moving-out.receive", RECEIVING, case=letter.case_id))
        found = moving.out(tx, letter.case_id)
        case = MovingOut(
            case_id=letter.case_id,
            version=found.version if found else 1,
            state="received",
            revision=letter.revision,
            notice=letter.notice.model_dump(mode="json"),
            signed=letter.signed.model_dump(mode="json"),
            submitted_at=letter.submitted_at,
            received_at=tx.now,
            findings=[],
            applicant_id="",
            note="",
            decided_by="",
            decided_at=None,
        )
        if found is None:
            moving.add_out(tx, case)
        elif found.state in model.OPEN_OUT and letter.revision > found.revision:
            cases.save(tx, case)
        else:
            return  # decided already, or an older revision that came late
        self._hall.tell(tx, letter.case_id, "received-out", OUT_DESK)
        self._hall.house.jobs.enqueue(tx, "check-notice", case_id=letter.case_id)

    # ------------------------------------------------------------ decisions

    def accept(
        self, tenant: str, clerk: Clerk, case_id: str, version: int, new_head: str = ""
    ) -> None:
        """Accept the notice: the record becomes 転出予定, the certificate data go ahead.

        Raises:
            Refusal: ``municipality.changed-meanwhile``, ``municipality.not-acceptable``,
                ``municipality.head-needed``, ``municipality.not-your-role``.
        """
        clerk.needs("decider")

        def work(tx: Transaction) -> None:
            case = cases.notice_at(tx, case_id, version, ("checked",))
            if not case.acceptable:
                raise Refusal(NOT_ACCEPTABLE)
            notice = MoveNotice.model_validate(case.notice)
            ids = register.residents_of_members(tx, notice.member_ids)
            going = [one for one in register.several(tx, ids) if one.state == "resident"]
            if len(going) != len(notice.member_ids):
                raise Refusal(CHANGED_MEANWHILE)
            tx.audit(clerk.access("moving-out.accept", DECIDING, ids, case_id))
            old_head = self._new_head(tx, going, new_head, clerk, case_id)
            self._send_ahead(tx, case, notice, going, old_head, clerk)
            cases.save(
                tx, replace(case, state="accepted", decided_by=clerk.staff_id, decided_at=tx.now)
            )
            self._hall.tell(tx, case_id, "out-done", OUT_DESK, proof=_proof(case))

        self._run("moving-out.accept", work, tenant, clerk, case_id)

    def _send_ahead(
        self,
        tx: Transaction,
        case: MovingOut,
        notice: MoveNotice,
        going: Sequence[Resident],
        head_name: str,
        clerk: Clerk,
    ) -> None:
        """Ledger and outbox in one transaction: nobody leaves here who is not sent there."""
        post = self._hall.house.post(city_id(tx.tenant))
        to = notice.destination_municipality
        until = periods.transfer_usable_until(notice.move_date)
        movers = []
        for resident in going:
            token = uuid4()
            register.change(
                tx,
                resident,
                state="leaving",
                reason="国内転出",
                changed_on=notice.move_date,
                notified_on=civil(case.submitted_at),
                planned_to=notice.new_address.line,
                planned_on=notice.move_date,
                case_id=case.case_id,
                processed_at=tx.now,
                processed_by=clerk.staff_id,
            )
            moving.add_leaver(
                tx,
                Leaver(
                    case.case_id, resident.resident_id, token, to, notice.move_date, "open", None, 0
                ),
            )
            movers.append(mover_of(resident, token, head_name))
            post.send(
                tx,
                TransferOpened(
                    token=token,
                    case_id=case.case_id,
                    resident_record_code=resident.record_code,
                    from_municipality=tx.tenant,
                    to_municipality=to,
                    planned_date=notice.move_date,
                    expires_on=until,
                ),
                to="jukinet",
                case=case.case_id,
            )
        letter = CertificateOfMovingOut(
            case_id=case.case_id,
            from_municipality=tx.tenant,
            to_municipality=to,
            old_address=model.address_of(going[0], tx.tenant),  # type: ignore[arg-type]
            planned_date=notice.move_date,
            new_address=notice.new_address.line,
            movers=tuple(movers),
            revision=case.revision,
        )
        post.send(tx, letter, to=city_id(to), case=case.case_id)

    def _new_head(
        self,
        tx: Transaction,
        going: Sequence[Resident],
        new_head: str,
        clerk: Clerk,
        case_id: str,
    ) -> str:
        """Give the remaining household a head where it loses its own; the old head's name."""
        members = register.household(tx, going[0].household_number)
        head_name = next((m.name for m in members if m.is_head), going[0].name)
        leaving = {one.resident_id for one in going}
        after = model.head_after(members, leaving)
        if after.kind in ("unchanged", "empty"):
            return head_name
        rest = {m.resident_id: m for m in members if m.resident_id not in leaving}
        chosen = after.resident_id or new_head
        if chosen not in rest:
            raise Refusal(HEAD_NEEDED)
        old_head = next(one for one in members if one.is_head)
        # A household has one head at a time: the leaving one gives it up first.
        register.change(
            tx, old_head, is_head=False, reason="世帯主変更", case_id=case_id,
            processed_at=tx.now, processed_by=clerk.staff_id,
        )  # fmt: skip
        register.change(
            tx, rest[chosen], is_head=True, relationship="世帯主", reason="世帯主変更",
            changed_on=civil(tx.now), case_id=case_id, processed_at=tx.now,
            processed_by=clerk.staff_id,
        )  # fmt: skip
        for position, one in enumerate(going):
            if one.resident_id == old_head.resident_id:
                going[position] = replace(one, version=one.version + 1, is_head=False)  # type: ignore[index]
        return head_name

    def ask_for_correction(
        self, tenant: str, clerk: Clerk, case_id: str, version: int, note: str
    ) -> None:
        """要訂正: the resident reads the note and sends a new revision."""
        self._answer(tenant, clerk, case_id, version, note, "needs-fix")

    def reject(self, tenant: str, clerk: Clerk, case_id: str, version: int, note: str) -> None:
        clerk.needs("decider")
        self._answer(tenant, clerk, case_id, version, note, "out-rejected")

    def _answer(
        self, tenant: str, clerk: Clerk, case_id: str, version: int, note: str, event: Any
    ) -> None:
        state = "needs-fix" if event == "needs-fix" else "rejected"

        def work(tx: Transaction) -> None:
            case = cases.notice_at(tx, case_id, version, ("received", "checked"))
            cases.save(
                tx,
                replace(
                    case, state=state, note=note, decided_by=clerk.staff_id, decided_at=tx.now  # type: ignore[arg-type]
                ),
            )  # fmt: skip
            self._hall.tell(tx, case_id, event, OUT_DESK, Text(note, note) if note else None)

        self._run("moving-out.answer", work, tenant, clerk, case_id)

    # ------------------------------------------------------------ inside

    def _run(self, label: str, work: Any, tenant: str, clerk: Clerk, case_id: str) -> None:
        self._hall.database.run(
            label,
            work,
            tenant=tenant,
            access=clerk.access("moving-out.decide", DECIDING, case=case_id),
        )


def _proof(case: MovingOut) -> list[tuple[str, str, str]]:
    return [(one.ja, one.en, one.check) for one in case.checks if one.good]
