"""One running process: its rooms, their doors, and what goes on in the background.

``kazasu up`` opens all rooms, ``kazasu serve`` some; the code is the same, and so are the bytes
between rooms (design §2).
"""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import httpx
import structlog

from kazasu.app.background import TO_A_ROOM, Background, Letters
from kazasu.app.databases import RoomDatabases
from kazasu.app.faults import NO_DIRECTORY_FILE, NO_KEYS, NOT_OPEN, OTHER_SCHEME
from kazasu.app.rooms import ENTERS, Selection, open_room, room_of, unknown, workshop
from kazasu.app.watching import Watch
from kazasu.contracts.base import InstitutionId
from kazasu.exchange.carrier.inquiries import Answerer, Inquirer
from kazasu.exchange.carrier.letters import Inbox, Post
from kazasu.exchange.carrier.relay import Relay
from kazasu.exchange.carrier.transport import HttpTransport, LocalTransport
from kazasu.exchange.directory import Directory, read_directory
from kazasu.exchange.keys import Institution, key_file, read_institution
from kazasu.exchange.room import Room, RoomContext, tenant_of
from kazasu.foundation.alarms.harvest import Limits
from kazasu.foundation.faults import Refusal
from kazasu.foundation.health import Pulse
from kazasu.foundation.http import SHARE, http_client, outward_client
from kazasu.foundation.lanes import Lanes
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import Clock

log = structlog.get_logger()


