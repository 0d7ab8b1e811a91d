"""The relay: by receiver, a silent one keeps nobody else waiting; what has arrived is noted once and kept nowhere."""

import hashlib
import json
from datetime import timedelta

import pytest

from kazasu.contracts.jpki.people import PersonChanged
from kazasu.contracts.jukinet import RegistrationChanged
from kazasu.exchange.carrier import operator, relay
from kazasu.exchange.carrier.letters import FIRST_RETRY, LONGEST_RETRY, RECEIPT_TYP, Post, back_off
from kazasu.exchange.carrier.relay import BATCH, LEASE, Relay
from kazasu.exchange.faults import TIMEOUT, UNREACHABLE
from kazasu.foundation.database import transactions as foundation
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.values.numbers import MunicipalityCode, ResidentRecordCode
from tests.support.institutions import Institutions

CODE = "141003"
CITY = f"city:{CODE}"
PERSON = ResidentRecordCode("24727059608")
REFUSED = define("test.refused", 422,
    "受け取れません", "refused",
    "直す", "mend it")  # fmt: skip


class Outside:
    """Receivers that take everything, but for those in ``faults``; ``before`` runs as a letter is handed over."""

    def __init__(self, institutions):
        self.institutions = institutions
        self.faults, self.refused, self.carried = {}, set(), []
        self.before = lambda: None

    def deliver(self, to, sealed):
        self.carried.append((to, sealed))
        self.before()
        if to in self.faults:
            raise Refusal(self.faults[to], institution=to)
        opened = json.loads(self.institutions[to].open(sealed, "kazasu-letter+jws")[1])
        if opened["case"] in self.refused:
            raise Refusal(REFUSED)
        receipt = json.dumps({"irt": opened["jti"]}).encode()
        return self.institutions[to].sign(receipt, RECEIPT_TYP)

    def inquire(self, of, sealed):
        raise NotImplementedError

    def brought(self, to):
        return [sealed for receiver, sealed in self.carried if receiver == to]


class World:
    def __init__(self, databases, clock):
        self.clock = clock
        self.database = databases("municipality")
        self.institutions = Institutions(clock, CITY, "jukinet", "jpki")
        self.outside = Outside(self.institutions)
        self.post = Post(self.institutions[CITY], lambda: None)
        self.relay = self.another()

    def another(self):
        """A relay of another process on the same outbox."""
        return Relay(
            self.database,
            self.institutions.directory,
            self.outside,
            lambda: self.clock.now().timestamp(),
        )

    def send(self, *cases, to="jukinet"):
        def work(tx):
            for case in cases:
                self.post.send(tx, LETTERS[to](tx.now), to=to, case=case)

        self.database.run("test.send", work, tenant=CODE)

    def undelivered(self):
        return self.database.read("test", operator.undelivered, tenant=CODE)

    def rows(self, query):
        return self.database.read("test", lambda tx: tx.column(query), tenant=CODE)


LETTERS = {
    "jukinet": lambda at: RegistrationChanged(
        resident_record_code=PERSON, municipality_code=MunicipalityCode(CODE), what="address",
        on=at.date(),
    ),
    "jpki": lambda at: PersonChanged(
        resident_record_code=PERSON, what="address", municipality_code=CODE, at=at
    ),
}  # fmt: skip


@pytest.fixture
def world(databases, clock):
    return World(databases, clock)


def cases(many):
    return [f"case-{n:04}" for n in range(many)]


@pytest.mark.parametrize("fault", [UNREACHABLE, TIMEOUT])
def test_a_silent_receiver_is_left_alone_and_keeps_nobody_else_waiting(world, fault):
    world.outside.faults["jukinet"] = fault
    world.send(*cases(BATCH + 10))
    world.send(*cases(3), to="jpki")
    assert world.relay.run() == 3
    assert len(world.outside.brought("jukinet")) == 1, "one letter found out"
    world.send("case-later")
    assert world.another().run() == 0
    assert len(world.outside.brought("jukinet")) == 1, "known to every process"
    waits = world.undelivered()
    assert {one.next_at for one in waits} == {world.clock.now() + FIRST_RETRY}
    assert all(fault.code in one.last_error for one in waits)
    assert sum(one.attempts for one in waits) == 1


def test_it_is_asked_at_longer_and_longer_intervals_and_then_gets_everything(world):
    world.outside.faults["jukinet"] = UNREACHABLE
    world.send(*cases(BATCH + 10))
    wait = FIRST_RETRY
    for times in range(1, 12):
        world.relay.run()
        assert len(world.outside.carried) == times
        world.clock.advance(wait - timedelta(seconds=1))
        world.relay.run()
        assert len(world.outside.carried) == times, "not yet"
        world.clock.advance(timedelta(seconds=1))
        wait = min(2 * wait, LONGEST_RETRY)
    world.outside.faults.clear()
    assert world.relay.run() == BATCH + 10
    assert world.undelivered() == []
    assert world.rows("SELECT recipient FROM outbox_silence") == []


