"""What a room declares of emergency looks, and what its staff do about one. One transaction each, recorded first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, Protocol, TypeVar

from kazasu.foundation.actions import Action, action
from kazasu.foundation.alarms.ringing import ring
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.database.each import each
from kazasu.foundation.faults import Refusal
from kazasu.foundation.procedures.cases import NOT_YOURS
from kazasu.foundation.procedures.states import Event, State
from kazasu.foundation.text import Text
from kazasu.foundation.values import readable
from kazasu.foundation.values.visible import seen
from kazasu.kit.emergency import store
from kazasu.kit.emergency.model import LIFE, LOOK, NUMBERS, REVIEW, VERDICTS, Look, Verdict
from kazasu.kit.emergency.store import Seen
from kazasu.kit.faults import (
    NO_SUCH_LOOK,
    NOTHING_CLOSED,
    OWN_LOOK_REVIEWED,
    SAME_PERSON_AGREES,
)
from kazasu.kit.staff import Clerk, Member, by_staff_id

T = TypeVar("T")
Act = Literal["agree", "refuse", "withdraw", "end"]
OPENED: Final = "emergency-look"
WRONG: Final = "emergency-wrong"
LATE: Final = "emergency-late"
"""Kinds of alarms."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whose record it is, as staff read it."""

    name: str
    kana: str
    number: str
    path: str
    """Where it is seen while the look is open."""


class Records(Protocol):
    """A room's records that are closed to who has not the role."""

    def told(self, tx: Transaction, about: str) -> Sequence[str]:
        """Whose data would be seen, as its audit rows name them; nobody: nothing of it is closed. Raises the room's Refusal: there is no such
        record."""

    def named(self, tx: Transaction, about: str) -> Named:
        """Whose it is. Raises as :meth:`told`."""


@dataclass(frozen=True, slots=True)
class Acts:
    """The actions of one room."""

    list: Action
    ask: Action
    read: Action
    answer: Action
    """Agreeing and refusing."""
    close: Action
    """Withdrawing and ending."""
    review: Action


