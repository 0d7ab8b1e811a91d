"""The databases of a process's rooms: their floors laid, their pools open. They come before the rooms themselves."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager

from kazasu.app.faults import NOT_IN_PRODUCTION
from kazasu.app.rooms import ROOMS, Selection, conversions, migrations
from kazasu.app.secrets import make_secrets
from kazasu.foundation.database import Database
from kazasu.foundation.database.founder import lent_founder
from kazasu.foundation.database.jobs import Jobs
from kazasu.foundation.database.limits import FOUNDING, Limits
from kazasu.foundation.database.migrate import HOUSE, prepare_schema, refuse_other_schemas
from kazasu.foundation.database.owner import as_owner
from kazasu.foundation.enciphering import no_ciphers
from kazasu.foundation.enciphering.key_files import KeyFolder
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import PostgresServer
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.time.country_clock import open_clock


class RoomDatabases:
    """The databases of a process's rooms, laid and open. Comes before the rooms themselves."""

    def __init__(
        self, settings: Settings, server: PostgresServer, selection: Selection, clock: Clock
    ) -> None:
        self.settings = settings
        self.selection = selection
        self.clock = clock
        self._passwords = make_secrets(settings.data, ROOMS).roles
        self._keys = {
            room: KeyFolder(settings.directory_file.parent / "keys", ROOMS[room].of)
            for room in selection.rooms
            if ROOMS[room].holds_numbers
        }
        refuse_in_production(settings, selection)
        # Of the administrator only what it takes to find the server: rooms come in as themselves.
        self._places = {room: server.url(user=room) for room in selection.rooms}
        floor = as_owner(server, HOUSE).url()
        refuse_other_schemas(floor, {room: migrations(room) for room in selection.rooms})
        for room in selection.rooms:
            prepare_schema(
                floor,
                room,
                migrations(room),
                password=self._passwords[room],
                founder=False,
                conversions=conversions(room, self._keys.get(room)),
                clock=clock,
            )
        self.databases: Mapping[str, Database] = {
            room: self._open(room, room, settings.pool_size) for room in selection.rooms
        }

    @contextmanager
    def founders(self, server: PostgresServer) -> Iterator[dict[str, Database]]:
        """Connections for bulk loading, by room. Raises Refusal ``migrate.may-not-found``."""
        with ExitStack() as stack:
            yield {
                room: stack.enter_context(self.lent_founder(server, room))
                for room in self.selection.rooms
            }

    @contextmanager
    def lent_founder(self, server: PostgresServer, room: str) -> Iterator[Database]:
        """The room's database by a role that may bulk load, and is gone afterwards. Raises as :meth:`founders`."""
        with (
            lent_founder(server.url(), room) as (role, password),
            closing(self._open(room, role, 2, FOUNDING, password)) as database,
        ):
            yield database

    def jobs(self, room: str) -> Jobs:
        return Jobs(self._places[room], room=room, role=room, password=self._passwords[room])

    def close(self) -> None:
        for database in self.databases.values():
            database.close()

    def _open(
        self, room: str, role: str, size: int, limits: Limits | None = None, password: str = ""
    ) -> Database:
        return Database(
            self._places[room],
            room=room,
            role=role,
            password=password or self._passwords[room],
            clock=self.clock,
            size=size,
            limits=limits,
            ciphers=self._keys.get(room, no_ciphers),
        )


def refuse_in_production(settings: Settings, selection: Selection) -> None:
    """Raises Refusal ``app.sandbox-only`` before anything is opened or made."""
    for room in selection.rooms:
        if ROOMS[room].sandbox_only and not settings.sandbox:
            raise Refusal(NOT_IN_PRODUCTION, room=room)


def prepare_databases(
    settings: Settings, server: PostgresServer, selection: Selection
) -> RoomDatabases:
    """Lay the databases of the selected rooms, on the clock that the settings ask for."""
    return RoomDatabases(settings, server, selection, open_clock(settings))
