"""Who heads the household that others leave: one rule for a notice of moving out and for a change of address (municipal §1.3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.visible import seen
from kazasu.kit import periods
from kazasu.municipality.moving.faults import (
    HEAD_NEEDED,
    HEAD_TOO_YOUNG,
    RELATED_ANEW,
    RELATED_OTHERWISE,
)
from kazasu.municipality.register import heads, relationships
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import HeadAfter, Resident, head_after
from kazasu.municipality.register.relationships import HEAD, Standing, standing


@dataclass(frozen=True, slots=True)
class Rest:
    """Who stays of one household, and what becomes of its head."""

    household: str
    head: HeadAfter
    people: Sequence[Resident]
    """Those who stay; who is leaving already is not among them."""
    today: date
    old_sex: str
    """Of the head that it has now, as the register writes it."""

    @property
    def candidates(self) -> Sequence[Resident]:
        """Who can be named: nobody too young where somebody is not."""
        grown = [one for one in self.people if not periods.too_young(one.birth_text, self.today)]
        return grown or self.people


def rests(tx: Transaction, going: Sequence[Resident]) -> list[Rest]:
    """Of every household that they leave, as the register has it now."""
    leaving = {one.resident_id for one in going}
    found = []
    for number in dict.fromkeys(one.household_number for one in going):
        members = register_store.household(tx, number)
        people = [m for m in members if m.resident_id not in leaving and m.state == "resident"]
        old = next((one.sex for one in members if one.is_head), "")
        found.append(Rest(number, head_after(members, leaving), people, civil(tx.now), old))
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


def offered(rest: Rest, head: str) -> dict[str, Standing]:
    """How each of the others who stay stands to whom the page names as the new head, by 宛名番号; empty: nobody of them is named."""
    new = next((one for one in rest.people if one.resident_id == head), None)
    if new is None:
        return {}
    household = [heads.kin_of(one) for one in rest.people]
    return {
        one.resident_id: standing(heads.kin_of(new), rest.old_sex, heads.kin_of(one), household)
        for one in rest.people
        if one is not new
    }


@dataclass(frozen=True, slots=True)
class Said:
    """続柄 that a decision writes."""

    relationship: str
    because: str = ""
    """What it rests on, where it does not follow from the register."""


def related(
    rest: Rest, head: Resident, written: Mapping[str, str], because: str = ""
) -> dict[str, Said]:
    """続柄 of the others who stay to this head, as the decision writes them (標準仕様書 4.1.4.2): of everybody, so that nobody keeps
    the one to who leaves.

    Args:
        because: why somebody stands to the head otherwise than the register says; kept with the versions that say so.

    Raises Refusal ``municipality.related-anew``, ``municipality.bad-relationship``, ``municipality.related-otherwise``.
    """
    others = [one for one in rest.people if one.resident_id != head.resident_id]
    if missing := [one for one in others if not written.get(one.resident_id)]:
        raise Refusal(RELATED_ANEW, **_names(missing))
    found = {one.resident_id: _as_member(written[one.resident_id]) for one in others}
    proposed = offered(rest, head.resident_id)
    departing = [one for one in others if proposed[one.resident_id].departs(found[one.resident_id])]
    if departing and not seen(because):
        raise Refusal(RELATED_OTHERWISE, **_names(departing))
    reasons = {one.resident_id: because for one in departing}
    return {key: Said(said, reasons.get(key, "")) for key, said in found.items()}


def _as_member(written: str) -> str:
    """Raises Refusal ``municipality.bad-relationship``: a household has one head."""
    if (found := relationships.check(written)) == HEAD:
        raise relationships.refused(written)
    return found


def _names(people: Sequence[Resident]) -> dict[str, str]:
    return {
        "names": "、".join(one.name for one in people),
        "names_en": ", ".join(with_reading(one.name, one.kana) for one in people),
    }


def take_over(
    tx: Transaction,
    head: Resident,
    others: Mapping[str, Said],
    *,
    on: date,
    case_id: str,
    by: str,
) -> None:
    """世帯主変更: whoever heads the household gives it up first, as it has one head at a time; the others stand to the new one.

    Args:
        others: their 続柄, by 宛名番号.
        on: 異動日: the day on which the old head moves.
        by: staff id of who decided it.
    """
    for one in register_store.household(tx, head.household_number):
        if one.is_head:
            register_store.change(
                tx, one, is_head=False, reason=heads.REASON, changed_on=on,
                # An accepted notice is found by the number on the record of who leaves by it.
                case_id=one.case_id if one.state == "leaving" else case_id,
                processed_at=tx.now, processed_by=by,
            )  # fmt: skip
    register_store.change(
        tx, head, is_head=True, relationship=HEAD, reason=heads.REASON, changed_on=on,
        case_id=case_id, processed_at=tx.now, processed_by=by,
    )  # fmt: skip
    for one in register_store.household(tx, head.household_number):
        if one.resident_id in others and one.state == "resident":
            said = others[one.resident_id]
            heads.relate(
                tx, one, said.relationship, on=on, case_id=case_id, by=by, because=said.because
            )
