"""What became of a resident's household in the last month: by notices of it, and by who moved. Each of them is told, whoever gave notice."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from kazasu.contracts.municipality import HouseholdChanged
from kazasu.foundation.database import Transaction
from kazasu.municipality.hall.ports import (
    GIVEN_BY,
    HEAD_SAID,
    HOUSEHOLD_CHANGES,
    HouseholdChange,
    Ports,
)
from kazasu.municipality.register import heads, store
from kazasu.municipality.register.model import MOVED_HERE, Resident

TOLD_FOR: Final = timedelta(days=31)
MOST: Final = 100


def changes(
    tx: Transaction, ports: Ports, own: Resident, members: Sequence[Resident]
) -> list[HouseholdChanged]:
    """All that concern this resident while they live here, the newest first. Of whom nobody is protected."""
    since = tx.now - TOLD_FOR
    versions = store.history(tx, own.resident_id)
    noticed = [
        one
        for one in ports.use(HOUSEHOLD_CHANGES)(tx, _lived_in(versions, since), since)
        if one.on >= own.lives_here_since
        and _households_at(versions, one.written_at) & {*one.households}
    ]
    found = [_by_notice(tx, one, versions, own) for one in noticed]
    told = {one.case_id for one in noticed}
    found += _heads(tx, ports, own, members, versions, told, since)
    found += _given_up(tx, own, members, versions, {one.written_at for one in found}, since)
    found += _at_arrival(tx, ports, own, members, versions, since)
    found += _joined(tx, ports, own, members, versions, since)
    mine = [one.model_copy(update={"by_oneself": one.given_by == own.name}) for one in found]
    return sorted(mine, key=lambda one: one.written_at, reverse=True)[:MOST]


def _lived_in(versions: Sequence[Resident], since: datetime) -> list[str]:
    """世帯番号 of their households since then; versions with the newest first."""
    before = next((one for one in versions if one.processed_at < since), None)
    late = [one for one in versions if one.processed_at >= since]
    return list(
        dict.fromkeys(one.household_number for one in (*late, *([before] if before else ())))
    )


def _households_at(versions: Sequence[Resident], at: datetime) -> set[str]:
    """Their household before that instant, and what it became then."""
    before = next((one for one in versions if one.processed_at < at), None)
    then = [one for one in versions if one.processed_at == at]
    return {one.household_number for one in (*then, *([before] if before else ()))}


def _since(versions: Sequence[Resident], own: Resident, at: datetime) -> str:
    """How they stand to the head since then. Who is leaving stands to nobody here any more."""
    if own.state == "leaving":
        return ""
    return next((one.relationship for one in versions if one.processed_at <= at), "")


def _by_notice(
    tx: Transaction, change: HouseholdChange, versions: Sequence[Resident], own: Resident
) -> HouseholdChanged:
    """世帯変更届. Who is protected by now is not named, nor anybody beside them (I8)."""
    with tx.unseen():
        found = store.several(tx, [*change.people, change.given_by])
    open_to_all = not any(one.protected for one in found)
    named = {one.resident_id: one.name for one in found if open_to_all}
    tx.shown(named)
    head = change.kind == "head"
    return HouseholdChanged(
        kind=change.kind,
        on=change.on,
        written_at=change.written_at,
        names=tuple(named[one] for one in change.people if one in named),
        given_by=named.get(change.given_by, change.given_by) if open_to_all else "",
        relationship=_since(versions, own, change.written_at) if head else "",
    )


def _heads(
    tx: Transaction,
    ports: Ports,
    own: Resident,
    members: Sequence[Resident],
    versions: Sequence[Resident],
    noticed: set[str],
    since: datetime,
) -> list[HouseholdChanged]:
    """Another head of those who stayed where somebody moved, and of whom a head came back to; ``noticed``: numbers of notices that tell it
    themselves."""
    with tx.unseen():
        ids = [one.resident_id for one in members]
        became = store.became_head(tx, ids, own.household_number, since)
    found = [
        one
        for one in became
        if one.case_id not in noticed
        and one.changed_on >= own.lives_here_since
        and own.household_number in _households_at(versions, one.processed_at)
    ]
    tx.shown(one.resident_id for one in found)
    return [_headed(tx, ports, one, versions, own) for one in found]


def _headed(
    tx: Transaction, ports: Ports, head: Resident, versions: Sequence[Resident], own: Resident
) -> HouseholdChanged:
    """Who became head, and why where it was by a death: those who live there need not be told that they may ask."""
    with tx.unseen():  # nobody reads of themselves that they died
        dead = store.died_then(tx, head.household_number, head.processed_at)
    return HouseholdChanged(
        kind="head",
        on=head.changed_on,
        written_at=head.processed_at,
        names=(head.name,),
        # What the system wrote carries the number of an earlier move.
        given_by="" if head.processed_by == "system" else ports.use(GIVEN_BY)(tx, head.case_id),
        relationship=_since(versions, own, head.processed_at),
        by_death=bool(dead),
        died=next((one.name for one in dead if not one.protected), ""),
    )


def _given_up(
    tx: Transaction,
    own: Resident,
    members: Sequence[Resident],
    versions: Sequence[Resident],
    told: set[datetime],
    since: datetime,
) -> list[HouseholdChanged]:
    """Who headed before came back, and this resident is head no more; ``told``: when a change was written that says it itself."""
    found = []
    for after, before in pairwise(versions):
        same = after.household_number == before.household_number == own.household_number
        lost = same and before.is_head and not after.is_head and after.reason == heads.REASON
        if not lost or after.processed_at < since or after.processed_at in told:
            continue
        head = _head_at(tx, members, own.household_number, after.processed_at)
        found.append(
            HouseholdChanged(
                kind="head",
                on=after.changed_on,
                written_at=after.processed_at,
                names=(head.name,) if head else (),
                relationship=_since(versions, own, after.processed_at),
            )
        )
    return found


def _at_arrival(
    tx: Transaction,
    ports: Ports,
    own: Resident,
    members: Sequence[Resident],
    versions: Sequence[Resident],
    since: datetime,
) -> list[HouseholdChanged]:
    """They moved here, and are head or not otherwise than the signed notice said; or than before, where somebody else gave it."""
    here = next((one for one in versions if one.reason in MOVED_HERE), None)
    if here is None or not here.case_id or here.processed_at < since:
        return []
    said = ports.use(HEAD_SAID)(tx, here.case_id, own.resident_id)
    given_by = ports.use(GIVEN_BY)(tx, here.case_id)
    otherwise = bool(said.signed) and (said.signed == here.name) != here.is_head
    by_another = given_by not in ("", here.name) and said.was_head != here.is_head
    if not (otherwise or by_another):
        return []
    head = _head_at(tx, members, here.household_number, here.processed_at)
    return [
        HouseholdChanged(
            kind="head",
            on=here.changed_on,
            written_at=here.processed_at,
            names=(head.name,) if head else (),
            given_by=given_by,
            relationship=here.relationship,
            with_move=True,
        )
    ]


def _joined(
    tx: Transaction,
    ports: Ports,
    own: Resident,
    members: Sequence[Resident],
    versions: Sequence[Resident],
    since: datetime,
) -> list[HouseholdChanged]:
    """Who moved into their household, for whoever lived in it before: by one notice they are told of once."""
    together: dict[tuple[str, datetime], list[Resident]] = {}
    with tx.unseen():
        for one in members:
            came = next(
                (v for v in store.history(tx, one.resident_id) if v.reason in MOVED_HERE), None
            )
            if came is None or came.processed_at < since or not came.case_id:
                continue
            if came.household_number == own.household_number and _was_there(versions, own, came):
                together.setdefault((came.case_id, came.processed_at), []).append(came)
    tx.shown(one.resident_id for came in together.values() for one in came)
    return [
        HouseholdChanged(
            kind="join",
            on=came[0].changed_on,
            written_at=at,
            names=tuple(one.name for one in came),
            given_by=ports.use(GIVEN_BY)(tx, case_id),
        )
        for (case_id, at), came in together.items()
    ]


def _was_there(versions: Sequence[Resident], own: Resident, came: Resident) -> bool:
    """In that household before, and did not come by the same notice."""
    if own.resident_id == came.resident_id:
        return False
    before = next((one for one in versions if one.processed_at < came.processed_at), None)
    if before is None or before.household_number != came.household_number:
        return False
    return not any(one.case_id == came.case_id and one.reason in MOVED_HERE for one in versions)


def _head_at(
    tx: Transaction, members: Sequence[Resident], household: str, at: datetime
) -> Resident | None:
    """Who of those who live there still headed it then; None: somebody who has gone."""
    with tx.unseen():
        then = store.as_of(tx, [one.resident_id for one in members], at)
    head = next((one for one in then if one.is_head and one.household_number == household), None)
    if head is not None:
        tx.shown([head.resident_id])
    return head
