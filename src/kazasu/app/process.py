"""One running process: its rooms, their doors, and what goes on in the background.

``kazasu up`` opens all rooms, ``kazasu serve`` some; the code is the same, and so are the bytes
between rooms (design §2).
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self

import httpx
import structlog

from kazasu.app.faults import NO_DIRECTORY_FILE, NO_KEYS, NOT_IN_PRODUCTION, OTHER_SCHEME
from kazasu.app.rooms import (
    ENTERS,
    ROOMS,
    Selection,
    migrations,
    open_room,
    room_of,
    unknown,
    workshop,
)
from kazasu.app.secrets import make_secrets
from kazasu.exchange.carrier.inquiries import Answerer, Inquirer
from kazasu.exchange.carrier.letters import Inbox, Post
from kazasu.exchange.carrier.relay import Relay
from kazasu.exchange.carrier.transport import HttpTransport, LocalTransport
from kazasu.exchange.directory import Directory, read_directory
from kazasu.exchange.keys import Institution, key_file, read_institution
from kazasu.exchange.room import Room, RoomContext, tenant_of
from kazasu.foundation import audit
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.database.jobs import Jobs
from kazasu.foundation.database.migrate import prepare_schema, refuse_other_schemas
from kazasu.foundation.faults import Refusal
from kazasu.foundation.health import Pulse
from kazasu.foundation.http import http_client, outward_client
from kazasu.foundation.postgres import PostgresServer
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.time.country_clock import open_clock

log = structlog.get_logger()

TICK_SECONDS = 1.0
SEAL_SECONDS = 10.0
LATE_AFTER = {"database": 30.0, "relay": 120.0, "ticks": 120.0, "sealing": 120.0}
"""Seconds after which a part that did not come back is late; a round of one room may be long."""


@dataclass(frozen=True, slots=True)
class _LettersDue:
    to_send: bool
    to_retry: bool


class RoomDatabases:
    """The databases of a process's rooms, laid and open. Comes before the rooms themselves."""

    def __init__(
        self, settings: Settings, server: PostgresServer, selection: Selection, clock: Clock
    ) -> None:
        self.settings = settings
        self.selection = selection
        self.clock = clock
        self._url = server.url()
        self._passwords = make_secrets(settings.data, ROOMS).roles
        refuse_in_production(settings, selection)
        refuse_other_schemas(self._url, {room: migrations(room) for room in selection.rooms})
        for room in selection.rooms:
            prepare_schema(
                self._url,
                room,
                migrations(room),
                password=self._passwords[room],
                founder=settings.sandbox,
            )
        self.databases: Mapping[str, Database] = {
            room: self._open(room, room, settings.pool_size) for room in selection.rooms
        }

    @contextmanager
    def founders(self) -> Iterator[dict[str, Database]]:
        """Connections for bulk loading the sandbox country, by room."""
        with ExitStack() as stack:
            yield {
                room: stack.enter_context(closing(self._open(room, f"{room}_founder", 2)))
                for room in self.selection.rooms
            }

    def jobs(self, room: str) -> Jobs:
        return Jobs(self._url, room=room, role=room, password=self._passwords[room])

    def close(self) -> None:
        for database in self.databases.values():
            database.close()

    def _open(self, room: str, role: str, size: int) -> Database:
        return Database(
            self._url,
            room=room,
            role=role,
            password=self._passwords[room],
            clock=self.clock,
            size=size,
        )


