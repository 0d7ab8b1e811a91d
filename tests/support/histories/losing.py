"""A card that is lost between the notice and the visit, and found again: J-LIS holds it on the word of its holder, by its operator's
command; no counter and no site takes it meanwhile."""

from collections.abc import Callable

from kazasu.foundation.text import Text
from kazasu.society.stories.moves.arriving import signing_has_lapsed
from kazasu.society.stories.moves.tale import (
    J_LIS,
    PORTAL,
    Party,
    Seen,
    Step,
    Tale,
    applicant,
    must,
)
from kazasu.society.stories.moving import PIN
from kazasu.society.stories.stage import Person

OPERATOR = "operator"
"""What J-LIS's operator does to a card: in ``Tale.kept``, a callable of ``suspend`` or ``release`` and a card id."""


def told_to_j_lis(what: str) -> Callable[[Tale, Party], None]:
    def act(tale: Tale, party: Party) -> None:
        tale.kept[OPERATOR](what, party.applicant.card_id)

    return act


def at_the_portal(tale: Tale, party: Party) -> Person:
    """Somebody holds the card at a browser that has no session."""
    person = Person(tale.stage, party.applicant.card, tale.stage.browser())
    person.browser.get(f"{tale.stage.origin('portal')}/moves/{party.case}")
    person.tap(pin=PIN)
    return person


def refused(tale: Tale, party: Party) -> None:
    fault = at_the_portal(tale, party).browser.fault
    must(so=fault == "jpki.on-hold", what=f"a lost card is answered by {fault or 'a page'}")


def taken_again(tale: Tale, party: Party) -> None:
    page = at_the_portal(tale, party).browser
    must(so=party.case in page.url and not page.fault, what=f"the card signs in: {page.fault}")


def not_revived(tale: Tale, party: Party) -> None:
    """What a registration has revoked meanwhile stays so."""
    if tale.doors.network(party.applicant) == party.new:
        signing_has_lapsed(tale, party)


LOSE = Step(
    "lose",
    applicant,
    Text("カードをなくし、J-LISに届け出る", "loses the card, and J-LIS is told"),
    told_to_j_lis("suspend"),
    (Seen(PORTAL, Text("そのカードを受け付けない", "does not take the card"), refused),),
)
FOUND = Step(
    "found",
    applicant,
    Text("カードが見つかる", "finds the card"),
    told_to_j_lis("release"),
    (
        Seen(PORTAL, Text("そのカードをまた受け付ける", "takes the card again"), taken_again),
        Seen(
            J_LIS, Text("失効したものは失効のまま", "leaves revoked what was revoked"), not_revived
        ),
    ),
)
