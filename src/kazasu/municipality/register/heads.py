"""One head for each household (世帯主, municipal §1.3): who gets it where nobody is, and who has it again when people come back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.time.clock import civil
from kazasu.kit import periods
from kazasu.municipality.register import store
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.relationships import HEAD

REASON: Final = "世帯主変更"
UNRELATED: Final = "同居人"
"""Of a former head whom no version says to be anything else."""


def name_one(tx: Transaction, household: str) -> None:
    """Ex officio, where somebody stays and nobody who lives there is head: the eldest of them who is old enough.

    Who is leaving stays as they are: a family goes with the relationships that it had.
    """
    members = store.household(tx, household)
    staying = [one for one in members if one.state == "resident"]
    if not staying or any(one.is_head for one in members):
        return
    eldest = min(
        staying,
        key=lambda one: (
            periods.too_young(one.birth_text, civil(tx.now)),
            one.birth_date or date.max,
            one.resident_id,
        ),
    )
    store.change(
        tx, eldest, is_head=True, relationship=HEAD, reason=REASON, changed_on=civil(tx.now),
        processed_at=tx.now, processed_by="system",
    )  # fmt: skip


def claimed(tx: Transaction, household: str, returning: Sequence[Resident]) -> str:
    """宛名番号 of who is head once these are back: of them and who is head now, whoever became it first; empty: nobody was.

    Who became head only because another left gives it back to them, and has it again where that one is gone.
    Whoever is head now and will not be gives it up here, as the record stood before: a household has one head at a time.
    """
    ids = {one.resident_id for one in returning}
    now = [one for one in store.household(tx, household) if one.is_head]
    claims = [one for one in returning if one.is_head]
    claims += [one for one in now if one.resident_id not in ids]
    first = min(claims, key=lambda one: _since(tx, one), default=None)
    for one in now:
        if first is not None and one.resident_id not in {first.resident_id, *ids}:
            _gives_it_up(tx, one)
    return first.resident_id if first else ""


def as_member(tx: Transaction, resident: Resident) -> str:
    """Their 続柄 when they were last not the head of this household."""
    return next(
        (one.relationship for one in _versions(tx, resident) if one.relationship != HEAD), UNRELATED
    )


def _gives_it_up(tx: Transaction, head: Resident) -> None:
    before = next((one for one in _versions(tx, head) if one.relationship != HEAD), head)
    leaving = head.state == "leaving"  # its notice is still to be found by its number
    store.change(
        tx, head, is_head=False, relationship=as_member(tx, head), reason=REASON,
        changed_on=civil(tx.now), case_id=head.case_id if leaving else before.case_id,
        processed_at=tx.now, processed_by="system",
    )  # fmt: skip


def _since(tx: Transaction, head: Resident) -> tuple[bool, datetime]:
    """Head from the beginning is before whoever became it by a change, even of the same instant."""
    first = [one for one in _versions(tx, head) if one.is_head][-1]
    return first.reason == REASON, first.processed_at


def _versions(tx: Transaction, resident: Resident) -> list[Resident]:
    """Those of this household without a break, the newest first."""
    found = []
    for one in store.history(tx, resident.resident_id):
        if one.household_number != resident.household_number or one.state == "left":
            break
        found.append(one)
    return found
