"""The old city's side of a move: the notice, and the clerk's decision (T1)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid4

from kazasu.contracts.jukinet import TransferOpened
from kazasu.contracts.municipality import (
    CertificateOfMovingOut,
    MoveNotice,
    NoticeOfMovingOut,
)
from kazasu.contracts.portal import MoveEvent
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.visible import seen
from kazasu.kit import periods
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.casework.model import Standing
from kazasu.municipality.hall.context import CityContext, city_id, desk, own
from kazasu.municipality.hall.faults import CHANGED_MEANWHILE
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.moving import caring, hiding, lists, model
from kazasu.municipality.moving.faults import NOT_ACCEPTABLE
from kazasu.municipality.moving.lists import Named, Row
from kazasu.municipality.moving.model import OUT_DESK, Leaver, MovingOut, OutState
from kazasu.municipality.moving.rules import heading, judging, overlapping
from kazasu.municipality.moving.rules.heading import Rest
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import notices
from kazasu.municipality.register import protection
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import REASON_NEEDED
from kazasu.municipality.register.model import (
    UNVEILING,
    Resident,
    address_of,
    left_alone,
)
from kazasu.municipality.register.relationships import mover_of
from kazasu.municipality.register.store import MemberName
from kazasu.municipality.register.veiling import Because

RECEIVE: Final = own("moving-out.receive", Text("転出届の受付", "Receiving a notice of moving out"))
READING = Text("転出届の確認", "Looking at a notice of moving out")
DECIDING = Text("転出届の処理", "Deciding on a notice of moving out")
LIST: Final = desk("out.list", READING)
LOOK: Final = desk("out.case", READING)
UNVEIL: Final = desk("out.unveil", UNVEILING, reasoned=True)
ACCEPT: Final = desk("moving-out.accept", DECIDING, role="decider")
REJECT: Final = desk("moving-out.reject", DECIDING, role="decider")
CORRECT: Final = desk("moving-out.ask-for-correction", DECIDING, role="counter")


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice as the desk shows it."""

    case: MovingOut
    movers: list[Resident]
    rests: Sequence[Rest]
    """Who stays in the household, and what the decision must say of its head; empty when nothing is to be decided."""
    alone: list[Resident]
    """Children who would be left without anybody older: the decision says who looks after them."""
    standing: Standing
    because: Because
    """Why its places are hidden."""


