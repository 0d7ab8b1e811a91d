"""What the portal does for a resident: asks the cities, keeps the draft, sends, shows what happens."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, TypeVar

import structlog

from kazasu.contracts.base import MOVES
from kazasu.contracts.municipality import (
    SLOT_REFUSED,
    ChangeVisit,
    HoldVisit,
    NoticeOfMovingOut,
    Reachable,
    SignedDocument,
    VisitReservation,
    VisitSlots,
    VisitSlotsAnswer,
    WithdrawMove,
)
from kazasu.contracts.portal import CaseProgress
from kazasu.exchange.carrier.letters import Received, wake
from kazasu.exchange.room import RoomContext
from kazasu.foundation.actions import action
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil, today
from kazasu.foundation.values import readable
from kazasu.foundation.values.encoding import base64_text
from kazasu.foundation.values.romaji import with_reading
from kazasu.kit import periods
from kazasu.kit.openid import Signature
from kazasu.portal import store
from kazasu.portal.faults import (
    ALREADY_MOVING,
    CORRECTED_MEANWHILE,
    NO_APPOINTMENT,
    NO_DRAFT,
    NOT_OF_THIS_MOVE,
    NOT_SENT_CANCELLED,
    NOT_SENT_DELETED,
    NOT_SENT_UNASKED,
    OTHER_KIND_OF_MOVE,
    SENT_ALREADY,
    SLOT_GONE,
    SLOT_PAST,
    TOO_LATE_TO_CHANGE,
    UNKNOWN_CASE,
)
from kazasu.portal.household.registered import MOVING, household_now, renewed
from kazasu.portal.move.answers import Answers, HandleFor, answers_from, notice_of
from kazasu.portal.move.sent import Move
from kazasu.portal.move.standing import BEGUN_ANEW, standing
from kazasu.portal.store import Draft

log = structlog.get_logger()
T = TypeVar("T")
SELF: Final = "portal"
PROGRESS: Final = action(
    "portal.case.progress", "institution",
    Text("手続きの進みぐあいの記録", "Recording the progress of a procedure"), shows="found",
)  # fmt: skip
OWN: Final = {
    what: action(f"portal.{what}", "resident", MOVING)
    for what in (
        "move.begin", "move.draft", "move.discard", "move.send", "move.list", "move.read",
        "move.withdraw", "move.change-visit", "move.correct", "message.read-all", "accesses.read",
    )
}  # fmt: skip
"""What residents do with their own data, by the name that the audit row and the crash points have."""
VISIT_DAYS: Final = 14
"""The notice of moving in is due within 14 days of moving (住基法 22条)."""
ENOUGH: Final = timedelta(days=6)
"""So long before the last day for the notice no later day is offered; who has less may find no time, and better comes late."""


class Moves:
    """Moves of residents. ``resident`` is the identity service's pairwise subject."""

    def __init__(self, house: RoomContext) -> None:
        self._house = house
        self._inquirer = house.inquirer(SELF)

    # ------------------------------------------------------------ draft

    def begin(self, resident: str, handle_for: HandleFor, like: Answers | None = None) -> Draft:
        """A draft with the household as the city knows it; one that was begun is gone on with.

        Args:
            like: answers of a notice that is over: what they said of the move is filled in.

        Raises Refusal ``portal.already-moving``, or the network's or the city's reason.
        """
        found, moves = self.own(
            resident,
            "move.begin",
            lambda tx: (store.draft(tx, resident), store.moves(tx, resident)),
        )
        if found is not None and found.begun:
            return found
        if open_moves := [one for one in moves if not one.over]:
            raise Refusal(ALREADY_MOVING, case=open_moves[0].case_id)
        answers = household_now(self._inquirer, handle_for, {one.case_id for one in moves})
        draft = Draft(readable.new(MOVES), 1, answers.filled_like(like) if like else answers)

        def work(tx: Transaction) -> Draft:
            begun = store.draft(tx, resident)
            if begun is not None and begun.begun:  # in another tab, while the cities were asked
                return begun
            if sent := [one for one in store.moves(tx, resident) if not one.over]:
                raise Refusal(ALREADY_MOVING, case=sent[0].case_id)
            store.save_draft(tx, resident, draft)
            return draft

        return self.own(resident, "move.draft", work)

    def draft(self, resident: str) -> Draft:
        """Raises Refusal ``portal.no-draft``; ``portal.sent-already``: there is none since it was sent, and its page was left open or
        gone back to."""
        found = self.own(resident, "move.draft", lambda tx: store.draft(tx, resident))
        if found is None:
            _, sent = self.under_way(resident)
            under_way = any(not (one.over or one.off) for one in sent)
            raise Refusal(SENT_ALREADY if under_way else NO_DRAFT)
        return found

    def save(self, resident: str, draft: Draft, answers: Answers) -> Draft:
        """What was changed of this draft since it was read, and nothing of what another tab answered meanwhile.

        Raises Refusal ``portal.no-draft``: it was sent or thrown away meanwhile; ``portal.other-kind-of-move``.
        """
        if draft.revision > 1 and answers.within != draft.answers.within:
            raise Refusal(OTHER_KIND_OF_MOVE)

        def work(tx: Transaction) -> Draft:
            kept = store.draft(tx, resident)
            if kept is None or (kept.case_id, kept.revision) != (draft.case_id, draft.revision):
                raise Refusal(NO_DRAFT)
            after = replace(kept, answers=kept.answers.with_changes(draft.answers, answers))
            store.save_draft(tx, resident, after)
            return after

        return self.own(resident, "move.draft", work)

    def renew(self, resident: str, now: Answers) -> None:
        """The draft with what is registered ``now``, in place of what it was begun with. Raises Refusal ``portal.no-draft``."""

        def work(tx: Transaction) -> None:
            found = store.draft(tx, resident)
            if found is None:
                raise Refusal(NO_DRAFT)
            after = replace(found, answers=renewed(found.answers, now))
            store.save_draft(tx, resident, after)

        self.own(resident, "move.draft", work)

    def discard(self, resident: str) -> str:
        """Returns the case that the draft was to correct; empty where nothing was sent yet."""

        def work(tx: Transaction) -> str:
            draft = store.draft(tx, resident)
            store.drop_draft(tx, resident)
            return draft.case_id if draft is not None and draft.revision > 1 else ""

        return self.own(resident, "move.discard", work)

    # ------------------------------------------------------------ appointments

    def slots(self, answers: Answers) -> VisitSlotsAnswer:
        """Free slots at the new city, from the moving day on."""
        first, last = self._visit_days(answers)
        inquiry = VisitSlots(first=first, last=last)
        return self._inquirer.ask(inquiry, of=f"city:{answers.destination}", purpose=MOVING)

    def _visit_days(self, answers: Answers) -> tuple[date, date]:
        """The first and the last day that are offered."""
        day = today(self._house.clock)
        first = max(answers.moves_on or day, day + timedelta(days=1))
        due = answers.due or first
        return first, due if due - first >= ENOUGH else first + timedelta(days=VISIT_DAYS)

    def still_offered(self, answers: Answers) -> bool:
        """Whether the day that was chosen for the visit is one of those offered for this place and moving day."""
        first, last = self._visit_days(answers)
        return answers.visits_on is not None and first <= answers.visits_on <= last

    def hold(self, case_id: str, answers: Answers, office: str, on: date, starts: str) -> Answers:
        """Hold a place for fifteen minutes. Raises Refusal ``portal.slot-gone``, ``portal.slot-past``: no such day is offered; and the city's."""
        first, last = self._visit_days(answers)
        if not first <= on <= last:
            raise Refusal(SLOT_PAST if date.min < on <= today(self._house.clock) else SLOT_GONE)
        slots = self.slots(answers)
        found = next((o for o in slots.offices if o.office_id == office), None)
        answer = self._inquirer.ask(
            HoldVisit(case_id=case_id, office_id=office, date=on, starts=starts),
            of=f"city:{answers.destination}",
            purpose=MOVING,
        )
        return replace(
            answers,
            office=office,
            office_ja=found.name_ja if found else "",
            office_en=found.name_en if found else "",
            visit_date=on.isoformat(),
            visit_starts=starts,
            hold_id=str(answer.hold_id),
        )

    def before_signing(self, resident: str) -> Draft:
        """The draft with its place held anew: signing takes a while.

        Raises Refusal ``portal.slot-gone``; all answers are kept.
        """
        draft = self.draft(resident)
        answers = draft.answers
        self._inquirer.ask(Reachable(), of=f"city:{answers.origin}", purpose=MOVING)
        try:
            held = self.hold(
                draft.case_id,
                answers,
                answers.office,
                answers.visits_on or date.min,
                answers.visit_starts,
            )
        except Refusal as refusal:
            if refusal.fault.code not in SLOT_REFUSED | {SLOT_GONE.code, SLOT_PAST.code}:
                raise
            self.save(resident, draft, replace(answers, hold_id=""))
            raise Refusal(SLOT_PAST if refusal.fault is SLOT_PAST else SLOT_GONE) from refusal
        return self.save(resident, draft, held)

    # ------------------------------------------------------------ sending

    def send(
        self,
        resident: str,
        case_id: str,
        document: Callable[[Draft], bytes],
        signature: Signature,
        revision: int = 1,
    ) -> str:
        """The signed notice to both cities, in one transaction; sent once, however often asked.

        Args:
            document: what a draft says, to be signed.
            revision: of the draft that was signed.

        Raises Refusal ``portal.no-draft``, ``portal.not-sent-cancelled``, ``portal.not-sent-deleted``, ``portal.not-sent-unasked``: it is
        no draft any more, and was not sent; ``signin.other-document``: the draft is not what was signed; ``portal.other-kind-of-move``.
        """

        def work(tx: Transaction) -> str:
            draft, before = store.draft(tx, resident), store.move(tx, resident, case_id)
            if draft is None or (draft.case_id, draft.revision) != (case_id, revision):
                return _sent_already(before, revision)
            signed = document(draft)
            signature.over(signed)
            answers = draft.answers
            notice = notice_of(case_id, answers)
            if before is not None and before.kind != notice.kind:
                raise Refusal(OTHER_KIND_OF_MOVE)
            if before is not None and not before.needs_fix and before.revision < revision:
                raise Refusal(NOT_SENT_UNASKED, case=case_id)
            led_to = [*before.former, before.destination] if before else []
            move = Move(
                case_id, notice.kind, draft.revision, answers.origin, answers.destination,
                answers.to_json(), tx.now, None,
                former=[one for one in dict.fromkeys(led_to) if one != answers.destination],
            )  # fmt: skip
            if store.add_move(tx, resident, move):
                if before is not None and before.destination != move.destination:
                    self._drop(tx, before)
                self._letters(tx, draft, signed, signature)
                if draft.revision > 1:
                    store.note_sent_again(tx, case_id, draft.revision)
            store.drop_draft(tx, resident)
            return case_id

        return self.own(resident, "move.send", work)

    def _drop(self, tx: Transaction, before: Move) -> None:
        """The city that the move led to before its correction expects nobody any more, and keeps nothing."""
        dropped = WithdrawMove(case_id=before.case_id, at=tx.now, elsewhere=True)
        to = f"city:{before.destination}"
        self._house.post(SELF).send(tx, dropped, to=to, case=before.case_id)

    def _letters(
        self, tx: Transaction, draft: Draft, document: bytes, signature: Signature
    ) -> None:
        answers, post = draft.answers, self._house.post(SELF)
        notice = notice_of(draft.case_id, answers)

        def signed(institution: str) -> SignedDocument:
            return SignedDocument(
                document=base64_text(document),
                signature=signature.over(document),
                certificate=signature.certificates[institution],
                signed_at=signature.signed_at,
            )

        old, new = f"city:{answers.origin}", f"city:{answers.destination}"
        if not answers.within:
            out = NoticeOfMovingOut(
                case_id=draft.case_id,
                notice=notice,
                signed=signed(old),
                submitted_at=tx.now,
                revision=draft.revision,
            )
            post.send(tx, out, to=old, case=draft.case_id)
        reservation = VisitReservation(
            case_id=draft.case_id,
            notice=notice,
            signed=signed(new),
            hold_id=answers.hold_id,
            applicant_name=answers.applicant,
            submitted_at=tx.now,
            revision=draft.revision,
        )
        post.send(tx, reservation, to=new, case=draft.case_id)

    # ------------------------------------------------------------ a case

    def moves(self, resident: str) -> list[Move]:
        return self.own(resident, "move.list", lambda tx: store.moves(tx, resident))

    def under_way(self, resident: str) -> tuple[Draft | None, list[Move]]:
        """The draft, and all moves, latest first."""
        return self.own(
            resident,
            "move.list",
            lambda tx: (store.draft(tx, resident), store.moves(tx, resident)),
        )

    def called(self, resident: str) -> dict[str, str]:
        """``name`` and ``kana`` of the resident, where a move told them; nobody is asked for them."""
        found, moves = self.under_way(resident)
        known = [found.answers] if found else [answers_from(one.answers) for one in moves]
        return known[0].own_name if known else {}

    def move(self, resident: str, case_id: str) -> Move:
        """Raises Refusal ``portal.unknown-case``: also for somebody else's."""
        found = self.own(resident, "move.read", lambda tx: store.move(tx, resident, case_id))
        if found is None:
            raise Refusal(UNKNOWN_CASE)
        return found

    def opened(self, resident: str, case_id: str) -> tuple[Move, Draft | None]:
        """As :meth:`move`, by whoever reads it: what the cities told of it is no news from now on. With the draft that there is."""

        def work(tx: Transaction) -> tuple[Move | None, Draft | None]:
            found = store.move(tx, resident, case_id)
            store.note_seen(tx, resident, [found] if found else [])
            return found, store.draft(tx, resident)

        found, draft = self.own(resident, "move.read", work)
        if found is None:
            raise Refusal(UNKNOWN_CASE)
        return found, draft

    def all_read(self, resident: str) -> None:
        """Nothing that was told until now is news."""
        self.own(
            resident,
            "message.read-all",
            lambda tx: store.note_seen(tx, resident, store.moves(tx, resident)),
        )

    def withdraw(self, resident: str, case_id: str) -> None:
        """Cancel: both cities are told. Who is first, this or the arrival, the network decides. Sent twice it is sent once.

        Raises Refusal ``portal.too-late-to-change``.
        """

        def work(tx: Transaction) -> None:
            move = store.move(tx, resident, case_id)
            if move is None:
                raise Refusal(UNKNOWN_CASE)
            if move.withdrawn_at is not None and not move.has("registered"):
                return
            if not move.may_withdraw or not store.set_withdrawn(tx, case_id):
                raise Refusal(TOO_LATE_TO_CHANGE)
            draft = store.draft(tx, resident)
            # Its correction is nobody's any more.
            if draft is not None and draft.case_id == case_id:
                store.drop_draft(tx, resident)
            letter = WithdrawMove(case_id=case_id, at=tx.now)
            for code in move.ever:
                self._house.post(SELF).send(tx, letter, to=f"city:{code}", case=case_id)

        self.own(resident, "move.withdraw", work)

    def change_visit(
        self, resident: str, case_id: str, office: str, on: date, starts: str,
        *, reviewed: Callable[[bytes], None] = lambda _: None,
    ) -> None:  # fmt: skip
        """Another appointment. Pressed a second time it finds it chosen, and does nothing.

        Args:
            reviewed: refuses where the appointment is another one than the page showed; before anything is held or sent.

        Raises Refusal ``portal.no-appointment``, ``portal.too-late-to-change``, ``portal.corrected-meanwhile``,
        or the city's.
        """
        move = self.move(resident, case_id)
        _must_have_visit(move)
        stands = answers_from(move.answers)
        same = move.has_visit and stands.appointment == f"{office}|{on}|{starts}"
        if same and on >= today(self._house.clock):
            return
        reviewed(stands.appointment.encode())
        held = self.hold(case_id, answers_from(move.answers), office, on, starts)

        def work(tx: Transaction) -> None:
            now = store.move(tx, resident, case_id)
            if now is None:
                raise Refusal(UNKNOWN_CASE)
            _must_have_visit(now)
            if now.revision != move.revision:
                raise Refusal(CORRECTED_MEANWHILE)
            reviewed(answers_from(now.answers).appointment.encode())
            letter = ChangeVisit(
                case_id=case_id,
                hold_id=held.hold_id,
                office_id=office,
                date=on,
                starts=starts,
                at=tx.now,
            )
            store.save_answers(tx, case_id, answers_from(now.answers).with_appointment_of(held))
            store.note_visit_chosen(tx, case_id, held.hold_id)
            self._house.post(SELF).send(tx, letter, to=f"city:{now.destination}", case=case_id)

        self.own(resident, "move.change-visit", work)

    def correct(self, resident: str, case_id: str) -> Draft:
        """要訂正: the case's answers as a draft again, for a further revision; one that was begun is gone on with."""

        def work(tx: Transaction) -> Draft:
            move = store.move(tx, resident, case_id)
            if move is None:
                raise Refusal(UNKNOWN_CASE)
            if not move.needs_fix:
                raise Refusal(TOO_LATE_TO_CHANGE)
            answers = replace(move.to_be_done, contact_asked=True)
            draft = Draft(case_id, move.revision + 1, answers)
            found = store.draft(tx, resident)
            if found is not None and (found.case_id, found.revision) == (case_id, draft.revision):
                return found
            store.save_draft(tx, resident, draft)
            return draft

        return self.own(resident, "move.correct", work)

    def days_open(self, resident: str, draft: Draft) -> tuple[date, date]:
        """The earliest and latest moving day that the draft may name.

        A correction is of the notice that was given then: what was in time that day is in time.
        """
        first, last = periods.move_dates_open_on(civil(self._house.clock.now()))
        if draft.revision > 1:
            given = civil(self.move(resident, draft.case_id).sent_at)
            first = min(first, periods.move_dates_open_on(given)[0])
        return first, last

    def outside_today(self, resident: str, draft: Draft) -> bool:
        """The moving day was in time when it was entered; a draft lies, and so does a notice that was taken back."""
        first, last = self.days_open(resident, draft)
        on = draft.answers.moves_on
        return on is not None and not first <= on <= last

    def again(self, resident: str, case_id: str, handle_for: HandleFor) -> Draft:
        """A notice that was refused or cancelled is begun anew with what it said; a draft that was begun is gone on with.

        Raises Refusal ``portal.too-late-to-change`` where it is neither; and as :meth:`begin`.
        """
        move = self.move(resident, case_id)
        if standing(move).name not in BEGUN_ANEW:
            raise Refusal(TOO_LATE_TO_CHANGE)
        return self.begin(resident, handle_for, like=move.to_be_done)

    def asked_for(self, resident: str, draft: Draft) -> Text | None:
        """What the city wants corrected, in its words; None where the draft corrects nothing."""
        return standing(self.move(resident, draft.case_id)).why if draft.revision > 1 else None

    def progress(self, tx: Transaction, letter: CaseProgress, received: Received) -> None:
        """A city told something. What a city tells that a correction led away from is of no account.

        Raises Refusal ``portal.unknown-case``, ``portal.not-of-this-move``: the letter waits.
        """
        tx.audit(PROGRESS.by(f"institution:{received.sender}", case=letter.case_id))
        resident = store.resident_of(tx, letter.case_id)
        move = store.move(tx, resident, letter.case_id) if resident else None
        if resident is None or move is None:
            raise Refusal(UNKNOWN_CASE)
        tx.shown((resident,))
        city = letter.institution.tenant
        if not move.believes(city, letter.event):
            if move.has_left(city) and letter.event != "redirected":
                return
            raise Refusal(
                NOT_OF_THIS_MOVE, city=received.sender, case=letter.case_id, event=letter.event
            )
        store.add_event(tx, _for_the_reader(move, letter), received)
        if letter.event == "sent-elsewhere":
            wake(tx, letter.case_id)  # what that city told waits here
        if letter.event == "cancel-refused":
            store.allow_again(tx, letter.case_id)
        if letter.event == "out-rejected":
            self._end_reservation(tx, resident, letter, received)
        if letter.event in ("mover-died", "mover-abroad") and _left_by_all(
            store.move(tx, resident, letter.case_id)
        ):
            self._end_reservation(tx, resident, letter, received)

    def _end_reservation(
        self, tx: Transaction, resident: str, letter: CaseProgress, received: Received
    ) -> None:
        """The old city does not let the move happen: the new city expects nobody any more, and no appointment is kept."""
        move = store.move(tx, resident, letter.case_id)
        if move is None or move.kind == "within-city" or received.sender != f"city:{move.origin}":
            return
        # Nothing is kept of an appointment that nobody will come to; who begins again chooses another one.
        answers = answers_from(move.answers).without_appointment()
        store.save_answers(tx, letter.case_id, answers)
        taken_back = WithdrawMove(case_id=letter.case_id, at=tx.now)
        to = f"city:{move.destination}"
        self._house.post(SELF).send(tx, taken_back, to=to, case=letter.case_id)

    # ------------------------------------------------------------ inside

    def own(self, resident: str, label: str, work: Callable[[Transaction], T]) -> T:
        """The resident's own data, looked at or changed by themselves."""
        access = OWN[label].by("resident", subjects=(resident,))
        return self._house.database.run(label, work, access=access)


