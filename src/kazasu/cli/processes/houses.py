"""``kazasu serve`` as a process of its own: started, waited for as long as it gets on, ended."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from kazasu.cli.output.refusals import HOUSE_ENDED, HOUSE_SILENT
from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.http import http_client

STANDSTILL_SECONDS: Final = 60.0
"""Without a sign of work. How long a start takes says nothing: sixteen of them may share two slow cores."""
_LAST_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class House:
    """A started process, where it will listen, and what it writes."""

    name: str
    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def wait(self, standstill: float = STANDSTILL_SECONDS) -> None:
        """Until it answers.

        Raises:
            Refusal: ``cli.house-ended``, or ``cli.house-silent`` when it neither computed nor wrote anything for
                ``standstill`` seconds; with the end of its log.
        """
        progress, since = self._progress(), time.monotonic()
        with http_client(timeout=1.0) as client:
            while not self._answers(client):
                if self.process.poll() is not None:
                    raise self._refusal(HOUSE_ENDED, status=self.process.returncode)
                now = self._progress()
                if now != progress:
                    progress, since = now, time.monotonic()
                elif time.monotonic() - since > standstill:
                    raise self._refusal(HOUSE_SILENT, seconds=int(standstill))
                time.sleep(0.1)

    def _answers(self, client: httpx.Client) -> bool:
        with suppress(httpx.TransportError):
            client.get(f"http://127.0.0.1:{self.port}/")
            return True
        return False

    def _progress(self) -> tuple[object, ...]:
        """Changes while it works: processor time used (where the system tells), bytes written."""
        return _ticks(self.process.pid), self.log.stat().st_size

    def _refusal(self, fault: Fault, **facts: object) -> Refusal:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return Refusal(fault, house=self.name, log="\n".join(lines[-_LAST_LINES:]) or "–", **facts)


def _ticks(pid: int) -> tuple[str, ...]:
    """User and system time of a process; see proc_pid_stat(5)."""
    with suppress(OSError):
        after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        return tuple(after_name.split()[11:13])
    return ()


@contextmanager
def served(
    folder: Path,
    rooms: Sequence[str],
    port: int,
    url: str,
) -> Iterator[House]:
    """``kazasu serve`` for these rooms, until the block ends.

    The database's address holds a password: it travels in the environment, which the list of processes does not show.
    """
    log = folder / f"{rooms[0].replace(':', '-')}.log"
    command = [
        sys.executable, "-m", "kazasu", "serve", *rooms, "--data", str(folder),
        "--directory", str(folder / "directory.json"), "--port", str(port),
    ]  # fmt: skip
    environment = os.environ | {
        "KAZASU_DATABASE_URL": url, "KAZASU_REQUESTS_PER_MINUTE": "60000",
    }  # fmt: skip
    with (
        log.open("wb") as paper,
        subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=paper, stderr=paper, env=environment
        ) as process,
    ):
        try:
            yield House(rooms[0], process, port, log)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            process.kill()
