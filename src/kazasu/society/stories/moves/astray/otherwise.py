"""What does not go as planned: a correction, a rejection, another city."""

from collections.abc import Sequence
from typing import Final

from kazasu.foundation.text import Text
from kazasu.society.stories.browser import Browser
from kazasu.society.stories.moves.arriving import REGISTER, VISIT
from kazasu.society.stories.moves.cast import Cast
from kazasu.society.stories.moves.leaving import (
    ACCEPT,
    NOTICE,
    answer_otherwise,
    ask_for_a_correction,
    decide,
    on_the_timeline,
)
from kazasu.society.stories.moves.tale import (
    NETWORK,
    PORTAL,
    Party,
    Seen,
    Step,
    Story,
    Tale,
    applicant,
    must,
    old_clerk,
    planned_clerk,
)
from kazasu.society.stories.moving import PASSWORD, PIN
from kazasu.society.stories.stage import Person

REASON: Final = "建物の名前を書いてください"
UNWILLING: Final = "本人の意思が確かめられません"
CORRECTED: Final = "コーポ北　２０１"
"""The building as the corrected notice has it."""


def _somebody(cast: Cast) -> Sequence[Party]:
    home = cast.alone()
    return [Party(home.head, home.people, home.city, cast.another_city(home.city))]


def still_in_the_old_city(tale: Tale, party: Party) -> None:
    for one in party.going:
        tale.doors.until(
            f"{one.read} in {party.old} by the network",
            lambda one=one: tale.doors.network(one) == party.old,  # type: ignore[misc]
        )


STAYS: Final = Seen(
    NETWORK,
    Text(
        "照会に、{whom}は{old}の住民だと答える", "answers an inquiry: {whom_en} lives in {old_en}"
    ),
    still_in_the_old_city,
)


# ---------------------------------------------------------------- a correction


def ask(tale: Tale, party: Party) -> None:
    tale.kept["note"] = REASON
    ask_for_a_correction(tale, party)


def correct(tale: Tale, party: Party) -> None:
    browser = begin_correction(tale, party)
    browser.press("Sign and send").expect("The document you sign")
    Person(tale.stage, party.applicant.card, browser).tap(password=PASSWORD)
    browser.expect("You sent the corrected notice")
    party.building = CORRECTED


def begin_correction(tale: Tale, party: Party) -> Browser:
    """Up to the review, with another building."""
    browser = tale.doors.portal(party.applicant, f"/moves/{party.case}").press("Correct it")
    browser.expect("Review and sign").get(f"{tale.stage.origin('portal')}/move/where")
    browser.press("Next", building=CORRECTED)
    return browser.get(f"{tale.stage.origin('portal')}/move/review").expect(CORRECTED)


def begin_only(tale: Tale, party: Party) -> None:
    """What is corrected is not sent."""
    begin_correction(tale, party)


def corrected_at_the_old_desk(tale: Tale, party: Party) -> None:
    page = f"/desk/out/{party.case}"
    tale.doors.until(
        "the corrected notice, checked",
        lambda: (
            (found := tale.doors.unveiled(party.old, page)).has("checked, to be decided")
            and found.has(CORRECTED)
        ),
    )


def corrected_at_the_new_desk(tale: Tale, party: Party) -> None:
    tale.doors.unveiled(party.planned, f"/desk/in/{party.case}").expect(CORRECTED)


ASK: Final = Step(
    "ask",
    old_clerk,
    Text("理由を書いて、訂正を求める", "sends it back with a reason, to be corrected"),
    ask,
    (
        Seen(
            PORTAL,
            Text("訂正のお願いを、その理由のまま{whom}に伝える", "tells {whom_en} what to correct, in the clerk’s words"),
            on_the_timeline("Please correct it and send it again", REASON),
        ),
        STAYS,
    ),
)  # fmt: skip
"""Falsely: the clerk does not write."""
CORRECT: Final = Step(
    "correct",
    applicant,
    Text("建物の名前を直し、もう一度署名して送る", "corrects the building, signs and sends it again"),
    correct,
    (
        Seen(
            old_clerk,
            Text("同じ届出に、直した住所がある", "has the corrected address in the same notice"),
            corrected_at_the_old_desk,
        ),
    ),
    falsely=begin_only,
)  # fmt: skip

