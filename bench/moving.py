"""Moves end to end, in cases a second: ``python -m bench.moving [--cases 28] [--residents 1000 100000]``.

A case is everything between the resident's signature and the closed old record: portal, both cities,
J-LIS, the network, eight letters, five inquiries, about forty audited transactions. One process, one
thread, letters carried in process; the signing keys are made before the clock runs. Beside it pgbench's TPC-B
on the same server in the same run.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.databases import Databases
from tests.support.town import Town

from bench.limit import machine, prepared, tpc_b
from kazasu.foundation.postgres import EmbeddedPostgres, PostgresServer
from kazasu.foundation.time.clock import FixedClock

MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
SIZE = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=28)
    parser.add_argument("--residents", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--limit-seconds", type=int, default=8, help="of TPC-B")
    parser.add_argument("--limit-scale", type=int, default=10, help="of TPC-B, × 100,000 accounts")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder:
        Path(folder).chmod(0o711)
        with EmbeddedPostgres(Path(folder) / "server") as server:
            print(f"machine: {machine()}")
            with prepared(server, wish.limit_scale):
                one, eight = (tpc_b(server, clients, wish.limit_seconds) for clients in (1, 8))
            print(f"TPC-B: {one:.0f}/s with 1 client, {eight:.0f}/s with 8")
            for residents in wish.residents:
                seconds = _moves(server, Path(folder), residents, wish.cases)
                rate = wish.cases / seconds
                print(
                    f"{residents:>9,} residents: {rate:6.2f} cases/s, "
                    f"1 case = {one / rate:.0f} TPC-B transactions of one client"
                )


def _moves(server: PostgresServer, folder: Path, residents: int, cases: int) -> float:
    """Of a day's 28 places no more can be taken. Seconds for ``cases`` whole moves in a city of so many residents."""
    clock = FixedClock(MORNING)
    with Databases(server, folder, clock) as databases:
        town = Town(databases, clock, households=residents // SIZE, size=SIZE)
        chosen = range(1, cases + 1)
        for number in chosen:  # keys and certificates are made before the clock runs
            town._certificate(town.members(number)[0], 1000 + number)
        began = time.perf_counter()
        moved = [town.submit(n, key=1000 + n, starts=_slot(n)) for n in chosen]
        town.settle()
        for case in moved:
            town.accept(case)
        town.settle()
        clock.set(clock.now() + timedelta(days=1))
        for number, case in zip(chosen, moved, strict=True):
            town.visit(case, number * 10)
            town.enter(case)
            town.register(case)
        town.settle()
        seconds = time.perf_counter() - began
        assert all(town.out_case(case).state == "closed" for case in moved)
        return seconds


def _slot(number: int) -> str:
    hours = (9, 10, 11, 13, 14, 15, 16)
    place = (number - 1) // 2 % (2 * len(hours))
    return f"{hours[place // 2]:02}:{place % 2 * 30:02}"


if __name__ == "__main__":
    main()
