"""The old city's side of a move: the notice, and the clerk's decision (T1)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID, uuid4

from kazasu.contracts.jukinet import TransferOpened
from kazasu.contracts.municipality import (
    CertificateOfMovingOut,
    MoveNotice,
    NoticeOfMovingOut,
)
from kazasu.contracts.portal import MoveEvent
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.actions import Action
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
from kazasu.municipality.hall.model import REGISTER, Clerk
from kazasu.municipality.moving import hiding, lists
from kazasu.municipality.moving.faults import (
    ANSWER_NEEDED,
    NOT_ACCEPTABLE,
    NOT_AT_THE_PORTAL,
)
from kazasu.municipality.moving.life import DONE_OUT, OPEN_OUT, OutState
from kazasu.municipality.moving.lists import Named, Row
from kazasu.municipality.moving.model import OUT_DESK, Leaver, MovingOut
from kazasu.municipality.moving.outstanding.papers import HOW_TO_USE, give
from kazasu.municipality.moving.rules import (
    card_address,
    caring,
    heading,
    judging,
    lapsing,
    overlapping,
)
from kazasu.municipality.moving.rules.heading import Rest
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import notices, papers, queues
from kazasu.municipality.moving.store.papers import Paper, Query
from kazasu.municipality.register import protection
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import (
    UNVEILING,
    Resident,
    address_of,
    left_alone,
)
from kazasu.municipality.register.store import MemberName
from kazasu.municipality.register.veiling import Because

RECEIVE: Final = own("moving-out.receive", Text("転出届の受付", "Receiving a notice of moving out"))
READING = Text("転出届の確認", "Looking at a notice of moving out")
DECIDING = Text("転出届の処理", "Deciding on a notice of moving out")
LIST: Final = desk("out.list", READING, role=REGISTER)
LOOK: Final = desk("out.case", READING, role=REGISTER)
UNVEIL: Final = desk("out.unveil", UNVEILING, role=REGISTER, reasoned=True)
ACCEPT: Final = desk("moving-out.accept", DECIDING, role="decider")
REJECT: Final = desk("moving-out.reject", DECIDING, role="decider")
CORRECT: Final = desk("moving-out.ask-for-correction", DECIDING, role="counter")
GO_ON: Final = desk("moving-out.go-on", DECIDING, role="counter")
ANSWERS: Final[Mapping[str, tuple[MoveEvent, Action]]] = {
    "ask-correction": ("needs-fix", CORRECT),
    "reject": ("out-rejected", REJECT),
    "went-on": ("fix-withdrawn", GO_ON),
}
"""What the resident is told, and what is recorded."""
TOO_LATE_A_FIX: Final = Text(
    "直した届出は、受理のあとに届きました。受理したのは、前に送った届出です",
    "Your correction came after the notice was accepted. What was accepted is what you had sent before",
)


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
    leavers: Sequence[Leaver] = ()
    """Each mover of an accepted notice."""
    gone_with: Sequence[Resident] = ()
    """Their records, also of who died or has gone: nobody is named by a number."""
    papers: Sequence[Paper] = ()
    """Given on paper; the last one holds."""
    asked: Sequence[Query] = ()
    """Cities that were asked where they are."""
    newborn: Sequence[Resident] = ()
    """Children of the household whose birth was entered since, and who are in no notice."""

    @property
    def on_the_way(self) -> bool:
        """Somebody is still to arrive: the desk can give a paper, ask, or cancel."""
        return any(one.on_the_way for one in self.leavers)


def _newborn(tx: Transaction, case: MovingOut, people: Sequence[str]) -> list[Resident]:
    """As long as it is not decided, or somebody is on the way by it."""
    on_the_way = any(one.on_the_way for one in notices.leavers(tx, case.case_id))
    if case.state not in OPEN_OUT and not on_the_way:
        return []
    return cases.born_since(tx, people, case.given_at or case.received_at)


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
            given_at=(found.given_at or found.submitted_at) if found else None,
            happened=found.happened if found else [],
        )
        if found is None:
            notices.add(tx, case)
        elif found.may("revised") and letter.revision > found.revision:
            cases.turn(tx, replace(case, state=found.state), "revised")
        else:
            if letter.revision > found.revision and found.state in (
                OutState.ACCEPTED,
                OutState.CLOSED,
            ):
                self._city.send_progress(
                    tx, letter.case_id, "fix-withdrawn", OUT_DESK, TOO_LATE_A_FIX
                )
            return  # decided already, or an older revision that came late
        self._city.send_progress(tx, letter.case_id, "received-out", OUT_DESK)
        dead = register_store.dead_of_members(tx, letter.notice.member_ids)
        now = notices.find(tx, letter.case_id)
        if dead and now is not None:  # it was sent before the death was entered, and came after it
            cases.without_the_dead(self._city, tx, now, [one.name for one in dead])
        now = notices.find(tx, letter.case_id)
        if now is not None and now.may("nobody-left"):  # the same of a move abroad
            cases.without_who_goes_abroad(self._city, tx, now, letter.submitted_at)
        self._city.house.jobs.enqueue(tx, "check-notice", case_id=letter.case_id)

    # ------------------------------------------------------------ looking

    def queue(self, tenant: str, clerk: Clerk, *, done: bool = False) -> list[Row]:
        """The oldest first."""
        states = DONE_OUT if done else OPEN_OUT

        def work(tx: Transaction) -> list[Row]:
            found = notices.among(tx, states)
            members = [one for case in found for one in case.notice["member_ids"]]
            named = {one.member_id: one for one in register_store.names_of_members(tx, members)}
            held = casework_store.holders(tx, "out", [case.case_id for case in found])
            beside = {} if done else lists.beside(queues.parted_households(tx))
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
                    due=lists.due_of(case),
                    holder=held.get(case.case_id),
                    beside=beside.get(case.case_id, ()),
                    done=next(
                        (
                            one
                            for one in reversed(casework_store.done(staff, case.acts))
                            if one.name
                        ),
                        None,
                    ),
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
            to_decide = case.may("accept")
            leavers = notices.leavers(tx, case_id)
            return NoticeView(
                case,
                movers,
                heading.rests(tx, movers) if to_decide else (),
                left_alone(household, leaving, civil(tx.now)) if to_decide and movers else [],
                casework_store.standing(
                    tx, "out", case_id, next_by=lists.next_by("out", case.state), acts=case.acts
                ),
                hiding.of_notice(movers, protection.around(tx, movers)),
                leavers,
                register_store.several(tx, [one.resident_id for one in leavers]),
                papers.of_case(tx, case_id),
                papers.queries(tx, [case_id]),
                _newborn(tx, case, ids),
            )

        return self._city.act(LOOK, work, tenant=tenant, clerk=clerk, case=case_id)

    def _as_it_is_now(self, tx: Transaction, case: MovingOut) -> MovingOut:
        """While it waits for a decision, the register is asked anew: what was found when it came may hold no more."""
        if not case.may("accept"):
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
        related_because: str = "",
        *,
        on_paper: bool = False,
    ) -> None:
        """Accept the notice: the record becomes 転出予定, the certificate data go ahead.

        Args:
            new_head: 宛名番号 of who heads those who stay, where the head goes and more than one stays.
            related: 続柄 of the others who stay to that head, by 宛名番号.
            related_because: why somebody of them stands to that head otherwise than the register says.
            care: who looks after children that are left without anybody older; kept as a note of the case.
            on_paper: the certificate is given on paper at once: the period in which a card is enough is over, or they have none. Of a
                notice at the counter that asks for it, always.

        Raises:
            Refusal: ``municipality.changed-meanwhile``, ``municipality.not-acceptable``,
                ``municipality.leaving-already``, ``municipality.head-needed``, ``municipality.head-too-young``,
                ``municipality.related-anew``, ``municipality.bad-relationship``, ``municipality.related-otherwise``,
                ``municipality.child-left-alone``, ``kit.not-your-role``.
        """

        def work(tx: Transaction) -> None:
            case = cases.notice_at(tx, case_id, version, "accept", clerk)
            notice = MoveNotice.model_validate(case.notice)
            ids = register_store.residents_of_members(tx, notice.member_ids)
            going = register_store.several(tx, ids)
            overlapping.must_not_leave(going)
            case = self._as_it_is_now(tx, case)
            if not case.acceptable:
                raise Refusal(NOT_ACCEPTABLE)
            dead = [one.name for one in register_store.dead_of_members(tx, notice.member_ids)]
            known = len(going) + len(dead) == len(notice.member_ids)
            if not going or not known or not all(one.here for one in going):
                raise Refusal(CHANGED_MEANWHILE)
            alone = caring.left_behind(tx, going)
            caring.must_be_decided(tx, "out", case_id, alone, clerk, care)
            proof, paper = _proof(case), on_paper or case.for_paper
            old_head = self._head_of(tx, going)
            heads = self._new_heads(tx, case, going, new_head, (related, related_because), clerk)
            self._send_ahead(tx, case, notice, going, old_head, clerk, dead, on_paper=paper)
            cases.turn(
                tx,
                case,
                "accept",
                by=clerk.staff_id,
                findings=[asdict(one) for one in judging.with_heads(case.checks, heads)],
                decided_by=clerk.staff_id,
                decided_at=tx.now,
            )
            waiting = [one for one in going if card_address.not_continued(tx, one)]
            cards = lapsing.before_leaving(waiting, notice.move_date) if waiting else None
            self._city.send_progress(tx, case_id, "out-done", OUT_DESK, cards, proof)
            if paper:
                give(tx, case, notices.leavers(tx, case_id), clerk)
                self._city.send_progress(tx, case_id, "paper-issued", OUT_DESK, HOW_TO_USE)

        self._city.act(ACCEPT, work, tenant=tenant, clerk=clerk, case=case_id, way="out")

    def _send_ahead(
        self,
        tx: Transaction,
        case: MovingOut,
        notice: MoveNotice,
        going: Sequence[Resident],
        head_name: str,
        clerk: Clerk,
        dead: Sequence[str],
        *,
        on_paper: bool,
    ) -> None:
        """Ledger and outbox in one transaction: nobody leaves here who is not sent there.

        1. Each mover's record becomes 転出予定: planned address and day beside the present ones, which
           stay in force until that day (住民基本台帳法 24条; municipal §1.6).
        2. Each mover gets a token of their own, so that a family may arrive on different days and each
           transfer is consumed or cancelled once (T2, T4).
        3. The network opens a transfer under that token, usable until the special route ends
           (24条の2; municipal §1.2); over already, or given on paper: for who brings that.
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
            self._open_transfer(tx, case, notice, resident, token, on_paper=on_paper)
            movers.append(
                card_address.leaving(
                    tx, resident, token, head_name, ex_officio=bool(case.ex_officio)
                )
            )
        letter = CertificateOfMovingOut(
            case_id=case.case_id,
            from_municipality=MunicipalityCode(tx.tenant),
            to_municipality=to,
            old_address=address_of(going[0], MunicipalityCode(tx.tenant)),
            planned_date=notice.move_date,
            new_address=notice.new_address.line,
            movers=tuple(movers),
            revision=case.revision,
            died=tuple(dead),
            abroad=tuple(one.name for one in register_store.names_of_members(tx, case.go_abroad)),
        )
        self._city.post(tx).send(tx, letter, to=city_id(to), case=case.case_id)

    @staticmethod
    def _leave(
        tx: Transaction, case: MovingOut, notice: MoveNotice, resident: Resident, clerk: Clerk
    ) -> None:
        """転出予定: the address in force stays; the notice is dated by when it was sent. What is recorded ex officio has no notice, and says
        why."""
        register_store.change(
            tx, resident, state="leaving", reason="国内転出", changed_on=notice.move_date,
            notified_on=None if case.ex_officio else case.given_on, because=case.ex_officio, planned_to=notice.new_address.line,
            planned_on=notice.move_date, case_id=case.case_id, processed_at=tx.now,
            processed_by=clerk.staff_id,
        )  # fmt: skip

    def _open_transfer(
        self,
        tx: Transaction,
        case: MovingOut,
        notice: MoveNotice,
        resident: Resident,
        token: UUID,
        *,
        on_paper: bool,
    ) -> None:
        opened = TransferOpened(
            token=token,
            case_id=case.case_id,
            resident_record_code=resident.record_code,
            from_municipality=MunicipalityCode(tx.tenant),
            to_municipality=notice.destination_municipality,
            planned_date=notice.move_date,
            expires_on=periods.transfer_usable_until(notice.move_date),
            by_paper=on_paper or periods.transfer_usable_until(notice.move_date) < civil(tx.now),
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
        said: tuple[Mapping[str, str], str],
        clerk: Clerk,
    ) -> list[Resident]:
        """Give the remaining household a head where it loses its own, from the day on which that one moves.

        Raises Refusal ``municipality.head-needed``, ``municipality.head-too-young``, ``municipality.related-anew``,
        ``municipality.bad-relationship``, ``municipality.related-otherwise``.
        """
        found = []
        for rest in heading.rests(tx, going):
            head = heading.chosen(tx, rest, (new_head,))
            if head is not None:
                others = heading.related(rest, head, *said)
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

        Raises Refusal ``municipality.reason-needed``, ``kit.not-your-role``, ``municipality.changed-meanwhile``,
        ``municipality.not-at-the-portal``.
        """
        self._answer(tenant, clerk, case_id, version, note, "ask-correction")

    def reject(self, tenant: str, clerk: Clerk, case_id: str, version: int, note: str) -> None:
        """却下, with the reason that the resident reads (good practice, as 行政手続法 8条, which does not bind here: 住民基本台帳法 32条).

        Raises Refusal ``municipality.reason-needed``, ``kit.not-your-role``, ``municipality.changed-meanwhile``.
        """
        self._answer(tenant, clerk, case_id, version, note, "reject")

    def go_on(self, tenant: str, clerk: Clerk, case_id: str, version: int, note: str) -> None:
        """No correction is waited for any more: what was unclear has been asked, or is of no account. It is to be decided as it is.

        Raises Refusal ``municipality.reason-needed``, ``kit.not-your-role``, ``municipality.changed-meanwhile``.
        """
        self._answer(tenant, clerk, case_id, version, note, "went-on")

    def _answer(
        self,
        tenant: str,
        clerk: Clerk,
        case_id: str,
        version: int,
        note: str,
        decision: Literal["ask-correction", "reject", "went-on"],
    ) -> None:
        """The note is the reason, as the resident reads it."""
        if not seen(note):
            raise Refusal(ANSWER_NEEDED)

        def work(tx: Transaction) -> None:
            case = cases.notice_at(tx, case_id, version, decision, clerk)
            if case.taken and decision == "ask-correction":
                raise Refusal(NOT_AT_THE_PORTAL)
            cases.turn(
                tx, case, decision, by=clerk.staff_id, words=note,
                note=note, decided_by=clerk.staff_id, decided_at=tx.now,
            )  # fmt: skip
            event, _ = ANSWERS[decision]
            self._city.send_progress(tx, case_id, event, OUT_DESK, Text(note, note))

        self._city.act(
            ANSWERS[decision][1], work, tenant=tenant, clerk=clerk, case=case_id, way="out"
        )


def _movers(case: MovingOut, named: Mapping[str, MemberName]) -> list[Named]:
    """The applicant first."""
    known = [named[one] for one in case.notice["member_ids"] if one in named]
    known.sort(key=lambda one: one.resident_id != case.applicant_id)
    return [Named(one.name, one.kana) for one in known]


def _proof(case: MovingOut) -> list[tuple[str, str, str]]:
    return [(one.ja, one.en, one.check) for one in case.checks if one.good]
