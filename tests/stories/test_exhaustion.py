"""Everything at once that ever stopped a house: it serves, it does not grow, and it comes back by itself.

The deep run besieges a whole country at ``ulimit -n 1024`` and writes its figures out. The normal run besieges the real
edge alone, for seconds: there a limit of time would measure the machine.
"""

import json
import threading
import time
from contextlib import ExitStack, closing, contextmanager

import psycopg
import pytest

from kazasu.society.stories import moving
from kazasu.society.stories.stage import Person, Stage
from tests.app.test_edge import memory, served
from tests.support.besieged import Besieged, Probe, besieged, percentile, wait
from tests.support.exhaustion import besieging
from tests.support.party import Party
from tests.support.receivers import Receiver, dead, dripping_body, dripping_head

SECONDS = 180
WARM = 60
"""Seconds after which memory is to stay as it is."""
KILL_EVERY = 20
SLOW_PARTIES = 64
MOST_GROWTH = 1.15
MOST_P95, MOST_BACK = 1.0, 10.0
"""Seconds for a page, and until all is well again without a hand. A slower machine has as many more as it was slower
before the siege: ``alone`` in the figures."""
QUIET_P95, QUIET_BACK = 0.05, 5.0
"""Of a page alone, and of coming back from one killed server, on two cores that do nothing else."""
SLOWEST = 3
"""A machine that is slower than this many times says nothing."""


def test_the_edge_serves_through_a_sample_of_it():
    with served(files=1024) as (port, process, most):
        probe = Probe([f"http://127.0.0.1:{port}/page"], cookies=None)
        with probe.asking():
            wait(10, "a page", lambda: len(probe.asked) > 3)
            with besieging(
                port, "x", 6, silent=1100, heads=60, bodies=60, readers=64, chunked=4
            ) as told:
                time.sleep(3)
                warm = memory(process)
                time.sleep(3)
            assert memory(process) < warm * MOST_GROWTH + 8
        assert {status for *_, status in probe.asked} == {200}
        assert len(probe.asked) > 10
        assert told["silent"]["at once"] > most
        assert told["chunked"]["bytes"] > 1_000_000
        process.terminate()
        assert len(process.stderr.read().splitlines()) < 10


@contextmanager
def doing(work, *arguments):
    """``work(over, …)`` in a thread; what it raised is raised here."""
    over, failed = threading.Event(), []

    def run():
        try:
            work(over, *arguments)
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join(timeout=60)
    assert not failed, failed


def killing(over, country: Besieged, gone: list):
    """The database's server, again and again; ``gone`` has from when until when it was away."""
    while not over.wait(KILL_EVERY):
        began = time.monotonic()
        country.kill_server()
        wait(60, "another server", country.answers)
        gone.append((began, time.monotonic()))


def holding(over, country: Besieged, tables: list[str]):
    """These tables, as a long change of their shape holds them: twelve seconds of fifteen."""
    while not over.wait(3):
        try:
            with psycopg.connect(country.url, connect_timeout=5) as connection:
                for table in tables:
                    connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
                over.wait(12)
        except psycopg.OperationalError:
            continue  # it was killed meanwhile


def telling(over, country: Besieged, parties: list[str]):
    """Each second an event and a logout token for every slow party; what is told already is no matter."""
    tell = """INSERT INTO identity.delivery (client_id, delivery_id, kind, event, sub, sid, details, happened_at, next_at)
              SELECT client, gen_random_uuid(), kind, 'link-ended', 'subject', '', '{}', %(now)s, %(now)s
              FROM unnest(%(parties)s::text[]) client, unnest(ARRAY['event', 'logout']) kind"""
    while not over.wait(1):
        try:
            with psycopg.connect(country.url, connect_timeout=5) as connection:
                connection.execute(tell, {"now": country.clock.now(), "parties": parties})
        except psycopg.OperationalError:
            continue


def registered(country, number, at):
    """A party that listens at this address. Returns its number."""
    with closing(Party(
        country, f"slow{number}", home=at, backchannel_logout_uri=f"{at}/bye", events_uri=f"{at}/events",
    )) as party:  # fmt: skip
        return party.client_id


