"""The tables of a move walked cell by cell over the real services: what a table has is written, what it has not writes nothing.

Nothing is kept of an attempt: the write is met right before it happens and taken back with its transaction, so that one case is tried in
every state.
"""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import product
from uuid import uuid4

import pytest
from psycopg.types.json import Jsonb

from kazasu.contracts.jpki.cards import CardNotContinued
from kazasu.contracts.jukinet import RegistrationChanged
from kazasu.contracts.municipality import (
    ArrivedElsewhere,
    CertificateCancelled,
    CertificateOfMovingOut,
    ChangeVisit,
    MoveNotice,
    NoticeOfMovingOut,
    SignedDocument,
    VisitReservation,
)
from kazasu.contracts.portal import CaseProgress
from kazasu.exchange.carrier.letters import Post, Received
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.time.dates import next_open
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.jukinet import store as jukinet_store
from kazasu.jukinet.faults import TRANSFER_CANCELLED, TRANSFER_EXPIRED
from kazasu.jukinet.life import TRANSFER
from kazasu.municipality.moving.life import IN, IN_STATES, LEAVER, OUT, InState, OutState
from kazasu.municipality.moving.model import MovingOut
from kazasu.municipality.moving.outstanding.asking import Asking
from kazasu.municipality.moving.outstanding.papers import PaperDesk
from kazasu.municipality.moving.service import cases, expecting
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.moving.service.checking import Checking
from kazasu.municipality.moving.service.walk_in import PaperCounter
from kazasu.municipality.moving.store import arrivals, notices
from tests.support.city import CLERK, NEW, OLD, reading
from tests.support.town import Town


class Reached(Exception):
    """A case was about to be written in this state."""


class Undone(Exception):
    """Nothing was about to be written."""