class MovingOutDesk:
    """転出担当."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    # ------------------------------------------------------------ receiving

    def receive(self, tx: Transaction, letter: NoticeOfMovingOut, _: Received) -> None:
        """A notice, or its corrected revision. The machine's checks follow as a job."""
        tx.audit(RECEIVE.by(case=letter.case_id))
        found = notices.find(tx, letter.case_id)
        case = MovingOut(
            case_id=letter.case_id,
            version=found.version if found else 1,
            state=OutState.RECEIVED,
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
            notices.add(tx, case)
        elif found.state in model.OPEN_OUT and letter.revision > found.revision:
            cases.save(tx, case)
        else:
            return  # decided already, or an older revision that came late
        self._city.send_progress(tx, letter.case_id, "received-out", OUT_DESK)
        self._city.house.jobs.enqueue(tx, "check-notice", case_id=letter.case_id)

    # ------------------------------------------------------------ looking

    def queue(self, tenant: str, clerk: Clerk, *, done: bool = False) -> list[Row]:
        """The oldest first."""
        states = model.DONE_OUT if done else model.OPEN_OUT

        def work(tx: Transaction) -> list[Row]:
            found = notices.among(tx, states)
            members = [one for case in found for one in case.notice["member_ids"]]
            named = {one.member_id: one for one in register_store.names_of_members(tx, members)}
            held = casework_store.holders(tx, "out", [case.case_id for case in found])
            staff = casework_store.colleagues(tx) if done else {}
            return [
                Row(
                    case_id=case.case_id,
                    way="out",
                    state=case.state,
                    kind="between-cities",
                    movers=_movers(case, named),
                    protected=any(
                        named[m].protected for m in case.notice["member_ids"] if m in named
                    ),
                    day=case.moves_on,
                    starts="",
                    received_at=case.received_at,
                    due=lists.due_out(case.state, case.moves_on, civil(case.received_at)),
                    holder=held.get(case.case_id),
                    done=next(iter(casework_store.done(staff, case.acts)), None),
                )
                for case in found
            ]

        return self._city.act(LIST, work, tenant=tenant, clerk=clerk)

    def look(self, tenant: str, clerk: Clerk, case_id: str) -> NoticeView:
        """Raises Refusal ``municipality.unknown-case``."""

        def work(tx: Transaction) -> NoticeView:
            case = self._as_it_is_now(tx, cases.notice(tx, case_id))
            ids = register_store.residents_of_members(tx, case.notice["member_ids"])
            movers = register_store.several(tx, ids)
            household = register_store.household(tx, movers[0].household_number) if movers else []
            leaving = {one.resident_id for one in movers}
            to_decide = case.state == OutState.CHECKED
            return NoticeView(
                case,
                movers,
                heading.rests(tx, movers) if to_decide else (),
                left_alone(household, leaving, civil(tx.now)) if to_decide and movers else [],
                casework_store.standing(
                    tx, "out", case_id, over=case.state in model.DONE_OUT, acts=case.acts
                ),
                hiding.of_notice(movers, protection.around(tx, movers)),
            )

        return self._city.act(LOOK, work, tenant=tenant, clerk=clerk, case=case_id)

    def _as_it_is_now(self, tx: Transaction, case: MovingOut) -> MovingOut:
        """While it waits for a decision, the register is asked anew: what was found when it came may hold no more."""
        if case.state != OutState.CHECKED:
            return case
        return replace(
            case, findings=[asdict(one) for one in judging.as_it_is_now(tx, self._city, case)]
        )

    def unveil(self, tenant: str, clerk: Clerk, case_id: str, reason: Text) -> None:
        """The same of a notice: :meth:`ArrivalDesk.unveil`. Who stays in the household does not read it (I8).

        Raises Refusal ``actions.reason-needed``, ``municipality.unknown-case``.
        """

        def work(tx: Transaction) -> None:
            with tx.unseen():
                case = cases.notice(tx, case_id)
                ids = register_store.residents_of_members(tx, case.notice["member_ids"])
                near = protection.around(tx, register_store.several(tx, ids))
            tx.shown(near.read_by(*ids))

        self._city.act(UNVEIL, work, tenant=tenant, clerk=clerk, case=case_id, reason=reason)

    # ------------------------------------------------------------ decisions

    def accept(
        self,
        tenant: str,
        clerk: Clerk,
        case_id: str,
        version: int,
        new_head: str = "",
        care: str = "",
        related: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Accept the notice: the record becomes 転出予定, the certificate data go ahead.

        Args:
            new_head: 宛名番号 of who heads those who stay, where the head goes and more than one stays.
            related: 続柄 of the others who stay to that head, by 宛名番号.
            care: who looks after children that are left without anybody older; kept as a note of the case.

        Raises:
            Refusal: ``municipality.changed-meanwhile``, ``municipality.not-acceptable``,
                ``municipality.leaving-already``, ``municipality.head-needed``, ``municipality.head-too-young``,
                ``municipality.related-anew``, ``municipality.bad-relationship``,
                ``municipality.child-left-alone``, ``kit.not-your-role``.
        """

        def work(tx: Transaction) -> None:
            case = cases.notice_at(tx, case_id, version, (OutState.CHECKED,), clerk)
            notice = MoveNotice.model_validate(case.notice)
            ids = register_store.residents_of_members(tx, notice.member_ids)
            going = register_store.several(tx, ids)
            overlapping.must_not_leave(going)
            case = self._as_it_is_now(tx, case)
            if not case.acceptable:
                raise Refusal(NOT_ACCEPTABLE)
            if len(going) != len(notice.member_ids) or not all(one.here for one in going):
                raise Refusal(CHANGED_MEANWHILE)
            alone = caring.left_behind(tx, going)
            caring.must_be_decided(tx, "out", case_id, alone, clerk, care)
            proof = _proof(case)
            old_head = self._head_of(tx, going)
            heads = self._new_heads(tx, case, going, new_head, related, clerk)
            self._send_ahead(tx, case, notice, going, old_head, clerk)
            cases.save(
                tx,
                replace(
                    case,
                    state=OutState.ACCEPTED,
                    findings=[asdict(one) for one in judging.with_heads(case.checks, heads)],
                    decided_by=clerk.staff_id,
                    decided_at=tx.now,
                ),
            )
            self._city.send_progress(tx, case_id, "out-done", OUT_DESK, proof=proof)

        self._city.act(ACCEPT, work, tenant=tenant, clerk=clerk, case=case_id, way="out")

    def _send_ahead(
        self,
        tx: Transaction,
        case: MovingOut,
        notice: MoveNotice,
        going: Sequence[Resident],
        head_name: str,
        clerk: Clerk,
    ) -> None:
        """Ledger and outbox in one transaction: nobody leaves here who is not sent there.

        1. Each mover's record becomes 転出予定: planned address and day beside the present ones, which
           stay in force until that day (住民基本台帳法 24条; municipal §1.6).
        2. Each mover gets a token of their own, so that a family may arrive on different days and each
           transfer is consumed or cancelled once (T2, T4).
        3. The network opens a transfer under that token, usable until the special route ends
           (24条の2; municipal §1.2).
        4. The certificate data of all movers go to the new city in one letter, the notice's revision
           with them: anyone who comes to its desk needs no paper (転出証明書情報の事前通知).
        """
        to, movers = notice.destination_municipality, []
        for resident in going:
            token = uuid4()
            self._leave(tx, case, notice, resident, clerk)
            notices.add_leaver(
                tx,
                Leaver(
                    case.case_id, resident.resident_id, token, to, notice.move_date, "open", None, 0
                ),
            )
            self._open_transfer(tx, case, notice, resident, token)
            movers.append(mover_of(resident, token, head_name))
        letter = CertificateOfMovingOut(
            case_id=case.case_id,
            from_municipality=MunicipalityCode(tx.tenant),
            to_municipality=to,
            old_address=address_of(going[0], MunicipalityCode(tx.tenant)),
            planned_date=notice.move_date,
            new_address=notice.new_address.line,
            movers=tuple(movers),
            revision=case.revision,
        )
        self._city.post(tx).send(tx, letter, to=city_id(to), case=case.case_id)

    @staticmethod
    def _leave(
        tx: Transaction, case: MovingOut, notice: MoveNotice, resident: Resident, clerk: Clerk
    ) -> None:
        """転出予定: the address in force stays; the notice is dated by when it was sent."""
        register_store.change(
            tx, resident, state="leaving", reason="国内転出", changed_on=notice.move_date,
            notified_on=civil(case.submitted_at), planned_to=notice.new_address.line,
            planned_on=notice.move_date, case_id=case.case_id, processed_at=tx.now,
            processed_by=clerk.staff_id,
        )  # fmt: skip

    def _open_transfer(
        self, tx: Transaction, case: MovingOut, notice: MoveNotice, resident: Resident, token: UUID
    ) -> None:
        opened = TransferOpened(
            token=token,
            case_id=case.case_id,
            resident_record_code=resident.record_code,
            from_municipality=MunicipalityCode(tx.tenant),
            to_municipality=notice.destination_municipality,
            planned_date=notice.move_date,
            expires_on=periods.transfer_usable_until(notice.move_date),
        )
        self._city.post(tx).send(tx, opened, to="jukinet", case=case.case_id)

    @staticmethod
    def _head_of(tx: Transaction, going: Sequence[Resident]) -> str:
        """Name of who heads the household that they leave."""
        members = register_store.household(tx, going[0].household_number)
        return next((m.name for m in members if m.is_head), going[0].name)

    @staticmethod
    def _new_heads(
        tx: Transaction,
        case: MovingOut,
        going: list[Resident],
        new_head: str,
        related: Mapping[str, str],
        clerk: Clerk,
    ) -> list[Resident]:
        """Give the remaining household a head where it loses its own, from the day on which that one moves.

        Raises Refusal ``municipality.head-needed``, ``municipality.head-too-young``, ``municipality.related-anew``,
        ``municipality.bad-relationship``.
        """
        found = []
        for rest in heading.rests(tx, going):
            head = heading.chosen(tx, rest, (new_head,))
            if head is not None:
                others = heading.related(rest, head, related)
                heading.take_over(
                    tx, head, others, on=case.moves_on, case_id=case.case_id, by=clerk.staff_id
                )
                found.append(head)
        going[:] = register_store.several(tx, [one.resident_id for one in going])
        return found

    def ask_for_correction(
        self, tenant: str, clerk: Clerk, case_id: str, version: int, note: str
    ) -> None:
        """要訂正: the resident reads the note and sends a new revision.

        Raises Refusal ``municipality.reason-needed``, ``kit.not-your-role``, ``municipality.changed-meanwhile``.
        """
        self._answer(tenant, clerk, case_id, version, note, OutState.NEEDS_FIX)

    def reject(self, tenant: str, clerk: Clerk, case_id: str, version: int, note: str) -> None:
        """却下, with the reason that the resident reads (行政手続法 8条).

        Raises Refusal ``municipality.reason-needed``, ``kit.not-your-role``, ``municipality.changed-meanwhile``.
        """
        self._answer(tenant, clerk, case_id, version, note, OutState.REJECTED)

    def _answer(
        self, tenant: str, clerk: Clerk, case_id: str, version: int, note: str, state: OutState
    ) -> None:
        needs_fix = state is OutState.NEEDS_FIX
        if not seen(note):
            raise Refusal(REASON_NEEDED)

        def work(tx: Transaction) -> None:
            case = cases.notice_at(tx, case_id, version, model.TO_DECIDE, clerk)
            cases.save(
                tx,
                replace(case, state=state, note=note, decided_by=clerk.staff_id, decided_at=tx.now),
            )
            event: MoveEvent = "needs-fix" if needs_fix else "out-rejected"
            self._city.send_progress(tx, case_id, event, OUT_DESK, Text(note, note))

        action = CORRECT if needs_fix else REJECT
        self._city.act(action, work, tenant=tenant, clerk=clerk, case=case_id, way="out")


def _movers(case: MovingOut, named: Mapping[str, MemberName]) -> list[Named]:
    """The applicant first."""
    known = [named[one] for one in case.notice["member_ids"] if one in named]
    known.sort(key=lambda one: one.resident_id != case.applicant_id)
    return [Named(one.name, one.kana) for one in known]


def _proof(case: MovingOut) -> list[tuple[str, str, str]]:
    return [(one.ja, one.en, one.check) for one in case.checks if one.good]
