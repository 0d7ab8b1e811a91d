"""The page frame, layer by layer: ``python -m bench.frame [--requests 3000]``.

µs of server CPU a request, for 1 and 8 keep-alive connections, and the ratio to a bare Starlette application on the
same server, measured in the same run (speed.md §4). The server is a process of its own; its request log goes to a file.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.limit import machine
from kazasu.app.rooms import migrations
from kazasu.app.web import served
from kazasu.cli.output.logs import write_log
from kazasu.cli.processes.countries import free_port
from kazasu.foundation.database import Database
from kazasu.foundation.database.migrate import prepare_schema
from kazasu.foundation.postgres import EmbeddedPostgres
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import SystemClock
from kazasu.foundation.web import Site, public, signed_in
from kazasu.foundation.web.edge.bounds import Bounds

TICKS = os.sysconf("SC_CLK_TCK")
ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--serve", nargs=2, metavar=("PORT", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(int(arguments.serve[0]), Path(arguments.serve[1]))
        return
    print(f"machine: {machine()}; µs of server CPU a request (× bare)")
    print(f"{'':<34}{'1 connection':>18}{'8 connections':>18}")
    with server() as (port, pid):
        cookie, version = _signed_in(port)
        bare: dict[int, float] = {}
        for name, path, header in (
            ("bare Starlette, async", "/bare", ""),
            ("static file", f"/static/kit/kit.css?v={version}", ""),
            ("empty page of the site", "/empty", ""),
            ("kit page", "/kit", ""),
            ("empty page with a session", "/mine", f"Cookie: session={cookie}\r\n"),
            ("posted form", "/form", ""),
        ):
            cells = []
            for connections in (1, 8):
                spent = _cpu(port, pid, path, header, connections, arguments.requests)
                bare.setdefault(connections, spent)
                cells.append(f"{spent:7.0f} ({_ratio(spent, bare[connections]):4.1f})")
            print(f"{name:<34}{cells[0]:>18}{cells[1]:>18}", flush=True)


# ------------------------------------------------------------ the server


def _ratio(spent: float, bare: float) -> float:
    """A handful of requests takes less than the clock's tick."""
    return spent / bare if bare else float("nan")


def serve(port: int, folder: Path) -> None:
    """A site with sessions in a database, and beside it the bare application."""
    settings = Settings(requests_per_minute=10**9, data=folder)
    write_log(settings, folder / "bench.log")
    with EmbeddedPostgres(folder / "postgres") as postgres:
        prepare_schema(postgres.url(), "portal", migrations("portal"), password="x", founder=False)  # noqa: S106
        database = Database(
            postgres.url(), room="portal", role="portal", password="x", clock=SystemClock()  # noqa: S106
        )  # fmt: skip
        _server(_beside(_bare(), _site(settings, database).app()), port).run()


def _server(application: ASGIApp, port: int) -> uvicorn.Server:
    return served(Bounds(application), port=port, most=1000)


def _bare() -> ASGIApp:
    async def answer(_: Request) -> Response:
        return PlainTextResponse("x")

    return Starlette(routes=[Route("/bare", answer)])


def _beside(bare: ASGIApp, site: ASGIApp) -> ASGIApp:
    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = bare if scope.get("path") == "/bare" else site
        await chosen(scope, receive, send)

    return dispatch


def _site(settings: Settings, database: Database) -> Site:
    site = Site(
        room="portal",
        name=Text("計測", "Bench"),
        templates=Path(__file__).parents[1] / "src" / "kazasu" / "portal" / "templates",
        settings=settings,
        clock=SystemClock(),
        database=database,
    )

    @site.route("/empty", access=public("bench"))
    def empty(_: Request) -> Response:
        return PlainTextResponse("x")

    @site.route("/kit", access=public("bench"))
    def kit(request: Request) -> Response:
        return site.render(request, "kit/page.html")

    @site.route("/form", access=public("bench"), methods=["POST"], api=True)
    def form(_: Request) -> Response:
        return PlainTextResponse("x")

    @site.route("/in", access=public("bench"))
    def sign_in(request: Request) -> Response:
        site.sign_in(request, kind="resident", subject="s", data={"n": 1})
        return PlainTextResponse(site._rendering.version)

    @site.route("/mine", access=signed_in("resident"))
    def mine(_: Request) -> Response:
        return PlainTextResponse("x")

    return site


@contextmanager
def server() -> Iterator[tuple[int, int]]:
    """``(port, process id)``."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder:
        Path(folder).chmod(0o711)
        command = [sys.executable, "-m", "bench.frame", "--serve", str(port), folder]
        process = subprocess.Popen(command)
        try:
            _wait(port, process)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: "subprocess.Popen[Any]") -> None:
    while process.poll() is None:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


# ------------------------------------------------------------ the clients


def _cpu(port: int, pid: int, path: str, header: str, connections: int, requests: int) -> float:
    """µs of server CPU a request: the median of some rounds, after one to warm up."""
    each = requests // connections
    found = []
    for round_ in range(ROUNDS + 1):
        before = _ticks(pid)
        threads = [
            threading.Thread(target=_ask, args=(port, path, header, each if round_ else 50))
            for _ in range(connections)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found.append(1e6 * (_ticks(pid) - before) / TICKS / (each * connections))
    return statistics.median(found[1:])


def _ask(port: int, path: str, header: str, times: int) -> None:
    method, body = ("POST", "a=1&b=2") if path == "/form" else ("GET", "")
    if body:
        header += (
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        )
    request = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n{body}".encode()
    with socket.create_connection(("127.0.0.1", port)) as one:
        for _ in range(times):
            one.sendall(request)
            _read(one, path)


def _read(one: socket.socket, path: str) -> bytes:
    found = b""
    while b"\r\n\r\n" not in found:
        found += one.recv(65536)
    head, _, body = found.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"{path}: {head[:40]!r}")
    lines = head.lower().split(b"\r\n")
    length = next(int(line[16:]) for line in lines if line.startswith(b"content-length: "))
    while len(body) < length:
        body += one.recv(65536)
    return found


def _signed_in(port: int) -> tuple[str, str]:
    """A session's cookie, and the version of the static files."""
    with socket.create_connection(("127.0.0.1", port)) as one:
        one.sendall(b"GET /in HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head, _, version = _read(one, "/in").decode().partition("\r\n\r\n")
    cookie = head.partition("set-cookie: session=")[2].partition(";")[0]
    return cookie, version


def _ticks(pid: int) -> int:
    """CPU time of a process, in clock ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    main()
