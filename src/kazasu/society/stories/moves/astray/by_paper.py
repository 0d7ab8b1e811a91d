"""On paper: who does not arrive by card in time gets a certificate of moving out at the old counter and brings it to the new one
(住民基本台帳法施行令 23条・24条)."""

from collections.abc import Sequence
from typing import Final

from kazasu.foundation.text import Text
from kazasu.society.stories.moves.arriving import CARDS, REGISTER
from kazasu.society.stories.moves.astray.given_up import GONE, OVERDUE
from kazasu.society.stories.moves.cast import Cast
from kazasu.society.stories.moves.leaving import ACCEPT, NOTICE, on_the_timeline
from kazasu.society.stories.moves.tale import (
    PORTAL,
    Party,
    Seen,
    Step,
    Story,
    Tale,
    applicant,
    must,
    new_clerk,
    old_clerk,
)

WHY_PAPER: Final = "カードでは手続きできないと、本人が窓口で申し出た"
LICENCE: Final = "licence"


def _by_paper(cast: Cast) -> Sequence[Party]:
    home = cast.alone()
    return [Party(home.head, home.people, home.city, cast.another_city(home.city), moves_in=2)]


# ---------------------------------------------------------------- the old counter


def issue(tale: Tale, party: Party) -> None:
    page = tale.doors.desk(party.old, f"/desk/out/{party.case}")
    page.press("Issue the paper certificate", because=WHY_PAPER)
    party.paper = page.expect("Issued").page.xpath("//*[@id='paper']//code")[0].text_content()


def told_of_the_paper(tale: Tale, party: Party) -> None:
    on_the_timeline("Paper certificate of moving out issued")(tale, party)


PAPER: Final = Step(
    "paper",
    old_clerk,
    Text("紙の転出証明書を交付する", "issues a certificate of moving out on paper"),
    issue,
    (
        Seen(
            PORTAL,
            Text("紙が交付されたと{whom}に伝える", "tells {whom_en} that the paper was issued"),
            told_of_the_paper,
        ),
    ),
)  # fmt: skip


# ---------------------------------------------------------------- the new counter


def bring(tale: Tale, party: Party) -> None:
    """To the city that was planned, where its case waits, or to another one, which knows of none."""
    tale.comes(party)
    planned = party.new == party.planned
    page = tale.doors.desk(party.new, f"/desk/in/{party.case}" if planned else "/desk/paper")
    page.press("Have the data sent", number=party.paper, old_city=tale.city(party.old).ja)
    must(so=not page.fault, what=f"the paper {party.paper} is refused: {page.fault}")


def stand_there(tale: Tale, party: Party) -> None:
    """The paper stays at home."""
    tale.comes(party)


def data_by_paper(tale: Tale, party: Party) -> None:
    page = f"/desk/in/{party.case}"
    tale.doors.until(
        f"the data of {party.case} at {party.new}, by the paper",
        lambda: tale.doors.desk(party.new, page).has("here, by a paper certificate"),
    )
    for one in party.going:
        tale.doors.desk(party.new, page).expect(one.name)


def show_a_document(tale: Tale, party: Party) -> None:
    page = tale.doors.desk(party.new, f"/desk/in/{party.case}")
    who = next(
        value for label, value in page.choices("who").items() if party.applicant.shown in label
    )
    page.press("Identified by the document", who=who, document=LICENCE).expect("driving licence")


BRING: Final = Step(
    "bring",
    applicant,
    Text("{today} に、紙を{new}の窓口へ持っていく", "brings the paper to the counter of {new_en} on {today}"),
    bring,
    (
        Seen(
            new_clerk,
            Text("紙の番号で{count}人の情報が届いている", "has the data of everybody ({count}), by the number of the paper"),
            data_by_paper,
        ),
    ),
    falsely=stand_there,
)  # fmt: skip
DOCUMENT: Final = Step(
    "document",
    new_clerk,
    Text("運転免許証で{whom}を確かめる", "identifies {whom_en} by a driving licence"),
    show_a_document,
    (
        Seen(
            PORTAL,
            Text("窓口で本人が確かめられたと伝える", "says that {whom_en} was identified at the counter"),
            on_the_timeline("You were identified at the counter"),
        ),
    ),
)  # fmt: skip

BY_PAPER: Final = Story(
    "by-paper",
    Text("カードの期間が過ぎ、紙の転出証明書で登録される",
         "The card’s period is over; somebody is registered by a certificate on paper"),
    _by_paper,
    (NOTICE, ACCEPT, GONE, OVERDUE, PAPER, BRING, DOCUMENT, REGISTER, CARDS),
)  # fmt: skip
