"""One head for each household (世帯主, municipal §1.3): who gets it where nobody is, and who has it again when people come back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.time.clock import civil
from kazasu.kit import periods
from kazasu.municipality.register import store
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.relationships import (
    HEAD,
    LODGER,
    Kin,
    Known,
    Standing,
    doubts,
    standing,
)

REASON: Final = "世帯主変更"
UNRELATED: Final = LODGER
"""Of a former head whom no version says to be anything else."""


def name_one(
    tx: Transaction, household: str, *, on: date, gone: Resident | None = None, died: bool = False
) -> list[tuple[Resident, Standing]]:
    """Ex officio, where somebody stays and nobody who lives there is head: the eldest of them who is old enough.

    Who is leaving stays as they are: a family goes with the relationships that it had. The others stand to the new head as far as that
    follows from how they stood to who is ``gone``; where it does not they are written as lodgers, until they are asked.

    Args:
        on: 異動日, the day on which the last head went.
        died: as of :func:`succession`.

    Returns: those who have to be asked, with what they can be.
    """
    found = succession(store.household(tx, household), gone, civil(tx.now), died=died)
    if found is None:
        return []
    store.change(
        tx, found.head, is_head=True, relationship=HEAD, reason=REASON, changed_on=on,
        processed_at=tx.now, processed_by="system",
    )  # fmt: skip
    for one, stands in found.related:
        relate(tx, one, stands.relationship or UNRELATED, on=on, case_id=one.case_id, by="system")
    return found.asked


@dataclass(frozen=True, slots=True)
class Succession:
    """Who heads a household that has lost its head, and how the others stand to that one. Nothing of it is written yet."""

    head: Resident
    related: Sequence[tuple[Resident, Standing]]

    @property
    def asked(self) -> list[tuple[Resident, Standing]]:
        """Of whom the register does not say it."""
        return [(one, stands) for one, stands in self.related if not stands.relationship]


def succession(
    members: Sequence[Resident], gone: Resident | None, today: date, *, died: bool = False
) -> Succession | None:
    """None: nobody stays, or somebody who lives there is head. Arguments as :func:`name_one`.

    Args:
        died: they will not come back: where all the others are leaving, one of these heads them until their day comes, as they live there
            still. A family that leaves one by one on one day names nobody in between.
    """
    staying = [one for one in members if one.state == "resident"]
    if died and not staying:
        staying = [one for one in members if one.state == "leaving"]
    if not staying or any(one.is_head for one in members):
        return None
    eldest = _eldest(staying, today)
    kin = [kin_of(one) for one in staying]
    new, sex = kin_of(eldest), gone.sex if gone else ""
    others = [one for one in staying if one is not eldest]
    return Succession(eldest, [(one, standing(new, sex, kin_of(one), kin)) for one in others])


def kin_of(member: Resident) -> Kin:
    """A member of a household, as the rules on relationships see them."""
    return Kin(member.relationship, member.sex, member.birth_date)


def relate(
    tx: Transaction,
    member: Resident,
    relationship: str,
    *,
    on: date,
    case_id: str,
    by: str,
    because: str = "",
) -> None:
    """How they stand to another head, as a version of its own (標準仕様書 4.1.4.2); none where it is as it was.

    Args:
        because: what it rests on, where it does not follow from the register.
    """
    if member.relationship != relationship:
        store.change(
            tx, member, relationship=relationship, reason=REASON, changed_on=on, case_id=case_id,
            because=because, processed_at=tx.now, processed_by=by,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Restored:
    """A household once some of it are back. Nothing of it is written yet."""

    head: str
    """宛名番号."""
    related: Mapping[str, Standing]
    """How everybody stands to that head whose 続柄 is to be written: who is back, and where the head is another one, who stayed."""

    def relationship(self, resident_id: str) -> str:
        """As it is written; a lodger's until they are asked."""
        if resident_id == self.head:
            return HEAD
        return self.related[resident_id].relationship or UNRELATED

    @property
    def asked(self) -> Mapping[str, Standing]:
        """Of whom the register does not say it."""
        return {key: one for key, one in self.related.items() if not one.relationship}


