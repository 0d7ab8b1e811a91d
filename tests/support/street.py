"""A few real rooms on test databases: the house's own :class:`Process`, without its threads.

``Street(databases, clock, folder, "jpki", "identity")`` opens them; ``.browser()`` is a browser
that reaches all their pages in process; ``.settle()`` lets letters, ticks and jobs run out.
"""

from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from starlette.testclient import TestClient

from kazasu.app.process import Process
from kazasu.app.rooms import select
from kazasu.app.web import web_application
from kazasu.exchange.directory import Entry, read_directory, write_directory
from kazasu.exchange.street import street
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock
from kazasu.jpki import room as jpki_room
from kazasu.jpki.authorities.ceremony import hold_ceremony
from kazasu.jpki.authorities.institutions import issue_institution
from kazasu.jpki.authorities.keyring import read_authority
from kazasu.jpki.authorities.keys import Authorities, read_authorities
from kazasu.jpki.authorities.terminals import make_terminal
from tests.support import pki
from tests.support.databases import Databases
from tests.support.folders import folder

PORT = 8000
CITIES = {
    "141003": (Text("横浜市", "Yokohama"), Text("神奈川県", "Kanagawa"), "yokohama"),
    "011002": (Text("札幌市", "Sapporo"), Text("北海道", "Hokkaido"), "sapporo"),
    "401307": (Text("福岡市", "Fukuoka"), Text("福岡県", "Fukuoka"), "fukuoka"),
}
"""The municipalities in which institutions with tenants have one: name, prefecture, part of the address."""


def entries(authority, place: Path, clock: Clock, port: int):
    """Every institution of the street, with keys of its own."""
    for declared in street():
        for tenant in CITIES if declared.each else ("",):
            own = declared.of(tenant)
            name, prefecture, slug = CITIES.get(tenant, (declared.name, None, ""))
            origin = declared.origin("http", port, slug)
            yield Entry(
                id=own,
                origin=origin,
                name=name,
                certificates=issue_institution(authority, place, own, origin, clock.now()),
                facts={"prefecture": prefecture} if prefecture else {},
            )


_made: dict[int, Path] = {}


def prepared(clock: Clock, port: int = PORT) -> Path:
    """A folder with PKI, institutions' keys and the directory for origins on ``port``."""
    if port not in _made:
        place = folder("street")
        pki.authorities(clock)
        (place / "pki").symlink_to(pki.place() / "pki")
        hold_ceremony(place, clock)
        make_terminal(place, read_authority(place, "terminal-ca"))
        authority = read_authority(place, "institutions-ca")
        pem = (place / "pki" / "institutions-ca-1.pem").read_text()
        write_directory(place / "directory.json", pem, list(entries(authority, place, clock, port)))
        _made[port] = place
    return _made[port]


def _authorities(folder: Path, passphrase: bytes | None = None) -> Authorities:
    """Read once for what lies there: OpenSSL checks an RSA key for 65 ms, and every test opens a street."""
    files = (one for one in (folder / "pki").rglob("*") if one.is_file())
    return _read(folder, passphrase, frozenset((one, one.stat().st_mtime_ns) for one in files))


@lru_cache
def _read(folder: Path, passphrase: bytes | None, _: frozenset[tuple[Path, int]]) -> Authorities:
    return read_authorities(folder, passphrase)


class Street:
    """Rooms of one process on test databases."""

    def __init__(self, databases: Databases, clock: Clock, *rooms: str, **settings: Any) -> None:
        self.databases = databases
        self.clock = clock
        place = prepared(clock, settings.get("port", PORT))
        self.settings = Settings(data=place, **{"requests_per_minute": 600_000} | settings)
        selection = select(rooms)
        opened = SimpleNamespace(
            settings=self.settings,
            clock=clock,
            selection=selection,
            databases={room: databases(room) for room in selection.rooms},
            jobs=databases.jobs,
            close=lambda: None,
        )
        self.directory = read_directory(self.settings.directory_file, clock)
        with patch.object(jpki_room, "read_authorities", _authorities):
            self.process = Process(opened)  # type: ignore[arg-type]
        self.application = web_application(self.process)

    def browser(self, **options: Any) -> TestClient:
        """Follows no redirect by itself; cookies by host, as a browser keeps them."""
        return TestClient(
            self.application,
            base_url=self.directory.origin("identity"),
            follow_redirects=False,
            **options,
        )

    def house(self, room: str):
        """What the room was opened with."""
        return self.process._house(room)

    def settle(self) -> None:
        self.process.settle()