def declare(room: str, *, asks: Sequence[str], agrees: str, reviews: str) -> Acts:
    """A room's actions: the roles of who may ask, one of several; of who agrees; and of who reviews it afterwards."""

    def of(
        what: str,
        ja: str,
        en: str,
        role: str | Sequence[str] = "",
        *,
        reasoned: bool = False,
        told: bool = True,
    ) -> Action:
        return action(
            f"{room}.emergency.{what}", "clerk", Text(ja, en), role=role, reasoned=reasoned,
            shows="found" if told else "nobody", why="" if told else "numbers, posts and times; nobody’s record",
        )  # fmt: skip

    reads = tuple(dict.fromkeys((*asks, agrees, reviews)))
    return Acts(
        list=of("list", "緊急の閲覧の一覧の確認", "Looking at the list of emergency looks", reads, told=False),
        ask=of("ask", "緊急の閲覧の求め", "Asking for an emergency look", asks, reasoned=True),
        read=of("read", "緊急の閲覧の求めの確認", "Reading about an emergency look", reads),
        answer=of("answer", "緊急の閲覧に同意するかの判断", "Deciding on an emergency look", agrees),
        close=of("close", "緊急の閲覧を終えること", "Ending an emergency look"),
        review=of("review", "緊急の閲覧の事後点検", "Reviewing an emergency look", reviews, reasoned=True),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One of the list. It names no resident."""

    look: Look
    state: State
    late: bool
    """Its review is due."""
    staff: Mapping[str, Member]
    """As of :class:`Shown`."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One of them, with whose record it is."""

    look: Look
    state: State
    whose: Named
    staff: Mapping[str, Member]
    """Of those who had a part in it, by their number; who has no post any more is missing."""
    seen: Sequence[Seen]
    late: bool
    can: Sequence[Event]
    """What whoever looks can do now."""

    @property
    def closing(self) -> Text:
        """How it was closed before its time."""
        return LOOK.events[self.look.closed_as].words


class Emergencies:
    """Those of one room."""

    def __init__(
        self, database: Database, acts: Acts, reasons: Mapping[str, Text], records: Records
    ) -> None:
        self._database = database
        self.acts: Final = acts
        self.reasons: Final = reasons
        self._records = records

    def _act(
        self, what: Action, work: Callable[[Transaction], T], tenant: str, clerk: Clerk, case: str = "", reason: Text | str = "",
    ) -> T:  # fmt: skip
        access = clerk.access(what, case=case, reason=reason)
        return self._database.run(what.label, work, tenant=tenant, access=access)

    # ------------------------------------------------------------ looking

    def every(self, tenant: str, clerk: Clerk) -> list[Line]:
        """All of this place, the newest first."""

        def work(tx: Transaction) -> list[Line]:
            with tx.unseen():
                found = store.latest(tx)
                numbers = {who for one in found for who in (one.asked_by, one.agreed_by)} - {""}
                staff = {one.staff_id: one for one in by_staff_id(tx, numbers)}
            return [Line(one, one.state(tx.now), _late(one, tx.now), staff) for one in found]

        return self._act(self.acts.list, work, tenant, clerk)

    def whose(self, tenant: str, clerk: Clerk, about: str) -> Named:
        """For who is about to ask. Raises Refusal ``kit.nothing-closed``, or the room's."""

        def work(tx: Transaction) -> Named:
            self._whose(tx, about)
            with tx.unseen():
                return self._records.named(tx, about)

        return self._act(self.acts.read, work, tenant, clerk)

    def look(self, tenant: str, clerk: Clerk, look_id: str) -> Shown:
        """Raises Refusal ``kit.no-such-look``."""

        def work(tx: Transaction) -> Shown:
            look = self._one(tx, look_id)
            told = store.told(tx, look_id)
            tx.shown(told)
            with tx.unseen():
                whose = self._records.named(tx, look.about)
                staff = by_staff_id(tx, {look.asked_by, look.agreed_by, look.closed_by, look.reviewed_by} - {""})  # fmt: skip
            state = look.state(tx.now)
            return Shown(
                look, state, whose, {one.staff_id: one for one in staff}, store.seen(tx, look_id, told),
                _late(look, tx.now), self._can(look, state, clerk),
            )  # fmt: skip

        return self._act(self.acts.read, work, tenant, clerk, look_id)

    def _can(self, look: Look, state: State, clerk: Clerk) -> list[Event]:
        """As their session says; whether they may is asked as they act."""
        parts = {
            "asker": clerk.staff_id == look.asked_by,
            "second": clerk.staff_id != look.asked_by and self.acts.answer.role in clerk.roles,
            "reviewer": clerk.staff_id not in (look.asked_by, look.agreed_by) and self.acts.review.role in clerk.roles,
        }  # fmt: skip
        if look.agreed_by:
            parts["second"] = clerk.staff_id == look.agreed_by
        return [
            event for event in LOOK.open_events(state.key) if any(parts.get(by) for by in event.by)
        ]

    # ------------------------------------------------------------ acting

    def ask(self, tenant: str, clerk: Clerk, about: str, reason: str, note: str) -> str:
        """The number of the look that is asked for; one that is under way already is that one.

        Raises Refusal ``kit.nothing-closed``, ``actions.reason-needed``, or the room's; ``KeyError``: no such reason.
        """
        said = self.reasons[reason]
        why = Text(f"{said.ja}、{note}", f"{said.en}, {note}")

        def work(tx: Transaction) -> str:
            told = self._whose(tx, about)
            with tx.unseen():
                before = store.under_way(tx, clerk.staff_id, about)
            if before is not None:
                return before.look_id
            number = readable.new(NUMBERS)
            look = Look(number, about, clerk.staff_id, tx.now, reason, why.ja, why.en)
            store.add(tx, look, list(told))
            return number

        return self._act(self.acts.ask, work, tenant, clerk, reason=why)

    def act(self, tenant: str, clerk: Clerk, look_id: str, what: Act) -> None:
        """Agreeing opens it, rings the alarm, and whose data can be seen reads it.

        Raises Refusal ``kit.no-such-look``, ``kit.not-your-role``, ``kit.same-person-agrees``, ``states.not-now``,
        ``states.not-yours``.
        """

        def work(tx: Transaction) -> None:
            look = self._one(tx, look_id)
            tx.shown(store.told(tx, look_id))
            LOOK.turn(look.state(tx.now).key, what)
            if what in ("agree", "refuse") and clerk.staff_id == look.asked_by:
                raise Refusal(SAME_PERSON_AGREES)
            if what in ("withdraw", "end") and clerk.staff_id not in (
                look.asked_by,
                look.agreed_by,
            ):
                raise Refusal(NOT_YOURS)
            if what == "agree":
                self._open(tx, look, clerk)
            else:
                store.change(tx, replace(look, closed_as=what, closed_by=clerk.staff_id, closed_at=tx.now))  # fmt: skip

        answers = what in ("agree", "refuse")
        self._act(self.acts.answer if answers else self.acts.close, work, tenant, clerk, look_id)

    def _open(self, tx: Transaction, look: Look, clerk: Clerk) -> None:
        opened = replace(look, agreed_by=clerk.staff_id, agreed_at=tx.now, until=tx.now + LIFE)
        store.change(tx, opened)
        self._ring(tx, OPENED, opened)

    def review(self, tenant: str, clerk: Clerk, look_id: str, verdict: Verdict, words: str) -> None:
        """Once, by a third one. What was not right rings, with the draft of a report. Whose data were seen reads what was found, in the list of
        who looked: a look that ought not to have been can be what has to be notified to them (個人情報保護法 68条2項).

        Raises Refusal ``kit.no-such-look``, ``kit.not-your-role``, ``kit.own-look-reviewed``, ``states.not-now``, ``actions.reason-needed``.
        """

        def work(tx: Transaction) -> None:
            look = self._one(tx, look_id)
            tx.shown(store.told(tx, look_id))
            LOOK.turn(look.state(tx.now).key, "review")
            if clerk.staff_id in (look.asked_by, look.agreed_by):
                raise Refusal(OWN_LOOK_REVIEWED)
            store.change(
                tx,
                replace(look, reviewed_by=clerk.staff_id, reviewed_at=tx.now, verdict=verdict, words=words),
            )  # fmt: skip
            if verdict == "wrong":
                self._ring(tx, WRONG, look)

        found = VERDICTS[verdict]
        said = Text(f"{found.ja}：{words}", f"{found.en}: {words}") if seen(words) else words
        self._act(self.acts.review, work, tenant, clerk, look_id, reason=said)

    # ------------------------------------------------------------ late

    def ring_late(self) -> None:
        """A tick of the room, for all its tenants: a look whose review is late rings, and again a day after its alarm was closed while
        the review is still missing, for closing an alarm reviews nothing."""
        by_tenant = dict[str, list[store.Late]]()
        for one in self._database.glance(lambda tx: store.late(tx, REVIEW)):
            by_tenant.setdefault(one.tenant, []).append(one)
        each(sorted(by_tenant), lambda tenant: self._ring_late(tenant, by_tenant[tenant]))

    def _ring_late(self, tenant: str, late: Sequence[store.Late]) -> None:
        def work(tx: Transaction) -> None:
            for one in late:
                facts = self._facts(one.look_id, one.asked_by, one.agreed_by, one.reason)
                due = (one.over_at + REVIEW).isoformat()
                ring(tx, LATE, one.look_id, facts | {"due": due}, room=self._database.room)

        self._database.run("emergency.late", work, tenant=tenant)

    # ------------------------------------------------------------ inside

    def _ring(self, tx: Transaction, kind: str, look: Look) -> None:
        """With what was chosen as reason and not with what was written beside it, which may speak of a resident."""
        facts = self._facts(look.look_id, look.asked_by, look.agreed_by, look.reason)
        ring(tx, kind, look.look_id, facts, room=self._database.room)

    def _facts(self, look_id: str, asked_by: str, agreed_by: str, reason: str) -> dict[str, str]:
        chosen = self.reasons[reason]
        return {
            "look": look_id, "by": f"clerk:{asked_by}", "agreed": f"clerk:{agreed_by}",
            "reason_ja": chosen.ja, "reason_en": chosen.en,
        }  # fmt: skip

    @staticmethod
    def _one(tx: Transaction, look_id: str) -> Look:
        with tx.unseen():
            look = store.one(tx, look_id)
        if look is None:
            raise Refusal(NO_SUCH_LOOK)
        return look

    def _whose(self, tx: Transaction, about: str) -> Sequence[str]:
        with tx.unseen():
            told = self._records.told(tx, about)
        if not told:
            raise Refusal(NOTHING_CLOSED)
        tx.shown(told)
        return told


def _late(look: Look, now: datetime) -> bool:
    due = look.review_by
    return look.reviewed_at is None and due is not None and due < now
