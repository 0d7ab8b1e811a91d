"""A date of birth that is corrected: how it is read, how the register writes it, and what goes with it."""

import unicodedata
from datetime import date
from typing import Any, Final

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time import old_writing
from kazasu.foundation.time.legal_dates import LegalDate, read_date
from kazasu.municipality.register.faults import BORN_AFTER, BORN_AHEAD, WHICH_ERA
from kazasu.municipality.register.items import foreigners
from kazasu.municipality.register.model import Resident

SINCE_BIRTH: Final = Text(
    "この市区町村で生まれた人です。住民となった日と住所を定めた日も、直した生まれた日になります",
    "They live here since their birth: the days since when they are a resident and live at this address become the corrected day, too",
)
SINCE: Final = ("resident_since", "lives_here_since")


def read(typed: str) -> LegalDate:
    """As registers, people and old terminals write it (3630401, 昭和63年4月1日, 1988-04-01, 昭和23年頃, 年月日不詳).

    Raises Refusal ``dates.unreadable``, ``dates.by-the-moon``, ``municipality.birth-which-era``.
    """
    try:
        return read_date(old_writing.in_full(unicodedata.normalize("NFKC", typed).strip()))
    except old_writing.WhichEra as which:
        raise Refusal(WHICH_ERA, words=which.words.ja, words_en=which.words.en) from None


def corrected(before: Resident, typed: str, today: date) -> dict[str, Any]:
    """The items of the record that the typed date of birth makes otherwise; empty: it says what stands there.

    A day of the calendar is written as the register writes it: of foreign nationals in 西暦, of all others in 和暦 (municipal §7); what is not known
    exactly, as it was typed. Who lives here since their birth does so since the corrected one, and who is 出生による経過滞在者 is it for sixty days from it.

    Raises Refusal as :func:`read`, ``municipality.birth-corrected-ahead``, ``municipality.birth-corrected-after``.
    """
    if typed.strip() == before.birth_text.strip():
        return {}
    found = read(typed)
    day = None if found.certainty == "unknown" else found.sortable
    exact = found.exact
    text = LegalDate.of(exact, foreign=bool(before.nationality)).text if exact else found.text
    if day is not None and day > today:
        raise Refusal(BORN_AHEAD)
    items: dict[str, Any] = {"birth_date": day, "birth_text": text}
    for item in SINCE:
        since = getattr(before, item)
        if since == before.birth_date and day is not None:
            items[item] = day
        elif day is not None and since < day:
            raise Refusal(BORN_AFTER)
    if before.residence_status == foreigners.PASSING and day is not None:
        items["residence_until"] = foreigners.passing_until(day)
    return {item: value for item, value in items.items() if value != getattr(before, item)}
