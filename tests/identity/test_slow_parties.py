"""What relying parties are told goes by lanes: fifty that are dead or drip do not delay the others by a second."""

import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from statistics import median

import pytest

from kazasu.foundation.http import outward_client
from kazasu.foundation.lanes import Lanes
from kazasu.identity.clients.model import Client
from kazasu.identity.clients.store import copy_clients
from kazasu.identity.events import store
from kazasu.identity.events.deliveries import Deliveries
from kazasu.identity.events.model import FIRST_RETRY
from tests.support.receivers import Receiver, answering, dead, dripping_body, dripping_head

CLUB = "RP00000999"
KINDS = [dead, dripping_head, dripping_body]


def client_of(client_id, address):
    return Client(
        client_id=client_id, institution="", sector=f"{client_id}.example", name_ja="会",
        name_en="Club", colour="#0017C1", keys={"keys": []}, mode="test",
        redirect_uris=["https://rp.example/cb"], logout_uris=[], scopes=["openid"],
        grants=["authorization_code"], public_institution=False,
        events_uri=f"{address}/events", backchannel_logout_uri=f"{address}/bye",
    )  # fmt: skip


class World:
    def __init__(self, databases, clock):
        self.clock, self.database = clock, databases("identity")
        self.databases = databases
        self.lanes = Lanes()
        self.http = outward_client(inside=True)
        self.deliveries = Deliveries(
            self.database,
            clock,
            lambda _: self.http,
            "http://id.localhost:8000",
            lambda *_: "token",
            self.lanes,
        )

    def register(self, addresses):
        rows = [client_of(client_id, address) for client_id, address in addresses.items()]
        self.databases.founder("identity").run("test.parties", lambda tx: copy_clients(tx, rows))

    def happens(self, *clients):
        def work(tx):
            for one in clients:
                store.insert(tx, one, "event", "link-ended", "subject", "", {})
                self.deliveries.logout(tx, one, "subject")

        self.database.run("test.happens", work)

    def waits(self, client):
        count = "SELECT count(*) FROM delivery WHERE client_id = %s AND delivered_at IS NULL"
        return self.database.read("test", lambda tx: tx.value(count, (client,)))

    def delay(self):
        """Seconds until the one that answers was told both things; ticks come each second."""
        self.happens(CLUB)
        began = time.monotonic()
        while self.waits(CLUB):
            assert time.monotonic() - began < 60
            time.sleep(0.01)
        return time.monotonic() - began


@pytest.fixture
def world(databases, clock):
    made = World(databases, clock)
    yield made
    made.http.close()


@pytest.fixture
def ticking(world):
    """The world with threads."""
    world.lanes.start()
    over = threading.Event()

    def tick():
        while not over.wait(0.2):
            world.deliveries.tick()

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    yield world
    over.set()
    thread.join()
    world.lanes.stop()


def test_fifty_silent_parties_delay_the_others_by_less_than_a_second(ticking):
    with ExitStack() as stack:
        silent = {
            f"RP{n:08}": stack.enter_context(Receiver(KINDS[n % 3])).origin for n in range(50)
        }
        ticking.register({**silent, CLUB: stack.enter_context(Receiver(answering())).origin})
        alone = median(ticking.delay() for _ in range(3))
        ticking.happens(*silent, *silent)
        late = [ticking.delay() for _ in range(3)]
    # A neighbour on this machine may hold up one of three; who waits for a silent party waits for seconds, each time.
    assert median(late) - alone < 1.0
    assert max(late) < 4.0


def test_a_silent_party_is_tried_with_one_delivery_and_then_left_alone(world):
    with Receiver(lambda connection: connection.close()) as receiver:
        world.register({CLUB: receiver.origin})
        world.happens(*[CLUB] * 5)
        world.deliveries.tick()
        assert len(receiver.seen) == 2, "one event, one logout token"
        world.deliveries.tick()
        assert len(receiver.seen) == 2
        world.clock.advance(FIRST_RETRY)
        world.deliveries.tick()
        assert len(receiver.seen) == 4
        world.clock.advance(FIRST_RETRY)
        world.deliveries.tick()
        assert len(receiver.seen) == 4, "longer and longer"
    assert world.waits(CLUB) == 10


def test_what_has_no_address_lies_there_and_is_not_tried_in_vain(world):
    """It is fetched, or sent once an address is registered."""
    nowhere = replace(
        client_of(CLUB, "http://rp.example"), events_uri="", backchannel_logout_uri=""
    )
    founder = world.databases.founder("identity")
    founder.run("test.nowhere", lambda tx: copy_clients(tx, [nowhere]))
    world.happens(CLUB)
    world.deliveries.tick()
    world.clock.advance(timedelta(days=1))
    world.deliveries.tick()
    for one in world.deliveries.log(CLUB):
        assert (one.attempts, one.last_error, one.address) == (0, "", "")
    assert len(world.deliveries.poll(CLUB, [], 10)["sets"]) == 1, (
        "the event; nobody fetches a sign-out"
    )


def test_it_then_gets_everything(world):
    with Receiver(lambda connection: connection.close()) as receiver:
        world.register({CLUB: receiver.origin})
        world.happens(*[CLUB] * 5)
        world.deliveries.tick()
        world.http.close()
    world.clock.advance(2 * FIRST_RETRY)
    with Receiver(answering()) as receiver:
        founder = world.databases.founder("identity")
        founder.run("test.moved", lambda tx: tx.execute(
            "UPDATE client SET events_uri = %s, backchannel_logout_uri = %s", [receiver.origin] * 2,
        ))  # fmt: skip
        world.http = outward_client(inside=True)
        for _ in range(4):
            world.deliveries.tick()
        world.http.close()
    assert world.waits(CLUB) == 0


def test_an_event_that_is_refused_holds_no_other(world):
    refusing = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"

    def refuse(connection):
        connection.recv(65536)
        connection.sendall(refusing)

    with Receiver(refuse) as receiver:
        world.register({CLUB: receiver.origin})
        world.happens(CLUB, CLUB, CLUB)
        world.deliveries.tick()
        assert len(receiver.seen) == 6


def test_what_was_tried_by_a_clock_that_was_wrong_is_told_within_minutes(world):
    with Receiver(lambda connection: connection.close()) as receiver:
        world.register({CLUB: receiver.origin})
        world.happens(CLUB)
        right = world.clock.now()
        world.clock.advance(timedelta(days=365))
        world.deliveries.tick()
        world.clock.set(right + timedelta(minutes=1))
        world.deliveries._mend_at = 0.0
        world.deliveries.tick()
        assert len(receiver.seen) == 4
