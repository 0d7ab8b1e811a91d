"""A record is closed on two words that agree: the network's, and the new city's (転入通知)."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kazasu.contracts.jukinet import TransferConsumed
from kazasu.contracts.municipality import NoticeOfMovedIn, WithdrawMove
from kazasu.exchange.carrier import operator
from kazasu.exchange.carrier.letters import Received
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import MunicipalityCode
from kazasu.municipality.moving.store import notices
from kazasu.municipality.register import store as register_store
from tests.support.city import NEW, OLD, code_of, reading
from tests.support.town import Town

THIRD = "401307"
EPOCH = 3


@pytest.fixture
def town(databases, clock):
    return Town(databases, clock, size=1)


def accepted(town):
    """A notice of moving out, accepted. Gives the one who leaves."""
    case = town.submit()
    town.settle()
    town.accept(case)
    town.settle()
    [leaver] = town._read(OLD, lambda tx: notices.leavers(tx, case))
    return leaver


def word(leaver, city=NEW, epoch=EPOCH, **changes):
    letter = TransferConsumed(
        token=leaver.token, case_id=leaver.case_id, resident_record_code=code_of(10),
        from_municipality=MunicipalityCode(OLD), consumed_by=MunicipalityCode(city), epoch=epoch,
        on=date(2026, 11, 24),
    )  # fmt: skip
    return letter.model_copy(update=changes)


def notice(leaver, city=NEW, epoch=EPOCH, revision=1):
    return NoticeOfMovedIn(
        case_id=leaver.case_id, token=leaver.token, resident_record_code=code_of(10),
        moved_in_on=date(2026, 11, 24), notified_on=date(2026, 11, 24),
        new_address=f"{city} {epoch} {revision}", to_municipality=MunicipalityCode(city),
        epoch=epoch, revision=revision,
    )  # fmt: skip


class RolledBack(Exception):
    pass


class Desk:
    """The old city's inbox for one leaver, without a carrier: what is refused waits, and is tried again."""

    def __init__(self, town, tx):
        self.town, self.tx, self.waiting, self.faults = town, tx, [], set()

    def receive(self, letter):
        self.waiting.append(letter)
        self.try_again()

    def try_again(self):
        self.faults, still = set(), []
        for letter in self.waiting:
            departures = self.town.departures
            known = isinstance(letter, TransferConsumed)
            take = departures.consumed if known else departures.moved_in
            sender = "jukinet" if known else f"city:{letter.to_municipality}"
            received = Received(f"city:{OLD}", sender, uuid4(), letter.case_id, self.tx.now)
            try:
                with self.tx.savepoint():
                    take(self.tx, letter, received)
            except Refusal as refusal:
                self.faults.add(refusal.fault.code)
                still.append(letter)
        self.waiting = still

    def record(self):
        found = register_store.by_record_code(self.tx, code_of(10))
        return found.state, found.confirmed_to, found.version


def at_the_desk(town, work):
    """Do it in a transaction of the old city, and take everything back."""

    def rolled_back(tx):
        work(Desk(town, tx))
        raise RolledBack

    with pytest.raises(RolledBack):
        town.databases("municipality").run("test.desk", rolled_back, tenant=OLD, access=reading())


def test_words_in_any_order(town):
    leaver = accepted(town)

    @given(
        consumer=st.sampled_from([NEW, THIRD]),
        order=st.permutations(
            ["word", "word", "first", "first", "correction", "wrong city", "wrong epoch"]
        ),
    )
    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def whatever_comes_first(consumer, order):
        other = THIRD if consumer == NEW else NEW
        letters = {
            "word": word(leaver, consumer),
            "first": notice(leaver, consumer),
            "correction": notice(leaver, consumer, revision=2),
            "wrong city": notice(leaver, other),
            "wrong epoch": notice(leaver, consumer, epoch=EPOCH + 1),
        }

        def work(desk):
            seen = set()
            for one in order:
                desk.receive(letters[one])
                desk.try_again()
                seen.add(one)
                closed = {"word", "first"} <= seen
                assert (desk.record()[0] == "left") is closed, "on both words, and not before"
            desk.try_again()
            assert desk.waiting == [letters[one] for one in order if one.startswith("wrong")]
            assert desk.faults == {"municipality.not-as-the-network-says"}
            assert desk.record()[1] == f"{consumer} {EPOCH} 2"

        at_the_desk(town, work)

    whatever_comes_first()


