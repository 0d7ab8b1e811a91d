"""Periods that the law and its practice give for moving house and for cards (municipal §1.2).

Counted from the day after; a period that ends on a closed day ends on the next open day. All take
and give civil dates in Asia/Tokyo.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, Protocol, TypeVar

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.dates import age, birthday_in, deadline
from kazasu.foundation.time.legal_dates import read_date

NOTICE_BEFORE: Final = 30
NOTICE_AFTER: Final = 10
MOVING_IN: Final = 14
SPECIAL_AFTER_PLANNED: Final = 30
CONTINUATION: Final = 90
CARD_UPDATE: Final = 14
HOUSEHOLD: Final = 14


def online_notice_window(moves_on: date) -> tuple[date, date]:
    """First and last day on which a notice of moving out may be sent online."""
    return moves_on - timedelta(days=NOTICE_BEFORE), deadline(moves_on, NOTICE_AFTER)


def move_dates_open_on(today: date) -> tuple[date, date]:
    """The earliest and latest moving day for which today lies in the window."""
    first = today - timedelta(days=NOTICE_AFTER)
    while online_notice_window(first - timedelta(days=1))[1] >= today:
        first -= timedelta(days=1)
    return first, today + timedelta(days=NOTICE_BEFORE)


def moving_in_until(moved_on: date) -> date:
    """Last day for the notice of moving in or of a change of address (住基法 22条・23条)."""
    return deadline(moved_on, MOVING_IN)


def transfer_usable_until(planned_on: date) -> date:
    """Last day on which the special route (特例転入) may use the certificate data."""
    return deadline(planned_on, SPECIAL_AFTER_PLANNED)


def special_route_open(moved_on: date, planned_on: date, notified_on: date) -> bool:
    """May this arrival go the special route? (住基法 24条の2)"""
    return notified_on <= min(moving_in_until(moved_on), transfer_usable_until(planned_on))


def card_lapsed(moved_on: date, planned_on: date, notified_on: date) -> bool:
    """Has the card of who moved in from another city ended, because notice was given too late?

    番号法施行令 14条: it ends where the first notice of moving in after a notice of moving out is not given within thirty days of the
    planned day, or within fourteen of the day of moving. The days are those of the special route (住民基本台帳法 24条の2), whatever is
    brought to the counter: a paper certificate has no last day, the card has one. 桑名市 and 苫小牧市 tell their residents so.
    """
    return not special_route_open(moved_on, planned_on, notified_on)


def card_continuation_until(notified_on: date, leaves_on: date | None = None) -> date:
    """Last day on which the card can be continued after the notice of moving in.

    Args:
        leaves_on: the planned day of a notice of moving on: the card of who has not had it continued by then ends, also within the ninety days
            (番号法施行令 14条, as 桑名市 tells its residents).
    """
    last = deadline(notified_on, CONTINUATION)
    return last if leaves_on is None else min(last, leaves_on - timedelta(days=1))


def household_notice_until(changed_on: date) -> date:
    """Last day for the notice of a change of household (住基法 25条)."""
    return deadline(changed_on, HOUSEHOLD)


def card_update_until(changed_on: date) -> date:
    """Last day to have the card updated after a change within the city, or of a name (番号法 17条8項). The card goes on after it, too:
    only an arrival from another city ends one that was not continued (番号法施行令 14条)."""
    return deadline(changed_on, CARD_UPDATE)


def expiry_of_card(issued: date, born: date) -> date:
    """A card's last day: the 10th birthday after the day of issue, the 5th of who is under 18 then (municipal §1.2).

    Whoever has not had the birthday of that year counts it as the first: issued 2027-01-06, born on 26 January, until 2036-01-26. Who was
    born on 29 February has it on the 28th for a card, in every year (個人番号カード等に関する命令 26条, as a calculator that names the article
    tells it; the text itself was not read).
    """
    years = 10 if age(born, issued) >= 18 else 5
    ahead = _on_a_card(born, issued.year) > issued
    return _on_a_card(born, issued.year + years - ahead)


def _on_a_card(born: date, year: int) -> date:
    if (born.month, born.day) == (2, 29):
        return date(year, 2, 28)
    return birthday_in(born, year)


def notice_is_late(moves_on: date, submitted_on: date) -> bool:
    """More than 14 days after moving it is no notice but recorded ex officio (職権)."""
    return submitted_on > moving_in_until(moves_on)


OWN_WILL: Final = 15
"""Years of age from which somebody may change where they live of their own will: below, nobody moves alone or heads a household
(cf. 民法 791条3項, 797条, 961条; signing certificates follow the same age, identity §2)."""

PARENT_FROM: Final = 10
"""Years of age below which nobody is a parent. A mother is one by the birth, whatever the law's ages are, and 人口動態統計 counts mothers of fourteen and
younger; from ten on, as the international count does (SDG indicator 3.7.2)."""


def too_young(birth_text: str, on: date, years: int = OWN_WILL) -> bool:
    """Younger than fifteen on a day.

    Args:
        years: another age than fifteen.
        birth_text: as the register writes it. A birth date that nobody can read, or of which no year is known, counts as old
            enough: a clerk looks at it.
    """
    try:
        born = read_date(birth_text)
    except Refusal:
        return False
    if born.certainty == "unknown":
        return False
    birth = born.sortable
    lived = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    return lived < years


class Born(Protocol):
    """Somebody of a household."""

    @property
    def birth_text(self) -> str: ...


B = TypeVar("B", bound=Born)


def left_alone(staying: Sequence[B], on: date) -> list[B]:
    """Who stays behind, where nobody who stays is fifteen or older; empty: nobody stays, or somebody grown up does.

    A child lives where those with parental authority say (民法 820条・822条), and an adult of the household gives notice for them
    (住民基本台帳法 26条): that they would be left as a household of their own is decided, not taken. Asked of whoever gives notice,
    and of the desk that takes it.
    """
    return list(staying) if all(too_young(one.birth_text, on) for one in staying) else []
