"""A household as the register has it today, and a draft that was begun when it was otherwise. A draft may lie for weeks, and anybody of the
household may give notice for all of it meanwhile: what is signed names the city, the address and the people of now."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from kazasu.contracts.jukinet import WhereRegistered
from kazasu.contracts.municipality import AnnouncedMove, HouseholdAnswer, HouseholdOf
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.foundation.text import Text
from kazasu.portal.move.answers import Answers, HandleFor, Member

MOVING: Final = Text("引越しの手続き", "Moving house")


def asked_now(inquirer: Inquirer, handle_for: HandleFor, why: Text) -> tuple[str, HouseholdAnswer]:
    """The municipality's code, and the household there. Raises the network's or the city's refusal."""
    where = inquirer.ask(WhereRegistered(handle=handle_for("jukinet")), of="jukinet", purpose=why)
    city = f"city:{where.municipality_code}"
    found = inquirer.ask(HouseholdOf(handle=handle_for(city)), of=city, purpose=why)
    return str(where.municipality_code), found


def by_others(household: HouseholdAnswer, own: Collection[str]) -> list[AnnouncedMove]:
    """Notices that wait and name the resident, which somebody else gave; ``own``: the numbers of their own."""
    return [one for one in household.announced if one.case_id not in own]


def household_now(
    inquirer: Inquirer, handle_for: HandleFor, notices: Collection[str] = ()
) -> Answers:
    """Nothing answered yet. Raises as :func:`asked_now`.

    Args:
        notices: the numbers of their own.
    """
    origin, household = asked_now(inquirer, handle_for, MOVING)
    own = household.own_move
    waiting = by_others(household, notices)
    days = {who: one.on.isoformat() for one in reversed(waiting) for who in one.member_ids}
    return Answers(
        origin=origin,
        old_address=household.address.line,
        head_name=household.head_name,
        together=household.may_move_together,
        members=tuple(
            Member(
                m.member_id, m.name, m.kana, m.birth_text, m.relationship, m.is_self, m.has_card,
                m.leaves_on.isoformat() if m.leaves_on else "", residence_card=m.residence_card,
                announced_on=days.get(m.member_id, ""),
            )
            for m in household.members
        ),
        notice_by=own.given_by if own and not own.registered else "",
        announced_by=waiting[0].given_by if waiting else "",
        announced_within=bool(waiting) and waiting[0].within_city,
    )  # fmt: skip


def same(before: Answers, now: Answers) -> bool:
    """What was begun is still true: the register is the same, and so are the notices that wait for them."""
    days = [{m.member_id: m.announced_on for m in one.members} for one in (before, now)]
    return same_register(before, now) and days[0] == days[1]


def same_register(before: Answers, now: Answers) -> bool:
    """The city, the address, who lives there, who heads them and how they stand to the head, and who of them is leaving."""

    def facts(one: Answers) -> tuple[object, ...]:
        people = sorted((m.member_id, m.name, m.relationship, m.leaves_on) for m in one.members)
        return one.origin, one.old_address, one.together, one.head_name, people

    return facts(before) == facts(now)


def renewed(before: Answers, now: Answers) -> Answers:
    """What is true now, with what was answered and still holds. Who moves, and where to, is looked at again; a place that is held at
    the counter of the same city stays. Whom somebody else's notice names since then is chosen anew, or is not."""
    kept = ("move_date", "office", "office_ja", "office_en", "visit_date", "visit_starts", "hold_id",
            "contact_asked")  # fmt: skip
    after = now.filled_like(before)
    here = {one.member_id for one in now.members}
    gone = {*now.leaving, *(one for one in now.announced if one not in before.announced)}
    staying = tuple(one for one in before.chosen if one in here and one not in gone)
    heads = {one.name for one in now.members if one.member_id in staying}
    return replace(
        after, chosen=staying, new_head=before.new_head if before.new_head in heads else "",
        **{name: getattr(before, name) for name in kept},
    )  # fmt: skip
