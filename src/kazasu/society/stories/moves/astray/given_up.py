"""Nobody comes: the planned day passes, then the period for arriving by card, and the move is taken back (municipal §1.6)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from kazasu.foundation.text import Text
from kazasu.society.stories.browser import Browser
from kazasu.society.stories.moves.arriving import continue_card, signing_is_new
from kazasu.society.stories.moves.astray.otherwise import NOT_EXPECTED, STAYS
from kazasu.society.stories.moves.cast import Cast
from kazasu.society.stories.moves.doors import NOWHERE
from kazasu.society.stories.moves.leaving import ACCEPT, NOTICE, on_the_timeline
from kazasu.society.stories.moves.tale import (
    J_LIS,
    NETWORK,
    PORTAL,
    Act,
    Party,
    Seen,
    Step,
    Story,
    Tale,
    applicant,
    old_clerk,
)


def _given_up(cast: Cast) -> Sequence[Party]:
    home = cast.alone()
    return [Party(home.head, home.people, home.city, cast.another_city(home.city), moves_in=2)]


def let_pass(days: int) -> Act:
    """The morning of so many days after the planned one."""

    def act(tale: Tale, party: Party) -> None:
        tale.stage.set_day(party.planned_day + timedelta(days=days))

    return act


def nowhere(tale: Tale, party: Party) -> None:
    tale.doors.until(
        "the network has them in no city",
        lambda: tale.doors.network(party.applicant) == NOWHERE,
    )


def closed_as_planned(tale: Tale, party: Party) -> None:
    tale.doors.until(
        "the record closed as planned",
        lambda: tale.doors.stands(party.old, party.applicant) == "Closed (planned)",
    )


def overdue(tale: Tale, party: Party) -> None:
    tale.doors.until(
        "overdue at the old city",
        lambda: tale.doors.desk(party.old, "/desk/overdue").has(party.case),
    )


def cancel(tale: Tale, party: Party) -> None:
    ask_to_cancel(tale, party).press("Yes, cancel")


def ask_to_cancel(tale: Tale, party: Party) -> Browser:
    return tale.doors.portal(party.applicant, f"/moves/{party.case}").click("Cancel this move")


def think_again(tale: Tale, party: Party) -> None:
    ask_to_cancel(tale, party).click("Back")


def restored(tale: Tale, party: Party) -> None:
    for one in party.going:
        tale.doors.until(
            f"the record of {one.read} open again",
            lambda one=one: tale.doors.stands(party.old, one) == "Resident",  # type: ignore[misc]
        )


GONE: Final = Step(
    "gone",
    applicant,
    Text("引っ越す日が過ぎる。どこの窓口にも行かない", "lets the planned day pass, and goes to no counter"),
    let_pass(1),
    (
        Seen(
            old_clerk,
            Text("記録は予定どおり閉じられている（除票予定）", "has the record closed as planned"),
            closed_as_planned,
        ),
        Seen(
            NETWORK,
            Text("照会に、いまはどの市区町村の住民でもないと答える", "answers an inquiry: in no city today"),
            nowhere,
        ),
    ),
)  # fmt: skip
"""Falsely: the day does not come."""
OVERDUE: Final = Step(
    "overdue",
    applicant,
    Text("さらに一か月、だれも来ない", "does not come for another month"),
    let_pass(40),
    (
        Seen(
            old_clerk,
            Text("転入通知の未着の一覧にいる", "has them in the list of notices that did not come"),
            overdue,
        ),
        Seen(
            PORTAL,
            Text("カードだけで転入できる期間が過ぎたと伝える", "says that the period for arriving by card is over"),
            on_the_timeline("The period for arriving by card is over"),
        ),
    ),
)  # fmt: skip
CANCEL: Final = Step(
    "cancel",
    applicant,
    Text("引越しを取り消す", "cancels the move"),
    cancel,
    (
        Seen(
            old_clerk,
            Text("記録は元のとおりに開いている", "has the record open again, as it was"),
            restored,
        ),
        STAYS,
        NOT_EXPECTED,
        Seen(
            PORTAL,
            Text("取り消されたと{whom}に伝える", "tells {whom_en} that it is cancelled"),
            on_the_timeline("The move was cancelled"),
        ),
    ),
    falsely=think_again,
)  # fmt: skip


def renew(tale: Tale, party: Party) -> None:
    for one in party.going:
        continue_card(tale, party.old, one)


CERTIFICATE: Final = Step(
    "certificate",
    old_clerk,
    Text("失効した署名用電子証明書の代わりを、カードに書く", "writes a new certificate for signing to the card, in place of the one that ended"),
    renew,
    (
        Seen(
            J_LIS,
            Text("新しい署名用証明書は有効だと答える（OCSP）",
                 "answers by OCSP: the new signing certificate is good"),
            signing_is_new,
        ),
    ),
)  # fmt: skip
"""The old one ended with the record (公的個人認証法 12条1項2号), and does not come back with it. Falsely: the card stays at home."""
AGAIN: Final = NOTICE.but(
    name="again",
    did=Text(
        "あとで、あらためて届け出る（受付番号 {case}）", "gives notice anew, later (case {case})"
    ),
)

GIVEN_UP: Final = Story(
    "given-up",
    Text("だれも着かないまま日が過ぎ、取り消して元に戻る",
         "Nobody arrives; after the planned day it is cancelled, and all is as before"),
    _given_up,
    (NOTICE, ACCEPT, GONE, OVERDUE, CANCEL, CERTIFICATE, AGAIN),
)  # fmt: skip
