"""What a page that was looked at has written already: its button may be pressed again, by who was not answered, or in a second tab.

By the mark of the page (:mod:`kazasu.foundation.web.acting.reviewed`), not by whom it is about: who corrects what they typed and presses again has another page, and
is not told that it was written.
"""

from dataclasses import dataclass
from typing import ClassVar

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class Written:
    """A record as the page left it."""

    PERSON: ClassVar = "resident_id"

    mark: str
    resident_id: str
    version: int


def keep(tx: Transaction, mark: str, *resident_ids: str) -> None:
    """In the transaction that wrote them, after it has; without a mark nothing, as nobody can press again."""
    if mark:
        tx.execute(
            """INSERT INTO page_written (municipality_code, mark, resident_id, version)
               SELECT municipality_code, %(mark)s, resident_id, version FROM resident
               WHERE municipality_code = %(tenant)s AND resident_id = ANY(%(ids)s)
               ON CONFLICT (municipality_code, mark, resident_id) DO UPDATE SET version = EXCLUDED.version""",
            {"tenant": tx.tenant, "mark": mark, "ids": list(resident_ids)},
        )


def standing(tx: Transaction, mark: str) -> list[str]:
    """宛名番号 of whom this page wrote, while every one of them stands as it left them; else none."""
    if not mark:
        return []
    found = tx.all(
        Written,
        f"""SELECT {columns(Written)} FROM page_written
            WHERE municipality_code = %(tenant)s AND mark = %(mark)s AND NOT EXISTS (
                SELECT FROM page_written kept JOIN resident now USING (municipality_code, resident_id)
                WHERE kept.municipality_code = %(tenant)s AND kept.mark = %(mark)s AND now.version <> kept.version)
            ORDER BY resident_id""",
        {"tenant": tx.tenant, "mark": mark},
    )
    return [one.resident_id for one in found]
