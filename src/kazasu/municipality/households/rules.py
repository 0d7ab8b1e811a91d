"""Who heads whom after a change of household, and how each stands to their head. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from kazasu.foundation.faults import Fault, Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.places.houses import same_house
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.visible import seen
from kazasu.kit import periods
from kazasu.municipality.hall.model import REPRESENTATIVES
from kazasu.municipality.households import faults
from kazasu.municipality.households.model import (
    Choice,
    Line,
    Notice,
    Plan,
)
from kazasu.municipality.register import relationships
from kazasu.municipality.register.heads import kin_of
from kazasu.municipality.register.model import Resident, nobody_yet, not_yet_there
from kazasu.municipality.register.relationships import HEAD, Kin, Standing, standing

_HEADS: Final = Standing(HEAD, (HEAD,), None)
_ASK: Final = Standing(
    "",
    (),
    Text(
        "別の世帯の世帯主との続柄は、住民票からは分かりません。本人に確かめてください",
        "How they stand to the head of another household the register does not say: ask them",
    ),
    complete=False,
)


def plan(choice: Choice, own: Sequence[Resident], there: Sequence[Resident], today: date) -> Plan:
    """What would be written, of whom.

    Args:
        own: who lives in this household, also who is leaving it.
        there: the same of the household that is joined; empty: none has that number.

    Raises Refusal: as :mod:`kazasu.municipality.households.faults` has them, but those of the notice.
    """
    staying = [one for one in own if one.state == "resident"]
    going, rest = _parted(choice, own, staying)
    joined = _joined(choice, own, there) if choice.kind in ("merge", "pass") else []
    old = next((one for one in staying if one.is_head), None)
    if choice.kind == "head" and not choice.head:
        raise Refusal(faults.NAME_A_HEAD)
    lines: list[Line] = []
    if rest:
        wanted = choice.head if choice.kind == "head" else choice.rest_head
        lines += _under(_head(rest, wanted, old, today), rest, old, rest[0].household_number)
    if choice.kind == "head" and not lines:
        raise Refusal(faults.SAME_HEAD)
    if choice.kind == "split":
        lines += _under(_head(going, choice.head, old, today), going, old, "")
    if joined:
        head = next(one for one in joined if one.is_head)
        link = relationships.check(choice.link) if choice.link else ""
        if link == HEAD:
            raise relationships.refused(choice.link)
        lines += [
            Line(one, head.household_number, is_head=False, standing=_through(link, old, head, one, going))
            for one in going
        ]  # fmt: skip
    written = {one.before.resident_id for one in lines}
    groups = [rest, [*joined, *going]] if joined else [rest, going]
    everybody = [*staying, *joined]
    return Plan(
        choice.kind,
        lines,
        unchanged=[one for one in everybody if one.resident_id not in written],
        givers=[
            one
            for one in everybody
            if (one.is_head or one in staying) and not periods.too_young(one.birth_text, today)
        ],
        alone=[child for group in groups if group for child in periods.left_alone(group, today)],
    )


def _parted(
    choice: Choice, own: Sequence[Resident], staying: Sequence[Resident]
) -> tuple[list[Resident], list[Resident]]:
    """Who goes, and who stays. Nobody who is leaving does either: they stay as they are, and nobody leaves them alone."""
    leaving = [one for one in own if one not in staying]
    chosen = {
        "head": set[str](),
        "merge": {one.resident_id for one in staying},
    }.get(choice.kind, set(choice.people))
    if named := [
        one for one in leaving if one.is_head or one.resident_id in {*chosen, choice.head, choice.rest_head}
    ]:  # fmt: skip
        raise _of(faults.LEAVES_SOON, named)
    going = [one for one in staying if one.resident_id in chosen]
    rest = [one for one in staying if one.resident_id not in chosen]
    if choice.kind != "head" and len(going) < max(1, len(chosen)):
        raise Refusal(faults.PEOPLE_NEEDED)
    if choice.kind == "merge" and leaving:
        raise _of(faults.LEAVES_SOON, leaving)
    if choice.kind in ("split", "pass") and not rest:
        raise Refusal(faults.EVERYBODY_GOES)
    return going, rest


def _joined(choice: Choice, own: Sequence[Resident], there: Sequence[Resident]) -> list[Resident]:
    """Who stays in the household that is joined."""
    if choice.joins == own[0].household_number:
        raise Refusal(faults.SAME_HOUSEHOLD)
    if not there:
        raise Refusal(faults.NO_HOUSEHOLD)
    if any(one.protected for one in (*own, *there)):
        raise Refusal(faults.PROTECTED_THERE)
    staying = [one for one in there if one.state == "resident"]
    if not staying:
        raise Refusal(faults.NOBODY_THERE)
    if not any(one.is_head for one in staying):
        raise Refusal(faults.NO_HEAD_THERE)
    if not same_house(own[0].address, staying[0].address):
        raise Refusal(faults.OTHER_HOUSE)
    return staying


def _head(people: Sequence[Resident], wanted: str, now: Resident | None, today: date) -> Resident:
    """Whom the notice names; else who heads them now, or the only one (municipal §1.3)."""
    named = [one for one in people if one.resident_id == wanted]
    if not wanted:
        named = [one for one in people if one is now] or list(people[:2])
    if len(named) != 1:
        raise Refusal(faults.NAME_A_HEAD)
    if not periods.left_alone(people, today) and periods.too_young(named[0].birth_text, today):
        raise Refusal(faults.YOUNG_HEAD)
    return named[0]


def _under(
    head: Resident, people: Sequence[Resident], old: Resident | None, household: str
) -> list[Line]:
    """Of people who come of one household; none where they stay in it under the same head."""
    stays = head.household_number == household
    if head.is_head and stays:
        return []
    kin = [kin_of(one) for one in people]
    sex = old.sex if old else ""
    return [
        Line(
            one, household, is_head=one is head,
            standing=_HEADS if one is head else standing(kin_of(head), sex, kin_of(one), kin),
        )
        for one in people
    ]  # fmt: skip


def _through(
    link: str, old: Resident | None, head: Resident, one: Resident, going: Sequence[Resident]
) -> Standing:
    """How somebody stands to the head of another household, by how their head does (``link``): the way there, turned round, and back."""
    if not link or old is None:
        return _ASK
    if one is old:
        return Standing(link, (link,), Text(
            "届出のとおり、もとの世帯主の続柄です", "As they say of the head of the household until now",
        ), complete=False)  # fmt: skip
    back = standing(Kin(link, old.sex, old.birth_date), head.sex, kin_of(head))
    if not back.relationship:
        return _ASK
    kin = Kin(back.relationship, head.sex, head.birth_date)
    found = standing(kin, old.sex, kin_of(one), [kin_of(each) for each in going])
    return Standing(found.relationship, found.offered, found.why, complete=False)


# ------------------------------------------------------------ what is said of it


def related(plan: Plan, written: Mapping[str, str], because: str) -> list[tuple[Line, str, str]]:
    """Each line with its 続柄, and with the reason where it departs from what follows.

    Raises Refusal ``municipality.household-related``, ``municipality.household-related-otherwise``, ``municipality.bad-relationship``.
    """
    found = [(one, _said(one, written.get(one.before.resident_id, ""))) for one in plan.lines]
    if missing := [line.before for line, said in found if not said]:
        raise _of(faults.STANDS_HOW, missing)
    departing = [line for line, said in found if line.standing.departs(said)]
    if departing and not seen(because):
        raise _of(faults.STANDS_OTHERWISE, [one.before for one in departing])
    if plan.alone and not seen(because):
        raise _of(faults.CHILDREN_ALONE, plan.alone)
    return [(line, said, because if line in departing else "") for line, said in found]


def _said(line: Line, typed: str) -> str:
    """Raises Refusal ``municipality.bad-relationship``: a household has one head."""
    if line.is_head:
        return HEAD
    found = relationships.check(typed) if typed else line.standing.relationship
    if found == HEAD:
        raise relationships.refused(found)
    return found


def must_be_given(plan: Plan, notice: Notice, today: date) -> str:
    """When it happened, and who says so. Returns as what they give it: one of :data:`~kazasu.municipality.households.model.GIVERS`.

    Raises Refusal ``municipality.household-day-ahead``, ``municipality.household-day-before``, ``municipality.household-giver``,
    ``municipality.household-mandate``.
    """
    if notice.on > today:
        raise Refusal(faults.DAY_TO_COME)
    if early := not_yet_there([one.before for one in plan.lines], notice.on):
        raise _of(faults.DAY_BEFORE, early)
    into = {one.household for one in plan.lines if one.changes_household}
    joined = [one for one in plan.unchanged if one.household_number in into]
    if nobody_yet(joined, notice.on):
        raise _of(faults.DAY_BEFORE, joined)
    if notice.given_by in REPRESENTATIVES:
        if not (seen(notice.giver_name) and seen(notice.mandate)):
            raise Refusal(faults.MANDATE_NEEDED)
        return notice.given_by
    giver = next((one for one in plan.givers if one.resident_id == notice.given_by), None)
    if giver is None:
        raise Refusal(faults.GIVER_UNKNOWN)
    about = next((one for one in plan.lines if one.before.resident_id == giver.resident_id), None)
    if giver.is_head or (about is not None and about.is_head):
        return "head"
    return "self" if about is not None else "member"


def after(plan: Plan, said: Sequence[tuple[Line, str, str]]) -> list[list[Resident]]:
    """The households as they will be."""
    found: dict[str, list[Resident]] = {}
    for one in (*(line.after(word) for line, word, _ in said), *plan.unchanged):
        found.setdefault(one.household_number, []).append(one)
    return list(found.values())


def doubts(plan: Plan, said: Sequence[tuple[Line, str, str]]) -> list[Text]:
    """What cannot be true of any of them."""
    return [one for people in after(plan, said) for one in relationships.to_make_sure(people)]


def _of(fault: Fault, people: Sequence[Resident]) -> Refusal:
    return Refusal(
        fault,
        names="、".join(one.name for one in people),
        names_en=", ".join(with_reading(one.name, one.kana) for one in people),
    )
