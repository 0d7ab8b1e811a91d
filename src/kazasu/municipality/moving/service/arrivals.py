"""The visit: who came, whether card and data agree, and the provisional entry (仮登録)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from kazasu.contracts.base import FourAttributes
from kazasu.contracts.municipality import Address
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.visible import seen
from kazasu.kit import periods
from kazasu.kit.openid import Person
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.casework.model import Colleague, Holder, Standing
from kazasu.municipality.hall import store as hall_store
from kazasu.municipality.hall.context import CityContext, desk
from kazasu.municipality.hall.faults import CHANGED_MEANWHILE
from kazasu.municipality.hall.model import CASES, REGISTER, Clerk
from kazasu.municipality.moving import addressing, entering, hiding, lists, model
from kazasu.municipality.moving.entering import EnteredPerson, Entry
from kazasu.municipality.moving.faults import (
    ATTRIBUTES_DIFFER,
    HEAD_IS_ANOTHER,
    HEAD_TOO_YOUNG,
    JOINS_AND_HEADS,
    MOVED_BEFORE,
    MOVED_IN_FUTURE,
    NOBODY_CHOSEN,
    NOT_OF_THIS_MOVE,
    ONE_HEAD,
    RELATED_OTHERWISE,
    SPECIAL_ROUTE_CLOSED,
)
from kazasu.municipality.moving.life import DONE_IN, OPEN_IN, InState
from kazasu.municipality.moving.lists import Named, Row
from kazasu.municipality.moving.model import IN_DESK, Arriver, Comparison, Finding, MovingIn
from kazasu.municipality.moving.rules import (
    caring,
    heading,
    joining,
    judging,
    lapsing,
    lateness,
    overlapping,
)
from kazasu.municipality.moving.rules.heading import Rest
from kazasu.municipality.moving.rules.joining import Joined
from kazasu.municipality.moving.service import cases
from kazasu.municipality.moving.store import arrivals, queues, visits
from kazasu.municipality.moving.store.arrivals import Expected
from kazasu.municipality.moving.store.visits import Place
from kazasu.municipality.register import addresses, relationships
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.faults import REASON_NEEDED
from kazasu.municipality.register.model import UNVEILING, Resident
from kazasu.municipality.register.veiling import Because

READING: Final = Text("転入・転居の受付の確認", "Looking at an arrival")
ENTERING: Final = Text("転入届の受理（仮登録）", "Entering the notice of moving in")
LIST: Final = desk("in.list", READING, role=REGISTER)
LOOK: Final = desk("in.case", READING, role=REGISTER)
IDENTIFYING: Final = Text(
    "転入届の受付（本人の確認）", "Receiving the notice of moving in (identity)"
)
AWAIT: Final = desk("arrival.await", IDENTIFYING, role="counter")
VISIT: Final = desk("arrival.visit", IDENTIFYING, role="counter")
UNVEIL: Final = desk("in.unveil", UNVEILING, role=REGISTER, reasoned=True)
PRINT: Final = desk(
    "in.print", Text("届出書の印字", "Printing the notice of moving in"), role=CASES
)
ENTER: Final = desk("arrival.enter", ENTERING, role="counter")
SEND_BACK: Final = desk("arrival.send-back", ENTERING, role="decider")


@dataclass(frozen=True, slots=True)
class Before:
    """The household of those of a notice who came first: who comes later joins it, if the clerk does not say otherwise."""

    number: str
    """世帯番号."""
    home: Mapping[str, str]
    """Items of its address."""
    head: Arriver | None
    """Where it is one of the notice."""


@dataclass(frozen=True, slots=True)
class ArrivalView:
    """An arrival as the desk shows it."""

    case: MovingIn
    arrivers: list[Arriver]
    place: Place | None
    standing: Standing
    differences: Sequence[Finding] = ()
    """What the decider looks at: the address beside what was announced and the postcode, letters, who is left out, relationships."""
    old_address: str = ""
    """Of the certificate data; of a move within the city, of the city's own register."""
    alone: Sequence[Resident] = ()
    """Children who would be left at the old address without anybody older: the decision says who looks after them."""
    because: Because = ""
    """Why its places are hidden."""
    checks: Sequence[Finding] = ()
    """Of a change of address within the city: of the signature on what was sent, and of the register as it is now."""
    rests: Sequence[Rest] = ()
    """Households of this city that they leave, and whose head the decision names."""
    joined: Joined | None = None
    """The household that they join."""
    left_out: Sequence[Arriver] = ()
    """Whose data came from another city and who is not registered: the decision says why."""
    later: Sequence[Arriver] = ()
    """Who is not registered by this decision: it may say from which day they will live here."""
    cards_here: frozenset[UUID] = frozenset()
    """Tokens of those whose card waits here: who has left has it updated where they are registered."""
    written: Mapping[str, Resident] = field(default_factory=dict)
    """What was registered of each by this case, by 宛名番号, as it was written then."""
    returning: Mapping[UUID, str] = field(default_factory=dict)
    """宛名番号 of those of another city who lived here before (再転入), by token."""
    before: Before | None = None
    """Where those of the notice who came before live now, while others are still to come."""
    newborn: Sequence[Resident] = ()
    """Of a change of address within the city: children of the household whose birth was entered since, and who are in no notice."""


