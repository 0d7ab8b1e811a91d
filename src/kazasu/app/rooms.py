"""The rooms that a process can open: name, package, and what lies in its schema."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from kazasu.exchange.room import House, Room
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.migrate import FOUNDATION
from kazasu.foundation.text import Text

UNKNOWN_ROOM = define(
    "app.unknown-room",
    422,
    Text("{room} という部屋はありません", "There is no room {room}"),
    Text("使える名前: {known}", "Names that exist: {known}"),
    who="operator",
)

NOTHING_TO_ENTER = define(
    "app.nothing-to-enter",
    422,
    Text("{room} は {enters} の中で働きます", "{room} works inside {enters}"),
    Text("両方の名前を挙げてください: {enters} {room}", "Name both: {enters} {room}"),
    who="operator",
)

PACKAGES = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Plan:
    """How a room is opened."""

    name: str
    package: str
    sandbox_only: bool = False
    enters: str = ""
    """The room in which it works, by hooks; empty: it opens doors of its own."""

    @property
    def migrations(self) -> list[Path]:
        """Folders in order: what every room has, then its own."""
        own = PACKAGES.joinpath(*self.package.split(".")[1:]) / "migrations"
        folders = [FOUNDATION, PACKAGES / "exchange" / "migrations", own]
        return [folder for folder in folders if any(folder.glob("*.sql"))]

    def open(self, house: House, *workshops: object) -> Room:
        """The opened room, with what :meth:`workshop` gave of those that enter it."""
        module = import_module(f"{self.package}.room")
        return cast("Callable[..., Room]", module.open_room)(house, *workshops)

    def workshop(self, house: House) -> object:
        """What the room that it enters opens it with."""
        module = import_module(f"{self.package}.room")
        return cast("Callable[[House], object]", module.workshop)(house)


ROOMS = {
    plan.name: plan
    for plan in (
        Plan("jpki", "kazasu.jpki"),
        Plan("jukinet", "kazasu.jukinet"),
        Plan("identity", "kazasu.identity"),
        Plan("portal", "kazasu.portal"),
        Plan("municipality", "kazasu.municipality"),
        Plan("bank", "kazasu.business.bank"),
        Plan("pay", "kazasu.business.pay"),
        Plan("terminal", "kazasu.card.terminal"),
        Plan("phone", "kazasu.card.phone"),
        Plan("society", "kazasu.society", sandbox_only=True),
        Plan("lab", "kazasu.lab", sandbox_only=True, enters="identity"),
    )
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Rooms of one process, and which cities live in its municipality room (None: all)."""

    rooms: tuple[str, ...]
    cities: frozenset[str] | None = None

    def houses(self, institution: str) -> bool:
        """Does this institution live in this process?"""
        if institution.startswith("city:"):
            code = institution.removeprefix("city:")
            return "municipality" in self.rooms and (self.cities is None or code in self.cities)
        return institution in self.rooms


def select(names: Iterable[str]) -> Selection:
    """From the command line: ``portal identity``, ``city:141003``, or nothing for all.

    Raises Refusal ``app.unknown-room``, ``app.nothing-to-enter``.
    """
    rooms: list[str] = []
    cities: set[str] = set()
    for name in names:
        room = "municipality" if name.startswith("city:") else name
        if room not in ROOMS:
            raise Refusal(UNKNOWN_ROOM, room=name, known=", ".join(ROOMS) + ", city:<code>")
        if name.startswith("city:"):
            cities.add(name.removeprefix("city:"))
        if room not in rooms:
            rooms.append(room)
    for room in rooms:
        if (enters := ROOMS[room].enters) and enters not in rooms:
            raise Refusal(NOTHING_TO_ENTER, room=room, enters=enters)
    return Selection(tuple(rooms or ROOMS), frozenset(cities) if cities else None)
