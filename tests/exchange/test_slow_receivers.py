"""Fifty receivers that are dead or drip, and one that answers: its letters do not wait for theirs.

What a single relay made of it: 50 letters to a receiver that times out went first, and the next waited six minutes.
"""

import json
import time
from contextlib import ExitStack
from datetime import timedelta
from statistics import median

import pytest

from kazasu.app.background import Background, Letters
from kazasu.contracts.jukinet import RegistrationChanged
from kazasu.exchange.carrier.letters import RECEIPT_TYP, Post
from kazasu.exchange.carrier.relay import Relay
from kazasu.exchange.carrier.transport import HttpTransport
from kazasu.foundation.http import http_client
from kazasu.foundation.lanes import MOST, RESERVE, SILENT, Lanes
from kazasu.foundation.values.numbers import MunicipalityCode, ResidentRecordCode
from tests.support.institutions import Institutions
from tests.support.receivers import (
    Receiver,
    dead,
    dripping_body,
    dripping_head,
    read_request,
)

CODE = "141003"
CITY = f"city:{CODE}"
PATIENCE = 5.0
"""The default of ``inquiry_timeout_seconds``."""


class Rig:
    """A city's outbox and its background, with real receivers behind real HTTP."""

    def __init__(self, databases, clock, stack, slow):
        self.database = databases("municipality")
        receivers = [stack.enter_context(Receiver(how)) for how in slow]
        good = stack.enter_context(Receiver(self.answer))
        self.silent = {f"library:{100_000 + n}": one.origin for n, one in enumerate(receivers)}
        origins = {**self.silent, "jukinet": good.origin}
        self.institutions = Institutions(clock, CITY, *origins, origins=origins)
        self.post = Post(self.institutions[CITY], self.kick)
        self.arrived = {}
        client = stack.enter_context(http_client(PATIENCE))
        transport = HttpTransport(self.institutions.directory, client)
        relay = Relay(self.database, self.institutions.directory, transport)
        self.lanes = Lanes()
        letters = Letters(relay, None, lambda lane: {f"to {lane.recipient}": 4})
        self.background = Background(
            "municipality", self.database, self.institutions.__getitem__, self.lanes, letters
        )
        self.lanes.start()
        self.background.start()

    def kick(self):
        self.background.kick()

    def stop(self):
        self.background.stop()
        self.background.join()
        self.lanes.stop()

    def answer(self, connection):
        receiver = self.institutions["jukinet"]
        while True:
            _, sealed = read_request(connection)
            opened = json.loads(receiver.open(sealed.decode(), "kazasu-letter+jws")[1])
            receipt = receiver.sign(json.dumps({"irt": opened["jti"]}).encode(), RECEIPT_TYP)
            self.arrived[opened["case"]] = time.monotonic()
            connection.sendall(
                b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s"
                % (len(receipt), receipt.encode())
            )

    def send(self, to, case):
        def work(tx):
            letter = RegistrationChanged(
                resident_record_code=ResidentRecordCode("24727059608"),
                municipality_code=MunicipalityCode(CODE),
                what="address",
                on=tx.now.date(),
            )
            self.post.send(tx, letter, to=to, case=case)

        self.database.run("test.send", work, tenant=CODE)

    def delay(self, case):
        """Seconds from the commit of a letter to its arrival at the one that answers."""
        self.send("jukinet", case)
        began = time.monotonic()
        while case not in self.arrived:
            assert time.monotonic() - began < 60, "it never came"
            time.sleep(0.005)
        return self.arrived[case] - began


@pytest.fixture
def rig(databases, clock, request):
    made = []
    with ExitStack() as stack:

        def make(*slow):
            made.append(Rig(databases, clock, stack, slow))
            return made[0]

        yield make
        for one in made:
            one.stop()


def test_fifty_silent_receivers_delay_the_others_by_less_than_a_second(rig):
    kinds = [dead, dripping_head, dripping_body]
    world = rig(*(kinds[n % 3] for n in range(50)))
    alone = median(world.delay(f"alone-{n}") for n in range(3))
    for receiver in world.silent:
        for n in range(2):
            world.send(receiver, f"case-{n}")
    late = [world.delay(f"case-{n}") for n in range(5)]
    # A neighbour on this machine may hold up one of five; who waits for a silent receiver waits for seconds, each time.
    assert median(late) - alone < 1.0
    assert max(late) < 4.0


@pytest.mark.deep
def test_hundreds_of_silent_receivers_share_a_few_places_from_the_second_time_on(rig, clock):
    """More than there are lanes: those that answered have a reserve, those that were silent a few places."""
    world = rig(*(dead for _ in range(300)))
    alone = median(world.delay(f"alone-{n}") for n in range(3))
    for receiver in world.silent:
        world.send(receiver, "case")
    assert world.delay("first") - alone < 1.0
    silenced = "SELECT count(*) FROM outbox_silence"
    end = time.monotonic() + 60
    while world.database.read("test", lambda tx: tx.value(silenced), tenant=CODE) < 300:
        assert time.monotonic() < end
        time.sleep(0.1)
    clock.advance(timedelta(seconds=31))
    assert max(world.delay(f"later-{n}") for n in range(5)) - alone < 1.0
    assert SILENT < MOST - RESERVE
