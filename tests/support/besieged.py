"""A country in a process of its own, with few files, that is looked at from outside while it is besieged."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg

from kazasu.cli.processes.countries import free_port
from kazasu.exchange.directory import read_directory
from kazasu.foundation.http import http_client
from kazasu.foundation.postgres import find_server
from kazasu.foundation.settings import read_settings
from kazasu.foundation.time.country_clock import open_clock

FAILED = 60.0
"""Seconds that stand for an answer that never came, or was none."""


def wait(seconds, what, look):
    """Seconds until ``look()`` is true."""
    began = time.monotonic()
    while not look():
        assert time.monotonic() - began < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - began


class Besieged:
    """What can be seen and done from outside: HTTP, the process's memory, the server's process."""

    def __init__(self, folder: Path, process: subprocess.Popen, port: int) -> None:
        self.folder, self.process, self.port = folder, process, port
        self.settings = read_settings(data=folder, port=port)
        self.clock = open_clock(self.settings)
        self.directory = read_directory(self.settings.directory_file, self.clock)
        with find_server(self.settings) as server:
            self.url = server.url()
        with psycopg.connect(self.url) as connection:
            self._cluster = Path(connection.execute("SHOW data_directory").fetchone()[0])

    @property
    def megabytes(self) -> float:
        """Resident memory of the web process."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    @property
    def log(self) -> str:
        return "\n".join(
            path.read_text(encoding="utf-8", errors="replace")
            for path in (self.folder / "kazasu.log", self.folder.parent / "said.txt")
            if path.exists()
        )

    def healthy(self) -> bool:
        """Is every institution green?"""
        return not self.ill()

    def ill(self) -> dict[str, object]:
        found = {}
        with http_client(10.0) as client:
            for entry in self.directory:
                try:
                    answer = client.get(f"{entry.origin}/healthz")
                except httpx.HTTPError as error:
                    found[entry.id] = repr(error)
                    continue
                if answer.status_code not in (200, 404):
                    parts = answer.json()["parts"].items()
                    found[entry.id] = {k: v for k, v in parts if v["status"] != "ok"}
        return found

    def kill_server(self) -> None:
        first = (self._cluster / "postmaster.pid").read_text().partition("\n")[0]
        os.kill(int(first), signal.SIGKILL)

    def answers(self) -> bool:
        """Does the database take connections?"""
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(self.url, connect_timeout=2) as connection,
        ):
            return connection.execute("SELECT 1").fetchone() == (1,)
        return False

    def run(self, *command: str) -> subprocess.CompletedProcess:
        """``kazasu check`` and the like, at this country."""
        return subprocess.run(
            [sys.executable, "-m", "kazasu", *command, "--data", str(self.folder)],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip


@contextmanager
def besieged(folder: Path, *, files: int = 1024):
    """``kazasu up`` with so many files, founded and open."""
    port = free_port()
    command = [
        "sh", "-c", 'ulimit -n "$0" && exec "$@"', str(files), sys.executable, "-m", "kazasu",
        "up", "--data", str(folder / "data"), "--port", str(port), "--residents", "150",
    ]  # fmt: skip
    environment = os.environ | {"KAZASU_REQUESTS_PER_MINUTE": "60000"}
    with (
        (folder / "said.txt").open("w") as paper,
        subprocess.Popen(command, stdout=paper, stderr=paper, env=environment) as process,
    ):
        try:
            wait(240, "the country opens", lambda: _open(process, port, folder / "said.txt"))
            yield Besieged(folder / "data", process, port)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=60)
            process.kill()


def _open(process, port, said) -> bool:
    assert process.poll() is None, said.read_text()
    with suppress(httpx.HTTPError), http_client(5.0) as client:
        return client.get(f"http://portal.localhost:{port}/healthz").status_code == 200
    return False


@dataclass
class Probe:
    """Asks pages again and again, each over a connection of its own; what each took, and how it ended."""

    pages: list[str]
    cookies: httpx.Cookies
    pause: float = 0.2
    asked: list[tuple[float, float, str, int | str]] = field(default_factory=list)
    """Begun at, ended at, the page, its status or what was wrong."""

    @contextmanager
    def asking(self):
        over = threading.Event()
        threads = [
            threading.Thread(target=self._ask, args=[page, over], daemon=True)
            for page in self.pages
        ]
        for one in threads:
            one.start()
        try:
            yield self
        finally:
            over.set()
            for one in threads:
                one.join(timeout=60)

    def _ask(self, page: str, over: threading.Event) -> None:
        with http_client(20.0) as client:
            client.cookies = self.cookies
            while not over.wait(self.pause):
                began = time.monotonic()
                try:
                    status = client.get(page, headers={"connection": "close"}).status_code
                except httpx.HTTPError as error:
                    status = type(error).__name__
                self.asked.append((began, time.monotonic(), page, status))

    def seconds(self, without: list[tuple[float, float]]) -> list[float]:
        """Of each page asked outside of these times, in order of size; whatever is no page took :data:`FAILED`."""
        return sorted(
            ended - began if status == 200 else FAILED
            for began, ended, _, status in self.asked
            if not any(began <= late and ended >= early for early, late in without)
        )


def percentile(ordered: list[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
