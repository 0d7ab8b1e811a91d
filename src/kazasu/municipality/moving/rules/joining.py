"""Joining a household that is there: somebody has to stay in it, when it is entered, when it is decided, and when it is written."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kazasu.contracts.municipality import Address
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.places.houses import same_house
from kazasu.kit import periods
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.moving import entering
from kazasu.municipality.moving.faults import HOUSEHOLD_ELSEWHERE, NO_SUCH_HOUSEHOLD, NOBODY_STAYS
from kazasu.municipality.moving.model import Arriver, Finding, MovingIn
from kazasu.municipality.register import relationships
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import Resident, nobody_yet
from kazasu.municipality.register.relationships import HEAD, LODGER

HIDDEN_DOUBT: Final = Text(
    "続柄が、加わる世帯の人と合いません。住民票で確かめてください",
    "A relationship does not fit the household that they join: see its record",
)
EMPTIED: Final = "加わるはずの世帯（{number}）に残る人がいなくなったため、新しい世帯として登録しました。続柄を確かめてください"
"""As a note among the staff, which is in Japanese as all of them are."""


def must_be_joinable(
    tx: Transaction, number: str, movers: Collection[Arriver], address: Address | None = None
) -> None:
    """Who is leaving already, or moves in this very case, does not stay. Who lives there is shown to nobody by this.

    Args:
        address: where the movers live from now on, which is where the household lives; None: it was compared before.

    Raises Refusal ``municipality.no-such-household``, ``municipality.nobody-stays``, ``municipality.household-elsewhere``.
    """
    if not number:
        return
    with tx.unseen():
        members = register_store.household(tx, number)
    if not members:
        raise Refusal(NO_SUCH_HOUSEHOLD)
    going = {one.mover.resident_record_code for one in movers}
    staying = [one for one in members if one.state == "resident" and one.record_code not in going]
    if not staying:
        raise Refusal(NOBODY_STAYS)
    if address is not None and not same_house(address.line, staying[0].address):
        raise Refusal(HOUSEHOLD_ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Joined:
    """Whose household it is, as the decision shows it before anybody is registered into it."""

    head: str
    """Name of its head; empty where somebody of it is protected: then only their record tells, for a reason (I8)."""
    kana: str
    people: int
    """How many stay in it."""


def joined(tx: Transaction, case: MovingIn) -> Joined | None:
    """None: they join none, or none that anybody lives in."""
    if not (number := case.entry.get("joins_household")):
        return None
    members = register_store.household(tx, number)
    if not members:
        return None
    hidden = any(one.protected for one in members)
    head = next((one for one in members if one.is_head), members[0])
    staying = sum(one.state == "resident" for one in members)
    return Joined("" if hidden else head.name, "" if hidden else head.kana, staying)


@dataclass(frozen=True, slots=True)
class _Member:
    """Somebody of the household as it will be."""

    name: str
    kana: str
    sex: str
    birth_date: date | None
    relationship: str
    is_head: bool


def doubts(tx: Transaction, case: MovingIn, going: Sequence[Arriver]) -> list[Finding]:
    """What cannot be true of the household as it will be, by relationships and sex; of a protected one nobody's name is said (I8)."""
    entered = {one["token"]: one for one in case.entry.get("people", ())}
    number = case.entry.get("joins_household", "")
    there = register_store.household(tx, number) if number else []
    codes = {one.mover.resident_record_code for one in going}
    staying = [one for one in there if one.state == "resident" and one.record_code not in codes]
    arriving = [
        _Member(
            one.mover.name,
            one.mover.kana,
            one.mover.sex,
            one.mover.birth_date,
            said["relationship"],
            said["is_head"],
        )
        for one in going
        if (said := entered.get(str(one.token))) is not None
    ]
    found = relationships.to_make_sure([*staying, *arriving])
    hidden = any(one.protected for one in staying)
    if found and hidden:
        found = [HIDDEN_DOUBT]
    related = [Finding("relationships", False, one.ja, one.en, blocking=False) for one in found]
    return [*related, *_before_it_lived_there(case, staying, hidden=hidden)]


def _before_it_lived_there(case: MovingIn, staying: Sequence[Resident], *, hidden: bool) -> list[Finding]:  # fmt: skip
    """Only said where it is so: they would belong to the household on days on which it lived elsewhere."""
    if case.moved_on is None or not nobody_yet(staying, case.moved_on):
        return []
    since = min(one.lives_here_since for one in staying)
    ja, en = ("", "") if hidden else (f"（{long_date(since)}から）", f" (they do since {long_date(since, 'en')})")  # fmt: skip
    return [Finding(
        "household-later", False,
        f"加わる世帯は、異動日（{long_date(case.moved_on)}）には、まだここに住んでいません{ja}。異動日か、加わる世帯を確かめてください",
        f"The household that they join did not live here yet on the moving day ({long_date(case.moved_on, 'en')}){en}: "
        "make sure of the day, or of the household",
        blocking=False,
    )]  # fmt: skip


def joined_or_on_their_own(
    tx: Transaction, case: MovingIn, going: Sequence[Arriver], on: date
) -> MovingIn:
    """The case as it can be written now. Within the city nobody has decided but this desk: it is asked again as it was.

    The household may have emptied after the decision, while the network was asked: what it has decided stands, so they become a
    household of their own instead of one without a head, and the staff read it.

    Raises Refusal as :func:`must_be_joinable`, of a change of address within the city.
    """
    number = case.entry["joins_household"]
    if case.kind == "within-city":
        must_be_joinable(tx, number, going, Address.model_validate(case.entry["address"]))
        return case
    try:
        must_be_joinable(tx, number, going)
    except Refusal:
        casework_store.write(
            tx, "in", case.case_id, case.decided_by, "note", EMPTIED.format(number=number)
        )
        head = _head_of(going, on)
        people = [
            {
                "token": str(one.token),
                "relationship": _related(one, head),
                "is_head": one is head,
            }
            for one in going
        ]
        return replace(
            case, entry=case.entry | {"joins_household": "", "people": people, "departing": []}
        )
    return case


def _head_of(going: Sequence[Arriver], on: date) -> Arriver:
    """Who was the head before, else the eldest; who is old enough before anybody else."""
    return min(
        going,
        key=lambda one: (
            periods.too_young(one.mover.birth_text, on),
            one.mover.relationship != HEAD,
            one.mover.birth_date or date.max,
            str(one.token),
        ),
    )


def _related(one: Arriver, head: Arriver) -> str:
    """The certificate data say how people stood to the old head: to another one only what follows, else a lodger's until they are asked."""
    if one is head:
        return HEAD
    old_sex = one.mover.sex if one.mover.relationship == HEAD else ""
    found = relationships.standing(entering.kin_of(head), old_sex, entering.kin_of(one))
    return found.relationship if found.relationship not in ("", HEAD) else LODGER
