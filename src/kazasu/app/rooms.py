"""The rooms that a process can open, as the institutions of the street declare them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import cast

from kazasu.contracts.base import InstitutionId
from kazasu.exchange.institution import PACKAGES, Institution
from kazasu.exchange.room import Room, RoomContext
from kazasu.exchange.street import street
from kazasu.foundation.database.conversion import Conversion
from kazasu.foundation.database.migrate import FOUNDATION
from kazasu.foundation.enciphering.key_files import KeyFolder
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.text import Text

UNKNOWN_ROOM = define("app.unknown-room", 422,
    "{room} という部屋はありません", "There is no room {room}",
    "使える名前: {known}", "Names that exist: {known}", who="operator")  # fmt: skip

NOTHING_TO_ENTER = define("app.nothing-to-enter", 422,
    "{room} は {enters} の中で働きます", "{room} works inside {enters}",
    "両方の名前を挙げてください: {enters} {room}", "Name both: {enters} {room}", who="operator")  # fmt: skip

LAB = Institution(
    id="lab",
    room="lab",
    host="",
    name=Text("連携の作業場", "The integrators' workshop"),
    mark="lab",
    sandbox_only=True,
)
"""Not on the street: it is nobody's institution and has no door of its own. Production imports nothing of it."""
ENTERS: Mapping[str, str] = {LAB.schema: "identity"}
"""Rooms without doors, and the room in whose site each works."""
ROOMS: Mapping[str, Institution] = {
    one.schema: one for one in (*street(), LAB) if one.folder.is_dir()
}
_OF_KIND = {one.id: room for room, one in ROOMS.items()}


def room_of(institution: str) -> str:
    """The room in which an institution of this id lives; empty: it names none."""
    try:
        return _OF_KIND.get(InstitutionId(institution).kind, "")
    except ValueError:
        return ""


def migrations(room: str) -> list[Path]:
    """Folders in order: what every room has, what it takes of the kit, then its own."""
    of_kit = [PACKAGES / "kit" / "migrations" / tables for tables in ROOMS[room].kit]
    own = ROOMS[room].folder / "migrations"
    folders = [FOUNDATION, PACKAGES / "exchange" / "migrations", *of_kit, own]
    return [folder for folder in folders if any(folder.glob("*.sql"))]


def conversions(room: str, keys: KeyFolder | None) -> Mapping[str, Conversion]:
    """Python steps of a room that keeps enciphered values, by the migration before which each comes."""
    module = ROOMS[room].part("conversions")
    if module is None or keys is None:
        return {}
    return cast("Callable[[KeyFolder], Mapping[str, Conversion]]", module.conversions)(keys)


def workshop(room: str, house: RoomContext) -> object:
    """What the room that this one enters is opened with."""
    made = cast("ModuleType", ROOMS[room].part("workshop")).workshop
    return cast("Callable[[RoomContext], object]", made)(house)


def open_room(room: str, house: RoomContext, *workshops: object) -> Room:
    """Assemble it, with what :func:`workshop` gave of those that enter it.

    Raises ``LookupError``: its package has no ``room.py``.
    """
    module = ROOMS[room].part("room")
    if module is None:
        raise LookupError(f"{room}: has an institution.py, but no room.py")
    return cast("Callable[..., Room]", module.open_room)(house, *workshops)


@dataclass(frozen=True, slots=True)
class Selection:
    """Rooms of one process, and which tenants live in them."""

    rooms: tuple[str, ...]
    tenants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By room; a room that is not there houses all of its kind."""

    @property
    def named(self) -> list[InstitutionId]:
        """Institutions that were asked for by name: they must be in the directory."""
        return [ROOMS[room].of(one) for room, some in self.tenants.items() for one in sorted(some)]

    def houses(self, institution: str) -> bool:
        """Does this institution live in this process?"""
        room = room_of(institution)
        if room not in self.rooms:
            return False
        here = self.tenants.get(room)
        return here is None or InstitutionId(institution).tenant in here


def unknown(name: str) -> Refusal:
    """There is no such room, or no such institution in it."""
    kinds = (f"{one.id}:<code>" for one in ROOMS.values() if one.each)
    return Refusal(UNKNOWN_ROOM, room=name, known=", ".join((*ROOMS, *kinds)))


def select(names: Iterable[str]) -> Selection:
    """From the command line: ``portal identity``, ``city:141003``, or nothing for all.

    Raises Refusal ``app.unknown-room``, ``app.nothing-to-enter``.
    """
    rooms: list[str] = []
    tenants: dict[str, set[str]] = {}
    for name in names:
        room = name if name in ROOMS else room_of(name)
        if not room:
            raise unknown(name)
        if name not in ROOMS:
            tenants.setdefault(room, set()).add(InstitutionId(name).tenant)
        if room not in rooms:
            rooms.append(room)
    for room in rooms:
        if room in ENTERS and ENTERS[room] not in rooms:
            raise Refusal(NOTHING_TO_ENTER, room=room, enters=ENTERS[room])
    named = {room: frozenset(some) for room, some in tenants.items() if some != {""}}
    return Selection(tuple(rooms or ROOMS), named)