class Bench:
    """One move that is at the desk, with everything that each event needs."""

    def __init__(self, databases, clock, monkeypatch):
        self.town = Town(databases, clock, households=2, size=3)
        self.waiting = self.town.submit(household=2, key=3, starts="11:00")
        self.case = self.town.to_the_desk()
        self.signed = SignedDocument.model_validate(
            self.town.arrival(self.case).reservation["signed"]
        )
        self.notice = MoveNotice.model_validate(self.town.arrival(self.case).reservation["notice"])
        self.town.enter(self.case)
        self.arrival, self.out = self.town.arrival(self.case), self.town.out_case(self.case)
        self.people = self.town.people(self.case)
        self.day = next_open(today(clock) + timedelta(days=2))
        self.hold_id = self.town.hold(self.case, self.day, "10:00").hold_id
        self.written = []
        monkeypatch.setattr(cases, "save", self._met)

    def _met(self, _, case):
        self.written.append(case)
        raise Reached

    def stand(self, table, state, **items):
        """The case of this table stands there."""
        case = self.arrival if table is IN else self.out
        name = "moving_in" if table is IN else "moving_out"
        row = (
            {"state": state, "entry": case.entry, "certificate": case.certificate} | items
            if table is IN
            else {"state": state}
        )
        sets = ", ".join(f"{item} = %({item})s" for item in row)
        filled = {k: Jsonb(v) if isinstance(v, dict) else v for k, v in row.items()}
        self.town.databases.founder("municipality").run(
            "test.stand",
            lambda tx: tx.execute(f"UPDATE {name} SET {sets} WHERE case_id = ANY(%(cases)s)", filled | {"cases": [self.case, self.waiting]}),
        )  # fmt: skip

    def within(self, city, work):
        """As a letter does it; taken back where nothing was met."""

        def undone(tx):
            work(tx)
            raise Undone

        self.town.databases("municipality").run("test.life", undone, tenant=city, access=reading())

    def attempt(self, act):
        """Where the case was about to be written; None: nothing was written, or it was refused."""
        self.written.clear()
        try:
            act()
        except* Refusal:
            assert not self.written, "written and then refused"
        except* (Reached, Undone):
            pass
        return self.written[-1] if self.written else None

    def received(self, kind, sender, city=NEW):
        return Received(f"city:{city}", sender, uuid4(), self.case, self.town.clock.now())

    # ------------------------------------------------------------ the arrival

    def reservation_came(self):
        letter = VisitReservation(
            case_id=self.case, notice=self.notice, signed=self.signed, hold_id=uuid4(),
            applicant_name="届出人", submitted_at=self.town.clock.now(),
        )  # fmt: skip
        self.within(
            NEW, lambda tx: self.town.expected.reserve(tx, letter, self.received("", "portal"))
        )

    def certificate_came(self):
        letter = CertificateOfMovingOut(
            case_id=self.case, from_municipality=MunicipalityCode(OLD), to_municipality=MunicipalityCode(NEW),
            old_address=self.notice.new_address, planned_date=self.notice.move_date, new_address="札幌市中央区大通１番地",
            movers=tuple(one.mover for one in self.people),
        )  # fmt: skip
        self.within(
            NEW,
            lambda tx: self.town.expected.certificate(tx, letter, self.received("", f"city:{OLD}")),
        )

    def paper_came(self):
        letter = CertificateOfMovingOut(
            case_id=self.case, from_municipality=MunicipalityCode(OLD), to_municipality=MunicipalityCode(NEW),
            old_address=self.notice.new_address, planned_date=self.notice.move_date, new_address="",
            movers=tuple(one.mover for one in self.people), paper="TS-0000-0000-0000",
        )  # fmt: skip
        self.within(
            NEW,
            lambda tx: self.town.expected.certificate(tx, letter, self.received("", f"city:{OLD}")),
        )

    def shown_documents(self):
        state = self.town.arrival(self.case).state
        self.stand(IN, state, certificate=self.arrival.certificate | {"paper": "TS-0000-0000-0000"})
        version = self.town.arrival(self.case).version
        who = str(self.people[0].token)
        PaperCounter(self.town.city).identify(NEW, CLERK, self.case, version, who, "passport")

    def place_booked(self):
        letter = ChangeVisit(
            case_id=self.case, hold_id=self.hold_id, office_id="hall", date=self.day, starts="10:00",
            at=self.town.clock.now(),
        )  # fmt: skip
        self.within(
            NEW, lambda tx: self.town.expected.change_visit(tx, letter, self.received("", "portal"))
        )

    def missed(self):
        self.town.expected.note_missed(NEW, date(2030, 1, 1))

    def identified(self):
        self.town.visit(self.case)

    def entered(self):
        self.town.enter(self.case)

    def sent_back(self):
        self.town.arrivals.send_back(
            NEW, CLERK, self.case, self.town.arrival(self.case).version, "もう一度"
        )

    def decided(self):
        self.town.register(self.case)

    def network_refused(self):
        self.town.registering._give_up(NEW, self.case, Refusal(TRANSFER_CANCELLED))

    def network_expired(self):
        self.town.registering._give_up(
            NEW, self.case, Refusal(TRANSFER_EXPIRED, expires_on="2026-12-31")
        )

    def registered(self):
        refused = Refusal(TRANSFER_CANCELLED).to_document()
        asked = uuid4()
        self.stand(
            IN,
            self.town.arrival(self.case).state,
            entry=self.arrival.entry | {"refused": refused},
            request_id=asked,
        )
        intended = replace(self.town.arrival(self.case), state=InState.REGISTERING)
        epochs = {one.token: 7 for one in self.people}
        self.within(NEW, lambda tx: self.town.registering._enter_register(tx, intended, epochs))

    def part_registered(self):
        """One of them, and the others not."""
        refused = Refusal(TRANSFER_CANCELLED).to_document()
        asked = uuid4()
        self.stand(
            IN,
            self.town.arrival(self.case).state,
            entry=self.arrival.entry | {"refused": refused},
            request_id=asked,
        )
        intended = replace(self.town.arrival(self.case), state=InState.REGISTERING)
        epochs = {self.people[0].token: 7}
        self.within(NEW, lambda tx: self.town.registering._enter_register(tx, intended, epochs))

    def rest_gone(self):
        """Where one of them is registered: the old city says that the others stay."""

        def work(tx):
            arrivals.note_resident(
                tx, self.people[0], "100000000000014", date(2026, 11, 24), date(2026, 11, 24)
            )
            letter = CertificateCancelled(
                case_id=self.case, tokens=tuple(one.token for one in self.people[1:]), at=self.town.clock.now()
            )  # fmt: skip
            self.town.expected.certificate_cancelled(tx, letter, self.received("", f"city:{OLD}"))

        self.within(NEW, work)

    def taken_back(self):
        self.within(
            NEW, lambda tx: self.town.expected.withdraw(tx, arrivals.find(tx, self.case), tx.now)
        )

    def led_elsewhere(self):
        self.stand(IN, self.town.arrival(self.case).state, certificate=None)
        self.within(NEW, lambda tx: self.town.expected.drop(tx, arrivals.find(tx, self.case)))

    def gone(self, *people):
        letter = CertificateCancelled(
            case_id=self.case, tokens=tuple(one.token for one in people), at=self.town.clock.now()
        )
        self.within(
            NEW,
            lambda tx: self.town.expected.certificate_cancelled(
                tx, letter, self.received("", f"city:{OLD}")
            ),
        )

    def data_taken_back(self):
        self.gone(*self.people)

    def nobody_left(self):
        """All of them died."""
        letter = CertificateCancelled(
            case_id=self.case, tokens=tuple(one.token for one in self.people), at=self.town.clock.now(), died=True
        )  # fmt: skip
        self.within(
            NEW,
            lambda tx: self.town.expected.certificate_cancelled(
                tx, letter, self.received("", f"city:{OLD}")
            ),
        )

    def arrived_elsewhere(self):
        letter = ArrivedElsewhere(
            case_id=self.case, from_municipality=MunicipalityCode(OLD), tokens=tuple(one.token for one in self.people)
        )  # fmt: skip
        self.within(
            NEW,
            lambda tx: self.town.expected.arrived_elsewhere(
                tx, letter, self.received("", f"city:{OLD}")
            ),
        )

    def _visitor(self):
        return next(one for one in self.people if str(one.token) == self.arrival.visit["token"])

    def entry_void(self):
        """One of those entered, who is not the visitor."""
        self.gone(next(one for one in self.people if one is not self._visitor()))

    def visitor_gone(self):
        self.stand(IN, self.town.arrival(self.case).state, entry={})
        self.gone(self._visitor())

    def ran_out(self):
        self.town.expected.note_expired(NEW, date(2030, 1, 1))

    # ------------------------------------------------------------ the notice

    def revised(self):
        letter = NoticeOfMovingOut(
            case_id=self.case, notice=self.notice, signed=self.signed, submitted_at=self.town.clock.now(), revision=9
        )  # fmt: skip
        self.within(
            OLD, lambda tx: self.town.out.receive(tx, letter, self.received("", "portal", OLD))
        )

    def checked(self):
        Checking(self.town.city).check(OLD, case_id=self.case)

    def asked_for_correction(self):
        self.town.out.ask_for_correction(OLD, CLERK, self.case, self.out.version, "番地が違います")

    def went_on(self):
        self.town.out.go_on(OLD, CLERK, self.case, self.out.version, "電話で確かめました")

    def rejected(self):
        self.town.out.reject(OLD, CLERK, self.case, self.out.version, "署名が合いません")

    def accepted(self):
        waiting = self.town.out_case(self.waiting)
        self.town.out.accept(OLD, CLERK, self.waiting, waiting.version)

    def notice_taken_back(self):
        cancelling = Cancelling(self.town.city)
        self.within(OLD, lambda tx: cancelling.withdraw(tx, notices.find(tx, self.case), tx.now))

    def cancelled(self):
        def work(tx):
            Cancelling(self.town.city)._reverse(
                tx, self.case, notices.leavers(tx, self.case), unheard=False
            )

        self.within(OLD, work)

    def paper_issued(self):
        desk = PaperDesk(self.town.city)
        desk.issue(OLD, CLERK, self.case, self.out.version, "カードがない")

    def asked_around(self):
        Asking(self.town.city).ask(OLD, CLERK, self.case, self.out.version)

    def cancelled_at_desk(self):
        cancelling = Cancelling(self.town.city)
        cancelling.cancel_at_desk(OLD, CLERK, self.case, self.out.version, "引っ越していない")

    def nobody_leaves(self):
        """All whom it names died."""

        def work(tx):
            tx.execute("UPDATE resident SET state = 'left', reason = '死亡'")
            case = notices.find(tx, self.case)
            if case.may("nobody-left"):
                cases.without_the_dead(self.town.city, tx, case, ["佐藤"])

        self.within(OLD, work)

    def ended(self):
        def work(tx):
            tx.execute("UPDATE leaver SET state = 'arrived' WHERE case_id = %s", (self.case,))
            cases.close_if_all_are_gone(self.town.city, tx, self.case)

        self.within(OLD, work)


