"""Who heads the household that others leave: one rule for a notice of moving out and for a change of address (municipal §1.3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import civil
from kazasu.kit import periods
from kazasu.municipality.moving.faults import HEAD_NEEDED, HEAD_TOO_YOUNG
from kazasu.municipality.register import heads
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import HeadAfter, Resident, head_after
from kazasu.municipality.register.relationships import HEAD


@dataclass(frozen=True, slots=True)
class Rest:
    """Who stays of one household, and what becomes of its head."""

    household: str
    head: HeadAfter
    people: Sequence[Resident]
    """Those who stay; who is leaving already is not among them."""


def rests(tx: Transaction, going: Sequence[Resident]) -> list[Rest]:
    """Of every household that they leave, as the register has it now."""
    leaving = {one.resident_id for one in going}
    found = []
    for number in dict.fromkeys(one.household_number for one in going):
        members = register_store.household(tx, number)
        people = [m for m in members if m.resident_id not in leaving and m.state == "resident"]
        found.append(Rest(number, head_after(members, leaving), people))
    return found


def chosen(tx: Transaction, rest: Rest, named: Collection[str]) -> Resident | None:
    """Who becomes its head: the only one who stays ex officio (職権), else whom the decision names; None: nothing changes.

    Args:
        named: 宛名番号 of whom the clerk named, of this household and of others that the same people leave.

    Raises Refusal ``municipality.head-needed``, ``municipality.head-too-young``: somebody grown up stays, too.
    """
    if rest.head.kind in ("unchanged", "empty"):
        return None
    wanted = (rest.head.resident_id,) if rest.head.resident_id else named
    found = [one for one in rest.people if one.resident_id in wanted]
    if len(found) != 1:
        raise Refusal(HEAD_NEEDED)
    young = [one for one in rest.people if periods.too_young(one.birth_text, civil(tx.now))]
    if found[0] in young and len(young) < len(rest.people):
        raise Refusal(HEAD_TOO_YOUNG)
    return found[0]


def take_over(tx: Transaction, head: Resident, *, case_id: str, by: str) -> None:
    """世帯主変更: whoever heads the household gives it up first, as it has one head at a time.

    Args:
        by: staff id of who decided it.
    """
    for one in register_store.household(tx, head.household_number):
        if one.is_head:
            register_store.change(
                tx, one, is_head=False, reason=heads.REASON, changed_on=civil(tx.now),
                # An accepted notice is found by the number on the record of who leaves by it.
                case_id=one.case_id if one.state == "leaving" else case_id,
                processed_at=tx.now, processed_by=by,
            )  # fmt: skip
    register_store.change(
        tx, head, is_head=True, relationship=HEAD, reason=heads.REASON, changed_on=civil(tx.now),
        case_id=case_id, processed_at=tx.now, processed_by=by,
    )  # fmt: skip
