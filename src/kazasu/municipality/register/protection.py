"""Who under 支援措置 lives where a page is about: one rule for every page, list and paper that says where somebody lives (I8).

Hidden is not only their own record. Who shares their household, now or when they left it, or their address, has the same address on
record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from kazasu.foundation.database import Transaction
from kazasu.municipality.register.model import Resident


@dataclass(frozen=True, slots=True)
class Protection:
    """What protected people have to do with the records and places that were asked for."""

    people: frozenset[str]
    """宛名番号 of those whose place would be seen."""
    households: frozenset[str]
    places: frozenset[str]
    """Of the lines that were asked for."""

    def covers(self, resident: Resident) -> bool:
        """Is the place of this record theirs?"""
        return (
            resident.protected
            or resident.household_number in self.households
            or resident.address in self.places
        )

    def read_by(self, *own: str) -> frozenset[str]:
        """Who reads that it was looked at: of ``own``, whom the page is about, those who are protected; else whoever lives there is.

        What is seen of one of them is not for the others, and least of all for who is not protected.
        """
        return self.people.intersection(own) or self.people


@dataclass(frozen=True, slots=True)
class _Found:
    PERSON: ClassVar = "resident_id"

    resident_id: str
    household_number: str
    asked: bool
    """Their household was asked for."""
    lines: list[str]
    """Of the lines that were asked for, those where they live."""


NOBODY: Final = Protection(frozenset(), frozenset(), frozenset())


def around(
    tx: Transaction,
    records: Sequence[Resident] = (),
    *,
    places: Iterable[str] = (),
    households: Iterable[str] = (),
) -> Protection:
    """Of these records (all versions of one person, or many), lines of an address, and 世帯番号. Nobody is shown by asking.

    A household is theirs also after they left it; an address as long as they live there.
    """
    numbers = {one.household_number for one in records} | set(households)
    lines = {one.address for one in records} | {one.former_address for one in records}
    lines |= set(places)
    with tx.unseen():
        found = tx.all(
            _Found,
            """WITH wanted AS MATERIALIZED (
                   SELECT line, search_key(line) AS key FROM unnest(%(lines)s::text[]) line WHERE line <> '')
               SELECT resident_id, household_number, household_number = ANY(%(numbers)s) AS asked,
                      ARRAY(SELECT line FROM wanted
                            WHERE key = place_key AND state IN ('resident', 'leaving')) AS lines
               FROM resident WHERE municipality_code = %(tenant)s AND protected AND (
                   household_number = ANY(%(numbers)s)
                   OR (place_key = ANY(ARRAY(SELECT key FROM wanted)) AND state IN ('resident', 'leaving')))
            """,
            {"tenant": tx.tenant, "lines": sorted(lines), "numbers": sorted(numbers - {""})},
        )
    own = {one.resident_id for one in records if one.protected}
    return Protection(
        people=frozenset({one.resident_id for one in found} | own),
        households=frozenset(one.household_number for one in found if one.asked),
        places=frozenset(line for one in found for line in one.lines),
    )