class ArrivalDesk:
    """転入担当, at the counter."""

    def __init__(self, city: CityContext) -> None:
        self._city = city

    # ------------------------------------------------------------ looking

    def queue(
        self, tenant: str, clerk: Clerk, *, done: bool = False, on: date | None = None
    ) -> list[Row]:
        """By their appointment; those of one day when ``on`` is given."""
        states = DONE_IN if done else OPEN_IN

        def work(tx: Transaction) -> list[Row]:
            found = arrivals.expected(tx, states, on)
            held = casework_store.holders(tx, "in", [one.case_id for one in found])
            staff = casework_store.colleagues(tx) if done else {}
            beside = {} if done else lists.beside(queues.parted_households(tx))
            return [
                replace(_row(one, held.get(one.case_id), staff), beside=beside.get(one.case_id, ()))
                for one in found
            ]

        return self._city.act(LIST, work, tenant=tenant, clerk=clerk)

    def look(self, tenant: str, clerk: Clerk, case_id: str) -> ArrivalView:
        """Raises Refusal ``municipality.unknown-case``."""
        return self._city.act(
            LOOK, lambda tx: self._view(tx, case_id), tenant=tenant, clerk=clerk, case=case_id
        )

    def unveil(self, tenant: str, clerk: Clerk, case_id: str, reason: Text) -> None:
        """Where its protected movers live and will live may be shown now, since it is on record what for; they read it.

        Where others who live there are the protected ones, they read it, and the movers do not.

        Raises Refusal ``actions.reason-needed``, ``municipality.unknown-case``.
        """

        def work(tx: Transaction) -> None:
            with tx.unseen():
                case, people = cases.arrival(tx, case_id), arrivals.arrivers(tx, case_id)
                near = hiding.around_arrival(tx, case, people, _old_address(tx, case, people))
            if hiding.of_arrival(case, people, near) == "place":
                tx.shown(near.people)
            else:
                tx.shown([case.person, *(one.resident_id for one in people)])

        self._city.act(UNVEIL, work, tenant=tenant, clerk=clerk, case=case_id, reason=reason)

    def to_print(self, tenant: str, clerk: Clerk, case_id: str) -> ArrivalView:
        """What the paper says that the mover signs. Raises Refusal ``municipality.unknown-case``, ``municipality.case-held``."""
        return self._city.act(
            PRINT, lambda tx: self._view(tx, case_id), tenant=tenant, clerk=clerk, case=case_id,
            way="in",
        )  # fmt: skip

    @staticmethod
    def _view(tx: Transaction, case_id: str) -> ArrivalView:
        case = cases.arrival(tx, case_id)
        people = arrivals.arrivers(tx, case_id)
        old_address = _old_address(tx, case, people)
        near = hiding.around_arrival(tx, case, people, old_address)
        to_decide = case.may("decided")
        rest = model.to_come(people)
        going = [one for one in rest if one.included]
        out = caring.left_out(case, rest)
        return ArrivalView(
            case,
            people,
            visits.place_of(tx, case_id),
            casework_store.standing(
                tx, "in", case_id, next_by=lists.next_by("in", case.state), acts=case.acts
            ),
            [
                *addressing.compared(case),
                *(entering.beside_notice(case, people) if len(rest) == len(people) else ()),
                *addressing.letters(going),
                *lateness.late(case),
                *(lapsing.found(case, going) if to_decide else ()),
                *(addressing.left_out(out) if to_decide else ()),
                *(joining.doubts(tx, case, going) if to_decide else ()),
            ],
            old_address,
            caring.left_in_the_city(tx, case, rest) if to_decide else (),
            hiding.of_arrival(case, people, near),
            judging.within_the_city(tx, case) if case.state in OPEN_IN else (),
            heading.rests(tx, overlapping.of_this_city(tx, case, going)) if to_decide else (),
            joining.joined(tx, case) if to_decide else None,
            out if to_decide else (),
            [one for one in rest if not one.included] if to_decide else (),
            frozenset(one.token for one in arrivals.cards_of_case(tx, case_id)),
            {
                one.resident_id: one
                for one in register_store.written_by(
                    tx, case_id, [one.resident_id for one in people if one.registered]
                )
            },
            _returning(tx, case, people),
            _before(tx, people) if rest else None,
            _newborn(tx, case, rest) if case.state in OPEN_IN else (),
        )

    # ------------------------------------------------------------ the visit

    def await_visitor(self, tenant: str, clerk: Clerk, case_id: str, version: int) -> None:
        """Before anybody is asked to hold their card: is it this clerk's case, and as the page shows it?

        Raises Refusal ``municipality.case-held``, ``municipality.changed-meanwhile``, ``municipality.wrong-state``,
        ``kit.not-your-role``.
        """
        self._city.act(
            AWAIT, lambda tx: cases.arrival_at(tx, case_id, version, "identified", clerk),
            tenant=tenant, clerk=clerk, case=case_id, way="in",
        )  # fmt: skip

    def receive_visitor(
        self, tenant: str, clerk: Clerk, case_id: str, version: int, person: Person
    ) -> list[Comparison]:
        """Somebody held their card at the desk: is it one of the movers, and do the data agree?

        Raises:
            Refusal: ``municipality.not-of-this-move`` (nothing of the case is shown),
                ``kit.not-your-role``.
        """
        if person.birth_date is None:
            raise Refusal(NOT_OF_THIS_MOVE)
        attributes = FourAttributes(
            name=person.name,
            address=person.address,
            birth_date=person.birth_date,
            sex=person.sex,
        )

        def work(tx: Transaction) -> list[Comparison]:
            code = self._city.record_code(tenant, person.resident_handle)
            case = cases.arrival_at(tx, case_id, version, "identified", clerk)
            people = model.to_come(arrivals.arrivers(tx, case_id))
            found = [one for one in people if one.mover.resident_record_code == code]
            if not found:
                raise Refusal(NOT_OF_THIS_MOVE)
            old_address = _old_address(tx, case, found)
            compared = model.compare(attributes, found[0].mover, old_address)
            visit = _visit(found[0], clerk, tx.now, compared)
            cases.take_up(tx, case_id, clerk)
            cases.turn(tx, case, "identified", by=clerk.staff_id, visit=visit)
            self._city.send_progress(tx, case_id, "visited", IN_DESK)
            return compared

        return self._city.act(VISIT, work, tenant=tenant, clerk=clerk, case=case_id, way="in")

    # ------------------------------------------------------------ provisional entry

    def enter(self, tenant: str, clerk: Clerk, case_id: str, version: int, entry: Entry) -> None:
        """届出の受理, 仮登録: nothing of it reaches the register, certificates or other systems (I4).

        Raises:
            Refusal: ``municipality.moved-in-future``, ``municipality.special-route-closed``,
                ``municipality.nobody-chosen``, ``municipality.one-head``, ``municipality.head-is-another``, ``municipality.head-too-young``,
                ``municipality.relationship-needed``, ``municipality.bad-relationship``, ``municipality.attributes-differ``,
                ``municipality.address-elsewhere``, ``municipality.item-empty``, ``municipality.item-malformed``,
                ``municipality.no-such-household``, ``municipality.nobody-stays``, ``municipality.household-elsewhere``,
                ``municipality.leaving-already``, ``municipality.moved-before``, ``municipality.lives-there-already``,
                ``municipality.joins-and-heads``, ``municipality.related-otherwise``.
        """

        def work(tx: Transaction) -> None:
            case = cases.arrival_at(tx, case_id, version, "entered", clerk)
            different = [c for c in case.visit["compared"] if not c["same"]]
            if different:
                raise Refusal(
                    ATTRIBUTES_DIFFER,
                    items="、".join(one["ja"] for one in different),
                    items_en=", ".join(one["en"] for one in different),
                )
            today = civil(tx.now)
            people = {one.token: one for one in model.to_come(arrivals.arrivers(tx, case_id))}
            going = [
                people[one.token] for one in entry.people if one.included and one.token in people
            ]
            kept = self._kept(tx, entry, clerk)
            here = overlapping.of_this_city(tx, case, going)
            overlapping.must_not_leave(here)
            address = Address.model_validate(kept["address"])
            addressing.must_be_another(here, address)
            joining.must_be_joinable(tx, entry.joins_household, going, address)
            self._check_entry(case, entry, today)
            for one in entry.people:
                if one.token not in people:
                    raise Refusal(CHANGED_MEANWHILE)
                if one.included and one.is_head:
                    _check_head(one, people[one.token], entry.moved_on)
                if one.included:
                    _check_day(tx, case, people[one.token], entry.moved_on)
                arrivals.include(tx, people[one.token], included=one.included)
            departing = _departing(list(people.values()), entry)
            cases.turn(
                tx,
                case,
                "entered",
                by=clerk.staff_id,
                entry=kept | {"at": tx.now.isoformat(), "departing": departing},
                moved_on=entry.moved_on,
                notified_on=today,
            )
            casework_store.pass_on(tx, "in", case_id, clerk, "decider")

        self._city.act(ENTER, work, tenant=tenant, clerk=clerk, case=case_id, way="in")

    @staticmethod
    def _kept(tx: Transaction, entry: Entry, clerk: Clerk) -> dict[str, Any]:
        """The entry as the case keeps it, with an address of this city.

        Raises Refusal ``municipality.address-elsewhere``, ``municipality.item-empty``.
        """
        address = addresses.completed(entry.address, hall_store.city(tx))
        return entering.kept(entry, address, clerk.staff_id)

    @staticmethod
    def _check_entry(case: MovingIn, entry: Entry, today: date) -> None:
        if entry.moved_on > today:
            raise Refusal(MOVED_IN_FUTURE)
        if case.certificate is not None and not case.paper:
            planned = date.fromisoformat(case.certificate["planned_date"])
            if not periods.special_route_open(entry.moved_on, planned, today):
                until = min(
                    periods.moving_in_until(entry.moved_on),
                    periods.transfer_usable_until(planned),
                )
                raise Refusal(SPECIAL_ROUTE_CLOSED, until=until)
        people = [one for one in entry.people if one.included]
        if not people:
            raise Refusal(NOBODY_CHOSEN)
        for one in people:
            relationships.check(one.relationship)
        wanted = 0 if entry.joins_household else 1
        heads = sum(one.is_head for one in people)
        if entry.joins_household and heads:
            raise Refusal(JOINS_AND_HEADS)
        if heads != wanted:
            raise Refusal(ONE_HEAD)
        named = [
            one
            for one in people
            if relationships.as_written(one.relationship) == relationships.HEAD
        ]
        if len(named) > wanted:
            raise Refusal(ONE_HEAD)

    def send_back(self, tenant: str, clerk: Clerk, case_id: str, version: int, reason: str) -> None:
        """The decider returns a provisional entry to the counter, which reads why.

        Raises Refusal ``municipality.reason-needed``, ``kit.not-your-role``, ``municipality.changed-meanwhile``.
        """
        if not seen(reason):
            raise Refusal(REASON_NEEDED)

        def work(tx: Transaction) -> None:
            case = cases.arrival_at(tx, case_id, version, "sent-back", clerk)
            cases.turn(tx, case, "sent-back", by=clerk.staff_id, entry={})
            casework_store.write(tx, "in", case_id, clerk.staff_id, "sent-back", reason)
            casework_store.pass_on(tx, "in", case_id, clerk, "counter")

        self._city.act(SEND_BACK, work, tenant=tenant, clerk=clerk, case=case_id, way="in")