class Process:
    """The rooms of a process, opened on their databases."""

    def __init__(self, prepared: RoomDatabases) -> None:
        self.prepared = prepared
        self.settings = prepared.settings
        self.clock = prepared.clock
        self.directory: Directory = directory_of(self.settings, prepared.selection, self.clock)
        patience = self.settings.inquiry_timeout_seconds
        trusted = self.settings.authorities
        self.client: httpx.Client = http_client(patience, authorities=trusted)
        self.outward = outward_client(
            patience,
            inside=self.settings.sandbox,
            authorities=trusted,
            declared=self.settings.inside,
        )
        self._institutions: dict[str, Institution] = {}
        self.lanes = Lanes()
        onward = HttpTransport(self.directory, self.client)
        self._transport = LocalTransport(
            self.directory, room_of, self.deliver, self.inquire, onward
        )
        self.jobs = {room: prepared.jobs(room) for room in prepared.selection.rooms}
        self.rooms: dict[str, Room] = {}
        self.closed: dict[str, Refusal] = {}
        """Institutions of this process that did not open, and why; the others did."""
        self._inboxes: dict[str, Inbox] = {}
        self._answerers: dict[str, Answerer] = {}
        self._relays: dict[str, Relay] = {}
        for name in prepared.selection.rooms:
            if name not in ENTERS:
                self._open_room(name)
        self.behind = {name: self._background(name) for name in prepared.selection.rooms}
        self.watch = Watch(
            prepared.databases, self.directory, self._houses, self.clock, self.settings.data
        )

    # ------------------------------------------------------------ assembly

    def _open_room(self, name: str) -> None:
        database = self.prepared.databases[name]
        guests = [one for one in self.prepared.selection.rooms if ENTERS.get(one) == name]
        workshops = [workshop(one, self._house(one)) for one in guests]
        room = open_room(name, self._house(name), *workshops)
        here = [entry.id for entry in self.directory if room_of(entry.id) == name]
        self.closed |= _not_opened(room, [one for one in here if self._houses(one)])
        for one, why in self._closed_in(name).items():
            log.error("not opened", institution=one, fault=why.fault.code, why=str(why))
        self.rooms[name] = room
        self._inboxes[name] = Inbox(database, room.letters, tenant_of)
        self._answerers[name] = Answerer(database, room.inquiries, tenant_of, self.clock)
        self._relays[name] = Relay(database, self.directory, self._transport)
        for job, handler in room.jobs.items():
            self.jobs[name].register(job, handler, room.given_up.get(job))

    def _house(self, name: str) -> RoomContext:
        database = self.prepared.databases[name]

        def kick() -> None:
            self.behind[name].kick()

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
            lanes=self.lanes,
            institution=self.institution,
            post=lambda institution: Post(self.institution(institution), kick),
            inquirer=inquirer,
            opens=lambda institution: institution not in self.closed,
        )

    def _background(self, name: str) -> Background:
        """Rooms without doors have their records sealed, and nothing else goes on behind them."""
        database = self.prepared.databases[name]
        limits = Limits.of(self.settings)
        if name not in self.rooms:
            return Background(name, database, self.institution, self.lanes, limits=limits)
        letters = Letters(
            self._relays[name], self._inboxes[name], lambda lane: self._share(lane.recipient)
        )
        room = self.rooms[name]
        return Background(
            name, database, self.institution, self.lanes, letters, lambda: room.ticks, limits
        )

    def _share(self, receiver: str) -> dict[str, int]:
        """Letters to one place are brought by so many lanes at once: a room here, or another process."""
        if self._houses(receiver):
            return {f"room {room_of(receiver)}": TO_A_ROOM}
        entry = self.directory.entry(receiver) if receiver in self.directory else None
        return {f"to {entry.internal or entry.origin}": SHARE} if entry else {}

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
        """A letter for an institution of this process; None when it lives elsewhere. Raises Refusal ``app.not-open``."""
        inbox = self._inboxes.get(room_of(to))
        if inbox is None or not self._houses(to):
            return None
        self._must_be_open(to)
        receipt = inbox.receive(self.institution(to), sealed)
        self.behind[room_of(to)].kick()
        return receipt

    def inquire(self, of: str, sealed: str) -> str | None:
        """An inquiry to an institution of this process; None when it lives elsewhere. Raises Refusal ``app.not-open``."""
        answerer = self._answerers.get(room_of(of))
        if answerer is None or not self._houses(of):
            return None
        self._must_be_open(of)
        return answerer.answer(self.institution(of), sealed)

    def lives_at(self, host: str) -> bool:
        """Does the institution of this host name live here? A room knows its whole kind, also who lives elsewhere."""
        entry = self.directory.at_host(host)
        return entry is not None and self._houses(entry.id)

    def opens_at(self, host: str) -> bool:
        """Is the institution of this host name open?"""
        closed = (self.directory.entry(one).host for one in self.closed)
        return host not in closed

    def _must_be_open(self, institution: str) -> None:
        if institution in self.closed:
            raise Refusal(NOT_OPEN)

    def room_at(self, institution: str) -> str:
        """The room of this process in which it lives; empty for what does not live here."""
        return room_of(institution) if self._houses(institution) else ""

    def _houses(self, institution: str) -> bool:
        """Is it one that there is, and does it live here?"""
        return institution in self.directory and self.prepared.selection.houses(institution)

    # ------------------------------------------------------------ background

    def start(self) -> None:
        """Begin relaying, ticking, sealing and working on jobs, each room's in threads of its own."""
        self.lanes.start()
        self.watch.start()
        for name, one in self.behind.items():
            one.start()
            if name in self.rooms:
                parts = self.rooms[name].app.state.health.parts
                parts.update(one.pulses, jobs=self.jobs[name].pulse, **self.watch.parts[name])
                parts.update(_told(self._closed_in(name)))
        for jobs in self.jobs.values():
            jobs.start()

    def _closed_in(self, room: str) -> dict[str, Refusal]:
        return {one: why for one, why in self.closed.items() if room_of(one) == room}

    def stop(self) -> None:
        """Stop all threads and give the connections back. What waits, waits in the database."""
        self.watch.stop()
        for one in self.behind.values():
            one.stop()
        for jobs in self.jobs.values():
            jobs.stop()
        for one in self.behind.values():
            one.join()
        self.lanes.stop()
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
            self.tick()
            moved = sum(relay.run(everything=True) for relay in self._relays.values())
            moved += sum(self.behind[name].retry(everything=True) for name in self._inboxes)
            for name, jobs in self.jobs.items():
                if jobs.any_left(self.prepared.databases[name]):
                    jobs.drain()
            moved += sum(relay.run(everything=True) for relay in self._relays.values())
            if not moved:
                return

    def tick(self) -> None:
        """What every room looks after each second."""
        for one in self.behind.values():
            one.tick()


def _not_opened(room: Room, here: Sequence[InstitutionId]) -> dict[str, Refusal]:
    """Those of the room that cannot open, and why: one city's lost key is not the others' affair.

    Raises the Refusal where none of them can: then the process has nothing to do.
    """
    try:
        room.prove([one.tenant for one in here])
    except Refusal as first:
        closed: dict[str, Refusal] = {}
        for one in here:
            try:
                room.prove([one.tenant])
            except Refusal as refusal:
                closed[one] = refusal
        if len(closed) == len(here):
            raise first from None
        return closed
    return {}


def _told(closed: Mapping[str, Refusal]) -> dict[str, Pulse]:
    """A part of ``/healthz`` that is red until the process is started anew: which did not open, and why."""
    if not closed:
        return {}
    pulse = Pulse(float("inf"))
    pulse.facts = {one: why.fault.code for one, why in closed.items()}
    pulse.miss()
    return {"not open": pulse}


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