def restored(tx: Transaction, household: str, returning: Sequence[Resident]) -> Restored:
    """Who heads it, and how the others stand to that one: as they did before, else as it follows from how they stood to other heads.

    Nobody is written as what cannot be true beside the others: a second wife, since somebody married while she was away, is asked.

    Args:
        returning: who is back, each as their record was before they left.
    """
    ids = {one.resident_id for one in returning}
    now = store.household(tx, household)
    staying = [one for one in now if one.state == "resident" and one.resident_id not in ids]
    heading = next((one for one in now if one.is_head), None)
    head = claimed(tx, now, returning) or _eldest([*staying, *returning], civil(tx.now))
    known = known_of(tx, household, ids)
    stays = heading is not None and heading.resident_id == head.resident_id
    placed = (
        [head, *(one for one in staying if one.resident_id != head.resident_id)]
        if stays
        else [head]
    )
    related = {}
    for one in [*returning, *staying]:
        if one.resident_id == head.resident_id or (stays and one in staying):
            continue
        found = known.standing(one.resident_id, head.resident_id)
        said = replace(one, is_head=False, relationship=found.relationship or UNRELATED)
        if len(doubts([*placed, said])) > len(doubts(placed)):
            found = Standing("", (said.relationship, UNRELATED), None, complete=False)
            said = replace(said, relationship=UNRELATED)
        placed.append(said)
        related[one.resident_id] = found
    if heading is not None and not stays and heading.resident_id not in {*ids, *related}:
        related[heading.resident_id] = known.standing(heading.resident_id, head.resident_id)
    return Restored(head.resident_id, related)


def known_of(tx: Transaction, household: str, also: Collection[str] = ()) -> Known:
    """What its versions say of who lives in this household, of who headed it and of these. Nobody is shown by it."""
    with tx.unseen():
        members = [one.resident_id for one in store.household(tx, household)]
        ids = dict.fromkeys([*members, *store.heads_of(tx, household), *also])
        return Known(household, {one: store.history(tx, one) for one in ids})


def claimed(
    tx: Transaction, now: Sequence[Resident], returning: Sequence[Resident]
) -> Resident | None:
    """Who is head once these are back: of them and who is head now, whoever became it first; None: nobody was.

    Who became head only because another left gives it back to them, and has it again where that one is gone.
    """
    ids = {one.resident_id for one in returning}
    claims = [one for one in returning if one.is_head]
    claims += [one for one in now if one.is_head and one.resident_id not in ids]
    return min(claims, key=lambda one: _since(tx, one), default=None)


def put_back_heads(tx: Transaction, household: str, found: Restored, ids: Collection[str]) -> None:
    """Write it of who stayed, before whoever is back is written: a household has one head at a time.

    Who is leaving goes with what was sent, but for the head: that one gives it up.

    Args:
        ids: 宛名番号 of who is back; their versions are written by who knows why.
    """
    others = [one for one in store.household(tx, household) if one.resident_id not in ids]
    for one in others:
        if one.is_head and one.resident_id != found.head:
            _gives_it_up(tx, one, found.relationship(one.resident_id))
    for one in others:
        if one.resident_id == found.head and not one.is_head:
            store.change(
                tx, one, is_head=True, relationship=HEAD, reason=REASON, changed_on=civil(tx.now),
                processed_at=tx.now, processed_by="system",
            )  # fmt: skip
        elif one.state == "resident" and not one.is_head and one.resident_id in found.related:
            said = found.relationship(one.resident_id)
            relate(tx, one, said, on=civil(tx.now), case_id=one.case_id, by="system")


def _gives_it_up(tx: Transaction, head: Resident, relationship: str) -> None:
    before = next((one for one in _versions(tx, head) if one.relationship != HEAD), head)
    leaving = head.state == "leaving"  # its notice is still to be found by its number
    store.change(
        tx, head, is_head=False, reason=REASON, changed_on=civil(tx.now), relationship=relationship,
        case_id=head.case_id if leaving else before.case_id,
        processed_at=tx.now, processed_by="system",
    )  # fmt: skip


def _eldest(people: Sequence[Resident], today: date) -> Resident:
    """Of them who is old enough; of children alone, the eldest child."""
    return min(
        people,
        key=lambda one: (
            periods.too_young(one.birth_text, today),
            one.birth_date or date.max,
            one.resident_id,
        ),
    )


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