class Process:
    """The rooms of a process, opened on their databases."""

    def __init__(self, prepared: RoomDatabases) -> None:
        self.prepared = prepared
        self.settings = prepared.settings
        self.clock = prepared.clock
        self.directory: Directory = directory_of(self.settings, prepared.selection, self.clock)
        patience = self.settings.inquiry_timeout_seconds
        self.client: httpx.Client = http_client(patience)
        self.outward = self.client if self.settings.sandbox else outward_client(patience)
        self._institutions: dict[str, Institution] = {}
        self._stop = threading.Event()
        self._kick = threading.Event()
        self._threads: list[threading.Thread] = []
        self._transport = LocalTransport(
            self.deliver, self.inquire, HttpTransport(self.directory, self.client)
        )
        self.jobs = {room: prepared.jobs(room) for room in prepared.selection.rooms}
        self.rooms: dict[str, Room] = {}
        self._inboxes: dict[str, Inbox] = {}
        self._answerers: dict[str, Answerer] = {}
        self._relays: dict[str, Relay] = {}
        self._pulses: dict[tuple[str, str], Pulse] = {}
        for name in prepared.selection.rooms:
            if name not in ENTERS:
                self._open_room(name)

    # ------------------------------------------------------------ assembly

    def _open_room(self, name: str) -> None:
        database = self.prepared.databases[name]
        guests = [one for one in self.prepared.selection.rooms if ENTERS.get(one) == name]
        workshops = [workshop(one, self._house(one)) for one in guests]
        room = open_room(name, self._house(name), *workshops)
        self.rooms[name] = room
        self._inboxes[name] = Inbox(database, room.letters, tenant_of)
        self._answerers[name] = Answerer(database, room.inquiries, tenant_of, self.clock)
        self._relays[name] = Relay(database, self.directory, self._transport)
        for job, handler in room.jobs.items():
            self.jobs[name].register(job, handler)

    def _house(self, name: str) -> RoomContext:
        database = self.prepared.databases[name]

        def inquirer(institution: str) -> Inquirer:
            return Inquirer(
                self.institution(institution),
                database,
                tenant_of(institution),
                self._transport,
                self.clock,
            )

        return RoomContext(
            settings=self.settings,
            clock=self.clock,
            database=database,
            jobs=self.jobs[name],
            directory=self.directory,
            client=self.client,
            outward=self.outward,
            institution=self.institution,
            post=lambda institution: Post(self.institution(institution), self._kick.set),
            inquirer=inquirer,
        )

    def institution(self, institution: str) -> Institution:
        """Keys of an institution of this process, read once."""
        found = self._institutions.get(institution)
        if found is None:
            keys = self.settings.directory_file.parent / "keys"
            found = read_institution(keys, institution, self.directory)
            self._institutions[institution] = found
        return found

    # ------------------------------------------------------------ doors

    def deliver(self, to: str, sealed: str) -> str | None:
        """A letter for an institution of this process; None when it lives elsewhere."""
        inbox = self._inboxes.get(room_of(to))
        if inbox is None or not self._houses(to):
            return None
        receipt = inbox.receive(self.institution(to), sealed)
        self._kick.set()
        return receipt

    def inquire(self, of: str, sealed: str) -> str | None:
        """An inquiry to an institution of this process; None when it lives elsewhere."""
        answerer = self._answerers.get(room_of(of))
        if answerer is None or not self._houses(of):
            return None
        return answerer.answer(self.institution(of), sealed)

    def _houses(self, institution: str) -> bool:
        """Is it one that there is, and does it live here?"""
        return institution in self.directory and self.prepared.selection.houses(institution)

    # ------------------------------------------------------------ background

    def start(self) -> None:
        """Begin relaying, ticking, sealing and working on jobs, each in a thread of its own."""
        for name, room in self.rooms.items():
            parts = {part: Pulse(seconds) for part, seconds in LATE_AFTER.items()}
            parts |= {tick: Pulse(LATE_AFTER["ticks"]) for tick in room.ticks}
            self._pulses |= {(name, part): pulse for part, pulse in parts.items()}
            room.app.state.health.parts.update(parts, jobs=self.jobs[name].pulse)
        for name, loop in (
            ("database", self._database_loop),
            ("relay", self._relay_loop),
            ("ticks", self._tick_loop),
            ("seal", self._seal_loop),
        ):
            thread = threading.Thread(target=loop, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
        for jobs in self.jobs.values():
            jobs.start()

    def stop(self) -> None:
        """Stop all threads and give the connections back. What waits, waits in the database."""
        self._stop.set()
        self._kick.set()
        for jobs in self.jobs.values():
            jobs.stop()
        for thread in self._threads:
            thread.join(timeout=10)
        self.client.close()
        self.outward.close()
        self.prepared.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def settle(self, rounds: int = 50) -> None:
        """Relay, tick, work and retry until nothing moves. For tests and stories without threads."""
        for _ in range(rounds):
            self._each_tick()
            moved = sum(relay.run(everything=True) for relay in self._relays.values())
            moved += sum(self._retry(name, everything=True) for name in self._inboxes)
            for name, jobs in self.jobs.items():
                if jobs.any_left(self.prepared.databases[name]):
                    jobs.drain()
            moved += sum(relay.run(everything=True) for relay in self._relays.values())
            if not moved:
                return

    def seal_audit(self) -> int:
        """Give all committed audit records their place in the signed tree. Returns how many."""
        return sum(map(self._seal, self.prepared.databases))

    def _seal(self, name: str) -> int:
        database = self.prepared.databases[name]
        tenants = database.glance(lambda tx: tx.column("SELECT tenants_to_seal()"))
        signers = {tenant: self.institution(ROOMS[name].of(tenant)) for tenant in tenants}
        return sum(_sealed(database, tenant, signer) for tenant, signer in signers.items())

    def _database_loop(self) -> None:
        """Look each second; where one does not answer the others probably do not, and are asked briefly."""
        while not self._stop.wait(TICK_SECONDS):
            patience = 1.0
            for name, database in self.prepared.databases.items():
                if not self._guarded(name, "database", partial(database.look, patience)):
                    patience = 0.2

    def _relay_loop(self) -> None:
        while not self._stop.is_set():
            self._kick.wait(TICK_SECONDS)
            self._kick.clear()
            for name in self._relays:
                self._guarded(name, "relay", partial(self._letters, name))

    def _tick_loop(self) -> None:
        while not self._stop.wait(TICK_SECONDS):
            self._each_tick()

    def _seal_loop(self) -> None:
        while not self._stop.wait(SEAL_SECONDS):
            for name in self.prepared.databases:
                self._guarded(name, "sealing", partial(self._seal, name))

    def _each_tick(self) -> None:
        for name, room in self.rooms.items():
            done = [self._guarded(name, tick, work) for tick, work in room.ticks.items()]
            self._tell(name, "ticks", good=all(done))

    def _letters(self, name: str) -> None:
        """A room's letters, out and in. With nothing to do this is one statement."""
        due = self.prepared.databases[name].glance(
            lambda tx: tx.one(
                _LettersDue,
                """SELECT EXISTS (SELECT FROM lanes_to_send(%(now)s)) AS to_send,
                          EXISTS (SELECT FROM tenants_to_retry(%(now)s)) AS to_retry""",
                {"now": tx.now},
            )
        )
        if due.to_send:
            self._relays[name].run()
        if due.to_retry:
            self._retry(name)

    def _retry(self, name: str, *, everything: bool = False) -> int:
        """Waiting letters of a room that are due again. Returns how many could be applied."""
        tenants = self.prepared.databases[name].glance(
            lambda tx: tx.column(
                "SELECT tenants_to_retry(%s)", ("infinity" if everything else tx.now,)
            )
        )
        return sum(
            self._inboxes[name].retry(
                self.institution(ROOMS[name].of(tenant)), everything=everything
            )
            for tenant in tenants
        )

    def _guarded(self, room: str, part: str, work: Callable[[], object]) -> bool:
        """A fault in one background task must neither stop the others nor pass unseen.

        ``room`` is empty for what is done for all rooms at once. Returns whether it went well.
        """
        good = True
        try:
            work()
        except Exception:
            good = False
            if not self._stop.is_set():
                log.exception("background task failed", room=room, task=part)
        for name in [room] if room else self.rooms:
            self._tell(name, part, good=good)
        return good

    def _tell(self, room: str, part: str, *, good: bool) -> None:
        if (pulse := self._pulses.get((room, part))) is not None:
            pulse.beat() if good else pulse.miss()


def refuse_in_production(settings: Settings, selection: Selection) -> None:
    """Raises Refusal ``app.sandbox-only`` before anything is opened or made."""
    for room in selection.rooms:
        if ROOMS[room].sandbox_only and not settings.sandbox:
            raise Refusal(NOT_IN_PRODUCTION, room=room)


def directory_of(settings: Settings, selection: Selection, clock: Clock) -> Directory:
    """The directory, with the keys of every institution that will live here at their place.

    Raises Refusal ``app.no-directory``, ``app.unknown-room``, ``exchange.directory-unreadable``, ``app.other-scheme``, ``app.no-keys``.
    """
    if not settings.directory_file.exists():
        raise Refusal(NO_DIRECTORY_FILE, file=settings.directory_file)
    directory = read_directory(settings.directory_file, clock)
    for name in selection.named:
        if name not in directory:
            raise unknown(name)
    for entry in directory:
        if selection.houses(entry.id):
            _must_open(settings, entry.id, entry.origin)
    return directory


def unfounded(directory: Directory, selection: Selection) -> list[str]:
    """Rooms of this process that came after the founding: the directory has no institution of theirs."""
    founded = {room_of(entry.id) for entry in directory}
    return [room for room in selection.rooms if room not in founded and room not in ENTERS]


def _must_open(settings: Settings, institution: str, origin: str) -> None:
    """The scheme is part of every origin that was founded, as the port is; and nobody opens without keys."""
    if not origin.startswith(f"{settings.scheme}://"):
        raise Refusal(OTHER_SCHEME, institution=institution, origin=origin, scheme=settings.scheme)
    file = key_file(settings.directory_file.parent / "keys", institution)
    if not file.exists():
        raise Refusal(NO_KEYS, institution=institution, file=file)


def _sealed(database: Database, tenant: str, signer: Institution) -> int:
    def work(tx: Transaction) -> int:
        return audit.seal(tx, lambda content: signer.sign(content, "kazasu-checkpoint+jws"))

    return database.run("audit.seal", work, tenant=tenant, isolation="READ COMMITTED")


def prepare_databases(settings: Settings, server: PostgresServer, selection: Selection) -> RoomDatabases:
    """Lay the databases of the selected rooms, on the clock that the settings ask for."""
    return RoomDatabases(settings, server, selection, open_clock(settings))
