"""A correction of all that a notice says: who moves, on which day, and to which city (municipal §1.4)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from kazasu.foundation.text import Text
from kazasu.society.stories import moving
from kazasu.society.stories.browser import Browser
from kazasu.society.stories.moves.arriving import REGISTER, VISIT
from kazasu.society.stories.moves.astray.otherwise import ASK
from kazasu.society.stories.moves.cast import Cast
from kazasu.society.stories.moves.leaving import (
    ACCEPT,
    NOTICE,
    at_the_old_desk,
    expected_at_the_new_desk,
    named,
)
from kazasu.society.stories.moves.tale import (
    Party,
    Seen,
    Step,
    Story,
    Tale,
    applicant,
    must,
    old_clerk,
    planned_clerk,
    room_at,
)
from kazasu.society.stories.moving import PASSWORD
from kazasu.society.stories.stage import Person


def _family(cast: Cast) -> Sequence[Party]:
    """All of them were to go; the head stays."""
    home = cast.home(
        "two grown-ups with two children",
        lambda one: len(one.grown_ups) > 1 and len(one.children) > 1 and not one.is_special,
    )
    return [Party(home.grown_ups[-1], home.people, home.city, cast.another_city(home.city))]


def without_their_head(tale: Tale, party: Party) -> Party:
    """Some days later, and to another city."""
    head, *others = party.going
    elsewhere = tale.cast.another_city(party.old, party.planned)
    return replace(party, going=tuple(others), staying=(head,), planned=elsewhere, moves_in=3)


def write_anew(tale: Tale, party: Party, wanted: Party) -> Browser:
    """Every page of the notice, up to its review: it says what is wanted."""
    browser = tale.doors.portal(party.applicant, f"/moves/{party.case}").press("Correct it")
    browser.expect("Review and sign")

    def page(step: str) -> Browser:
        return browser.get(f"{tale.stage.origin('portal')}/move/{step}")

    moving.say_who(page("who"), **named(wanted))
    moving.say_where(page("where"), **room_at(tale, wanted))
    wanted.moves_on = tale.stage.today + timedelta(days=wanted.moves_in)
    moving.say_when(page("when"), wanted.moves_on)
    moving.choose_a_time(page("visit"))
    return page("review").expect("Review and sign")


def correct_to(tale: Tale, party: Party, wanted: Party) -> None:
    """Send the notice again as it is ``wanted``; ``party`` is as it says from then on."""
    browser = write_anew(tale, party, wanted)
    browser.press("Sign and send").expect("The document you sign")
    Person(tale.stage, party.applicant.card, browser).tap(password=PASSWORD)
    browser.expect("You sent the corrected notice")
    party.led_to = party.planned if party.planned != wanted.planned else ""
    party.going, party.staying, party.new_head = wanted.going, wanted.staying, wanted.new_head
    party.planned, party.joins, party.moves_on = wanted.planned, wanted.joins, wanted.moves_on
    party.block, party.building = wanted.block, wanted.building


def correct_all(tale: Tale, party: Party) -> None:
    correct_to(tale, party, without_their_head(tale, party))


def write_only(tale: Tale, party: Party) -> None:
    """What is corrected is not sent."""
    wanted = without_their_head(tale, party)
    write_anew(tale, party, wanted)
    party.led_to, party.planned = party.planned, wanted.planned


def only_they_move(tale: Tale, party: Party) -> None:
    """The same notice at the old desk says who moves now, and names nobody else as a mover."""
    at_the_old_desk(tale, party)
    page = tale.doors.desk(party.old, f"/desk/out/{party.case}")
    movers = page.page.xpath(
        "//*[@role='region'][@aria-label='Movers' or @aria-label='引っ越す人']//tbody/tr/th[@scope='row']"
    )
    must(so=bool(movers), what="the notice says who moves")
    said = " ".join(" ".join(one.text_content().split()) for one in movers)
    for one in party.staying:
        must(so=one.shown not in said, what=f"{one.read} still moves by the notice")


def former_city_expects_nobody(tale: Tale, party: Party) -> None:
    if not party.led_to:
        return
    page = f"/desk/in/{party.case}"
    tale.doors.until(
        f"{party.led_to} expects nobody by {party.case}",
        lambda: tale.doors.desk(party.led_to, page).has("Nobody comes by this case any more"),
    )


def former_clerk(tale: Tale, party: Party) -> Text:
    return tale.clerk(party.led_to or party.planned)


CORRECT_ALL: Final = Step(
    "correct-all",
    applicant,
    Text("だれが、いつ、どこへ引っ越すかを直し、もう一度署名して送る",
         "corrects who moves, when and to where, signs and sends it again"),
    correct_all,
    (
        Seen(
            old_clerk,
            Text("同じ届出に、直した{count}人がいる", "has the corrected movers ({count}) in the same notice"),
            only_they_move,
        ),
        Seen(
            planned_clerk,
            Text("予約が届いている", "has the reservation now"),
            expected_at_the_new_desk,
        ),
        Seen(
            former_clerk,
            Text("この件で来る人はもういない", "expects nobody by it any more"),
            former_city_expects_nobody,
        ),
    ),
    falsely=write_only,
)  # fmt: skip

CORRECT_ANEW: Final = Story(
    "correct-anew",
    Text("届出が戻され、引っ越す人も日も市も直して、そのとおりに登録される",
         "A notice comes back; who moves, when and where to are corrected, and so registered"),
    _family,
    (NOTICE, ASK, CORRECT_ALL, ACCEPT, VISIT, REGISTER),
    cities=3,
)  # fmt: skip
