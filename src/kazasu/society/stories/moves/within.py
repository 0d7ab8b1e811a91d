"""Within one city (転居): a notice, a visit, the register and the cards of one and the same municipality (住民基本台帳法 23条)."""

from collections.abc import Sequence
from typing import Final

from kazasu.foundation.text import Text
from kazasu.society.stories.moves.arriving import CARDS, REGISTER, VISIT, signing_has_lapsed
from kazasu.society.stories.moves.astray.otherwise import STAYS
from kazasu.society.stories.moves.cast import Cast
from kazasu.society.stories.moves.leaving import NOTICE, on_the_timeline
from kazasu.society.stories.moves.tale import (
    J_LIS,
    PORTAL,
    Party,
    Seen,
    Story,
    Tale,
    must,
    new_clerk,
)
from kazasu.society.stories.moving import HIDDEN


def _within(cast: Cast) -> Sequence[Party]:
    home = cast.home(
        "two grown-ups with children",
        lambda one: len(one.grown_ups) > 1 and one.children and not one.is_special,
    )
    return [Party(home.grown_ups[-1], home.people, home.city, home.city)]


def ready_at_the_desk(tale: Tale, party: Party) -> None:
    """With the movers of its own register: no letter of another city is awaited."""
    page = f"/desk/in/{party.case}"
    tale.doors.until(
        f"the change of address {party.case} at {party.new}",
        lambda: tale.doors.desk(party.new, page).has("Signature and certificate are good"),
    )
    desk = tale.doors.desk(party.new, page).expect("Change of address")
    desk.expect("Have the visitor hold their card")
    for one in party.going:
        desk.expect(one.name)


def record_goes_on(tale: Tale, party: Party) -> None:
    """Of everybody the record that they had, with the address as a further version; nothing was closed."""
    for one in party.going:
        record = tale.doors.record(party.new, one).expect("moved within the city")
        must(
            so=tale.doors.stands(party.new, one) == "Resident",
            what=f"the record of {one.read} is not open",
        )
        if record.has(HIDDEN):
            must(so=not record.has(party.block), what="a protected person’s record shows the place")
        else:
            record.expect(party.block)


NOTICE_WITHIN: Final = NOTICE.but(
    did=Text(
        "{count}人の、{new}の中での引越しを、署名して届け出る（受付番号 {case}）",
        "signs and sends a notice for {count} to move within {new_en} (case {case})",
    ),
    seen=(
        Seen(
            new_clerk,
            Text("窓口の準備ができている。待つ手紙はない", "is ready for them, and waits for no letter"),
            ready_at_the_desk,
        ),
        Seen(
            PORTAL,
            Text("窓口の準備ができたと{whom}に伝える", "tells {whom_en} that the counter is ready"),
            on_the_timeline("The counter is ready for you"),
        ),
    ),
)  # fmt: skip
REGISTER_WITHIN: Final = REGISTER.but(
    seen=(
        Seen(
            new_clerk,
            Text("同じ記録に、新しい住所がある（転居）", "has the new address in the records that were there"),
            record_goes_on,
        ),
        STAYS,
        Seen(
            J_LIS,
            Text("届出に使った署名用証明書は失効したと答える（OCSP）",
                 "answers by OCSP: the certificate that signed the notice is revoked"),
            signing_has_lapsed,
        ),
        Seen(
            PORTAL,
            Text("新しい住所で登録されたと{whom}に伝える", "tells {whom_en} of the registration"),
            on_the_timeline("Registered at the new address"),
        ),
    ),
)  # fmt: skip

WITHIN: Final = Story(
    "within",
    Text("家族が同じ市の中で引っ越し、カードの住所まで新しくなる",
         "A family moves within its city, to the address on each card"),
    _within,
    (NOTICE_WITHIN, VISIT, REGISTER_WITHIN, CARDS),
    cities=1,
)  # fmt: skip
