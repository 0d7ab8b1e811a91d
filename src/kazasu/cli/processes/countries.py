"""Small countries that live as long as somebody plays in them: together in one process, or apart.

Apart each institution has a process and a database of its own: the same rooms, started by ``kazasu serve``, that share nothing but
the directory, speak HTTP, and reach no database but their own.
"""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from kazasu.app.country import founding
from kazasu.app.databases import prepare_databases
from kazasu.app.process import Process
from kazasu.app.rooms import select
from kazasu.app.web import server_of
from kazasu.cli.output.logs import write_log
from kazasu.cli.processes.houses import served
from kazasu.cli.processes.running import bound
from kazasu.exchange.directory import Directory, read_directory
from kazasu.exchange.street import street
from kazasu.foundation.database import Database
from kazasu.foundation.postgres import EmbeddedPostgres, GivenPostgres
from kazasu.foundation.settings import Settings, read_settings
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.time.country_clock import open_clock
from kazasu.society.founding import found_country
from kazasu.society.places import DEFAULT_CITIES

ProcessGroup = tuple[str, ...]


def _houses(cities: Sequence[str]) -> tuple[ProcessGroup, ...]:
    """Who lives with whom, as the institutions say; each tenant has a house of its own."""
    together: dict[str, list[str]] = {}
    for one in street():
        for tenant in cities if one.each else ("",):
            own = one.of(tenant)
            together.setdefault(one.lives_with or own, []).append(own)
    return tuple(tuple(sorted(house)) for house in together.values())


RESIDENTS: Final = 100
TOGETHER_RESIDENTS: Final = 150


@dataclass(frozen=True)
class Country:
    """A running country, as a story and the checker see it."""

    directory: Directory
    clock: Clock
    databases: list[str]
    """URLs for the administrator, of every database in it."""
    folder: Path
    """Where its cards and its institutions' keys lie."""
    process: Process | None = None
    """The process, when there is only one and it is this one."""


@contextmanager
def together(folder: Path, **changes: Any) -> Iterator[Country]:
    """The whole country in this process, as ``kazasu up`` opens it; ``changes``: of its settings."""
    own = {"requests_per_minute": 60_000} | changes
    settings = replace(read_settings(data=folder, port=own.pop("port", None) or free_port()), **own)
    write_log(settings, folder / "kazasu.log")
    with bound(settings) as doors, EmbeddedPostgres(folder / "postgres") as server:
        with founding(settings, server, {}):
            prepared = prepare_databases(settings, server, select(()))
            with prepared.founders(server) as founders:
                found_country(
                    settings, founders, prepared.clock,
                    cities="default", residents=TOGETHER_RESIDENTS, seed=1,
                )  # fmt: skip
        process = Process(prepared)
        web = server_of(process)
        thread = threading.Thread(target=web.run, args=([doors],), daemon=True)
        with process:
            thread.start()
            while not web.started:
                time.sleep(0.02)
            home = settings.directory_file.parent
            yield Country(process.directory, process.clock, [server.url()], home, process)
            web.should_exit = True
            thread.join(timeout=10)


@contextmanager
def apart(folder: Path, cities: int = 2) -> Iterator[Country]:
    """Found a small country of so many cities and open each house of it in a process of its own."""
    codes = DEFAULT_CITIES[:cities]
    houses = _houses(codes)
    with ExitStack() as stack:
        server = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        ports = {house: free_port() for house in houses}
        urls = {house: server.url(_database(server.url(), house)) for house in houses}
        settings = read_settings(data=folder, port=ports[houses[0]])
        _found(settings, codes, ports, urls)
        opening = [
            stack.enter_context(served(folder, house, ports[house], urls[house]))
            for house in houses
        ]
        for one in opening:
            one.wait()
        clock = open_clock(settings)
        directory = read_directory(settings.directory_file, clock)
        yield Country(directory, clock, list(urls.values()), settings.directory_file.parent)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _database(administrator: str, house: ProcessGroup) -> str:
    name = "house_" + "_".join(house).replace(":", "_")
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return name


def _found(
    settings: Settings,
    cities: Sequence[str],
    ports: dict[ProcessGroup, int],
    urls: dict[ProcessGroup, str],
) -> None:
    """Each group's rooms prepared on its own database; then everybody founded at once."""
    founders: dict[str, Database] = {}
    with ExitStack() as stack:
        for house, url in urls.items():
            server = GivenPostgres(url).start()
            stack.enter_context(founding(settings, server, {}))
            prepared = stack.enter_context(
                closing(prepare_databases(settings, server, select(house)))
            )
            for room, database in stack.enter_context(prepared.founders(server)).items():
                founders[house[0] if room == "municipality" else room] = database
        founders["municipality"] = founders["city:141003"]
        found_country(
            settings,
            founders,
            open_clock(settings),
            cities=",".join(cities),
            residents=RESIDENTS,
            seed=1,
            ports={institution: ports[house] for house in urls for institution in house},
        )
