"""Reading and writing cases as a clerk saw them: whoever comes second is told (I9)."""

from collections.abc import Sequence
from typing import TypeVar

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.municipality.faults import CHANGED_MEANWHILE, UNKNOWN_CASE, WRONG_STATE
from kazasu.municipality.moving.store import cases as moving
from kazasu.municipality.register.model import MovingIn, MovingOut

C = TypeVar("C", MovingOut, MovingIn)


def notice_at(tx: Transaction, case_id: str, version: int, states: Sequence[str]) -> MovingOut:
    """The notice of moving out, if it is still as it was seen.

    Raises Refusal ``municipality.unknown-case``, ``municipality.changed-meanwhile``,
    ``municipality.wrong-state``.
    """
    return _unchanged(moving.out(tx, case_id), version, states)


def arrival_at(tx: Transaction, case_id: str, version: int, states: Sequence[str]) -> MovingIn:
    """The same for an arrival."""
    return _unchanged(moving.arrival(tx, case_id), version, states)


def save(tx: Transaction, case: MovingOut | MovingIn) -> None:
    """Write it; somebody else's change in between is not overwritten.

    Raises Refusal ``municipality.changed-meanwhile``.
    """
    written = (
        moving.save_out(tx, case) if isinstance(case, MovingOut) else moving.save_arrival(tx, case)
    )
    if not written:
        raise Refusal(CHANGED_MEANWHILE)


def _unchanged(case: C | None, version: int, states: Sequence[str]) -> C:
    if case is None:
        raise Refusal(UNKNOWN_CASE)
    if case.version != version:
        raise Refusal(CHANGED_MEANWHILE)
    if case.state not in states:
        raise Refusal(WRONG_STATE, state=case.state)
    return case
