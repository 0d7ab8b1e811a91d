"""How a row's dataclass says that one of its fields stands enciphered in its column."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from kazasu.foundation.enciphering.cipher import Place

ENCIPHERED: Final = "enciphered"


@dataclass(frozen=True, slots=True)
class Enciphered:
    """``field(metadata=enciphered(…))``: the field's type is made from text, and gives it back by ``reveal(duty=…)``."""

    table: str
    """As the associated data name it. Versions of a record that lie in two tables have one."""
    bound: tuple[str, ...]
    """Fields of the same row that name it: the value opens in no other."""
    duty: str
    """For which the value is revealed to be enciphered."""
    indexed: bool = False
    """A column ``<field>_index`` beside it holds the blind index."""

    def place(self, column: str, row: Mapping[str, str | int | UUID]) -> Place:
        return Place(self.table, column, tuple(row[name] for name in self.bound))


def enciphered(how: Enciphered) -> Mapping[str, Enciphered]:
    """Metadata of such a field."""
    return {ENCIPHERED: how}


def index_column(field: str) -> str:
    return f"{field}_index"
