"""The resident register: the record in force and all its versions."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns, names
from kazasu.foundation.enciphering.faults import NOT_OF_THIS_PLACE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.foundation.values.romaji import kana_of
from kazasu.municipality.register.model import KEEPING, Resident

_LIST: Final = columns(Resident)
_WRITTEN: Final = ", ".join(names(Resident))
_KEYS: Final = (
    ("kana_key", "search_key", "text"), ("name_key", "search_key", "text"),
    ("given_kana_key", "search_key", "text"), ("given_name_key", "search_key", "text"),
    ("roman_key", "search_key", "text"), ("sound_key", "sound_key", "sound"),
    ("given_sound_key", "sound_key", "sound"), ("sound_key", "sound_key", "turned"),
    ("alias_key", "search_key", "text"), ("given_alias_key", "search_key", "text"),
    ("alias_sound_key", "sound_key", "sound"), ("alias_sound_key", "sound_key", "turned"),
)  # fmt: skip
"""Which key of a record is compared, by which function, with what: as typed, or as Latin letters are read, in either order."""
_FORMER_KEYS: Final = (
    ("name_key", "search_key", "text"), ("kana_key", "search_key", "text"),
    ("sound_key", "sound_key", "sound"), ("sound_key", "sound_key", "turned"),
)  # fmt: skip
"""The same for the names that somebody had before."""
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_SELECT: Final = f"SELECT {_LIST} FROM resident WHERE municipality_code = %(tenant)s"


@dataclass(frozen=True, slots=True)
class FormerName:
    """Name and reading that a version had, and the next one has no longer."""

    PERSON: ClassVar = "resident_id"

    resident_id: str
    version: int
    name: str
    kana: str


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


def by_number(tx: Transaction, number: IndividualNumber) -> Resident | None:
    """Who has this 個人番号 here, open or closed; found by its blind index, and compared with the number itself.

    Raises Refusal ``enciphering.not-of-this-place``: the index leads to somebody else's record. It was moved by hand.
    """
    index = tx.cipher.index(number.reveal(duty=KEEPING), "individual_number")
    found = tx.maybe(
        Resident,
        f"{_SELECT} AND individual_number_index = %(index)s",
        {"tenant": tx.tenant, "index": index},
    )
    if found is not None and found.individual_number != number:
        raise Refusal(
            NOT_OF_THIS_PLACE,
            institution=f"city:{tx.tenant}",
            table="resident",
            column="individual_number_index",
        )
    return found


def household(tx: Transaction, number: str) -> list[Resident]:
    """Those who live here, in the order of the paper: head, then by birth, then by number.

    The record names them all, but where somebody is protected none by this: what one of them does must not be read by another
    in "who looked" (I8). Whom it is about is named by who asks.
    """
    with tx.unseen():
        found = tx.all(
            Resident,
            f"""{_SELECT} AND household_number = %(number)s AND state IN ('resident', 'leaving')
                ORDER BY is_head DESC, relationship NOT IN ('夫', '妻', '夫（未届）', '妻（未届）'),
                         birth_date NULLS LAST, resident_id""",
            {"tenant": tx.tenant, "number": number},
        )
    if not any(one.protected for one in found):
        tx.shown(one.resident_id for one in found)
    return found


def several(tx: Transaction, resident_ids: Sequence[str]) -> list[Resident]:
    return tx.all(
        Resident,
        f"{_SELECT} AND resident_id = ANY(%(ids)s) ORDER BY resident_id",
        {"tenant": tx.tenant, "ids": list(resident_ids)},
    )


def search(tx: Transaction, text: str) -> list[Resident]:
    """By 宛名番号 exactly, or by the beginning of the reading, the name, the given name alone, the 通称, or the Roman name.

    Spaces, ・, kana, width, variants of a letter and accents do not matter: さとう finds サトウ　ハナコ, and so do Sato, Satō and
    Hanako Sato; ぐえん and Nguyen find NGUYEN THI ANH, 通称 グエン アン. Who had a name before is found by it, too. Of more than
    fifty, each index gives its first fifty: the work does not grow with the register.
    """
    sound = kana_of(text)
    given, _, surname = sound.partition(" ")
    turned = f"{surname}{given}" if surname else ""
    return tx.all(
        Resident,
        f"""SELECT DISTINCT ON (kana_key, resident_id) {_LIST} FROM (
                SELECT * FROM resident
                WHERE municipality_code = %(tenant)s AND resident_id = %(text)s
                {"".join(_beginning(*key) for key in _KEYS)}
                {"".join(_formerly(*key) for key in _FORMER_KEYS)}) found
            ORDER BY kana_key, resident_id LIMIT 50""",
        {"tenant": tx.tenant, "text": _without_accents(text), "sound": sound, "turned": turned},
    )


def _without_accents(text: str) -> str:
    """As passports write Latin letters; the marks of kana are others and stay."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d")
    return unicodedata.normalize("NFC", plain.replace("Đ", "D"))


