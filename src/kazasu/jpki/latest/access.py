"""On record with every use: who is named, by which institution, for what."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final
from uuid import UUID

from kazasu.exchange.carrier.inquiries import Asked
from kazasu.foundation.actions import Action
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction

SUBJECTS_AT_ONCE: Final = 100
"""Persons in one audit row of a bulk question: a row is read whole by each of them."""


def access_of(asked: Asked, done: Action) -> Access:
    return done.by(f"institution:{asked.asker}", purpose=asked.purpose)


def audit_persons(
    tx: Transaction, access: Access, persons: Iterable[UUID], case: str, fields: Sequence[str] = ()
) -> None:
    """Audit rows that name these persons, each once."""
    names = iter(dict.fromkeys(map(str, persons)))
    while portion := tuple(islice(names, SUBJECTS_AT_ONCE)):
        tx.audit(replace(access, subjects=portion, case=case, fields=tuple(fields)))
