"""A household as the register has it today, and a draft that was begun when it was otherwise. A draft may lie for weeks, and anybody of the
household may give notice for all of it meanwhile: what is signed names the city, the address and the people of now."""

from dataclasses import replace
from typing import Final

from kazasu.contracts.jukinet import WhereRegistered
from kazasu.contracts.municipality import HouseholdAnswer, HouseholdOf
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.foundation.text import Text
from kazasu.portal.model import Answers, HandleFor, Member

MOVING: Final = Text("引越しの手続き", "Moving house")


def asked_now(inquirer: Inquirer, handle_for: HandleFor, why: Text) -> tuple[str, HouseholdAnswer]:
    """The municipality's code, and the household there. Raises the network's or the city's refusal."""
    where = inquirer.ask(WhereRegistered(handle=handle_for("jukinet")), of="jukinet", purpose=why)
    city = f"city:{where.municipality_code}"
    found = inquirer.ask(HouseholdOf(handle=handle_for(city)), of=city, purpose=why)
    return str(where.municipality_code), found


def household_now(inquirer: Inquirer, handle_for: HandleFor) -> Answers:
    """Nothing answered yet. Raises as :func:`asked_now`."""
    origin, household = asked_now(inquirer, handle_for, MOVING)
    own = household.own_move
    return Answers(
        origin=origin,
        old_address=household.address.line,
        head_name=household.head_name,
        together=household.may_move_together,
        members=tuple(
            Member(
                m.member_id, m.name, m.kana, m.birth_text, m.relationship, m.is_self, m.has_card,
                m.leaves_on.isoformat() if m.leaves_on else "",
            )
            for m in household.members
        ),
        notice_by=own.given_by if own and not own.registered else "",
    )  # fmt: skip


def same(before: Answers, now: Answers) -> bool:
    """What was begun is still true: the city, the address, who lives there, and who of them is leaving."""

    def facts(one: Answers) -> tuple[object, ...]:
        people = sorted((m.member_id, m.name, m.leaves_on) for m in one.members)
        return one.origin, one.old_address, one.together, people

    return facts(before) == facts(now)


def renewed(before: Answers, now: Answers) -> Answers:
    """What is true now, with what was answered and still holds. Who moves, and where to, is looked at again; a place that is held at
    the counter of the same city stays."""
    kept = ("move_date", "office", "office_ja", "office_en", "visit_date", "visit_starts", "hold_id",
            "contact_asked")  # fmt: skip
    after = now.filled_like(before)
    staying = tuple(one for one in after.chosen if one not in now.leaving)
    return replace(after, chosen=staying, **{name: getattr(before, name) for name in kept})