def test_each_is_heard_once(town):
    leaver = accepted(town)

    def work(desk):
        desk.receive(notice(leaver))
        assert desk.faults == {"municipality.network-silent"}
        desk.receive(word(leaver))
        desk.try_again()
        known = desk.record()
        desk.receive(word(leaver))
        desk.receive(notice(leaver))
        assert (desk.waiting, desk.record()) == ([], known)
        desk.receive(word(leaver, THIRD))
        desk.receive(word(leaver, epoch=EPOCH + 1))
        desk.receive(notice(leaver, THIRD, revision=2))
        desk.receive(notice(leaver, epoch=EPOCH + 1, revision=2))
        assert len(desk.waiting) == 4, "what was said first stands, for a correction too"
        assert desk.faults == {"municipality.not-as-the-network-says"}
        assert desk.record() == known

    at_the_desk(town, work)


def test_a_word_of_somebody_who_does_not_leave_waits(town):
    leaver = accepted(town)

    def work(desk):
        desk.receive(word(leaver, token=uuid4()))
        desk.receive(word(leaver, resident_record_code=code_of(11)))
        assert len(desk.waiting) == 2
        assert desk.faults == {"municipality.not-leaving"}

    at_the_desk(town, work)


def arrived(town, case):
    """Registered at the new city; nothing that anybody wrote has been carried yet."""
    town.enter(case)
    town.register(case)


def old_city(town):
    def work(tx):
        return [one.fault for one in operator.waiting(tx)]

    return town.resident(10, OLD).state, town._read(OLD, work)


def test_a_notice_that_comes_first_waits_for_the_network_and_goes_on_by_itself(town):
    case = town.to_the_desk()
    arrived(town, case)
    relays = town.street.process._relays
    relays["municipality"].run(everything=True)
    assert old_city(town) == ("left-planned", ["municipality.network-silent"])
    relays["jukinet"].run(everything=True)
    due = town._read(
        OLD,
        lambda tx: tx.value(
            "SELECT count(*) FROM inbox WHERE applied_at IS NULL AND next_at <= %s", (tx.now,)
        ),
    )
    assert due, "it waits for no back-off"
    town.settle()
    assert old_city(town) == ("left", [])
    assert town.out_case(case).state == "closed"


def test_the_networks_word_alone_closes_nothing(town):
    case = town.to_the_desk()
    arrived(town, case)
    town.street.process._relays["jukinet"].run(everything=True)
    assert old_city(town) == ("left-planned", [])
    [leaver] = town._read(OLD, lambda tx: notices.leavers(tx, case))
    assert (leaver.consumed_by, leaver.state) == (NEW, "departed")
    elsewhere = replace(leaver, to_municipality=THIRD)
    assert (elsewhere.went_to, replace(elsewhere, consumed_by=None).went_to) == (NEW, THIRD)
    town.settle()
    assert old_city(town) == ("left", [])


def test_a_cancellation_that_comes_after_the_arrival_takes_nothing_back(town):
    """The arrival is registered, its notice still on its way: the network is asked, and what it answers counts."""
    case = town.to_the_desk()
    arrived(town, case)
    letter = WithdrawMove(case_id=case, at=town.clock.now())
    post = town.street.process._house("portal").post("portal")
    town.databases("portal").run(
        "test.late", lambda tx: post.send(tx, letter, to=f"city:{OLD}", case=case)
    )
    town.street.process._relays["portal"].run(everything=True)
    town.street.process.jobs["municipality"].drain()
    assert town.states(10) == {OLD: "left-planned", NEW: "resident"}
    town.settle()
    assert town.states(10) == {OLD: "left", NEW: "resident"}
