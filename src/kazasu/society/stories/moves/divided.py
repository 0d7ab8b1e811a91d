"""A household changes without a move (世帯変更届, 住民基本台帳法 25条), and whoever moves afterwards moves out of the new one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kazasu.foundation.text import Text
from kazasu.society.stories.browser import Browser
from kazasu.society.stories.moves.arriving import REGISTER, VISIT
from kazasu.society.stories.moves.cast import Cast, Member
from kazasu.society.stories.moves.leaving import ACCEPT, ANYBODY, ASKED, NOTICE
from kazasu.society.stories.moves.tale import (
    PORTAL,
    Party,
    Seen,
    Step,
    Story,
    Tale,
    must,
    old_clerk,
)

SEEN_DOCUMENT: Final = "licence"
NOBODY: Final = "none"


@dataclass(frozen=True, slots=True)
class Changed:
    """A notice of a change of household, as its desk asks it."""

    kind: str
    """``head``, ``split``, ``merge`` or ``pass`` (:mod:`kazasu.municipality.households`)."""
    people: tuple[Member, ...] = ()
    """Who changes household."""
    head: Member | None = None
    rest_head: Member | None = None
    joins: Member | None = None
    """Somebody of the household that they join."""


def change_household(tale: Tale, city: str, giver: Member, told: Changed) -> None:
    """At the desk, from the record of who gives notice to the last page of it."""
    joined = number_of_household(tale, city, told.joins) if told.joins else ""
    page = tale.doors.record(city, giver).click("Take a notice of a change of household")
    page.press(
        "Go on to relationships and the notice", kind=told.kind, joins=joined,
        people=[_of(page, "people", one) for one in told.people],
        head=_of(page, "head", told.head) if told.head else NOBODY,
        rest_head=_of(page, "rest_head", told.rest_head) if told.rest_head else NOBODY,
    )  # fmt: skip
    day = tale.stage.today
    fields: dict[str, Any] = {
        "on__year": str(day.year), "on__month": str(day.month), "on__day": str(day.day),
        "given_by": _of(page, "given_by", giver), "document": SEEN_DOCUMENT, "because": ASKED,
    }  # fmt: skip
    for name in page.named("relationship-"):
        if not page.value(name):
            fields[name.replace("-", "__")] = ANYBODY
    page.press("Look at what will be written", **fields).expect("Nothing is written yet")
    page.press("Write it").expect("The change of household was written")


def number_of_household(tale: Tale, city: str, member: Member) -> str:
    found = tale.doors.record(city, member).page.get_element_by_id("household-number")
    return "".join(one for one in found.text_content() if one.isdecimal())[:10]


def _of(page: Browser, field: str, member: Member) -> str:
    return next(value for label, value in page.choices(field).items() if member.shown in label)


def lives_with(tale: Tale, member: Member, together: Collection[Member], apart: Collection[Member]) -> None:  # fmt: skip
    """What somebody's own wizard has of the household, before a notice of their own."""
    page = tale.doors.portal(member, "/move").expect("Who moves")
    for one in together:
        page.expect(one.shown)
    for one in apart:
        must(so=not page.has(one.shown), what=f"{member.read} still lives with {one.read}")
    page.get(f"{tale.stage.origin('portal')}/move/discard").press("Delete it")


def _divided(cast: Cast) -> Sequence[Party]:
    home = cast.home(
        "two grown-ups with children",
        lambda one: len(one.grown_ups) > 1 and one.children and not one.is_special,
    )
    leaves = home.grown_ups[-1]
    return [Party(leaves, (leaves,), home.city, cast.another_city(home.city))]


def divide(tale: Tale, party: Party) -> None:
    change_household(
        tale, party.old, party.applicant, Changed("split", party.going, head=party.applicant)
    )


def alone_by_the_portal(tale: Tale, party: Party) -> None:
    home = next(one for one in tale.cast.homes if party.applicant in one.people)
    others = [one for one in home.people if one is not party.applicant]
    lives_with(tale, party.applicant, party.going, others)


DIVIDE: Final = Step(
    "divide",
    old_clerk,
    Text("世帯分離の届出を受け、{whom}を一人の世帯にする", "takes a notice: {whom_en} becomes a household of one"),
    divide,
    (
        Seen(
            PORTAL,
            Text("{whom}の世帯に、ほかの人はいない", "shows {whom_en} nobody else of the household"),
            alone_by_the_portal,
        ),
    ),
)  # fmt: skip

DIVIDED: Final = Story(
    "divided",
    Text("世帯を分けてから、一人の世帯として引っ越す",
         "A household divides at the desk; later one of them moves, as a household of one"),
    _divided,
    (DIVIDE, NOTICE, ACCEPT, VISIT, REGISTER),
)  # fmt: skip
