"""An institution's place: its folder, its directory, its database with a founder's role for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from kazasu.app.country import enter_or_open, occupying, refuse_lost_database
from kazasu.app.databases import RoomDatabases
from kazasu.app.production import opened_directory
from kazasu.app.rooms import ROOMS, room_of, select
from kazasu.cli.output.refusals import FOUND_IN_PRODUCTION
from kazasu.exchange.directory import Directory
from kazasu.exchange.keys import Institution, read_institution
from kazasu.foundation.actions import action
from kazasu.foundation.database import Database
from kazasu.foundation.database.founder import must_lend
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import find_server
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.country_clock import open_clock

FOUND: Final = {
    room: action(
        f"{room}.place.found", "system", Text("建国", "Founding"),
        itself="founding", shows="nobody", why="everybody of a file at once; nobody looks at anybody",
    )
    for room, declared in ROOMS.items()
    if not declared.sandbox_only
}  # fmt: skip
"""By room: its first rows."""


@dataclass(frozen=True, slots=True)
class Place:
    directory: Directory
    institution: Institution
    database: Database
    """As the founder, who passes row level security."""


def in_production(settings: Settings) -> Settings:
    """Raises Refusal ``cli.found-in-production``."""
    if settings.sandbox:
        raise Refusal(FOUND_IN_PRODUCTION)
    return settings


@contextmanager
def place_of(settings: Settings, institution: str) -> Iterator[Place]:
    """Its floor is laid where it is not yet.

    Raises Refusal as :func:`kazasu.app.production.opened_directory`, ``exchange.unknown-institution``, ``app.other-mode``,
    ``migrate.may-not-found``.
    """
    in_production(settings)
    clock = open_clock(settings)
    room = room_of(institution)
    selection = select([institution])
    directory = opened_directory(settings, selection, clock)
    directory.entry(institution)
    own = read_institution(settings.directory_file.parent / "keys", institution, directory)
    given = find_server(settings, create=True)
    refuse_lost_database(settings, given)
    with occupying(settings), given as server:
        must_lend(server.url())
        enter_or_open(settings, server)
        prepared = RoomDatabases(settings, server, selection, clock)
        try:
            with prepared.lent_founder(server, room) as database:
                yield Place(directory, own, database)
        finally:
            prepared.close()
