"""Reading and writing cases as a clerk saw them: the second of two clerks is told (I9)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal, TypeVar

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.romaji import with_reading
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.casework.model import Colleague
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.faults import (
    CHANGED_BY,
    CHANGED_MEANWHILE,
    DONE_ALREADY,
    UNKNOWN_CASE,
    WRONG_STATE,
)
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import Way
from kazasu.municipality.moving.model import (
    BEFORE_ENTRY,
    DONE_IN,
    DONE_OUT,
    IN_DESK,
    IN_STATES,
    OUT_STATES,
    SYSTEM,
    TO_DECIDE,
    InState,
    MovingIn,
    MovingOut,
    OutState,
)
from kazasu.municipality.moving.store import arrivals, notices, visits
from kazasu.municipality.register import store as register_store

DONE: Final = (*DONE_OUT, *DONE_IN)
C = TypeVar("C", MovingOut, MovingIn)
PAPER_ROUTE: Final = Text(
    "前の市区町村で紙の転出証明書を受け取り、新しい市区町村の窓口へお持ちください",
    "Get a paper certificate of moving out from your old city and bring it to the new city's counter",
)


def notice(tx: Transaction, case_id: str) -> MovingOut:
    """Raises Refusal ``municipality.unknown-case``."""
    return _known(notices.find(tx, case_id))


def arrival(tx: Transaction, case_id: str) -> MovingIn:
    """Raises Refusal ``municipality.unknown-case``."""
    return _known(arrivals.find(tx, case_id))


def notice_at(
    tx: Transaction, case_id: str, version: int, states: Sequence[str], clerk: Clerk
) -> MovingOut:
    """The notice of moving out, if it is still as it was seen.

    Raises Refusal ``municipality.unknown-case``, ``municipality.changed-meanwhile``, ``municipality.done-already``,
    ``municipality.changed-by``, ``municipality.wrong-state``.
    """
    return _unchanged(tx, notice(tx, case_id), version, states, clerk)


def arrival_at(
    tx: Transaction, case_id: str, version: int, states: Sequence[str], clerk: Clerk
) -> MovingIn:
    """The same for an arrival."""
    return _unchanged(tx, arrival(tx, case_id), version, states, clerk)


def stands(tx: Transaction, way: str, case_id: str) -> Literal["unknown", "open", "over"]:
    """Is there such a case at this desk, and is anything left to do on it?"""
    found = notices.find(tx, case_id) if way == "out" else arrivals.find(tx, case_id)
    if found is None:
        return "unknown"
    return "over" if found.state in DONE else "open"


def given_by(tx: Transaction, case_id: str) -> str:
    """Who gave notice of this move, by name; empty where it is not known here."""
    if (there := notices.find(tx, case_id)) is not None and there.applicant_id:
        applicant = register_store.by_id(tx, there.applicant_id)
        return applicant.name if applicant else ""
    here = arrivals.find(tx, case_id)
    return str((here.reservation or {}).get("applicant_name", "")) if here else ""


def save(tx: Transaction, case: MovingOut | MovingIn) -> None:
    """Write it; somebody else's change in between is not overwritten. Where nothing is left to do, nobody has it any more.

    Raises Refusal ``municipality.changed-meanwhile``.
    """
    written = notices.save(tx, case) if isinstance(case, MovingOut) else arrivals.save(tx, case)
    if not written:
        raise Refusal(CHANGED_MEANWHILE)
    if case.state in DONE:
        way: Way = "out" if isinstance(case, MovingOut) else "in"
        casework_store.put_back(tx, way, case.case_id)


def close_if_all_are_gone(city: CityContext, tx: Transaction, case_id: str) -> None:
    """An accepted notice ends: nobody of it is on the way any more, and at least one has arrived."""
    states = {one.state for one in notices.leavers(tx, case_id)}
    case = notices.find(tx, case_id)
    if states <= {"arrived", "cancelled"} and case is not None and case.state == OutState.ACCEPTED:
        save(tx, replace(case, state=OutState.CLOSED))
        city.send_progress(tx, case_id, "old-record-closed", SYSTEM)


def expire(city: CityContext, tx: Transaction, case: MovingIn) -> None:
    """特例転入 is over: the card alone no longer suffices, a paper certificate does (municipal §1.2). The resident is told."""
    visits.release(tx, case.case_id)
    save(tx, replace(case, state=InState.EXPIRED))
    city.send_progress(tx, case.case_id, "expired-special", IN_DESK, PAPER_ROUTE)


def _known(case: C | None) -> C:
    if case is None:
        raise Refusal(UNKNOWN_CASE)
    return case


def _unchanged(tx: Transaction, case: C, version: int, states: Sequence[str], clerk: Clerk) -> C:
    if case.version != version:
        raise _changed(tx, case, clerk)
    if case.state not in states:
        words = (OUT_STATES if isinstance(case, MovingOut) else IN_STATES)[case.state]
        raise Refusal(WRONG_STATE, state=words.ja, state_en=words.en)
    return case


def _changed(tx: Transaction, case: MovingOut | MovingIn, clerk: Clerk) -> Refusal:
    """By whom: who pressed twice, or works in two windows, is not told of somebody else."""
    by = next((number for _, number, _ in reversed(case.acts) if number), "")
    if not by or case.state in (*TO_DECIDE, *BEFORE_ENTRY):  # a letter may have changed it since
        return Refusal(CHANGED_MEANWHILE)
    if by == clerk.staff_id:
        return Refusal(DONE_ALREADY)
    who = casework_store.colleagues(tx).get(by, Colleague(by, by, ""))
    return Refusal(CHANGED_BY, name=who.name, name_en=with_reading(who.name, who.kana))
