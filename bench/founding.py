"""Founding and starting: ``python -m bench.founding [--residents 3000 100000]``. Seconds, one run each."""

import argparse
import resource
import tempfile
import time
from pathlib import Path

from bench.limit import machine
from kazasu.app.databases import prepare_databases
from kazasu.app.process import Process
from kazasu.app.rooms import select
from kazasu.foundation.postgres import EmbeddedPostgres
from kazasu.foundation.settings import Settings
from kazasu.society.founding import found_country


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, nargs="+", default=[3_000, 100_000])
    parser.add_argument("--cities", default="default")
    wish = parser.parse_args()
    print(f"machine: {machine()}")
    for residents in wish.residents:
        with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder:
            Path(folder).chmod(0o711)
            _found(Path(folder), residents, wish.cities)


def _found(folder: Path, residents: int, cities: str) -> None:
    settings = Settings(data=folder)
    began = time.perf_counter()
    with EmbeddedPostgres(folder / "server") as server:
        floors = prepare_databases(settings, server, select(()))
        laid = time.perf_counter()
        with floors.founders(server) as founders:
            found_country(
                settings, founders, floors.clock, cities=cities, residents=residents, seed=1
            )
        founded = time.perf_counter()
        process = Process(floors)
        opened = time.perf_counter()
        process.stop()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{residents:>9,} residents, cities {cities}: database and floors {laid - began:.1f} s, "
        f"founding {founded - laid:.1f} s, rooms {opened - founded:.1f} s; peak {peak} MiB"
    )


if __name__ == "__main__":
    main()
