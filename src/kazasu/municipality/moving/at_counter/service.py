"""A notice of moving out at the counter: looked at before it is written, then a case like any other, which a decider accepts.

There is no signature: who came was identified by a document (住民基本台帳法 27条). What is more than 14 days late is recorded ex officio (職権,
8条, 施行令 12条1項). Nothing of it goes to the portal, which has no case for it. (Simplified: 12条4項 has them told of it; they read of it in "who looked" alone.)
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final, TypeVar
from uuid import UUID, uuid5

from kazasu.contracts.base import MOVES_AT_COUNTER
from kazasu.contracts.municipality import Address, Contact, MoveNotice
from kazasu.contracts.offices import DOCUMENTS
from kazasu.exchange.directory import Entry
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values import readable
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.visible import seen
from kazasu.kit import periods
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.hall.context import CityContext, city_id, desk
from kazasu.municipality.hall.model import REPRESENTATIVES, Clerk
from kazasu.municipality.moving.at_counter.model import Said, Taken
from kazasu.municipality.moving.faults import (
    DESTINATION_UNKNOWN,
    LATE_BECAUSE,
    MANDATE_MISSING,
    MOVED_BEFORE,
    MOVES_IN_A_YEAR,
    MOVES_WITHIN,
    NOBODY_CHOSEN,
    NOT_ACCEPTABLE,
    NOT_BY_CARD,
    NOT_THEIR_NOTICE,
)
from kazasu.municipality.moving.life import OutState
from kazasu.municipality.moving.model import Finding, MovingOut
from kazasu.municipality.moving.rules import judging, overlapping, places
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import notices
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import Resident

TAKING: Final = Text("転出届の受付（窓口）", "Taking a notice of moving out at the counter")
LOOK: Final = desk("moving-out.look-at-counter", TAKING, role="counter")
TAKE: Final = desk("moving-out.take-at-counter", TAKING, role="counter")
FARTHEST: Final = timedelta(days=366)
"""A day beyond it is a slip of the pen: the law has no first day for the notice (住民基本台帳法 24条: あらかじめ)."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A notice as it would be taken; nothing of it is refused."""

    going: Sequence[Resident]
    staying: Sequence[Resident]
    giver: Resident | None
    """None: a representative."""
    notice: MoveNotice
    taken: Taken
    findings: Sequence[Finding]
    late: bool
    """It will be recorded ex officio."""

    @property
    def in_the_way(self) -> bool:
        """Something stands in it that nobody may decide: it cannot be taken."""
        return any(not one.good and one.blocking and not one.decidable for one in self.findings)

    @property
    def document(self) -> bytes:
        """All that the page shows of it: another version of anybody, or another answer, is another one."""
        shown = {
            "people": [[one.resident_id, one.version] for one in (*self.going, *self.staying)],
            "notice": self.notice.model_dump(mode="json", exclude={"member_ids", "case_id"}),
            "moving": [one.resident_id for one in self.going],
            "taken": asdict(self.taken),
            "findings": [one.ja for one in self.findings],
        }
        return json.dumps(shown, ensure_ascii=False).encode()


