"""The move against a model: any order of steps, races, repeats, dates and restarts, and at rest every
invariant holds and everybody is registered in exactly one place."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from psycopg import connect

from kazasu.app.invariants import INVARIANTS, CheckerView
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import FixedClock
from kazasu.municipality.moving.entering import EnteredPerson
from tests.conftest import THE_DAY
from tests.support.databases import Databases
from tests.support.town import NEW, OLD, Town

ROOMS = ("jpki", "jukinet", "municipality", "portal")
HERE = ("resident", "leaving")
HOUSEHOLDS = 2
EXPECTED = ("municipality.", "portal.", "jukinet.")
"""A step that is not possible now is refused by a fault of the institution; nothing else may happen."""


class Moves(RuleBasedStateMachine):
    """Two households of two; up to one move each."""

    server = scratch = None

    def __init__(self):
        super().__init__()
        self.clock = FixedClock(THE_DAY)
        self.databases = Databases(self.server, self.scratch, self.clock)
        self.town = Town(self.databases, self.clock, HOUSEHOLDS)
        self.cases = {}
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

    @rule(household=st.integers(1, HOUSEHOLDS), alone=st.booleans(), ahead=st.integers(0, 3))
    def submit(self, household, alone, ahead):
        if household in self.cases:
            return
        # Somebody other than the head alone: then the head stays and nothing is asked.
        movers = [1] if alone else None
        self.cases[household] = self.step(
            self.town.submit,
            household,
            movers,
            key=household * 10 + bool(alone),
            moves_on=self.town.clock.now().date() + timedelta(days=ahead),
            starts=f"{9 + household:02}:00",
        )
        if self.cases[household] is None:
            del self.cases[household]

    @rule()
    def letters_arrive(self):
        self.town.settle()

    @rule(days=st.sampled_from([1, 5, 40]))
    def days_pass(self, days):
        self.clock.set(self.clock.now() + timedelta(days=days))

    @rule(household=st.integers(1, HOUSEHOLDS))
    def accept(self, household):
        if self.some(household) and self.town.out_case(self.some(household)):
            self.step(self.town.accept, self.some(household))

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

    def _alone(self, case):
        """Somebody who comes without their head heads a household of their own."""
        people = self.town.people(case)
        if any(p.mover.relationship == "世帯主" for p in people) or not people:
            return {}
        first, *rest = people
        return {
            "people": (
                EnteredPerson(first.token, True, "世帯主", True),
                *(EnteredPerson(p.token, True, "子", False) for p in rest),
            )
        }

    @rule(household=st.integers(1, HOUSEHOLDS))
    def register(self, household):
        case = self.some(household)
        if case and self.town.arrival(case):
            self.step(self.town.register, case)

    @rule()
    def restart(self):
        self.town = Town(self.databases, self.clock, HOUSEHOLDS, founded=True)
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
            for person in (10, 11, 20, 21):
                states = self.town.states(person)
                assert [s in HERE for s in states.values()].count(True) <= 1, (person, states)
                if states[NEW] in HERE:
                    assert states[OLD] == "left"
                assert states[OLD] is not None
            self._check()
        finally:
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
