"""Founding the sandbox country: under which name an asker will know a person."""

from kazasu.foundation.database import Transaction
from kazasu.jpki import store


def reference(tx: Transaction, asker: str, resident_record_code: str) -> str:
    """The pairwise reference of a person with certificates; made if there is none yet."""
    return store.ref_for(tx, asker, store.ensure_person(tx, resident_record_code))
