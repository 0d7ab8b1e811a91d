"""Founding: everybody's first registration, in bulk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from kazasu.foundation.database import Transaction
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.jukinet import store
from kazasu.jukinet.model import Registration
from kazasu.jukinet.numbers import index

BATCH = 20_000


@dataclass(frozen=True, slots=True)
class FoundingRegistration:
    """A resident and the city that has had them in its register since a day."""

    resident_record_code: str
    municipality_code: str
    since: date
    individual_number: IndividualNumber | None = None
    """None: the city that registers them says none; the network then knows of nobody's number that it is theirs."""


def found(tx: Transaction, registrations: Iterable[FoundingRegistration]) -> int:
    """Load first registrations by COPY. Returns how many. Needs the founder's database role.

    Every person begins at epoch 1.
    """
    rows, count = iter(registrations), 0
    key = store.numbering_key(tx)
    while batch := list(islice(rows, BATCH)):
        count += store.copy_registrations(
            tx,
            [
                Registration(one.resident_record_code, 1, one.municipality_code, one.since)
                for one in batch
            ],
        )
        store.copy_held(
            tx,
            [
                (index(key, one.individual_number), one.resident_record_code)
                for one in batch
                if one.individual_number is not None
            ],
        )
    return count


def registered(tx: Transaction, people: list[str]) -> dict[str, tuple[str, date]]:
    """Where those of them who are known live, and since when."""
    found = store.first_registrations(tx, people)
    return {one.resident_record_code: (one.municipality_code, one.since) for one in found}