def _for_the_reader(move: Move, letter: CaseProgress) -> CaseProgress:
    """Of others who are registered without the one who gave notice for all, it is kept that they are, and not where: that is theirs."""
    if letter.event != "registered" or not move.is_others_alone(letter.not_registered):
        return letter
    movers = move.to_be_done.movers
    parts = (
        [one for one in movers if one.name not in letter.not_registered],
        [one for one in movers if one.name in letter.not_registered],
    )
    ja = ["、".join(one.name for one in part) for part in parts]
    en = [", ".join(with_reading(one.name, one.kana) for one in part) for part in parts]
    return letter.model_copy(update={
        "address": "",
        "note_ja": f"登録した人：{ja[0]}。登録していない人：{ja[1]}",
        "note_en": f"Registered: {en[0]}. Not registered: {en[1]}",
    })  # fmt: skip


def _left_by_all(move: Move | None) -> bool:
    return move is not None and move.nobody_left


def _sent_already(move: Move | None, revision: int) -> str:
    """The case whose draft of this revision is there no more, since it was sent.

    Raises Refusal ``portal.no-draft``, ``portal.not-sent-cancelled``, ``portal.not-sent-deleted``: it was not.
    """
    if move is None:
        raise Refusal(NO_DRAFT)
    if move.revision < revision:
        ended = NOT_SENT_CANCELLED if move.off else NOT_SENT_DELETED
        raise Refusal(ended, case=move.case_id)
    return move.case_id


def _must_have_visit(move: Move) -> None:
    """Raises Refusal ``portal.no-appointment``, ``portal.too-late-to-change``."""
    if move.off:
        raise Refusal(NO_APPOINTMENT)
    if not move.may_change_visit:
        raise Refusal(TOO_LATE_TO_CHANGE)