ARRIVAL = {
    "reservation-came": Bench.reservation_came, "certificate-came": Bench.certificate_came,
    "place-booked": Bench.place_booked, "missed": Bench.missed, "identified": Bench.identified,
    "entered": Bench.entered, "sent-back": Bench.sent_back, "decided": Bench.decided,
    "network-refused": Bench.network_refused, "network-expired": Bench.network_expired,
    "registered": Bench.registered, "take-back": Bench.taken_back, "led-elsewhere": Bench.led_elsewhere,
    "data-taken-back": Bench.data_taken_back, "arrived-elsewhere": Bench.arrived_elsewhere,
    "entry-void": Bench.entry_void, "visitor-gone": Bench.visitor_gone, "ran-out": Bench.ran_out,
    "paper-came": Bench.paper_came, "shown-documents": Bench.shown_documents,
    "part-registered": Bench.part_registered, "rest-gone": Bench.rest_gone,
    "nobody-left": Bench.nobody_left,
}  # fmt: skip
NOTICE = {
    "revised": Bench.revised, "checked": Bench.checked, "accept": Bench.accepted,
    "ask-correction": Bench.asked_for_correction, "reject": Bench.rejected, "went-on": Bench.went_on,
    "take-back": Bench.notice_taken_back, "cancelled": Bench.cancelled, "ended": Bench.ended,
    "paper-issued": Bench.paper_issued, "asked-around": Bench.asked_around, "cancel-at-desk": Bench.cancelled_at_desk,
    "nobody-left": Bench.nobody_leaves,
}  # fmt: skip
WITH_IT = {"complete", "rest-waits"}
"""Not done by anybody: it comes with what made it so."""