class NoticeCounter:
    """転出の窓口."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    def household(self, tenant: str, clerk: Clerk, resident_id: str) -> list[Resident]:
        """Who lives with them, in the order of the paper. Raises Refusal ``municipality.unknown-resident``, ``municipality.wrong-state``."""
        return self._looked(
            tenant, clerk, resident_id, lambda tx: register_store.household_of(tx, resident_id)
        )

    def propose(self, tenant: str, clerk: Clerk, resident_id: str, said: Said) -> Proposal:
        """What would be taken, with what the machine finds of it.

        Raises:
            Refusal: ``municipality.unknown-resident``, ``municipality.nobody-chosen``, ``municipality.leaving-already``,
                ``municipality.destination-unknown``, ``municipality.moves-within``, ``municipality.moves-in-a-year``,
                ``municipality.moved-before``, ``municipality.not-their-notice``, ``municipality.mandate-missing``,
                ``municipality.late-because``, ``municipality.not-by-card``, ``kit.not-your-role``.
        """
        return self._looked(
            tenant, clerk, resident_id, lambda tx: self._propose(tx, resident_id, said, clerk)
        )

    def take(
        self, tenant: str, clerk: Clerk, resident_id: str, said: Said,
        *, mark: str, reviewed: Callable[[Proposal], None] = lambda _: None,
    ) -> str:  # fmt: skip
        """Make it a case, checked at once. Returns its number.

        Pressed a second time on the same page it finds the case, and makes none.

        Args:
            mark: of what the clerk was shown; the number follows from it.
            reviewed: refuses where something else would be taken now.

        Raises Refusal as :meth:`propose`, and ``municipality.not-acceptable``: something stands in the way that nobody may decide.
        """
        case_id = self._looked(tenant, clerk, resident_id, lambda tx: _number(tx, UUID(hex=mark)))

        def work(tx: Transaction) -> str:
            if notices.find(tx, case_id) is None:
                proposal = self._propose(tx, resident_id, said, clerk)
                reviewed(proposal)
                if proposal.in_the_way:
                    raise Refusal(NOT_ACCEPTABLE)
                _keep(tx, case_id, proposal, clerk)
            return case_id

        return self._city.act(
            TAKE, work, tenant=tenant, clerk=clerk, subjects=(resident_id,), case=case_id
        )

    # ------------------------------------------------------------ inside

    def _looked(
        self, tenant: str, clerk: Clerk, resident_id: str, work: Callable[[Transaction], T]
    ) -> T:
        return self._city.act(LOOK, work, tenant=tenant, clerk=clerk, subjects=(resident_id,))

    def _propose(self, tx: Transaction, resident_id: str, said: Said, clerk: Clerk) -> Proposal:
        household, today = register_store.household_of(tx, resident_id), civil(tx.now)
        going = [one for one in household if one.resident_id in said.people]
        if not going or len(going) < len(set(said.people)):
            raise Refusal(NOBODY_CHOSEN)
        overlapping.must_not_leave(going)
        staying = [one for one in household if one not in going]
        _must_be_the_day(going, said, today)
        _must_be_taken_by_card(going, said, today)
        giver = _giver(household, said, today)
        notice = _notice(tx, said, going, staying, self._destination(tx, said))
        taken = Taken(
            given_by=said.given_by, giver=giver.name if giver else said.giver_name.strip(),
            mandate="" if giver else said.mandate.strip(), document=said.document,
            arrives_by=said.arrives_by, because=said.because.strip(), staff_id=clerk.staff_id, staff=clerk.name,
        )  # fmt: skip
        case = _case(tx, notice.case_id, notice, taken)
        found = judging.moving_out(tx, self._city, case, giver or going[0])
        late = periods.notice_is_late(said.on, today)
        return Proposal(
            going, staying, giver, notice, taken, [_at_the_counter(taken, giver), *found], late
        )

    def _destination(self, tx: Transaction, said: Said) -> Entry:
        """Raises Refusal ``municipality.destination-unknown``, ``municipality.moves-within``."""
        code = places.named(self._city.directory, said.to)
        if not code:
            raise Refusal(DESTINATION_UNKNOWN, area=said.to.strip())
        if code == tx.tenant:
            raise Refusal(MOVES_WITHIN)
        return self._city.directory.entry(city_id(code))


def _keep(tx: Transaction, case_id: str, proposal: Proposal, clerk: Clerk) -> None:
    notice = proposal.notice.model_copy(update={"case_id": case_id})
    case = _case(tx, case_id, notice, proposal.taken)
    notices.add(tx, case)
    applicant = proposal.giver or proposal.going[0]
    cases.turn(
        tx, case, "checked",
        findings=[asdict(one) for one in proposal.findings], applicant_id=applicant.resident_id,
    )  # fmt: skip
    if proposal.taken.because:
        casework_store.write(tx, "out", case_id, clerk.staff_id, "note", proposal.taken.because)


def _number(tx: Transaction, mark: UUID) -> str:
    """Of what was shown, always the same; what was rejected may be taken anew, and has another one."""
    while True:
        case_id = readable.of(mark, MOVES_AT_COUNTER)
        found = notices.find(tx, case_id)
        if found is None or found.state != OutState.REJECTED:
            return case_id
        mark = uuid5(mark, "taken anew")


def _must_be_the_day(going: Sequence[Resident], said: Said, today: date) -> None:
    """Raises Refusal ``municipality.moves-in-a-year``, ``municipality.moved-before``, ``municipality.late-because``."""
    if said.on > today + FARTHEST:
        raise Refusal(MOVES_IN_A_YEAR)
    for one in going:
        if said.on < one.lives_here_since:
            raise Refusal(
                MOVED_BEFORE, on=said.on, since=one.lives_here_since, name=one.name,
                name_en=with_reading(one.name, one.kana),
                since_what="今の住所に住み始めた日", since_what_en="the last change of address",
            )  # fmt: skip
    if periods.notice_is_late(said.on, today) and not seen(said.because):
        raise Refusal(LATE_BECAUSE, until=periods.moving_in_until(said.on))


def _must_be_taken_by_card(going: Sequence[Resident], said: Said, today: date) -> None:
    """Where they say that they arrive by card. Raises Refusal ``municipality.not-by-card``."""
    in_time = today <= periods.transfer_usable_until(said.on)
    if said.arrives_by == "card" and not (in_time and any(one.has_card for one in going)):
        raise Refusal(NOT_BY_CARD)


def _giver(household: Sequence[Resident], said: Said, today: date) -> Resident | None:
    """Who of the household gives notice; None: a representative.

    Raises Refusal ``municipality.not-their-notice``, ``municipality.mandate-missing``.
    """
    if said.given_by in REPRESENTATIVES:
        if not (seen(said.giver_name) and seen(said.mandate)):
            raise Refusal(MANDATE_MISSING)
        return None
    for one in household:
        if one.resident_id == said.given_by and not periods.too_young(one.birth_text, today):
            return one
    raise Refusal(NOT_THEIR_NOTICE)


def _notice(
    tx: Transaction, said: Said, going: Sequence[Resident], staying: Sequence[Resident], to: Entry
) -> MoveNotice:
    """As the portal writes one, still without its number. Who heads the household there is said there, and nobody has an appointment."""
    code = MunicipalityCode(str(to.id.tenant))
    return MoveNotice(
        case_id=f"{MOVES_AT_COUNTER}-not-numbered",
        kind="between-cities",
        member_ids=tuple(register_store.member_id(tx, one.resident_id) for one in going),
        scope="part" if staying else "whole-household",
        move_date=said.on,
        new_address=Address(
            municipality_code=code, prefecture=places.prefecture_of(to), city=to.name.ja,
            town=_after(to, said.place),
        ),
        new_head="",
        joins_existing_household=said.joins,
        contact=Contact(phone=said.phone.strip()),
        visit_office="",
        visit_date=said.on,
        visit_starts="",
        origin_municipality=MunicipalityCode(tx.tenant),
        destination_municipality=code,
    )  # fmt: skip


def _after(to: Entry, place: str) -> str:
    """Without the municipality, where it was typed once more."""
    prefecture = places.prefecture_of(to)
    return place.strip().removeprefix(prefecture).removeprefix(to.name.ja).strip()


def _case(tx: Transaction, case_id: str, notice: MoveNotice, taken: Taken) -> MovingOut:
    return MovingOut(
        case_id=case_id, version=1, state=OutState.RECEIVED, revision=1,
        notice=notice.model_dump(mode="json"), signed={}, submitted_at=tx.now, received_at=tx.now,
        findings=[], applicant_id="", note="", decided_by="", decided_at=None, taken=asdict(taken),
    )  # fmt: skip


def _at_the_counter(taken: Taken, giver: Resident | None) -> Finding:
    """Instead of the signature."""
    document = DOCUMENTS[taken.document]
    name = with_reading(giver.name, giver.kana) if giver else taken.giver
    return Finding(
        "counter", True,
        f"窓口で受け付けた（届け出た人 {taken.giver}、確かめた書類 {document.ja}、受け付けた職員 {taken.staff}）",
        f"Taken at the counter (given by {name}; seen: {document.en}; by {taken.staff})",
    )  # fmt: skip
