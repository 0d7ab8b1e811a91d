"""Nobody under fifteen is left behind unseen: who looks after them is decided before a move is accepted or registered."""

from collections.abc import Collection, Sequence

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.visible import seen
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.hall.model import Clerk
from kazasu.municipality.hall.ports import Way
from kazasu.municipality.moving.faults import CHILD_LEFT_ALONE, LEFT_OUT
from kazasu.municipality.moving.model import Arriver, MovingIn
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import Resident, left_alone


def must_be_decided(
    tx: Transaction,
    way: Way,
    case_id: str,
    alone: Sequence[Resident],
    clerk: Clerk,
    care: str,
) -> None:
    """What was decided stays as a note of the case; nothing is written where nobody is left alone.

    Raises Refusal ``municipality.child-left-alone``: somebody is, and nothing was decided.
    """
    if not alone:
        return
    if not seen(care):
        raise _left_alone(alone)
    casework_store.write(tx, way, case_id, clerk.staff_id, "note", care)


def must_be_said(
    tx: Transaction, case: MovingIn, movers: Sequence[Arriver], clerk: Clerk, why: str
) -> None:
    """Whose data came from another city and who is not registered here is registered nowhere once they have left there. The reason
    stays as a note of the case.

    Raises Refusal ``municipality.left-out``: somebody is, and no reason is written.
    """
    if not (left := left_out(case, movers)):
        return
    if not seen(why):
        raise Refusal(
            LEFT_OUT,
            names="、".join(one.mover.name for one in left),
            names_en=", ".join(with_reading(one.mover.name, one.mover.kana) for one in left),
        )
    casework_store.write(tx, "in", case.case_id, clerk.staff_id, "note", why)


def left_out(case: MovingIn, movers: Sequence[Arriver]) -> list[Arriver]:
    """Of an arrival from another city; within the city they stay where they are registered."""
    if case.kind == "within-city":
        return []
    return [one for one in movers if not one.included]


def must_be_known(alone: Sequence[Resident], decided: Collection[str]) -> None:
    """Is everybody who is left alone now among those of whom it was decided?

    Args:
        decided: 宛名番号 of those who would be left alone when it was.

    Raises Refusal ``municipality.child-left-alone``.
    """
    if unknown := [one for one in alone if one.resident_id not in decided]:
        raise _left_alone(unknown)


def _left_alone(alone: Sequence[Resident]) -> Refusal:
    return Refusal(
        CHILD_LEFT_ALONE,
        names="、".join(one.name for one in alone),
        names_en=", ".join(with_reading(one.name, one.kana) for one in alone),
    )


def left_behind(tx: Transaction, going: Collection[Resident]) -> list[Resident]:
    """Of the household that they leave, as the register has it now: the last adult may have left since it was checked."""
    ids = {one.resident_id for one in going}
    return [
        child
        for number in dict.fromkeys(one.household_number for one in going)
        for child in left_alone(register_store.household(tx, number), ids, civil(tx.now))
    ]


def left_in_the_city(tx: Transaction, case: MovingIn, movers: Sequence[Arriver]) -> list[Resident]:
    """The same for a change of address within the city; of an arrival from elsewhere the old city has asked."""
    if case.kind != "within-city":
        return []
    found = (
        register_store.by_record_code(tx, one.mover.resident_record_code)
        for one in movers
        if one.included
    )
    return left_behind(tx, [one for one in found if one is not None])