def test_a_place_that_is_being_set_up_is_tried_again_soon():
    """Whoever mends a proxy looks whether letters go, and not an hour later."""
    waits = [back_off(attempts) for attempts in range(1, 40)]
    assert sum(waits[:4], timedelta()) < timedelta(minutes=2)
    assert max(waits) == timedelta(minutes=10)


def test_an_operator_can_try_a_silent_receiver_at_once(world):
    world.outside.faults["jukinet"] = UNREACHABLE
    world.send("case-1", "case-1", "case-2")
    world.relay.run()
    world.outside.faults.clear()
    assert world.relay.run() == 0
    assert world.database.run(
        "test", lambda tx: operator.send_again(tx, world.undelivered()[0].message_id), tenant=CODE
    )
    assert world.relay.run() == 3


def test_a_refused_letter_holds_its_case_and_not_its_receiver(world):
    world.outside.refused = {"case-0001"}
    world.send(*cases(3), "case-0001")
    assert world.relay.run() == 2
    assert {(one.case_id, one.next_at) for one in world.undelivered()} == {
        ("case-0001", world.clock.now() + FIRST_RETRY)
    }
    assert world.relay.run() == 0
    world.outside.refused.clear()
    world.clock.advance(FIRST_RETRY)
    assert world.relay.run() == 2


def test_a_batch_ends_before_its_lease(world):
    """Receivers that answer after five seconds each: fifty of them are longer than two minutes."""
    world.send(*cases(BATCH))
    other = world.another()

    def slow():
        world.clock.advance(timedelta(seconds=5))
        world.outside.before = lambda: None  # the other process finds its receivers quick
        other.run()
        world.outside.before = slow

    world.outside.before = slow
    world.relay.run()
    assert timedelta(seconds=5 * BATCH) > LEASE
    assert world.undelivered() == []
    assert len(world.outside.carried) == len(set(world.outside.carried)) == BATCH


def test_what_a_relay_took_with_it_is_sent_by_another(world):
    world.send(*cases(3))

    class Killed(BaseException):
        pass

    def die():
        raise Killed

    world.outside.before = die
    with pytest.raises(Killed):
        world.relay.run()
    world.outside.before = lambda: None
    assert world.another().run() == 0, "leased"
    world.clock.advance(LEASE)
    assert world.another().run() == 3


@pytest.mark.parametrize(("batch", "commits"), [(BATCH, 1), (7, 3), (1, 20)])
def test_receipts_of_a_batch_are_noted_in_one_commit(world, monkeypatch, batch, commits):
    passed = []
    monkeypatch.setattr(foundation, "crash_point", passed.append)
    monkeypatch.setattr(relay, "BATCH", batch)
    world.send(*cases(20))
    assert world.relay.run() == 20
    assert passed.count("relay.acknowledge:after-commit") == commits


def test_what_has_arrived_is_kept_as_hash_and_receipt_only(world):
    world.send("case-1")
    world.relay.run()
    (sealed,) = world.outside.brought("jukinet")
    assert world.rows("SELECT sealed FROM outbox") == [None]
    assert world.rows("SELECT hash FROM outbox") == [hashlib.sha256(sealed.encode()).digest()]
    (receipt,) = world.rows("SELECT receipt FROM outbox")
    assert receipt.count(".") == 2


def test_letters_of_a_case_go_one_after_the_other(world):
    world.send("case-1", "case-2", "case-1", "case-1")
    assert world.relay.run() == 4
    seen = [
        json.loads(world.institutions["jukinet"].open(sealed, "kazasu-letter+jws")[1])
        for sealed in world.outside.brought("jukinet")
    ]
    assert [one["seq"] for one in seen if one["case"] == "case-1"] == [1, 2, 3]


YEAR = timedelta(days=365)


def test_what_was_tried_by_a_clock_that_was_wrong_waits_for_minutes_and_not_for_a_year(world):
    """The machine's clock is a year ahead for a minute, and two letters and a receiver are tried in it."""
    world.outside.refused = {"case-0001"}
    world.outside.faults["jpki"] = UNREACHABLE
    world.send("case-0001", "case-0001")
    world.send("case-0002", to="jpki")
    right = world.clock.now()
    world.clock.advance(YEAR)
    world.relay.run()
    world.clock.set(right + timedelta(minutes=1))
    world.outside.refused.clear()
    world.outside.faults.clear()
    assert world.relay.run() == 0
    assert world.relay.forget_far_waits() > 0
    assert world.relay.run() == 3
    assert world.relay.forget_far_waits() == 0


def test_a_wait_that_is_right_is_kept(world):
    world.outside.faults["jukinet"] = UNREACHABLE
    world.send("case-1")
    for _ in range(12):
        world.relay.run()
        assert world.relay.forget_far_waits() == 0
        world.clock.advance(LONGEST_RETRY)