def _newborn(tx: Transaction, case: MovingIn, rest: Sequence[Arriver]) -> list[Resident]:
    """Of those who are registered already nobody asks: the child's own notice is the next thing then."""
    here = overlapping.of_this_city(tx, case, rest)
    return cases.born_since(tx, {one.resident_id for one in here}, case.received_at)


def _returning(tx: Transaction, case: MovingIn, people: Sequence[Arriver]) -> dict[UUID, str]:
    if case.kind != "between-cities":
        return {}
    codes = [str(one.mover.resident_record_code) for one in people]
    found = register_store.lived_before(tx, codes, case.case_id)
    known = ((one.token, str(one.mover.resident_record_code)) for one in people)
    return {token: found[code] for token, code in known if code in found}


def _before(tx: Transaction, people: Sequence[Arriver]) -> Before | None:
    """None: nobody came, or who came lives elsewhere by now, or each by themselves."""
    with tx.unseen():  # they are shown as people of the case
        records = {
            one.resident_id: one
            for one in register_store.several(
                tx, [one.resident_id for one in people if one.registered]
            )
            if one.here
        }
    numbers = {one.household_number for one in records.values()}
    if len(numbers) != 1:
        return None
    number = numbers.pop()
    heads = (
        one for one in people if one.resident_id in records and records[one.resident_id].is_head
    )
    return Before(number, register_store.home(tx, number), next(heads, None))


