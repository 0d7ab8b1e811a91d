"""Who was born about then: the child perhaps, entered before with another day, sex or name."""

from typing import Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns
from kazasu.municipality.births.model import APART, Birth
from kazasu.municipality.register.model import Resident

_LIST: Final = columns(Resident)
MOST: Final = 20
"""People of whom the page speaks."""


def born_about_then(tx: Transaction, birth: Birth, household: str) -> list[Resident]:
    """Of this household, in open and closed records, and whoever has the name or the reading, wherever they live in this city.

    Where somebody of them is protected, "who looked" of none of them says so: it would tell one who lives there of the other (I8).
    """
    with tx.unseen():
        found = tx.all(
            Resident,
            f"""SELECT {_LIST} FROM (
                    SELECT * FROM resident WHERE municipality_code = %(tenant)s AND household_number = %(household)s
                    UNION SELECT * FROM resident WHERE municipality_code = %(tenant)s AND name_key = search_key(%(name)s)
                    UNION SELECT * FROM resident WHERE municipality_code = %(tenant)s AND kana_key = search_key(%(kana)s)) about
                WHERE birth_date > %(first)s AND birth_date < %(last)s ORDER BY birth_date, resident_id LIMIT {MOST}""",
            {
                "tenant": tx.tenant, "household": household, "name": birth.name, "kana": birth.kana,
                "first": birth.on - APART, "last": birth.on + APART,
            },
        )  # fmt: skip
    if not any(one.protected for one in found):
        tx.shown(one.resident_id for one in found)
    return found
