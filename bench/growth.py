"""What grows with the tables: ``python -m bench.growth [--rows 1000 100000 1000000]``. Medians, one client.

A city's database is filled with so many rows each of accesses, residents, cases and letters that wait. Each look-up
runs as pages run it, with role, row security, audit row and durable commit; beside the milliseconds stands its ratio
to a transaction of the same run that writes its audit row and nothing else. What stays flat from 10³ to 10⁶ is found
by an index; what grows with the rows is not. Letters: how long claiming a batch takes, and how many a relay brings a
second when its receivers answer at once, and when one of ten is dead.
"""

import argparse
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import structlog
from tests.support.databases import Databases
from tests.support.institutions import Institutions

from bench.filling import CITY, PERSON, RECEIVERS, fill
from bench.limit import machine
from kazasu.exchange.carrier import operator
from kazasu.exchange.carrier.letters import RECEIPT_TYP
from kazasu.exchange.carrier.relay import Relay
from kazasu.exchange.faults import UNREACHABLE
from kazasu.foundation import audit
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import FixedClock
from kazasu.municipality.moving.store import arrivals, queues
from kazasu.municipality.moving.subject import QUEUES
from kazasu.municipality.register import store as register
from kazasu.municipality.register.searching import store as searching
from kazasu.municipality.register.searching.conditions import Wanted

MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
TODAY = MORNING.date()
LOOKING = Access("system:bench", "municipality.bench.look", Text("計測", "Measuring"))
DEAD_FOR = 0.05
"""Seconds until a dead receiver is given up."""
Work = Callable[[Transaction], object]


def _desk(tx: Transaction) -> list[int]:
    """What the first page of the desk counts."""
    day = TODAY
    return [
        *(queue.count(tx, day) for queue in QUEUES if queue.count),
        len(queues.card_holders(tx)),
        operator.how_many(tx),
    ]


LOOK_UPS: dict[str, Work] = {
    "audit row and commit (floor)": lambda _: None,
    "who looked at a person": lambda tx: audit.accesses(tx, PERSON),
    "search by number": lambda tx: searching.found(tx, Wanted(PERSON)),
    "search by reading, few found": lambda tx: searching.found(tx, Wanted("サトウ　000001")),
    "search by reading, all found": lambda tx: searching.found(tx, Wanted("サトウ")),
    "search by name": lambda tx: searching.found(tx, Wanted("佐藤　000001")),
    "desk, all queues": _desk,
    "cards waiting": arrivals.cards_waiting,
    "letters that wait, operator's page": operator.undelivered,
    "cities with something due (each second)": lambda tx: tx.column(
        "SELECT cities_due(%s, %s)", (TODAY, tx.now)
    ),
    "a resident's record": lambda tx: register.by_id(tx, PERSON),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=3.0, help="of relaying")
    wish = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(f"machine: {machine()}")
    tables = []
    for rows in wish.rows:
        with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder:
            Path(folder).chmod(0o711)
            tables.append(_measured(Path(folder), rows, wish.times, wish.seconds))
    print(f"{'rows':<42}" + "".join(f"{rows:>22,}" for rows in wish.rows))
    for name in tables[0]:
        print(f"{name:<42}" + "".join(f"{table[name]:>22}" for table in tables))


def _measured(folder: Path, rows: int, times: int, seconds: float) -> dict[str, str]:
    clock = FixedClock(MORNING)
    with EmbeddedPostgres(folder / "server") as server, Databases(server, folder, clock) as made:
        database = made("municipality")
        fill(made.founder("municipality"), rows)
        with psycopg.connect(made.url("municipality"), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        took = {name: _median(database, work, times) for name, work in LOOK_UPS.items()}
        floor = next(iter(took.values()))
        found = {name: f"{1000 * one:.1f} ms {one / floor:6.1f} ×" for name, one in took.items()}
        return found | _letters(database, clock, seconds)


def _median(database: Database, work: Work, times: int) -> float:
    """Seconds of a transaction."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        database.run("bench", work, tenant=CITY, access=LOOKING)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


class _Enough(BaseException):
    """Time is up: no handler of the relay may take it for a fault."""


class _Line:
    """Receivers that sign a receipt at once; the dead one keeps the caller waiting."""

    def __init__(self, institutions: Institutions, seconds: float, dead: str = "") -> None:
        self._keys = {name: institutions[name] for name in RECEIVERS}
        self._dead, self._end = dead, time.perf_counter() + seconds
        self.brought = 0

    def deliver(self, to: str, sealed: str) -> str:
        if time.perf_counter() > self._end:
            raise _Enough
        if to == self._dead:
            time.sleep(DEAD_FOR)
            raise Refusal(UNREACHABLE, institution=to)
        self.brought += 1
        return self._keys[to].sign(json.dumps({"irt": sealed}).encode(), RECEIPT_TYP)

    def inquire(self, of: str, sealed: str) -> str:
        raise NotImplementedError


def _letters(database: Database, clock: FixedClock, seconds: float) -> dict[str, str]:
    institutions = Institutions(clock, *RECEIVERS)
    claims = [_claim(database, institutions) for _ in range(5)]
    return {
        "claiming a batch": f"{1000 * statistics.median(claims):.1f} ms",
        "letters a second": _relayed(database, institutions, seconds),
        "letters a second, one of ten dead": _relayed(
            database, institutions, seconds, RECEIVERS[0]
        ),
    }


def _claim(database: Database, institutions: Institutions) -> float:
    line: Any = _Line(institutions, 0)
    began = time.perf_counter()
    try:
        Relay(database, institutions.directory, line).run()
    except _Enough:
        return time.perf_counter() - began
    raise SystemExit("no letter was due")


def _relayed(database: Database, institutions: Institutions, seconds: float, dead: str = "") -> str:
    """A dash when no letter was left."""
    line = _Line(institutions, seconds, dead)
    began = time.perf_counter()
    try:
        while Relay(database, institutions.directory, line).run():
            continue
    except _Enough:
        pass
    rate = line.brought / (time.perf_counter() - began)
    return f"{rate:,.0f} /s" if line.brought else "–"


if __name__ == "__main__":
    main()