def _departing(people: Sequence[Arriver], entry: Entry) -> list[str]:
    """Whose relationship needs its reason, by token. Raises Refusal ``municipality.related-otherwise``: it has none."""
    found = entering.departing(people, entry)
    if found and not seen(entry.because):
        raise Refusal(
            RELATED_OTHERWISE,
            names="、".join(one.mover.name for one in found),
            names_en=", ".join(with_reading(one.mover.name, one.mover.kana) for one in found),
        )
    return [str(one.token) for one in found]


def _check_head(one: EnteredPerson, arriver: Arriver, on: date) -> None:
    """Raises Refusal ``municipality.head-is-another``, ``municipality.head-too-young``."""
    mover = arriver.mover
    if relationships.as_written(one.relationship) != relationships.HEAD:
        raise Refusal(
            HEAD_IS_ANOTHER, token=str(one.token), relationship=one.relationship, name=mover.name,
            name_en=with_reading(mover.name, mover.kana),
        )  # fmt: skip
    if periods.too_young(mover.birth_text, on):
        raise Refusal(HEAD_TOO_YOUNG)


def _old_address(tx: Transaction, case: MovingIn, people: Sequence[Arriver]) -> str:
    """Where they moved from, as the card says it: of the certificate data, or of this city's own register; empty before either is
    here."""
    if case.certificate is not None:
        return str(case.certificate["old_address"])
    if not people:
        return ""
    # Who has not moved yet lives there still; their record may name this case all the same, as that of whose leaving made them head.
    one = next((one for one in people if not one.registered), people[0])
    resident = register_store.by_record_code(tx, one.mover.resident_record_code)
    if resident is None:
        return ""
    moved = one.registered and resident.case_id == case.case_id
    return resident.former_address if moved else resident.address


