"""One head for each household (世帯主, municipal §1.3): who gets it where nobody is, and who has it again when people come back."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.time.clock import civil
from kazasu.kit import periods
from kazasu.municipality.register import store
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.relationships import HEAD, under

REASON: Final = "世帯主変更"
UNRELATED: Final = "同居人"
"""Of a former head whom no version says to be anything else."""


def name_one(
    tx: Transaction, household: str, *, on: date, gone: Resident | None = None
) -> list[Resident]:
    """Ex officio, where somebody stays and nobody who lives there is head: the eldest of them who is old enough.

    Who is leaving stays as they are: a family goes with the relationships that it had. The others stand to the new head as far as that
    follows from how they stood to who is ``gone``; where it does not they are written as lodgers, until they are asked.

    Args:
        on: 異動日, the day on which the last head went.

    Returns: those who have to be asked.
    """
    members = store.household(tx, household)
    staying = [one for one in members if one.state == "resident"]
    if not staying or any(one.is_head for one in members):
        return []
    eldest = min(
        staying,
        key=lambda one: (
            periods.too_young(one.birth_text, civil(tx.now)),
            one.birth_date or date.max,
            one.resident_id,
        ),
    )
    store.change(
        tx, eldest, is_head=True, relationship=HEAD, reason=REASON, changed_on=on,
        processed_at=tx.now, processed_by="system",
    )  # fmt: skip
    others = [one for one in staying if one is not eldest]
    follows = {
        one.resident_id: under(eldest.relationship, gone.sex if gone else "", one.relationship)
        for one in others
    }
    for one in others:
        relate(
            tx, one, follows[one.resident_id] or UNRELATED, on=on, case_id=one.case_id, by="system"
        )
    return [one for one in others if not follows[one.resident_id]]


def relate(
    tx: Transaction, member: Resident, relationship: str, *, on: date, case_id: str, by: str
) -> None:
    """How they stand to another head, as a version of its own (標準仕様書 4.1.4.2); none where it is as it was."""
    if member.relationship != relationship:
        store.change(
            tx, member, relationship=relationship, reason=REASON, changed_on=on, case_id=case_id,
            processed_at=tx.now, processed_by=by,
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
            _gives_it_up(tx, one, first)
            _as_under(tx, first, household, {one.resident_id, *ids})
    return first.resident_id if first else ""


def related_to(tx: Transaction, member: Resident, head: Resident) -> str:
    """続柄 that they had when it was last written while this one headed, at that instant or by that case; a lodger's where it never was."""
    mine, theirs = _versions(tx, member), _versions(tx, head)
    for one in mine:
        then = next((h for h in theirs if h.processed_at <= one.processed_at), None)
        if then is not None and then.is_head and one.relationship != HEAD:
            return one.relationship
    began = {h.case_id for h in theirs if h.is_head and h.reason == REASON}
    if began:
        same = [one for one in mine if one.reason == REASON and one.case_id in began]
    else:  # head from the beginning: as it was before anybody else headed
        changed = max((at for at, one in enumerate(mine) if one.reason == REASON), default=-1)
        lost = next((h for h in reversed(theirs) if not h.is_head), None)
        same = [
            one for one in mine[changed + 1 :] if lost and one.processed_at <= lost.processed_at
        ]
    return next((one.relationship for one in same if one.relationship != HEAD), UNRELATED)


def back_as(tx: Transaction, resident: Resident, was: Resident, head: str) -> str:
    """How somebody who comes back stands to who heads the household then; ``was``: their record before they left.

    Args:
        head: 宛名番号 of that head; empty: there is none.
    """
    if resident.resident_id == head:
        return HEAD
    heading = store.by_id(tx, head) if head else None
    found = related_to(tx, resident, heading) if heading is not None else UNRELATED
    if found != UNRELATED:
        return found
    if heading is not None and _since(tx, heading)[0]:  # who took over, perhaps after they left
        return UNRELATED
    return was.relationship if was.relationship != HEAD else as_member(tx, resident)


def as_member(tx: Transaction, resident: Resident) -> str:
    """Their 続柄 when they were last not the head of this household."""
    return next(
        (one.relationship for one in _versions(tx, resident) if one.relationship != HEAD), UNRELATED
    )


def _as_under(tx: Transaction, head: Resident, household: str, but: Collection[str]) -> None:
    """Who stayed stands to who heads it again as they did before; who is leaving goes with what was sent."""
    for one in store.household(tx, household):
        if one.state == "resident" and one.resident_id not in but:
            found = related_to(tx, one, head)
            relate(tx, one, found, on=civil(tx.now), case_id=one.case_id, by="system")


def _gives_it_up(tx: Transaction, head: Resident, to: Resident) -> None:
    was = related_to(tx, head, to)
    before = next((one for one in _versions(tx, head) if one.relationship != HEAD), head)
    leaving = head.state == "leaving"  # its notice is still to be found by its number
    store.change(
        tx, head, is_head=False, reason=REASON, changed_on=civil(tx.now),
        relationship=as_member(tx, head) if was == UNRELATED else was, case_id=head.case_id if leaving else before.case_id,
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