@pytest.fixture
def bench(databases, clock, monkeypatch):
    return Bench(databases, clock, monkeypatch)


def expected(table, state, event):
    """Where this leads: also on to ready, where both letters are here, as they are in this case."""
    if not table.can(state, event):
        return None
    if table is IN and (state, event) == (InState.REGISTERING, "nobody-left"):
        return None  # of an arrival between cities the letter waits: what the network decided is written first
    if table is IN and state == InState.MISSED and event in ("reservation-came", "place-booked"):
        return InState.READY  # with a place, and both letters here
    after = table.turn(state, event).to
    if table is IN and event in (
        "reservation-came",
        "certificate-came",
        "visitor-gone",
    ):
        after = table.turn(after, "complete").to if table.can(after, "complete") else after
    return after


def test_each_event_in_each_state_of_an_arrival(bench):
    for state, (event, act) in product(InState, ARRIVAL.items()):
        bench.stand(IN, state)
        written = bench.attempt(partial(act, bench))
        if event in ("entry-void", "visitor-gone") and not IN.can(state, event):
            kept = state if state not in (InState.PARTLY, InState.REGISTERED) else None
            assert (written and written.state) == kept, (
                f"{state} × {event}: some are gone, it stays"
            )
            continue
        reached = written and written.state
        if event == "take-back" and IN.can(state, event) and IN.turn(state, event).to == state:
            assert reached is None, f"{state} × {event}: it comes too late, nothing is written"
            continue
        assert reached == expected(IN, state, event), f"{state} × {event}"
    assert set(ARRIVAL) | WITH_IT == set(IN.events)


def test_each_event_in_each_state_of_a_notice(bench):
    for state, (event, act) in product(OutState, NOTICE.items()):
        bench.stand(OUT, state)
        written = bench.attempt(partial(act, bench))
        reached = written and written.state
        assert reached == expected(OUT, state, event), f"{state} × {event}"
    assert set(NOTICE) == set(OUT.events)


