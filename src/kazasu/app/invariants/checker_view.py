"""A look over the databases of one country, wherever its rooms are kept."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from kazasu.app.rooms import ROOMS
from kazasu.foundation.text import Text

Row = dict[str, Any]


class CheckerView:
    """Reads rooms' tables in one or several databases, each in one snapshot."""

    def __init__(self, connections: Sequence[psycopg.Connection[Any]]) -> None:
        """``connections``: of administrators, not in autocommit."""
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

    def can_be_seen(self, sight: CheckerView) -> bool:
        return set(self.needs) <= set(sight.rooms)
