"""Letters from both sides: applied once, in order, never lost, never another's."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import structlog
from prometheus_client import REGISTRY
from pydantic import BaseModel
from structlog.testing import capture_logs

from kazasu.contracts.base import LETTERS, Letter
from kazasu.contracts.jpki.people import PersonChanged
from kazasu.contracts.jukinet import RegistrationChanged
from kazasu.contracts.municipality import WithdrawMove
from kazasu.contracts.portal import CaseProgress
from kazasu.exchange.carrier import letters, operator
from kazasu.exchange.carrier.letters import Inbox, Post
from kazasu.exchange.carrier.relay import Relay
from kazasu.exchange.faults import UNREACHABLE
from kazasu.exchange.room import tenant_of
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.time.clock import FixedClock
from kazasu.foundation.values.numbers import (
    IndividualNumber,
    MunicipalityCode,
    ResidentRecordCode,
)
from tests.support.institutions import Institutions

CITY = "city:141003"
CODE = "141003"
OTHER_CITY = "city:011002"
PERSON = ResidentRecordCode("24727059608")
NOT_YET = define("test.not-yet", 409,
    "まだです", "not yet",
    "待ってください", "wait")  # fmt: skip


class Line:
    """A wire that can be cut, or lose the answer."""

    def __init__(self, inbox, receiver):
        self.inbox, self.receiver = inbox, receiver
        self.cut = self.deaf = False
        self.carried = []

    def deliver(self, to, sealed):
        if self.cut:
            raise Refusal(UNREACHABLE, institution=to)
        self.carried.append(sealed)
        receipt = self.inbox.receive(self.receiver, sealed)
        if self.deaf:
            raise Refusal(UNREACHABLE, institution=to)
        return receipt

    def inquire(self, of, sealed):
        raise NotImplementedError


@pytest.fixture
def world(databases, clock):
    return World(databases, clock)


class World:
    def __init__(self, databases, clock):
        self.clock = clock
        self.sender_db, self.receiver_db = databases("municipality"), databases("jukinet")
        self.institutions = Institutions(clock, CITY, OTHER_CITY, "jukinet", "jpki")
        self.applied = []
        self.refuse = set()
        self.inbox = Inbox(self.receiver_db, {RegistrationChanged: self.apply}, tenant_of)
        self.line = Line(self.inbox, self.institutions["jukinet"])
        self.relay = Relay(self.sender_db, self.institutions.directory, self.line)
        self.post = Post(self.institutions[CITY], lambda: None)

    def apply(self, tx, letter, received):
        assert received.sender == CITY
        if letter.on.day in self.refuse:
            tx.value("SELECT 1")
            raise Refusal(NOT_YET)
        self.applied.append((received.case, letter.on.day))

    def send(self, *days, case="case-0001", by=CITY):
        post = Post(self.institutions[by], lambda: None)

        def work(tx):
            for day in days:
                post.send(
                    tx,
                    RegistrationChanged(
                        resident_record_code=PERSON,
                        municipality_code=MunicipalityCode(CODE),
                        what="address",
                        on=f"2026-11-{day:02}",
                    ),
                    to="jukinet",
                    case=case,
                )

        self.sender_db.run("test.send", work, tenant=CODE)

    def waiting(self):
        return self.receiver_db.read("test", operator.waiting)

    def undelivered(self):
        return self.sender_db.read("test", operator.undelivered, tenant=CODE)


def test_arrives_once_and_in_order(world):
    world.send(1, 2, 3)
    assert world.relay.run() == 3
    assert world.applied == [("case-0001", 1), ("case-0001", 2), ("case-0001", 3)]
    assert world.relay.run() == 0
    assert world.undelivered() == []


def test_nothing_is_sent_when_the_change_is_rolled_back(world):
    def work(tx):
        world.post.send(
            tx,
            PersonChanged(
                resident_record_code=PERSON, what="address", municipality_code=CODE, at=tx.now
            ),
            to="jpki",
            case="case-0001",
        )
        raise RuntimeError("the change failed")

    with pytest.raises(RuntimeError):
        world.sender_db.run("test", work, tenant=CODE)
    assert world.undelivered() == []


def test_receiver_down_for_days_loses_nothing(world):
    world.line.cut = True
    world.send(1, 2)
    for _ in range(7):
        world.relay.run()
        world.clock.advance(timedelta(days=1))
    first = world.undelivered()[0]
    assert first.attempts >= 7
    assert "exchange.unreachable" in first.last_error
    world.line.cut = False
    assert world.relay.run() == 2
    assert [day for _, day in world.applied] == [1, 2]


def test_lost_receipt_means_again_but_applied_once(world):
    world.line.deaf = True
    world.send(1)
    world.relay.run()
    assert world.applied == [("case-0001", 1)]
    world.line.deaf = False
    world.clock.advance(timedelta(hours=2))
    assert world.relay.run() == 1
    assert world.applied == [("case-0001", 1)]


def test_a_letter_that_cannot_be_applied_waits_and_holds_its_case_only(world):
    world.refuse = {1}
    world.send(1, 2)
    world.send(5, case="case-0002")
    world.relay.run()
    assert world.applied == [("case-0002", 5)]
    assert [(w.seq, w.fault) for w in sorted(world.waiting(), key=lambda w: w.seq)] == [
        (1, "test.not-yet"),
        (2, "exchange.waits-for-earlier"),
    ]
    world.refuse = set()
    assert world.inbox.retry(world.institutions["jukinet"], everything=True) == 2
    assert world.applied[1:] == [("case-0001", 1), ("case-0001", 2)]
    assert world.waiting() == []


def test_a_letter_out_of_order_waits_for_the_earlier(world):
    world.line.cut = True
    world.send(1, 2)
    sealed = world.sender_db.read(
        "test", lambda tx: tx.column("SELECT sealed FROM outbox ORDER BY seq"), tenant=CODE
    )
    jukinet = world.institutions["jukinet"]
    world.inbox.receive(jukinet, sealed[1])
    assert world.applied == []
    world.inbox.receive(jukinet, sealed[0])
    world.inbox.retry(jukinet)
    assert [day for _, day in world.applied] == [1, 2]


@pytest.mark.told_of_faults
def test_same_number_with_other_content_is_refused_and_alarmed(world):
    world.send(1)
    world.relay.run()
    jukinet = world.institutions["jukinet"]
    opened = jukinet.open(world.line.carried[0], "kazasu-letter+jws")[1]
    altered = opened.replace(b"2026-11-01", b"2026-11-09")
    forged = world.institutions[CITY].seal(altered, "kazasu-letter+jws", "jukinet")
    with pytest.raises(Refusal) as refused:
        world.inbox.receive(jukinet, forged)
    assert refused.value.fault.code == "exchange.same-id-other-content"
    (alarm,) = world.receiver_db.read("test", operator.alarms)
    assert alarm.fault == "exchange.same-id-other-content"
    assert world.applied == [("case-0001", 1)]


def test_only_the_named_receiver_can_read_and_only_the_sender_can_speak(world):
    world.send(1)
    sealed = world.sender_db.read(
        "test", lambda tx: tx.value("SELECT sealed FROM outbox"), tenant=CODE
    )
    with pytest.raises(Refusal) as refused:
        world.inbox.receive(world.institutions["jpki"], sealed)
    assert refused.value.fault.code == "exchange.not-for-us"
    payload = world.institutions["jukinet"].open(sealed, "kazasu-letter+jws")[1]
    forged = world.institutions["jpki"].seal(payload, "kazasu-letter+jws", "jukinet")
    with pytest.raises(Refusal) as refused:
        world.inbox.receive(world.institutions["jukinet"], forged)
    assert refused.value.fault.code == "exchange.not-for-us"


@pytest.mark.told_of_faults
def test_two_letters_of_one_place_in_their_case_are_never_one(world, monkeypatch):
    """The second has no receipt: its sender keeps it, and operators of both see that something is wrong."""
    monkeypatch.setattr(letters, "log", structlog.get_logger())
    world.send(1)
    world.relay.run()
    payload = world.institutions["jukinet"].open(world.line.carried[0], "kazasu-letter+jws")[1]
    number = str(uuid4())
    again = json.dumps(json.loads(payload) | {"jti": number}).encode()
    sealed = world.institutions[CITY].seal(again, "kazasu-letter+jws", "jukinet")
    for _ in range(3):
        with capture_logs() as lines, pytest.raises(Refusal) as refused:
            world.inbox.receive(world.institutions["jukinet"], sealed)
        assert refused.value.fault.code == "exchange.place-taken"
        assert refused.value.facts == {"case": "case-0001", "seq": 1}
        (line,) = (line for line in lines if line["event"] == "letter clashes")
        told = (line["sender"], line["message_id"], line["fault"])
        assert told == (CITY, number, "exchange.place-taken")
    assert len(world.applied) == 1
    (alarm,) = world.receiver_db.read("test", operator.alarms)
    assert (alarm.fault, alarm.case_id, alarm.seq) == ("exchange.place-taken", "case-0001", 1)
    world.send(2)
    world.relay.run()
    assert world.applied[1:] == [("case-0001", 2)], "its case goes on"


def test_what_does_not_fit_its_contract_is_refused(world):
    def sealed(body, kind="jukinet/registration-changed/1"):
        envelope = {
            "iss": CITY, "aud": "jukinet", "jti": str(uuid4()), "case": "case-0009", "seq": 1,
            "iat": world.clock.now().isoformat(), "kind": kind, "body": body,
        }  # fmt: skip
        return world.institutions[CITY].seal(
            json.dumps(envelope).encode(), "kazasu-letter+jws", "jukinet"
        )

    jukinet = world.institutions["jukinet"]
    for body, kind, code in (
        ({"surprise": 1}, "jukinet/registration-changed/1", "exchange.unreadable"),
        ({}, "jukinet/something-else/1", "exchange.unknown-kind"),
    ):
        with pytest.raises(Refusal) as refused:
            world.inbox.receive(jukinet, sealed(body, kind))
        assert refused.value.fault.code == code
        assert refused.value.facts == {"kind": kind}
    shapeless = world.institutions[CITY].seal(b"{}", "kazasu-letter+jws", "jukinet")
    with pytest.raises(Refusal) as refused:
        world.inbox.receive(jukinet, shapeless)
    assert refused.value.facts == {"kind": "kazasu-letter+jws"}, "what it was meant to be"


def test_an_applied_letter_leaves_no_copy_behind(world):
    world.send(1)
    world.relay.run()
    kept = world.receiver_db.read("test", lambda tx: tx.column("SELECT sealed FROM inbox"))
    assert kept == [None]


def test_operator_sends_again(world):
    world.line.cut = True
    world.send(1)
    world.relay.run()
    world.line.cut = False
    assert world.relay.run() == 0
    (letter,) = world.undelivered()
    assert world.sender_db.run(
        "test", lambda tx: operator.send_again(tx, letter.message_id), tenant=CODE
    )
    assert world.relay.run() == 1
    assert not world.sender_db.run(
        "test", lambda tx: operator.send_again(tx, letter.message_id), tenant=CODE
    )


def alarms(kind):
    labels = {"kind": "jukinet/registration-changed/1", "sender": kind}
    return REGISTRY.get_sample_value("kazasu_letters_of_wrong_sender_total", labels) or 0


@pytest.mark.parametrize("stranger", ["jpki", OTHER_CITY])
def test_a_letter_of_a_wrong_sender_waits_with_an_alarm_and_is_never_applied(
    world, stranger, monkeypatch
):
    kind, jukinet = stranger.partition(":")[0], world.institutions["jukinet"]
    before = alarms(kind)
    world.send(1, 2, by=stranger)
    # A logger of its own: one that a country's start has configured is kept for good.
    monkeypatch.setattr(letters, "log", structlog.get_logger())
    with capture_logs() as lines:
        assert world.relay.run() == 2, "the sender has a receipt: it lies here"
    alarm = next(line for line in lines if line["event"] == "letter of wrong sender")
    assert (alarm["log_level"], alarm["sender"]) == ("warning", stranger)
    assert alarm["kind"] == "jukinet/registration-changed/1"
    assert alarm["message_id"] in {str(one.message_id) for one in world.waiting()}
    waits = next(line for line in lines if line["event"] == "letter waits")
    assert (waits["kind"], waits["fault"]) == (alarm["kind"], "exchange.wrong-sender")
    assert alarms(kind) == before + 2
    for _ in range(3):
        assert world.inbox.retry(jukinet, everything=True) == 0
        assert {(w.sender, w.fault) for w in world.waiting()} == {
            (stranger, "exchange.wrong-sender")
        }
    assert world.applied == []
    assert alarms(kind) == before + 8, "it is an alarm as long as it lies here"
    world.send(3)
    world.relay.run()
    assert world.applied == [("case-0001", 3)], "who may send is not held up by who may not"


def test_a_letter_without_senders_or_with_a_misspelt_binding_is_no_letter():
    class Inner(BaseModel):
        code: str

    with pytest.raises(TypeError, match="names its senders"):
        type("Anonymous", (Letter,), {"__module__": __name__}, kind="test/anonymous/1")
    for path in ("cod", "inner.cod", "inner.code.more"):
        with pytest.raises(TypeError, match=path):
            type(
                "Misspelt",
                (Letter,),
                {"__module__": __name__, "__annotations__": {"inner": Inner}},
                kind="test/misspelt/1",
                senders=("city",),
                named_in=path,
            )


def sent_by_a_wrong_clock(world, aside):
    """A letter of a sender whose clock is wrong by so much; its directory tells good keys by ours."""
    world.sender_db.clock = FixedClock(world.clock.now() + timedelta(**aside))
    world.send(1)
    world.relay.run(everything=True)


YEARS = 365


@pytest.mark.parametrize(
    ("aside", "waits"),
    [
        ({"minutes": 5}, False),
        ({"minutes": 5, "seconds": 1}, True),
        ({"days": 4 * YEARS}, True),
        ({"days": -26 * YEARS}, True),
        ({"days": -3}, False),
    ],
)
def test_a_letter_of_another_time_waits_until_the_clock_reaches_it(world, aside, waits):
    """Not later than here, by more than clocks differ; not before the key that signed it."""
    sent_by_a_wrong_clock(world, aside)
    faults = [one.fault for one in world.waiting()]
    assert faults == (["exchange.of-another-time"] if waits else [])
    assert world.applied == ([] if waits else [("case-0001", 1)])
    if waits and aside.get("days", 0) >= 0:
        world.clock.advance(timedelta(**aside))
        assert world.inbox.retry(world.institutions["jukinet"]) == 1
        assert world.applied == [("case-0001", 1)]


def test_a_letter_of_another_time_is_opened_by_hand(world):
    sent_by_a_wrong_clock(world, {"days": 4 * YEARS})
    (letter,) = world.waiting()
    by_hand = lambda tx: operator.open_by_hand(tx, letter.message_id)  # noqa: E731
    assert world.receiver_db.run("test", by_hand)
    assert world.inbox.retry(world.institutions["jukinet"]) == 1
    assert not world.receiver_db.run("test", by_hand), "it is applied already"


def test_no_hand_opens_what_waits_for_another_reason(world):
    world.refuse.add(1)
    world.send(1)
    world.relay.run()
    (letter,) = world.waiting()
    assert not world.receiver_db.run(
        "test", lambda tx: operator.open_by_hand(tx, letter.message_id)
    )


# ---------------------------------------------------------------- the envelope's case

OF_A_CASE = sorted(kind for kind, one in LETTERS.items() if "case_id" in one.model_fields)
"""Kinds of letters that say themselves which case they are about."""


def in_another_case(kind):
    return LETTERS[kind].model_construct(case_id="MV-00000001")


# ---------------------------------------------------------------- numbers


class Numbered(Letter, kind="test/numbered/1", senders=("city",)):
    number: IndividualNumber


def test_a_number_arrives_and_is_read_by_nobody_on_the_way(world):
    number = IndividualNumber.from_body("12345678901")
    arrived = []
    world.inbox = Inbox(
        world.receiver_db,
        {Numbered: lambda _, letter, __: arrived.append(letter.number)},
        tenant_of,
    )
    world.line.inbox = world.inbox
    world.sender_db.run(
        "test.send",
        lambda tx: world.post.send(tx, Numbered(number=number), to="jukinet", case="case-0001"),
        tenant=CODE,
    )
    world.relay.run()
    assert arrived == [number]
    assert number.reveal(duty="test") not in "".join(world.line.carried)


def test_who_says_a_case_is_looked_at():
    assert {CaseProgress.kind, WithdrawMove.kind} <= set(OF_A_CASE)


@pytest.mark.parametrize("kind", OF_A_CASE)
def test_nobody_posts_a_letter_in_another_case(world, kind):
    """Order and places are kept by the envelope's case: with another one inside it a letter steps out of its line."""

    def work(tx):
        world.post.send(tx, in_another_case(kind), to="jukinet", case="MV-00000002")

    with pytest.raises(Refusal, match=r"^exchange\.other-case"):
        world.sender_db.run("test", work, tenant=CODE)
    assert world.undelivered() == []


def test_a_letter_in_another_cases_envelope_is_not_taken(world):
    inbox = Inbox(world.receiver_db, {WithdrawMove: world.apply}, tenant_of)
    inside = WithdrawMove(case_id="MV-00000001", at=world.clock.now())
    for case, taken in (("MV-00000002", False), ("MV-00000001", True)):
        sealed = world.institutions[CITY].seal(
            _envelope(world, inside, case), letters.TYP, "jukinet"
        )
        if taken:
            assert inbox.receive(world.institutions["jukinet"], sealed)
            continue
        with pytest.raises(Refusal, match=r"^exchange\.other-case"):
            inbox.receive(world.institutions["jukinet"], sealed)
        assert world.waiting() == []


def _envelope(world, letter, case):
    told = {
        "iss": CITY, "aud": "jukinet", "jti": str(uuid4()), "iat": world.clock.now().isoformat(), "kind": letter.kind,
        "case": case, "seq": 1, "body": letter.model_dump(mode="json"),
    }  # fmt: skip
    return json.dumps(told).encode()
