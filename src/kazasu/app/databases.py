"""The databases of a process's rooms: their floors laid, their pools open. They come before the rooms themselves."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager

from kazasu.app.faults import NOT_IN_PRODUCTION
from kazasu.app.rooms import ROOMS, Selection, migrations
from kazasu.app.secrets import make_secrets
from kazasu.foundation.database import Database
from kazasu.foundation.database.jobs import Jobs
from kazasu.foundation.database.limits import FOUNDING, Limits
from kazasu.foundation.database.migrate import founders_of, prepare_schema, refuse_other_schemas
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
        refuse_in_production(settings, selection)
        # Of the administrator only what it takes to find the server: rooms come in as themselves.
        self._places = {room: server.url(user=room) for room in selection.rooms}
        refuse_other_schemas(server.url(), {room: migrations(room) for room in selection.rooms})
        for room in selection.rooms:
            prepare_schema(
                server.url(),
                room,
                migrations(room),
                password=self._passwords[room],
                founder=False,
            )
        self.databases: Mapping[str, Database] = {
            room: self._open(room, room, settings.pool_size) for room in selection.rooms
        }

    @contextmanager
    def founders(self, server: PostgresServer) -> Iterator[dict[str, Database]]:
        """Connections for bulk loading the sandbox country, by room; their roles are gone afterwards (faults F20)."""
        passwords = {room: self._passwords[room] for room in self.selection.rooms}
        with founders_of(server.url(), passwords), ExitStack() as stack:
            yield {
                room: stack.enter_context(closing(self._open(room, f"{room}_founder", 2, FOUNDING)))
                for room in self.selection.rooms
            }

    def jobs(self, room: str) -> Jobs:
        return Jobs(self._places[room], room=room, role=room, password=self._passwords[room])

    def close(self) -> None:
        for database in self.databases.values():
            database.close()

    def _open(self, room: str, role: str, size: int, limits: Limits | None = None) -> Database:
        return Database(
            self._places[room],
            room=room,
            role=role,
            password=self._passwords[room],
            clock=self.clock,
            size=size,
            limits=limits,
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