def _beginning(key: str, of: str, given: str) -> str:
    """Those whose ``key`` begins with what was ``given``, compared by the function ``of``."""
    return f"""UNION ALL (
        SELECT * FROM resident WHERE municipality_code = %(tenant)s AND {key} <> ''
            AND {of}(%({given})s) <> '' AND {key} ^@ {of}(%({given})s)
        ORDER BY {key}, resident_id LIMIT 50)"""


def _formerly(key: str, of: str, given: str) -> str:
    """The same of the names before; who has it still is found by the other one."""
    return f"""UNION ALL (
        SELECT r.* FROM former_name f JOIN resident r USING (municipality_code, resident_id)
        WHERE f.municipality_code = %(tenant)s AND f.{key} <> ''
            AND {of}(%({given})s) <> '' AND f.{key} ^@ {of}(%({given})s)
        ORDER BY f.{key}, f.resident_id LIMIT 50)"""


def former_names(tx: Transaction, resident_ids: Sequence[str]) -> list[FormerName]:
    """Of these people, the newest first."""
    return tx.all(
        FormerName,
        f"""SELECT {columns(FormerName)} FROM former_name
            WHERE municipality_code = %(tenant)s AND resident_id = ANY(%(ids)s)
            ORDER BY resident_id, version DESC""",
        {"tenant": tx.tenant, "ids": list(resident_ids)},
    )


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
        f"""INSERT INTO resident_history (municipality_code, {_WRITTEN})
            SELECT municipality_code, {_WRITTEN} FROM resident WHERE municipality_code = %s""",
        (tx.tenant,),
    )


def enter(tx: Transaction, resident: Resident) -> None:
    """A first version."""
    for table in ("resident", "resident_history"):
        tx.insert(table, resident, municipality_code=tx.tenant)


def change(
    tx: Transaction, before: Resident, *, reason: str, changed_on: date, **changes: Any
) -> Resident:
    """A further version: the whole row anew, ``version`` counted up, nothing overwritten.

    Args:
        reason: 異動事由 of this version, one of :data:`~kazasu.municipality.register.model.REASONS`.
        changed_on: 異動日, the day from which it holds; the day of an earlier version says nothing about this one.

    Raises ``LookupError`` when the record has moved on since ``before`` was read.
    """
    after = replace(
        before, version=before.version + 1, reason=reason, changed_on=changed_on, **changes
    )
    key, was = ("municipality_code", "resident_id"), {"version": before.version}
    if not tx.update("resident", after, key=key, was=was, municipality_code=tx.tenant):
        raise LookupError("the record has changed meanwhile")
    tx.insert("resident_history", after, municipality_code=tx.tenant)
    if (after.name, after.kana) != (before.name, before.kana):
        former = FormerName(before.resident_id, before.version, before.name, before.kana)
        tx.insert("former_name", former, municipality_code=tx.tenant)
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
    tx.insert(
        "member_reference",
        twice="keep",
        municipality_code=tx.tenant,
        member_id=secrets.token_urlsafe(12),
        resident_id=resident_id,
    )
    return str(
        tx.value(
            """SELECT member_id FROM member_reference
               WHERE municipality_code = %s AND resident_id = %s""",
            (tx.tenant, resident_id),
        )
    )


@dataclass(frozen=True, slots=True)
class MemberName:
    """Whom a number of the portal names, for a list."""

    PERSON: ClassVar = "resident_id"

    member_id: str
    resident_id: str
    name: str
    kana: str
    protected: bool


def names_of_members(tx: Transaction, member_ids: Iterable[str]) -> list[MemberName]:
    """Names of members that the portal names; unknown ones are missing."""
    return tx.all(
        MemberName,
        """SELECT m.member_id, r.resident_id, r.name, r.kana, r.protected
           FROM member_reference m JOIN resident r USING (municipality_code, resident_id)
           WHERE m.municipality_code = %s AND m.member_id = ANY(%s)""",
        (tx.tenant, list(member_ids)),
    )


def residents_of_members(tx: Transaction, member_ids: Iterable[str]) -> list[str]:
    """宛名番号 of members that the portal names; unknown ones are missing."""
    return tx.column(
        """SELECT resident_id FROM member_reference
           WHERE municipality_code = %s AND member_id = ANY(%s)""",
        (tx.tenant, list(member_ids)),
    )
