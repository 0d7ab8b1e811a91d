"""The old city's side of a move: notice, checks, acceptance, departure, cancellation, closing.

T1 is :meth:`MovingOutDesk.accept`, T3 is :meth:`MovingOutDesk.moved_in` (municipal §1.6).
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from kazasu.contracts.jpki import TapEvidence, ValidatedPerson, ValidateSignature
from kazasu.contracts.jukinet import CancelTransfer, DepartureEffective, TransferOpened
from kazasu.contracts.municipality import (
    CertificateCancelled,
    CertificateDataAnswer,
    CertificateOfMovingOut,
    MoveNotice,
    NoticeOfMovedIn,
    NoticeOfMovingOut,
    RequestCertificateData,
)
from kazasu.exchange.handles import open_handle
from kazasu.exchange.inquiries import Asked
from kazasu.exchange.keys import decrypt
from kazasu.exchange.letters import Received
from kazasu.foundation import periods
from kazasu.foundation.clock import civil
from kazasu.foundation.database import Transaction
from kazasu.foundation.dates import long_date
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality import model
from kazasu.municipality.faults import (
    CHANGED_MEANWHILE,
    HEAD_NEEDED,
    NOT_ACCEPTABLE,
    NOT_LEAVING,
    UNKNOWN_CASE,
    WRONG_STATE,
)
from kazasu.municipality.model import Finding, Leaver, MovingOut, Resident
from kazasu.municipality.relationships import mover_of
from kazasu.municipality.service.hall import (
    OUT_DESK,
    SYSTEM,
    Clerk,
    Hall,
    check_sender,
    city_id,
    system_access,
)
from kazasu.municipality.store import moving, register

RECEIVING = Text("転出届の受付", "Receiving a notice of moving out")
CHECKING = Text("転出届の確認（署名・本人・世帯）", "Checking a notice of moving out")
DECIDING = Text("転出届の処理", "Deciding on a notice of moving out")
DEPARTING = Text("転出予定日の到来", "The planned day of moving out has come")
CLOSING = Text("転入通知による除票の確定", "Closing the record on the notice of moved-in")
CANCELLING = Text("転出の取消し", "Cancelling the move")
_NETWORK_UNREACHABLE = ("exchange.unreachable", "exchange.timeout")


class MovingOutDesk:
    """転出担当."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    # ------------------------------------------------------------ receiving

    def receive(self, tx: Transaction, letter: NoticeOfMovingOut, received: Received) -> None:
        """A notice, or its corrected revision. The machine's checks follow as a job."""
        check_sender(received, "portal")
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
            self._save(tx, case)
        else:
            return  # decided already, or an older revision that came late
        self._hall.tell(tx, letter.case_id, "received-out", OUT_DESK)
        self._hall.house.jobs.enqueue(tx, "check-notice", case_id=letter.case_id)

    # ------------------------------------------------------------ checks by the machine

    def check(self, tenant: str, *, case_id: str) -> None:
        """Job: who signed, may they, and does the notice hold. Repeating it changes nothing."""
        case = self._read(tenant, case_id)
        if case.state != "received":
            return
        notice = MoveNotice.model_validate(case.notice)
        findings, person = self._signature(tenant, case, notice)
        record_code = ""
        if person is not None and person.handle is not None:
            institution = self._hall.house.institution(city_id(tenant))
            record_code = open_handle(
                institution, person.handle, self._hall.clock
            ).resident_record_code

        def work(tx: Transaction) -> None:
            now = moving.out(tx, case_id)
            if now is None or now.state != "received" or now.revision != case.revision:
                return
            applicant = register.by_record_code(tx, record_code) if record_code else None
            every = [*findings, *self._household(tx, notice, applicant, case)]
            self._save(
                tx,
                replace(
                    now,
                    state="checked",
                    findings=[asdict(one) for one in every],
                    applicant_id=applicant.resident_id if applicant else "",
                ),
            )

        self._hall.database.run(
            "moving-out.check",
            work,
            tenant=tenant,
            access=system_access("moving-out.check", CHECKING, case=case_id),
        )

    def _signature(
        self, tenant: str, case: MovingOut, notice: MoveNotice
    ) -> tuple[list[Finding], ValidatedPerson | None]:
        """The signature proven by J-LIS, and the notice the very one that was signed."""
        institution = self._hall.house.institution(city_id(tenant))
        signed = case.signed
        inquiry = ValidateSignature(
            evidence=TapEvidence(
                certificate=decrypt(signed["certificate"], institution).decode(),
                signed=signed["document"],
                signature=signed["signature"],
            ),
            expected=signed["document"],
            at=signed["signed_at"],
        )
        same = _data(signed["document"]) == notice.model_dump(mode="json")
        document = Finding(
            "document", same,
            "署名された文書と届出の内容が一致" if same else "署名された文書と届出の内容が違います",
            "The signed document says the same as the notice" if same
            else "The signed document says something else than the notice",
        )  # fmt: skip
        try:
            person = self._hall.house.inquirer(city_id(tenant)).ask(
                inquiry, of="jpki", purpose=CHECKING
            )
        except Refusal as refusal:
            if refusal.fault.code in _NETWORK_UNREACHABLE:
                raise
            return [
                Finding("signature", False, refusal.title.ja, refusal.title.en),
                document,
            ], None
        good = Finding(
            "signature", True,
            f"電子署名と証明書は有効（{person.status_method}、証拠 {person.evidence_id}）",
            f"Signature and certificate are good ({person.status_method}, evidence {person.evidence_id})",
        )  # fmt: skip
        return [good, document], person

    def _household(
        self, tx: Transaction, notice: MoveNotice, applicant: Resident | None, case: MovingOut
    ) -> list[Finding]:
        if applicant is None or not applicant.here:
            return [_finding("applicant", False, "届け出た人はこの市の住民ではありません", "The applicant is not a resident of this city")]  # fmt: skip
        members = register.household(tx, applicant.household_number)
        chosen = set(register.residents_of_members(tx, notice.member_ids))
        ids = {member.resident_id for member in members}
        strangers = len(chosen) != len(set(notice.member_ids)) or not chosen <= ids
        going = [member for member in members if member.resident_id in chosen]
        moving_already = [member for member in going if member.state != "resident"]
        first, last = periods.online_notice_window(notice.move_date)
        on_time = first <= civil(case.submitted_at) <= last
        whole = (notice.scope == "whole-household") == (chosen == ids)
        there = city_id(notice.destination_municipality) in self._hall.directory
        head = model.head_after(members, chosen)
        return [
            _finding("applicant", True, f"届け出た人は住民（{applicant.name}）", f"The applicant is a resident ({applicant.name})"),
            _finding("members", not strangers and bool(going), f"異動する{len(going)}人は同じ世帯", f"All {len(going)} movers are of the same household")
            if not strangers and going
            else _finding("members", False, "同じ世帯でない人が含まれています", "Somebody is not of the same household"),
            _finding("not-moving", not moving_already, "ほかの異動はない", "No other move is under way")
            if not moving_already
            else _finding("not-moving", False, "すでに転出の届出があります", "A notice of moving out exists already"),
            _finding("window", on_time, f"届出の期間内（{long_date(first)}〜{long_date(last)}）" if on_time else f"届出の期間（{long_date(first)}〜{long_date(last)}）の外です",
                     f"Within the period for notice ({long_date(first, 'en')} to {long_date(last, 'en')})" if on_time else f"Outside the period for notice ({long_date(first, 'en')} to {long_date(last, 'en')})"),
            _finding("destination", there, "転出先の市区町村につながる" if there else "転出先の市区町村が名簿にありません",
                     "The destination is in the directory" if there else "The destination is not in the directory"),
            Finding("scope", whole, "世帯全部／一部の別が台帳と合う" if whole else "世帯全部／一部の別が台帳と違います",
                    "Whole or part of the household, as the register has it" if whole else "Whole or part of the household: the register says otherwise", blocking=False),
            *([Finding("head", False, "残る世帯の世帯主を決める必要があります", "The household that remains needs a new head", blocking=False)] if head.kind == "to-be-named" else []),
            *([Finding("protected", False, "支援措置の対象者です。転出先を画面・写しに出しません", "Protected: the new address is shown nowhere", blocking=False)] if any(m.protected for m in going) else []),
        ]  # fmt: skip

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
            case = self._at(tx, case_id, version, ("checked",))
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
            self._save(
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
            case = self._at(tx, case_id, version, ("received", "checked"))
            self._save(
                tx,
                replace(
                    case, state=state, note=note, decided_by=clerk.staff_id, decided_at=tx.now  # type: ignore[arg-type]
                ),
            )  # fmt: skip
            self._hall.tell(tx, case_id, event, OUT_DESK, Text(note, note) if note else None)

        self._run("moving-out.answer", work, tenant, clerk, case_id)

    # ------------------------------------------------------------ departure and closing

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

    def moved_in(self, tx: Transaction, letter: NoticeOfMovedIn, received: Received) -> None:
        """転入通知: the record is closed for good; confirmed values beside the planned ones.

        Raises Refusal ``municipality.not-leaving``: the letter waits for a clerk.
        """
        check_sender(received, city_id(letter.to_municipality))
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
                self._save(tx, replace(case, state="closed"))
                self._hall.tell(tx, leaver.case_id, "old-record-closed", SYSTEM)

    # ------------------------------------------------------------ cancelling

    def withdraw(self, tx: Transaction, case: MovingOut) -> None:
        """The resident takes the notice back. After acceptance the race is decided at jukinet."""
        if case.state in model.OPEN_OUT:
            self._save(tx, replace(case, state="withdrawn"))
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
        self._save(tx, replace(case, state="cancelled"))
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

    # ------------------------------------------------------------ another city asks

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

    # ------------------------------------------------------------ inside

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

    @staticmethod
    def _at(tx: Transaction, case_id: str, version: int, states: Sequence[str]) -> MovingOut:
        """The case as the clerk saw it. Raises Refusal when it moved on since."""
        case = moving.out(tx, case_id)
        if case is None:
            raise Refusal(UNKNOWN_CASE)
        if case.version != version:
            raise Refusal(CHANGED_MEANWHILE)
        if case.state not in states:
            raise Refusal(WRONG_STATE, state=case.state)
        return case

    @staticmethod
    def _save(tx: Transaction, case: MovingOut) -> None:
        if not moving.save_out(tx, case):
            raise Refusal(CHANGED_MEANWHILE)

    def _run(self, label: str, work: Any, tenant: str, clerk: Clerk, case_id: str) -> None:
        self._hall.database.run(
            label,
            work,
            tenant=tenant,
            access=clerk.access("moving-out.decide", DECIDING, case=case_id),
        )


def _finding(check: str, good: bool, ja: str, en: str) -> Finding:
    return Finding(check, good, ja, en)


def _data(document: str) -> Any:
    """The data part of the signed document; None when there is none to compare."""
    try:
        return json.loads(base64.b64decode(document)).get("data")
    except (ValueError, AttributeError):
        return None


def _proof(case: MovingOut) -> list[tuple[str, str, str]]:
    return [(one.ja, one.en, one.check) for one in case.checks if one.good]
