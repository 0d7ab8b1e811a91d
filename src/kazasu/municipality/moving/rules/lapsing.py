"""Cards that end because notice of moving in came too late (番号法施行令 14条), by whatever paper it was given."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.romaji import with_reading
from kazasu.kit import periods
from kazasu.municipality.moving.model import Arriver, Finding, MovingIn

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
    """Whose card ends with this registration."""
    if kept_until(case) is None:
        return []
    return [one for one in going if one.card == "pending"]


def found(case: MovingIn, going: Sequence[Arriver]) -> list[Finding]:
    """For who decides, and for the counter to say before: only where it is so."""
    people, until = lapsing(case, going), kept_until(case)
    if not people or until is None:
        return []
    said = _of(people)
    return [Finding(
        "card-lapses", False,
        f"{said.ja}は、登録すると失効します（{long_date(until)}までに転入届がなかったため。番号法施行令14条）。{ANEW.ja}",
        f"{said.en} ends when this is registered: no notice of moving in was given by {long_date(until, 'en')} "
        f"(Order of the Number Act, 14). {ANEW.en}",
        blocking=False,
    )]  # fmt: skip


def told(people: Sequence[Arriver], until: date) -> Text:
    """As the resident reads it, once it is so."""
    said = _of(people)
    return Text(
        f"{said.ja}は失効しました。{long_date(until)}までに転入届がなかったためです。{ANEW.ja}",
        f"{said.en} has ended: no notice of moving in was given by {long_date(until, 'en')}. {ANEW.en}",
    )


def _of(people: Sequence[Arriver]) -> Text:
    names = ", ".join(with_reading(one.mover.name, one.mover.kana) for one in people)
    return Text(f"{'、'.join(one.mover.name for one in people)}のカード", f"The card of {names}")
