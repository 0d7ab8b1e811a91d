"""A country in which nobody does anything: ``python -m bench.idle [--seconds 30]``. A minute's statements and CPU, and
which statements they are."""

import argparse
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import psycopg

from bench.limit import machine
from kazasu.cli.processes import countries
from kazasu.foundation.postgres import EmbeddedPostgres

COUNTING = {"shared_preload_libraries": "pg_stat_statements", "pg_stat_statements.track": "top"}
STATEMENTS = """
    SELECT sum(calls)::int, regexp_replace(query, '\\s+', ' ', 'g') AS what FROM pg_stat_statements
    WHERE query !~ 'pg_stat_statements' GROUP BY what ORDER BY 1 DESC
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    seconds = parser.parse_args().seconds
    print(f"machine: {machine()}")
    with (
        tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder,
        patch.object(
            countries, "EmbeddedPostgres", lambda place: EmbeddedPostgres(place, COUNTING)
        ),
    ):
        Path(folder).chmod(0o711)
        with countries.together(Path(folder)) as country:
            time.sleep(min(seconds, 10))  # what founding left over is worked off
            _measure(country.databases[0], seconds)


def _measure(url: str, seconds: float) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        connection.execute("SELECT pg_stat_statements_reset()")
        cpu = time.process_time()
        time.sleep(seconds)
        cpu = time.process_time() - cpu
        rows = connection.execute(STATEMENTS).fetchall()
    minute = 60 / seconds
    print(
        f"a minute: {minute * sum(calls for calls, _ in rows):,.0f} statements, {minute * cpu:.2f} s CPU of Python"
    )
    for calls, query in rows[:12]:
        print(f"{minute * calls:8,.0f}  {query[:100]}")


if __name__ == "__main__":
    main()
