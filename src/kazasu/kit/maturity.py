"""Who may change where they live of their own will: from fifteen on.

Below that the practice of the resident register takes nobody's own notice and enters nobody as head of a household; a
parent or guardian gives it (cf. 民法 791条3項, 797条 and 961条, which set the same age). Signing certificates follow it (identity §2).
"""

from datetime import date
from typing import Final

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.legal_dates import read_date

OWN_WILL: Final = 15
"""Years of age."""


def too_young(birth_text: str, on: date) -> bool:
    """Younger than fifteen on a day.

    Args:
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
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    return years < OWN_WILL
