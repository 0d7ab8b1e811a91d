"""The resident register: the record in force and all its versions."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from kazasu.foundation.database import Transaction
from kazasu.municipality.register.model import Resident

KEEPING: Final = "住民基本台帳法 7条8号の2: the register holds the number"
COLUMNS: Final = tuple(field.name for field in fields(Resident))
_LIST: Final = ", ".join(COLUMNS)
_PLACES: Final = ", ".join(f"%({name})s" for name in COLUMNS)
_SELECT: Final = f"SELECT {_LIST} FROM resident WHERE municipality_code = %(tenant)s"


def values(resident: Resident) -> dict[str, Any]:
    """Its columns, for SQL."""
    row = {name: getattr(resident, name) for name in COLUMNS}
    row["individual_number"] = resident.individual_number.reveal(duty=KEEPING)
    row["record_code"] = str(resident.record_code)
    return row


def by_id(tx: Transaction, resident_id: str) -> Resident | None:
    return tx.maybe(
        Resident, f"{_SELECT} AND resident_id = %(id)s", {"tenant": tx.tenant, "id": resident_id}
    )


def by_record_code(tx: Transaction, record_code: str) -> Resident | None:
    """The person's record here, open or closed."""
    return tx.maybe(
        Resident,
        f"{_SELECT} AND record_code = %(code)s",
        {"tenant": tx.tenant, "code": str(record_code)},
    )


def household(tx: Transaction, number: str) -> list[Resident]:
    """Those who live here, in the order of the paper: head, then by birth, then by number."""
    return tx.all(
        Resident,
        f"""{_SELECT} AND household_number = %(number)s AND state IN ('resident', 'leaving')
            ORDER BY is_head DESC, relationship NOT IN ('夫', '妻', '夫（未届）', '妻（未届）'),
                     birth_date NULLS LAST, resident_id""",
        {"tenant": tx.tenant, "number": number},
    )


def several(tx: Transaction, resident_ids: Sequence[str]) -> list[Resident]:
    return tx.all(
        Resident,
        f"{_SELECT} AND resident_id = ANY(%(ids)s) ORDER BY resident_id",
        {"tenant": tx.tenant, "ids": list(resident_ids)},
    )


def search(tx: Transaction, text: str) -> list[Resident]:
    """By 宛名番号 exactly, or by the beginning of the reading, the name or the Roman name.

    Spaces, ・, kana, width and variants of a letter do not matter: さとう finds サトウ　ハナコ. Of more than
    fifty, each index gives its first fifty: the work does not grow with the register.
    """
    return tx.all(
        Resident,
        f"""SELECT DISTINCT ON (kana_key, resident_id) {_LIST} FROM (
                SELECT * FROM resident
                WHERE municipality_code = %(tenant)s AND resident_id = %(text)s
                {"".join(map(_beginning, ("kana_key", "name_key", "roman_key")))}) found
            ORDER BY kana_key, resident_id LIMIT 50""",
        {"tenant": tx.tenant, "text": text},
    )


def _beginning(key: str) -> str:
    return f"""UNION ALL (
        SELECT * FROM resident WHERE municipality_code = %(tenant)s AND {key} <> ''
            AND search_key(%(text)s) <> '' AND {key} ^@ search_key(%(text)s)
        ORDER BY {key}, resident_id LIMIT 50)"""


def history(tx: Transaction, resident_id: str) -> list[Resident]:
    """All versions, the newest first."""
    return tx.all(
        Resident,
        f"""SELECT {_LIST} FROM resident_history
            WHERE municipality_code = %(tenant)s AND resident_id = %(id)s ORDER BY version DESC""",
        {"tenant": tx.tenant, "id": resident_id},
    )


def copy_first_versions(tx: Transaction) -> None:
    """Founding: the history of people who were just loaded."""
    tx.execute(
        f"""INSERT INTO resident_history (municipality_code, {_LIST})
            SELECT municipality_code, {_LIST} FROM resident WHERE municipality_code = %s""",
        (tx.tenant,),
    )


def enter(tx: Transaction, resident: Resident) -> None:
    """A first version."""
    row = values(resident) | {"tenant": tx.tenant}
    for table in ("resident", "resident_history"):
        tx.execute(
            f"INSERT INTO {table} (municipality_code, {_LIST}) VALUES (%(tenant)s, {_PLACES})", row
        )


def change(tx: Transaction, before: Resident, **changes: Any) -> Resident:
    """A further version: the whole row anew, ``version`` counted up, nothing overwritten.

    Raises ``LookupError`` when the record has moved on since ``before`` was read.
    """
    after = replace(before, version=before.version + 1, **changes)
    row = values(after) | {"tenant": tx.tenant, "old_version": before.version}
    settings = ", ".join(f"{name} = %({name})s" for name in COLUMNS if name != "resident_id")
    if not tx.execute(
        f"""UPDATE resident SET {settings} WHERE municipality_code = %(tenant)s
            AND resident_id = %(resident_id)s AND version = %(old_version)s""",
        row,
    ):
        raise LookupError("the record has changed meanwhile")
    tx.execute(
        f"INSERT INTO resident_history (municipality_code, {_LIST}) VALUES (%(tenant)s, {_PLACES})",
        row,
    )
    return after


def next_numbers(tx: Transaction, residents: int, households: int) -> tuple[int, int]:
    """Reserve serials for 宛名番号 and 世帯番号. Returns the last of each."""
    found = tx.one(
        _Counters,
        """UPDATE city SET last_resident = last_resident + %(residents)s,
                           last_household = last_household + %(households)s
           WHERE municipality_code = %(tenant)s RETURNING last_resident, last_household""",
        {"tenant": tx.tenant, "residents": residents, "households": households},
    )
    return found.last_resident, found.last_household


@dataclass(frozen=True, slots=True)
class _Counters:
    last_resident: int
    last_household: int


def member_id(tx: Transaction, resident_id: str) -> str:
    """What the portal calls this resident: random, and stays."""
    tx.execute(
        """INSERT INTO member_reference (municipality_code, member_id, resident_id)
           VALUES (%s, %s, %s) ON CONFLICT DO NOTHING""",
        (tx.tenant, secrets.token_urlsafe(12), resident_id),
    )
    return str(
        tx.value(
            """SELECT member_id FROM member_reference
               WHERE municipality_code = %s AND resident_id = %s""",
            (tx.tenant, resident_id),
        )
    )


def residents_of_members(tx: Transaction, member_ids: Iterable[str]) -> list[str]:
    """宛名番号 of members that the portal names; unknown ones are missing."""
    return tx.column(
        """SELECT resident_id FROM member_reference
           WHERE municipality_code = %s AND member_id = ANY(%s)""",
        (tx.tenant, list(member_ids)),
    )