@pytest.fixture
def slow(request):
    """Addresses of receivers that are dead or drip."""
    kinds = [dead, dripping_head, dripping_body]
    with ExitStack() as stack:
        yield [stack.enter_context(Receiver(kinds[n % 3])).origin for n in range(SLOW_PARTIES)]


@pytest.mark.deep
@pytest.mark.timeout(1200)
def test_a_country_serves_through_all_of_it_and_comes_back(tmp_path_factory, slow):
    folder = tmp_path_factory.mktemp("besieged")
    for one in (folder, folder.parent):
        one.chmod(0o711)  # the server's own user passes
    with besieged(folder) as country, ExitStack() as stack:
        stage = stack.enter_context(
            closing(Stage(country.directory, country.clock, lambda _: None))
        )
        hanako = Person(stage, "佐藤　花子", stage.browser())
        case = moving.give_notice(stage, hanako)
        parties = [registered(country, n, to) for n, to in enumerate(slow)]
        portal = stage.origin("portal")
        probe = Probe(
            [f"{portal}/", f"{portal}/", f"{portal}/moves/{case}", f"{portal}/moves/{case}"],
            hanako.browser.client.cookies,
        )
        askers = Probe([f"{portal}/accesses"] * 4, hanako.browser.client.cookies, pause=0.5)
        alone = _alone(country, probe)
        figures = _besiege(country, probe, askers, parties)
        figures |= {
            "alone": alone,
            "most p95": _slower(MOST_P95, alone["p95"] / QUIET_P95),
            "most back": _slower(MOST_BACK, alone["back"] / QUIET_BACK),
        }
        print("STATS", json.dumps(figures))
        (folder.parent / "exhaustion.json").write_text(json.dumps(figures))
        assert figures["p95"] < figures["most p95"]
        assert figures["last"] < figures["warm"] * MOST_GROWTH
        assert figures["back"] < figures["most back"]
        assert country.log.count("Traceback (most recent") == 0
        _works_as_before(stage, country, case)


def _slower(limit, times):
    return round(limit * min(max(times, 1), SLOWEST), 2)


def _alone(country, probe):
    """The same, before anybody besieges it: a page, and how long all takes to come back from one killed server."""
    with probe.asking():
        time.sleep(10)
    taken = probe.seconds([])
    probe.asked.clear()
    country.kill_server()
    began = time.monotonic()
    server = wait(60, "another server", country.answers)
    wait(60, "all green", country.healthy)
    return {
        "p95": round(percentile(taken, 0.95), 3),
        "server": round(server, 1),
        "back": round(time.monotonic() - began, 1),
    }


def _besiege(country, probe, askers, parties):
    gone, sizes = [], []
    host = country.directory.origin("portal").removeprefix("http://")
    with (
        besieging(
            country.port, host, SECONDS, silent=5000, heads=200, bodies=200, readers=64, chunked=4
        ) as told,
        probe.asking(),
        askers.asking(),
        doing(telling, country, parties),
        doing(holding, country, ["municipality.resident", "bank.customer"]),
        doing(killing, country, gone),
    ):
        began = time.monotonic()
        while time.monotonic() - began < SECONDS:
            time.sleep(1)
            sizes.append(country.megabytes)
        over = time.monotonic()
    wait(60, "all green", country.healthy)
    back = time.monotonic() - over
    taken = probe.seconds(gone)
    return {
        "p50": round(percentile(taken, 0.5), 3),
        "p95": round(percentile(taken, 0.95), 3),
        "pages": len(taken),
        "failed": sum(status != 200 for *_, status in probe.asked),
        "in all": len(probe.asked),
        "away": [round(end - start, 1) for start, end in gone],
        "warm": round(max(sizes[WARM - 20 : WARM]), 1),
        "last": round(max(sizes[-20:]), 1),
        "back": round(back, 1),
        "told": told,
    }


def _works_as_before(stage, country, case):
    """What was sent before goes on, what is asked now is done, and the records are whole."""
    moving.accept(stage, case)
    moving.at_arrival(stage, case)
    for command in (["check"], ["audit", "verify"]):
        found = country.run(*command)
        assert found.returncode == 0, found.stdout + found.stderr
