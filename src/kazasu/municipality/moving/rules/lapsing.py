"""Cards that end with a move between cities (番号法施行令 14条): notice of moving in came too late, by whatever paper it was given, or their
holder moves on from a city where they did not have them continued, also within the ninety days (as 桑名市 tells its residents); and those that ended
before, as the record was closed ex officio (item 4)."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from kazasu.contracts.municipality import Mover
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.romaji import with_reading
from kazasu.kit import periods
from kazasu.municipality.moving.model import Arriver, Finding, MovingIn
from kazasu.municipality.register.model import Resident

ANEW: Final = Text(
    "新しいカードは、この市区町村の窓口で申請できます",
    "A new card can be applied for at the counter of this city",
)


def kept_until(case: MovingIn) -> date | None:
    """The last day on which notice would have kept their cards, where it is past; None: the cards go on, or no notice was completed."""
    planned = (case.certificate or {}).get("planned_date")
    if not planned or case.moved_on is None or case.notified_on is None:
        return None
    leaves = date.fromisoformat(planned)
    if not periods.card_lapsed(case.moved_on, leaves, case.notified_on):
        return None
    return min(periods.moving_in_until(case.moved_on), periods.transfer_usable_until(leaves))


def lapsing(case: MovingIn, going: Sequence[Arriver]) -> list[Arriver]:
    """Whose card ends with this registration: notice comes too late for all of them, or it was not continued in the city that they left."""
    late = kept_until(case) is not None
    return [
        one
        for one in going
        if one.card == "pending" and (late or one.mover.card_not_continued or one.mover.card_ended)
    ]


def keeps(case: MovingIn, mover: Mover) -> bool:
    """Is theirs a card that goes on?"""
    ended = mover.card_not_continued or mover.card_ended
    return mover.has_card and not ended and kept_until(case) is None


def found(case: MovingIn, going: Sequence[Arriver]) -> list[Finding]:
    """For who decides, and for the counter to say before: only where it is so."""
    return [
        Finding(
            "card-lapses", False,
            f"{_of(people).ja}は、登録すると失効します（{why.ja}。番号法施行令14条）。{ANEW.ja}",
            f"{_of(people).en} ends when this is registered: {why.en} (Order of the Number Act, 14). {ANEW.en}",
            blocking=False,
        )
        for people, why in _by_reason(case, lapsing(case, going))
    ]  # fmt: skip


def told(case: MovingIn, people: Sequence[Arriver]) -> list[Text]:
    """As the resident reads it, once it is so: a sentence for each reason."""
    return [
        Text(
            f"{_of(some).ja}は失効しました（{why.ja}）。{ANEW.ja}",
            f"{_of(some).en} has ended: {why.en}. {ANEW.en}",
        )
        for some, why in _by_reason(case, people)
    ]


def _by_reason(case: MovingIn, people: Sequence[Arriver]) -> list[tuple[list[Arriver], Text]]:
    """Who was not continued at the city before, and of the others those for whom it is too late."""
    ended = [one for one in people if one.mover.card_ended]
    rest = [one for one in people if not one.mover.card_ended]
    left = [one for one in rest if one.mover.card_not_continued]
    late = [one for one in rest if not one.mover.card_not_continued]
    found = [(ended, _EX_OFFICIO), (left, _NOT_CONTINUED)]
    if (until := kept_until(case)) is not None:
        found.append((late, Text(
            f"{long_date(until)}までに転入届がなかったため",
            f"no notice of moving in was given by {long_date(until, 'en')}",
        )))  # fmt: skip
    return [(some, why) for some, why in found if some]


_EX_OFFICIO: Final = Text(
    "前の住民票が、転出届によらず職権で閉じられたため",
    "the record before was closed ex officio, and not by their notice of moving out",
)
_NOT_CONTINUED: Final = Text(
    "前の市区町村で継続利用の手続きをしないまま、次の市区町村へ移ったため",
    "it was not continued in the city before when they moved on from there",
)


def before_leaving(people: Sequence[Resident], leaves_on: date) -> Text:
    """Of whose card waits here to be continued, and who is about to move on; for the desk of the city that they leave, and for them."""
    names = "、".join(one.name for one in people)
    read = ", ".join(with_reading(one.name, one.kana) for one in people)
    return Text(
        f"{names}のカードは、継続利用の手続きがまだです。{long_date(leaves_on)}より前に、この市区町村の窓口で手続きをしないと失効します"
        "（番号法施行令14条）",
        f"The card of {read} has not been continued here. It ends unless that is done at a counter of this city before "
        f"{long_date(leaves_on, 'en')} (Order of the Number Act, 14)",
    )


def left_without(name: str, kana: str) -> Text:
    """For who follows the move by which they had come to this city."""
    return Text(
        f"{name}のカード（継続利用の手続きをしないまま、次の市区町村へ移ったため）",
        f"The card of {with_reading(name, kana)}: it was not continued here before they moved on",
    )


def _of(people: Sequence[Arriver]) -> Text:
    names = ", ".join(with_reading(one.mover.name, one.mover.kana) for one in people)
    return Text(f"{'、'.join(one.mover.name for one in people)}のカード", f"The card of {names}")
