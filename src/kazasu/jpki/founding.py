"""Founding the sandbox country: under which name an asker will know a person, and who is protected."""

from collections.abc import Iterable

from kazasu.foundation.database import Transaction
from kazasu.jpki.latest import protection
from kazasu.jpki.register import person_store


def reference(tx: Transaction, asker: str, resident_record_code: str) -> str:
    """The pairwise reference of a person with certificates; made if there is none yet."""
    return person_store.ref_for(tx, asker, person_store.ensure_person(tx, resident_record_code))


def protect(tx: Transaction, people: Iterable[tuple[str, str]]) -> int:
    """People under 支援措置, as (resident record code, municipality code). Returns how many."""
    count = 0
    for code, city in people:
        protection.protect(tx, person_store.ensure_person(tx, code), city, tx.now)
        count += 1
    return count