def _check_day(tx: Transaction, case: MovingIn, arriver: Arriver, on: date) -> None:
    """Nobody moves before what is known here of where they were. Of other cities the network knows more, and is asked when it is
    registered.

    Raises Refusal ``municipality.moved-before``.
    """
    mover = arriver.mover
    here = register_store.by_record_code(tx, mover.resident_record_code)
    known: list[tuple[date | None, Text]] = [(mover.birth_date, Text("出生の日", "the birth"))]
    if here is not None and case.kind == "within-city":
        known.append(
            (here.lives_here_since, Text("今の住所に住み始めた日", "the last change of address"))
        )
    elif here is not None:
        known.append(
            (here.confirmed_on, Text("ほかの市区町村に住み始めた日", "the move to another city"))
        )
    for since, what in known:
        if since is not None and on < since:
            raise Refusal(
                MOVED_BEFORE, on=on, since=since, name=mover.name,
                name_en=with_reading(mover.name, mover.kana), since_what=what.ja,
                since_what_en=what.en,
            )  # fmt: skip


def _row(one: Expected, holder: Holder | None, staff: Mapping[str, Colleague]) -> Row:
    """As the desk's list shows it: who is still to come, where others are registered. Before the certificate data came, only the applicant's name
    is known."""
    waiting = [m for m in one.movers if not m["registered"]]
    movers = [Named(m["name"], m["kana"]) for m in waiting or one.movers]
    movers.sort(key=lambda mover: mover.name != one.applicant)
    return Row(
        case_id=one.case_id,
        way="in",
        state=one.state,
        kind=one.kind,
        movers=movers or ([Named(one.applicant, "")] if one.applicant else []),
        protected=one.protected,
        day=one.on_date,
        starts=one.starts,
        received_at=one.received_at,
        due=due_of(one),
        holder=holder,
        done=next(iter(casework_store.done(staff, [one.decided] if one.decided[1] else [])), None),
    )


