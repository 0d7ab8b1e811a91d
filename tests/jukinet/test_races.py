"""Cancel, arrival and expiry race for one token: exactly one wins, whoever is first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.jukinet.conftest import FUKUOKA, SAPPORO, SINCE, YOKOHAMA, make_world, person
from tests.support.databases import Databases

from kazasu.foundation.faults import Refusal

ROUNDS = 12


def outcome(act):
    try:
        result = act()
    except Refusal as refusal:
        return refusal.fault.code
    return result if isinstance(result, str) else result.state


def race(*acts):
    """Run all at once. Returns what each came to."""
    line = Barrier(len(acts))

    def start(act):
        line.wait()
        return outcome(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(start, acts))


def test_cancel_against_arrival(databases):
    world = make_world(databases, ROUNDS)
    for n in range(ROUNDS):
        token = world.open(person(n))
        cancelled, arrived = race(
            lambda token=token: world.cancel(token),
            lambda token=token, n=n: world.consume(person(n), token),
        )
        assert (cancelled, arrived) in [
            ("CANCELLED", "jukinet.transfer-cancelled"),
            ("CONSUMED", "CONSUMED"),
        ]
        where = [row[0] for row in world.registrations(person(n)) if row[2] is None]
        assert where == [YOKOHAMA if cancelled == "CANCELLED" else SAPPORO]


def test_two_cities_and_a_repetition_against_each_other(databases):
    world = make_world(databases, ROUNDS)
    for n in range(ROUNDS):
        who, request = person(n), uuid4()
        token = world.open(who)
        here, again, there = race(
            lambda w=who, t=token, r=request: world.consume(w, t, request=r),
            lambda w=who, t=token, r=request: world.consume(w, t, request=r),
            lambda w=who, t=token: world.consume(w, t, FUKUOKA),
        )
        assert here == again
        assert {here, there} == {"CONSUMED", "jukinet.transfer-consumed-elsewhere"}
        assert world.epoch(who) == 2
        assert len([row for row in world.registrations(who) if row[2] is None]) == 1
    assert world.told_to_jpki() == ROUNDS


def test_expiry_against_arrival_at_the_edge_of_the_day(databases):
    world = make_world(databases, ROUNDS)
    for n in range(ROUNDS):
        token = world.open(person(n), expires=world.today())
        if n % 2:
            world.clock.advance(timedelta(days=1))
        arrived, _ = race(
            lambda n=n, token=token: world.consume(person(n), token),
            lambda: str(world.register.expire_due()),
        )
        expected = "jukinet.transfer-expired" if n % 2 else "CONSUMED"
        assert arrived == expected
        assert world.state(token) == ("EXPIRED" if n % 2 else "CONSUMED")


def test_cancel_against_an_arrival_with_a_paper_and_against_another_paper(databases):
    """What ran out is open once more, and settled once."""
    world = make_world(databases, ROUNDS)
    for n in range(ROUNDS):
        token = world.open(person(n), expires=world.today())
        world.depart(person(n), token)
    world.clock.advance(timedelta(days=1))
    assert world.register.expire_due() == ROUNDS
    for n in range(ROUNDS):
        token = world.transfer_of(person(n)).token
        if n % 2:
            assert world.give_paper(token) == "OPEN"
        cancelled, arrived, paper = race(
            lambda token=token: world.cancel(token),
            lambda token=token, n=n: world.consume(person(n), token, by_paper=True),
            lambda token=token: world.give_paper(token),
        )
        end = world.state(token)
        assert end == cancelled
        assert (arrived == "CONSUMED") == (end == "CONSUMED")
        assert paper in ("OPEN", end)
        where = [row[0] for row in world.registrations(person(n)) if row[2] is None]
        assert where == [YOKOHAMA if end == "CANCELLED" else SAPPORO]


class RegisterMachine(RuleBasedStateMachine):
    """The register against a model of a few lines: two people, three cities, any order."""

    server = scratch = clock = None
    people = st.integers(0, 1)
    cities = st.sampled_from([YOKOHAMA, SAPPORO, FUKUOKA])

    def __init__(self):
        super().__init__()
        self.clock.set(type(self).start)
        self.databases = Databases(self.server, self.scratch, self.clock)
        self.world = make_world(self.databases, 2)
        self.home = {0: YOKOHAMA, 1: YOKOHAMA}
        self.active = {0: True, 1: True}
        self.left_by = {0: None, 1: None}
        """Whose departure closed the registration."""
        self.tokens = {}
        """token -> [person, old city, state, last day, request of arrival, city of arrival, on paper]"""

    def teardown(self):
        self.databases.__exit__()

    def _opened(self, n):
        return [t for t, row in self.tokens.items() if row[0] == n and row[2] == "OPEN"]

    @rule(n=people, to=cities, days=st.integers(0, 5))
    def open(self, n, to, days):
        token, last = uuid4(), self.world.today() + timedelta(days=days)

        def act():
            self.world.open(person(n), self.home[n], to, token=token, expires=last)
            return "opened"

        if self._opened(n):
            assert outcome(act) == "jukinet.transfer-already-open"
        else:
            assert outcome(act) == "opened"
            self.tokens[token] = [n, self.home[n], "OPEN", last, None, None, False]

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), city=cities, again=st.booleans(), by_paper=st.booleans())
    def arrive(self, data, city, again, by_paper):
        token = data.draw(st.sampled_from(sorted(self.tokens)))
        row = self.tokens[token]
        n, old, state, last, request, arrived, paper = row
        request = request if again and request else uuid4()
        on = self.world.today()
        result = outcome(
            lambda: self.world.consume(
                person(n), token, city, request=request, on=on, by_paper=by_paper
            )
        )
        if state == "CONSUMED":
            same = request == row[4] and city == arrived
            assert result == ("CONSUMED" if same else "jukinet.transfer-consumed-elsewhere")
        elif state == "CANCELLED":
            assert result == "jukinet.transfer-cancelled"
        elif state == "EXPIRED" or (on > last and not (paper and by_paper)):
            assert result == "jukinet.transfer-expired"
        elif city == old:
            assert result == "jukinet.transfer-to-same-city"
        else:
            assert result == "CONSUMED"
            self.home[n], self.active[n], self.left_by[n] = city, True, None
            row[2], row[4], row[5] = "CONSUMED", request, city

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def cancel(self, data):
        token = data.draw(st.sampled_from(sorted(self.tokens)))
        row = self.tokens[token]
        result = self.world.cancel(token, row[1])
        if row[2] == "OPEN":
            row[2] = "CANCELLED"
            self.active[row[0]] = True
        elif row[2] == "EXPIRED":
            row[2] = "CANCELLED"
            self.active[row[0]] = self.active[row[0]] or self.left_by[row[0]] == token
        assert result == row[2]

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def paper(self, data):
        token = data.draw(st.sampled_from(sorted(self.tokens)))
        row = self.tokens[token]
        n, old, state = row[:3]
        last = self.home[n] == old and (self.active[n] or self.left_by[n] == token)
        if state == "OPEN" or (state == "EXPIRED" and last and not self._opened(n)):
            row[2], row[6] = "OPEN", True
        assert self.world.give_paper(token, old) == row[2]

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def depart(self, data):
        token = data.draw(st.sampled_from(sorted(self.tokens)))
        n, old, state, *_ = self.tokens[token]
        self.world.depart(person(n), token, old, self.world.today())
        # A token that ran out long ago says nothing about a registration that came back since.
        if state in ("OPEN", "EXPIRED") and self.home[n] == old:
            if self.active[n]:
                self.left_by[n] = token
            self.active[n] = False

    @rule(days=st.integers(1, 4))
    def days_pass(self, days):
        self.clock.advance(timedelta(days=days))

    @rule()
    def expire(self):
        late = [
            t
            for t, r in self.tokens.items()
            if r[2] == "OPEN" and not r[6] and r[3] < self.world.today()
        ]
        assert self.world.register.expire_due() == len(late)
        for token in late:
            self.tokens[token][2] = "EXPIRED"

    @invariant()
    def one_registration_where_the_model_says(self):
        for n in self.home:
            rows = self.world.registrations(person(n))
            assert rows[-1][0] == self.home[n]
            assert [row for row in rows if row[2] is None] == ([rows[-1]] if self.active[n] else [])
            assert rows[0][:2] == (YOKOHAMA, SINCE)

    @invariant()
    def tokens_are_as_the_model_says(self):
        for token, row in self.tokens.items():
            assert self.world.state(token) == row[2]


def test_any_order_of_events_agrees_with_the_model(postgres_server, scratch, clock):
    RegisterMachine.server, RegisterMachine.scratch = postgres_server, scratch
    RegisterMachine.clock, RegisterMachine.start = clock, clock.now()
    case = RegisterMachine.TestCase()
    case.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
    case.runTest()
