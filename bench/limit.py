"""The limit to compare with: pgbench's TPC-B on the very server that the country runs on."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from kazasu.foundation.postgres import PostgresServer
from kazasu.foundation.postgres.binaries import wheel_folder

DATABASE = "bench_limit"


@contextmanager
def prepared(server: PostgresServer, scale: int = 10) -> Iterator[None]:
    """A database with pgbench's tables (``scale`` × 100,000 accounts)."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for statement in ("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {}"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(DATABASE)))
        _pgbench(server, "--initialize", "--quiet", f"--scale={scale}")
        yield
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(DATABASE)))


def tpc_b(server: PostgresServer, clients: int, seconds: int) -> float:
    """Transactions a second: one row read, three updated, one inserted, commit to disk."""
    answer = _pgbench(
        server, f"--client={clients}", f"--jobs={min(clients, os.cpu_count() or 1)}",
        f"--time={seconds}", "--protocol=prepared", "--no-vacuum",
    )  # fmt: skip
    return float(re.search(r"^tps = ([\d.]+)", answer, re.MULTILINE).group(1))


def _pgbench(server: PostgresServer, *arguments: str) -> str:
    folder = wheel_folder()
    program = str(folder / "pgbench") if folder else "pgbench"
    environment = {"PATH": os.environ.get("PATH", ""), "PGPASSWORD": server.password}
    command = [
        program, "--host", server.host, "--port", str(server.port), "--username", server.user,
        *arguments, DATABASE,
    ]  # fmt: skip
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def machine() -> str:
    """What it was measured on, in a line."""
    memory = next(
        (line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines()
         if line.startswith("MemTotal")), "0",
    )  # fmt: skip
    return f"{os.cpu_count()} cores, {int(memory) // 1024 // 1024} GiB"
