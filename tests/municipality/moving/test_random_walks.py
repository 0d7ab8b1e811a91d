"""The move against a model: any order of steps, races, repeats, dates and restarts, between two cities and within one. After each step
every household has its head; at rest every invariant holds and everybody is registered in exactly one place."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from psycopg import connect

from kazasu.app.invariants import INVARIANTS, CheckerView
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import FixedClock
from kazasu.municipality.moving.entering import EnteredPerson
from tests.conftest import THE_DAY
from tests.support.city import CLERK, code_of
from tests.support.databases import Databases
from tests.support.town import NEW, OLD, Town

ROOMS = ("jpki", "jukinet", "municipality", "portal")
HERE = ("resident", "leaving")
HOUSEHOLDS = 2
SIZE = 3
MOVERS = st.sampled_from([None, [0], [1]])
"""Of a household: everybody, the head alone, or somebody else alone."""
(ONE_HEAD,) = (one for one in INVARIANTS if one.name == "one-head")
EXPECTED = ("municipality.", "portal.", "jukinet.")
"""A step that is not possible now is refused by a fault of the institution; nothing else may happen."""


class Moves(RuleBasedStateMachine):
    """Two households of three; up to one move to the other city and one within their own each."""

    server = scratch = None

    def __init__(self):
        super().__init__()
        self.clock = FixedClock(THE_DAY)
        self.databases = Databases(self.server, self.scratch, self.clock)
        self.town = Town(self.databases, self.clock, HOUSEHOLDS, SIZE)
        self.cases, self.within = {}, {}
        self.registers = connect(self.databases.url("municipality"))
        self.carried = []
        self._listen()

    def _listen(self):
        """Keep what the carrier brings: a letter that has arrived is kept nowhere else."""
        transport = self.town.street.process._transport
        deliver = transport.deliver

        def listened(to, sealed):
            self.carried.append((to, sealed))
            return deliver(to, sealed)

        transport.deliver = listened

    def step(self, call, *arguments, **more):
        try:
            return call(*arguments, **more)
        except Refusal as refusal:
            if not refusal.fault.code.startswith(EXPECTED):
                raise
            return None

    def some(self, household):
        return self.cases.get(household)

    @invariant()
    def one_head(self):
        try:
            assert list(ONE_HEAD.violations(CheckerView([self.registers]))) == []
        finally:
            self.registers.rollback()

    def submitted(self, cases, household, movers, **more):
        """One of each kind for a household; who applies signs with a key of their own."""
        if household not in cases:
            key = household * 10 + (movers or [0])[0]
            case = self.step(self.town.submit, household, movers, key=key, **more)
            cases.update({household: case} if case else {})

    @rule(household=st.integers(1, HOUSEHOLDS), movers=MOVERS, ahead=st.integers(0, 3))
    def submit(self, household, movers, ahead):
        on = self.town.clock.now().date() + timedelta(days=ahead)
        self.submitted(self.cases, household, movers, moves_on=on, starts=f"{9 + household:02}:00")

    @rule(
        household=st.integers(1, HOUSEHOLDS),
        movers=MOVERS,
        joins=st.booleans(),
        steps=st.integers(1, 4),
    )
    def move_within_the_city(self, household, movers, joins, steps):
        """So many steps of it: sent, identified, entered, registered. ``joins``: into the other household."""
        for _ in range(steps):
            if household in self.within:
                self._go_on(household, joins)
            else:
                starts = f"{13 + household:02}:00"
                self.submitted(self.within, household, movers, to=OLD, starts=starts)
                self.town.settle()

    def _go_on(self, household, joins):
        case = self.within[household]
        arrival, people = self.town.arrival(case, OLD), self.town.people(case, OLD)
        if arrival.state == "visited":
            other = self.town.resident((HOUSEHOLDS + 1 - household) * 10)
            more = {"joins_household": other.household_number} if joins else {}
            entered = self._lodgers(people) if joins else self._of_their_own(people)
            self.step(self.town.enter, case, OLD, people=entered, **more)
        elif arrival.state == "provisional":
            self.step(
                self.town.register, case, OLD, care="世話をする人がいる", named=self.youngest()
            )
        elif people:
            codes = {one.mover.resident_record_code for one in people}
            visitor = next(n for n in self.numbers() if code_of(n) in codes)
            self.step(self.town.visit, case, visitor, OLD)

    @rule(household=st.integers(1, HOUSEHOLDS))
    def send_back_within_the_city(self, household):
        case = self.within.get(household)
        if case and (arrival := self.town.arrival(case, OLD)):
            self.step(self.town.arrivals.send_back, OLD, CLERK, case, arrival.version, "もう一度")

    @staticmethod
    def numbers():
        return [home * 10 + member for home in range(1, HOUSEHOLDS + 1) for member in range(SIZE)]

    def youngest(self):
        """Of each household, who never moves alone: named as head where one is asked for."""
        last = (self.town.resident(home * 10 + SIZE - 1) for home in range(1, HOUSEHOLDS + 1))
        return [one.resident_id for one in last]

    @rule()
    def letters_arrive(self):
        self.town.settle()

    @rule(days=st.sampled_from([1, 5, 40]))
    def days_pass(self, days):
        self.clock.set(self.clock.now() + timedelta(days=days))

    @rule(household=st.integers(1, HOUSEHOLDS))
    def accept(self, household):
        if self.some(household) and self.town.out_case(self.some(household)):
            self.step(self.town.accept, self.some(household), new_head=self._stays(household))

    @rule(household=st.integers(1, HOUSEHOLDS))
    def withdraw(self, household):
        if self.some(household):
            self.step(self.town.portal.withdraw, f"sub-{household}", self.some(household))

    @rule(household=st.integers(1, HOUSEHOLDS), member=st.integers(0, 1))
    def visit(self, household, member):
        if self.some(household) and self.town.arrival(self.some(household)):
            self.step(self.town.visit, self.some(household), household * 10 + member)

    @rule(household=st.integers(1, HOUSEHOLDS))
    def enter(self, household):
        case = self.some(household)
        arrival = self.town.arrival(case) if case else None
        if arrival and arrival.state in ("visited", "provisional"):
            self.step(self.town.enter, case, **self._alone(case))

    def _stays(self, household):
        """Somebody of the household who does not move by its notice."""
        moving = {one.resident_id for one in self._of_notice(self.some(household))}
        of_it = (self.town.resident(household * 10 + member) for member in range(SIZE))
        return next((one.resident_id for one in of_it if one.resident_id not in moving), "")

    def _of_notice(self, case):
        return self.town.out.look(OLD, CLERK, case).movers

    def _alone(self, case):
        """Somebody who comes without their head heads a household of their own."""
        people = self.town.people(case)
        if [p.mover.relationship for p in people].count("世帯主") == 1 or not people:
            return {}
        return {"people": self._of_their_own(people)}

    @staticmethod
    def _of_their_own(people):
        first, *rest = people
        return (
            EnteredPerson(first.token, True, "世帯主", True),
            *(EnteredPerson(p.token, True, "子", False) for p in rest),
        )

    @staticmethod
    def _lodgers(people):
        return tuple(EnteredPerson(p.token, True, "同居人", False) for p in people)

    @rule(household=st.integers(1, HOUSEHOLDS))
    def register(self, household):
        case = self.some(household)
        if case and self.town.arrival(case):
            self.step(self.town.register, case)

    @rule()
    def restart(self):
        self.town = Town(self.databases, self.clock, HOUSEHOLDS, SIZE, founded=True)
        self._listen()

    @rule()
    def letters_arrive_twice(self):
        """The carrier forgets that it delivered: every letter comes again."""
        for to, sealed in self.carried:
            self.town.street.process.deliver(to, sealed)
        self.town.settle()

    def teardown(self):
        try:
            self.town.settle()
            self.one_head()
            for person in self.numbers():
                states = self.town.states(person)
                assert [s in HERE for s in states.values()].count(True) <= 1, (person, states)
                if states[NEW] in HERE:
                    assert states[OLD] == "left"
                assert states[OLD] is not None
            self._check()
        finally:
            self.registers.close()
            self.databases.__exit__()

    def _check(self):
        connections = [connect(self.databases.url(room)) for room in ROOMS]
        try:
            sight = CheckerView(connections)
            broken = {
                one.name: sorted(one.violations(sight))
                for one in INVARIANTS
                if one.can_be_seen(sight)
            }
        finally:
            for connection in connections:
                connection.close()
        assert {name: found for name, found in broken.items() if found} == {}


@pytest.mark.timeout(1800)
def test_the_move_against_its_model(postgres_server, scratch, request):
    deep = request.config.getoption("--deep")
    Moves.server, Moves.scratch = postgres_server, scratch
    run_state_machine_as_test(
        Moves,
        settings=settings(
            max_examples=120 if deep else 10,
            stateful_step_count=30 if deep else 18,
            deadline=None,
            derandomize=not deep,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