# ---------------------------------------------------------------- what leaves with a change


class Leaving:
    """What left in each transaction, beside what the cells of its changes declare."""

    def __init__(self, monkeypatch):
        self.declared, self.left = {}, {}
        self.kept = []  # a transaction's id is another's once it is gone
        for module in (cases, expecting):
            self._listen(monkeypatch, module, "turn", self._cell_of_a_case)
        self._listen(
            monkeypatch, notices, "turn_leaver", lambda one, event: [(LEAVER, one.state, event)]
        )
        self._listen(
            monkeypatch, jukinet_store, "settle", lambda one, event: [(TRANSFER, one.state, event)]
        )
        send = Post.send

        def sending(post, tx, letter, **more):
            self.kept.append(tx)
            told = (
                ("tells", letter.event)
                if isinstance(letter, CaseProgress)
                else ("letters", letter.kind)
            )
            self.left.setdefault(id(tx), set()).add(told)
            return send(post, tx, letter, **more)

        monkeypatch.setattr(Post, "send", sending)

    @staticmethod
    def _cell_of_a_case(case, *events):
        table, state, found = (OUT if isinstance(case, MovingOut) else IN), case.state, []
        for event in events:
            found.append((table, state, event))
            state = table.turn(state, event).to
        return found

    def _listen(self, monkeypatch, module, name, cells):
        does = getattr(module, name)

        def listened(tx, one, *events, **more):
            self.kept.append(tx)
            for table, state, event in cells(one, *events):
                turn = table.turn(state, event)
                says = {("letters", kind) for kind in turn.letters} | {
                    ("tells", told) for told in turn.tells
                }
                self.declared.setdefault(id(tx), set()).update(says)
            return does(tx, one, *events, **more)

        monkeypatch.setattr(module, name, listened)

    def undeclared(self):
        return {
            one for tx, said in self.declared.items() for one in self.left.get(tx, set()) - said
        }

    def never_left(self):
        every = set().union(*self.declared.values())
        return every - {one for tx in self.declared for one in self.left.get(tx, ())}


def test_what_leaves_with_a_change_is_what_its_cell_declares(databases, clock, monkeypatch):
    """A move to its end, one that is corrected, accepted and cancelled, one that is rejected, one that nobody comes to."""
    town = Town(databases, clock, households=4, protected=[10])
    leaving = Leaving(monkeypatch)
    town.moved()
    corrected = town.submit(household=2, key=3, starts="10:00")
    town.settle()
    asks = (OLD, CLERK, corrected, town.out_case(corrected).version, "番地が違います")
    town.out.ask_for_correction(*asks)
    town.settle()
    town.submit(household=2, key=3, case_id=corrected, revision=2, starts="13:00")
    town.settle()
    town.accept(corrected)
    town.settle()
    town.portal.withdraw("sub-2", corrected)
    town.settle()
    rejected = town.submit(household=3, key=4, starts="11:00")
    town.settle()
    town.out.reject(OLD, CLERK, rejected, town.out_case(rejected).version, "署名が合いません")
    town.settle()
    missed = town.submit(household=4, key=5, starts="14:00")
    town.settle()
    town.accept(missed)
    town.settle()
    for days in (5, 60):
        clock.advance(timedelta(days=days))
        town.settle()
    assert town.out_case(corrected).state == "cancelled"
    assert town.arrival(missed).state == "expired"
    assert leaving.undeclared() == set()
    assert leaving.never_left() == OTHERWISE


OTHERWISE = {
    ("letters", RegistrationChanged.kind),
    ("letters", CardNotContinued.kind),
    ("tells", "card-lost"),
    ("tells", "withdrawn"),
    ("tells", "redirected"),
}
"""What those cells declare for other moves: within a city, of a notice that is too late for cards, at another one's counter."""


def test_a_notice_that_was_rejected_is_not_called_taken_back_at_the_new_city():
    """The portal withdraws the reservation in both cases; who looks at the new city's desk reads nothing that was not so."""
    words = IN_STATES[InState.WITHDRAWN]
    assert "却下" in words.ja
    assert "rejected" in words.en