def due_of(one: Expected) -> date | None:
    """Where some are registered, the day of who of the others has the least time: each has their own. Before the certificate data came, and
    within the city, which has none, the moving day is the one that was announced with the appointment."""
    waiting = [m for m in one.movers if not m["registered"]]
    day = one.planned_on or one.announced_on
    planned = date.fromisoformat(day) if day else None
    if one.state != InState.PARTLY or one.on_date is not None:
        return lists.due_in(one.state, one.on_date, planned)
    days = [
        model.last_day(
            date.fromisoformat(m["comes_on"]) if m["comes_on"] else None, one.planned_on, one.announced_on, by_paper=one.by_paper
        )
        for m in waiting
    ]  # fmt: skip
    return min((day for day in days if day is not None), default=None)


def _visit(
    arriver: Arriver, clerk: Clerk, at: datetime, compared: list[Comparison]
) -> dict[str, Any]:
    """Who came, and how their attributes compared, as the case keeps it."""
    return {
        "token": str(arriver.token),
        "name": arriver.mover.name,
        "clerk": clerk.staff_id,
        "at": at.isoformat(),
        "compared": [
            {"item": c.item, "ja": c.label.ja, "en": c.label.en, "card": c.card, "data": c.data,
             "same": c.same, "earlier": c.earlier}
            for c in compared
        ],
    }  # fmt: skip
