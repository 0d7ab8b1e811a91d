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
    bound: tuple[str, ...]
    """Fields of the same row that name it: the value opens in no other."""
    duty: str
    indexed: bool

    def place(self, column: str, row: Mapping[str, str | int | UUID]) -> Place:
        return Place(self.table, column, tuple(row[name] for name in self.bound))


def enciphered(
    table: str, *bound: str, duty: str, indexed: bool = False
) -> Mapping[str, Enciphered]:
    """Metadata of such a field.

    Args:
        table: as the value's associated data name it. Versions of a record that lie in two tables have one.
        bound: fields that name the row.
        duty: for which the value is revealed to be enciphered.
        indexed: a column ``<field>_index`` beside it holds the blind index.
    """
    return {ENCIPHERED: Enciphered(table, bound, duty, indexed)}


def index_column(field: str) -> str:
    return f"{field}_index"
