"""A room's database and keys, opened without the room: for an operator's command."""

from contextlib import ExitStack
from dataclasses import dataclass

from kazasu.app.country import enter
from kazasu.app.databases import RoomDatabases
from kazasu.app.rooms import select
from kazasu.cli.output.refusals import NO_COUNTRY
from kazasu.exchange.directory import read_directory
from kazasu.exchange.keys import Institution, read_institution
from kazasu.foundation.database import Database
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import find_server
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.time.country_clock import open_clock
from kazasu.jpki.authorities.keys import read_authorities
from kazasu.jpki.services import Services, services


@dataclass(frozen=True, slots=True)
class Opened:
    """What a use case is made of."""

    database: Database
    institution: Institution
    clock: Clock


def opened(settings: Settings, stack: ExitStack, room: str) -> Opened:
    """Raises Refusal ``cli.no-country``, and as ``app.country.enter``."""
    if not settings.directory_file.exists():
        raise Refusal(NO_COUNTRY, data=settings.data)
    clock = open_clock(settings)
    server = stack.enter_context(find_server(settings))
    enter(settings, server)
    prepared = RoomDatabases(settings, server, select([room]), clock)
    stack.callback(prepared.close)
    directory = read_directory(settings.directory_file, clock)
    institution = read_institution(settings.directory_file.parent / "keys", room, directory)
    return Opened(prepared.databases[room], institution, clock)


def certification(settings: Settings, stack: ExitStack) -> Services:
    """The certification service."""
    of = opened(settings, stack, "jpki")
    authorities = read_authorities(settings.directory_file.parent, settings.pki_passphrase())
    return services(of.database, authorities, of.institution, of.clock)
