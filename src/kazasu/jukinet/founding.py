"""Founding: everybody's first registration, in bulk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from kazasu.foundation.database import Transaction
from kazasu.jukinet import store
from kazasu.jukinet.model import Registration

BATCH = 20_000


@dataclass(frozen=True, slots=True)
class FoundingRegistration:
    """A resident and the city that has had them in its register since a day."""

    resident_record_code: str
    municipality_code: str
    since: date


def found(tx: Transaction, registrations: Iterable[FoundingRegistration]) -> int:
    """Load first registrations by COPY. Returns how many. Needs the founder's database role.

    Every person begins at epoch 1.
    """
    rows = (
        Registration(one.resident_record_code, 1, one.municipality_code, one.since)
        for one in registrations
    )
    count = 0
    while batch := list(islice(rows, BATCH)):
        count += store.copy_registrations(tx, batch)
    return count


def registered(tx: Transaction, people: list[str]) -> dict[str, tuple[str, date]]:
    """Where those of them who are known live, and since when."""
    found = store.first_registrations(tx, people)
    return {one.resident_record_code: (one.municipality_code, one.since) for one in found}