CORRECTION: Final = Story(
    "correction",
    Text("届出が理由とともに戻され、直して受理される",
         "A notice is sent back with a reason, corrected and accepted"),
    _somebody,
    (
        NOTICE,
        ASK,
        CORRECT,
        ACCEPT.but(falsely=answer_otherwise).and_seen(
            Seen(
                planned_clerk,
                Text("直した住所が届いている", "has the corrected address"),
                corrected_at_the_new_desk,
            )
        ),
    ),
)  # fmt: skip


# ---------------------------------------------------------------- a rejection


def reject(tale: Tale, party: Party) -> None:
    page = decide(tale, party).click("Reject")
    page.press("Reject", note=UNWILLING).expect("rejected")


def no_appointment(tale: Tale, party: Party) -> None:
    on_the_timeline("It was not accepted", UNWILLING)(tale, party)
    page = tale.doors.portal(party.applicant, f"/moves/{party.case}")
    held = page.page.xpath("//dt[contains(., 'Appointment')]")
    must(so=not held and not page.has("What to bring"), what="the portal still has an appointment")


def not_expected(tale: Tale, party: Party) -> None:
    page = f"/desk/in/{party.case}"
    tale.doors.until(
        f"{party.planned} expects nobody by {party.case}",
        lambda: tale.doors.desk(party.planned, page).has("Nobody comes by this case any more"),
    )
    queue = tale.doors.desk(party.planned, "/desk/in")
    must(so=not queue.has(party.case), what=f"{party.case} is still in the list of arrivals")


NOT_EXPECTED: Final = Seen(
    planned_clerk,
    Text(
        "この件で来る人はもういない。予約も空いている",
        "expects nobody by it any more; the appointment is free",
    ),
    not_expected,
)
REJECT: Final = Step(
    "reject",
    old_clerk,
    Text("理由を書いて、届出を却下する", "rejects the notice, with its reason"),
    reject,
    (
        Seen(
            PORTAL,
            Text("却下とその理由を{whom}に伝え、予約はない", "tells {whom_en} so, and why; there is no appointment"),
            no_appointment,
        ),
        NOT_EXPECTED,
        STAYS,
    ),
    falsely=answer_otherwise,
)  # fmt: skip

REJECTION: Final = Story(
    "rejection",
    Text("届出が理由とともに却下され、新しい市の予定も予約も終わる",
         "A notice is rejected with its reason; the new city’s expectation and the appointment end"),
    _somebody,
    (NOTICE, REJECT),
)  # fmt: skip


# ---------------------------------------------------------------- another city than planned


def _elsewhere(cast: Cast) -> Sequence[Party]:
    home = cast.alone()
    planned = cast.another_city(home.city)
    arrives = cast.another_city(home.city, planned)
    return [Party(home.head, home.people, home.city, planned, arrives=arrives)]


def walk_in(tale: Tale, party: Party) -> None:
    tale.comes(party)
    desk = tale.doors.desk(party.new, "/desk/walk-in").press("Have the visitor hold their card")
    Person(tale.stage, party.applicant.card, desk).tap(pin=PIN)
    desk.expect("The certificate data are on their way")


def stand_there(tale: Tale, party: Party) -> None:
    """Nobody holds a card."""
    tale.comes(party)


def no_longer_planned(tale: Tale, party: Party) -> None:
    page = f"/desk/in/{party.case}"
    tale.doors.until(
        f"{party.planned} hears of the arrival elsewhere",
        lambda: tale.doors.desk(party.planned, page).has("arrived in another city"),
    )


WALK_IN: Final = Step(
    "walk-in",
    applicant,
    Text("予定と違う{new}の窓口に立ち、カードをかざす",
         "stands at the counter of {new_en} instead, and holds the card"),
    walk_in,
    (
        Seen(
            PORTAL,
            Text("予定と違う市区町村の窓口にいることを知っている", "knows of the counter of another city than planned"),
            on_the_timeline("Received at the counter of another city than planned"),
        ),
    ),
    falsely=stand_there,
)  # fmt: skip

ELSEWHERE: Final = Story(
    "elsewhere",
    Text("予定と違う市の窓口に着き、そこで登録される",
         "Somebody arrives in another city than planned, and is registered there"),
    _elsewhere,
    (
        NOTICE,
        ACCEPT,
        WALK_IN,
        VISIT,
        REGISTER.and_seen(
            Seen(
                planned_clerk,
                Text("別の市区町村に転入したことを知っている", "knows that they arrived in another city"),
                no_longer_planned,
            )
        ),
    ),
    cities=3,
)  # fmt: skip
