"""A look over the databases of one country, wherever its rooms are kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from kazasu.app.rooms import ROOMS, room_of
from kazasu.foundation.text import Text

Row = dict[str, Any]


class CheckerView:
    """Reads rooms' tables in one or several databases, each in one snapshot."""

    def __init__(
        self,
        connections: Sequence[psycopg.Connection[Any]],
        lives_here: Mapping[str, bool] | None = None,
    ) -> None:
        """
        Args:
            connections: of administrators, not in autocommit.
            lives_here: of every institution of the directory, whether its tables are among them; without it all of a room
                that can be seen.
        """
        self._lives_here = lives_here or {}
        self._homes: dict[str, list[psycopg.Connection[Any]]] = {room: [] for room in ROOMS}
        for connection in connections:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            for room, homes in self._homes.items():
                found = connection.execute("SELECT to_regclass(%s)", (f"{room}.outbox",)).fetchone()
                if found and found[0]:
                    homes.append(connection)

    @property
    def rooms(self) -> list[str]:
        """Rooms whose tables can be seen."""
        return [room for room, homes in self._homes.items() if homes]

    def has(self, institution: str, room: str) -> bool:
        """Can the tables of this institution be seen?"""
        return room in self.rooms and self._lives_here.get(institution, True)

    def is_elsewhere(self, room: str, *, whole: bool) -> bool:
        """Do all institutions of a room live at other places, or has the directory none? ``whole``: or some of them?"""
        here = [lives for one, lives in self._lives_here.items() if room_of(one) == room]
        if not here:
            return bool(self._lives_here) and room not in self.rooms
        return not (all(here) if whole else any(here))

    def rows(self, room: str, query: str, **values: Any) -> list[Row]:
        """The rows that ``query`` gives in the room's schema, from all its databases."""
        found: list[Row] = []
        for connection in self._homes[room]:
            connection.execute(
                sql.SQL("SET LOCAL search_path TO {}, public").format(sql.Identifier(room))
            )
            with connection.cursor(row_factory=dict_row) as cursor:
                found += cursor.execute(query.encode(), values).fetchall()
        return found


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that is always true of a sound country."""

    name: str
    says: Text
    needs: tuple[str, ...]
    """Rooms whose tables it reads; empty: whichever can be seen."""
    violations: Callable[[CheckerView], Iterable[str]]
    """Each names the rows that break it, without personal data beyond numbers of records."""
    whole: bool = False
    """Speaks of all institutions of these rooms: with one of them elsewhere it cannot be judged."""

    def can_be_seen(self, sight: CheckerView) -> bool:
        return set(self.needs) <= set(sight.rooms) and not (self.whole and self.is_elsewhere(sight))

    def is_elsewhere(self, sight: CheckerView) -> bool:
        """Is what it needs at another place, so that nobody could judge it here?"""
        return any(sight.is_elsewhere(room, whole=self.whole) for room in self.needs)
