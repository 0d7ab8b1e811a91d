"""Commands to the card: ``python -m bench.card``. Median of 2,000, GET CHALLENGE-sized.

In process; through the operating system's card service (pcscd, the vpcd driver, the card at the other end of a
socket) with pyscard, as any program has it; and whole signatures both ways.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.limit import machine
from kazasu.card.chip.machine import Card
from kazasu.card.client import CardClient
from kazasu.card.transports import Reader
from kazasu.card.transports.virtual import ChipReader
from kazasu.workbench.bench import Workbench
from kazasu.workbench.table import CardTable

SELECT = bytes.fromhex("00A4040C0AD392F000260100000001")
QUERY = bytes.fromhex("00A4020C020018"), bytes.fromhex("00200080")
TIMES = 2000


def main() -> None:
    if "--through" in sys.argv:
        from kazasu.card.transports.pcsc import PcscReader  # noqa: PLC0415 - needs pyscard

        measure("through pcscd", PcscReader())
        return
    print(f"machine: {machine()}")
    with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder:
        card = Card(Workbench(Path(folder)).make("anna"), lambda _: None)
        measure("in process", ChipReader(card))
        with CardTable() as table:
            table.insert(card)
            environment = {**os.environ, **table.environment}
            command = [sys.executable, "-m", "bench.card", "--through"]
            subprocess.run(command, env=environment, check=True)


def measure(name: str, reader: Reader) -> None:
    reader.transmit(SELECT)
    reader.transmit(QUERY[0])
    trip = median(lambda: reader.transmit(QUERY[1]), TIMES)
    client = CardClient(reader)
    sign = median(lambda: client.authenticate(b"x", "1234"), 50)
    print(
        f"{name:<16} {1000 * trip:7.3f} ms a command   {1000 * sign:6.1f} ms a signature, PIN and certificate with it"
    )


def median(work: Callable[[], object], times: int) -> float:
    """Seconds."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
