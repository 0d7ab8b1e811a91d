"""The resident register: the record in force and all its versions."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, Final

from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns, names
from kazasu.foundation.enciphering.faults import NOT_OF_THIS_PLACE
from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode
from kazasu.municipality.hall.faults import WRONG_STATE
from kazasu.municipality.register.faults import UNKNOWN_RESIDENT
from kazasu.municipality.register.model import (
    ADDRESS,
    BORN,
    DIED,
    KEEPING,
    MOVED_HERE,
    RECORD_STATES,
    WENT_ABROAD,
    Resident,
)
from kazasu.municipality.register.relationships.order import on_paper

_LIST: Final = columns(Resident)
_WRITTEN: Final = ", ".join(names(Resident))
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


def household_of(tx: Transaction, resident_id: str) -> list[Resident]:
    """Those who live with somebody who lives here.

    Raises Refusal ``municipality.unknown-resident``: nobody has this number; ``municipality.wrong-state``: their record is closed.
    """
    found = by_id(tx, resident_id)
    if found is None:
        raise Refusal(UNKNOWN_RESIDENT)
    if not found.here:
        words = RECORD_STATES[found.state]
        raise Refusal(WRONG_STATE, state=words.ja, state_en=words.en)
    return household(tx, found.household_number)


def household(tx: Transaction, number: str) -> list[Resident]:
    """Those who live here, in the order of the paper.

    The record names them all, but where somebody is protected none by this: what one of them does must not be read by another
    in "who looked" (I8). Whom it is about is named by who asks.
    """
    with tx.unseen():
        found = tx.all(
            Resident,
            f"""{_SELECT} AND household_number = %(number)s AND state IN ('resident', 'leaving')
                ORDER BY resident_id""",
            {"tenant": tx.tenant, "number": number},
        )
    if not any(one.protected for one in found):
        tx.shown(one.resident_id for one in found)
    return on_paper(found)


def born_since(tx: Transaction, households: Sequence[str], since: datetime) -> list[Resident]:
    """Children whose birth was entered into these households after that instant, and who live there: nothing that was sent before names them.

    Shown as by :func:`household`.
    """
    with tx.unseen():
        found = tx.all(
            Resident,
            f"""{_SELECT} AND household_number = ANY(%(numbers)s) AND state = 'resident' AND EXISTS (
                    SELECT FROM resident_history h WHERE h.municipality_code = resident.municipality_code
                        AND h.resident_id = resident.resident_id AND h.version = 1 AND h.reason = %(born)s AND h.processed_at > %(since)s)
                ORDER BY birth_date, resident_id""",
            {"tenant": tx.tenant, "numbers": list(households), "born": BORN, "since": since},
        )
    if not any(one.protected for one in found):
        tx.shown(one.resident_id for one in found)
    return found


def home(tx: Transaction, number: str) -> dict[str, str]:
    """Where this household lives, as it is written of who lives there; else of who left it last. Empty: nobody ever did.

    Whoever joins it, or comes back to it, takes this writing: one household is never written in two ways. Nobody is shown by asking.
    """
    with tx.unseen():
        found = tx.maybe(
            Resident,
            f"""{_SELECT} AND household_number = %(number)s AND state IN ('resident', 'leaving', 'left-planned')
                ORDER BY array_position(ARRAY['resident', 'leaving', 'left-planned'], state::text), processed_at DESC,
                         resident_id LIMIT 1""",
            {"tenant": tx.tenant, "number": number},
        )
    return {item: getattr(found, item) for item in ADDRESS} if found else {}


def heads_of(tx: Transaction, number: str) -> list[str]:
    """宛名番号 of everybody who ever headed this household, wherever they are now."""
    return tx.column(
        """SELECT DISTINCT resident_id FROM resident_history
           WHERE municipality_code = %s AND household_number = %s AND is_head ORDER BY resident_id""",
        (tx.tenant, number),
    )


def several(tx: Transaction, resident_ids: Sequence[str]) -> list[Resident]:
    return tx.all(
        Resident,
        f"{_SELECT} AND resident_id = ANY(%(ids)s) ORDER BY resident_id",
        {"tenant": tx.tenant, "ids": list(resident_ids)},
    )


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


def written_by(tx: Transaction, case_id: str, resident_ids: Sequence[str]) -> list[Resident]:
    """The version by which this case brought each of these people to their address."""
    return tx.all(
        Resident,
        f"""SELECT DISTINCT ON (resident_id) {_LIST} FROM resident_history
            WHERE municipality_code = %(tenant)s AND case_id = %(case)s AND resident_id = ANY(%(ids)s) AND reason = ANY(%(moved)s)
            ORDER BY resident_id, version""",
        {"tenant": tx.tenant, "case": case_id, "ids": list(resident_ids), "moved": list(MOVED_HERE)},
    )  # fmt: skip


def lived_before(tx: Transaction, record_codes: Sequence[str], case_id: str) -> dict[str, str]:
    """Who of these people lived in this city before, and left it, by their 住民票コード: their 宛名番号 of then, which is theirs again (再転入).

    Args:
        case_id: of the case that brings them; what it wrote, and what came after, does not count.
    """
    with tx.unseen():  # they are shown as people of the case
        found = tx.all(
            _WasHere,
            """SELECT DISTINCT r.record_code, r.resident_id FROM resident r JOIN resident_history h USING (municipality_code, resident_id)
               WHERE r.municipality_code = %(tenant)s AND r.record_code = ANY(%(codes)s) AND h.state IN ('left-planned', 'left')
                 AND NOT EXISTS (SELECT FROM resident_history e WHERE e.municipality_code = h.municipality_code
                     AND e.resident_id = h.resident_id AND e.case_id = %(case)s AND e.version <= h.version)""",
            {"tenant": tx.tenant, "codes": [str(one) for one in record_codes], "case": case_id},
        )  # fmt: skip
    return {str(one.record_code): one.resident_id for one in found}


@dataclass(frozen=True, slots=True)
class _WasHere:
    PERSON: ClassVar = "resident_id"

    record_code: ResidentRecordCode
    resident_id: str


def became_head(
    tx: Transaction, resident_ids: Sequence[str], household: str, since: datetime
) -> list[Resident]:
    """Versions that made one of these people head of this household without moving them, written then or later. The newest first."""
    return tx.all(
        Resident,
        f"""SELECT {_LIST} FROM resident_history
            WHERE municipality_code = %(tenant)s AND resident_id = ANY(%(ids)s) AND household_number = %(number)s
              AND is_head AND reason = '世帯主変更' AND processed_at >= %(since)s
            ORDER BY processed_at DESC, resident_id, version DESC""",
        {"tenant": tx.tenant, "ids": list(resident_ids), "number": household, "since": since},
    )


def died_then(tx: Transaction, household: str, at: datetime) -> list[Resident]:
    """Versions of this household that were closed by a death at this very instant: what follows from it is written with it."""
    return tx.all(
        Resident,
        f"""SELECT {_LIST} FROM resident_history
            WHERE municipality_code = %(tenant)s AND household_number = %(number)s AND state = 'left'
              AND reason = %(died)s AND processed_at = %(at)s ORDER BY resident_id""",
        {"tenant": tx.tenant, "number": household, "at": at, "died": DIED},
    )


def as_of(tx: Transaction, resident_ids: Sequence[str], at: datetime) -> list[Resident]:
    """The version of each that was in force at this instant, after all that was written then."""
    return tx.all(
        Resident,
        f"""SELECT DISTINCT ON (resident_id) {_LIST} FROM resident_history
            WHERE municipality_code = %(tenant)s AND resident_id = ANY(%(ids)s) AND processed_at <= %(at)s
            ORDER BY resident_id, version DESC""",
        {"tenant": tx.tenant, "ids": list(resident_ids), "at": at},
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
        changes: items of the record; ``because`` is of this version alone.

    Raises ``LookupError`` when the record has moved on since ``before`` was read.
    """
    said: dict[str, Any] = {"reason": reason, "changed_on": changed_on, "because": ""}
    after = replace(before, version=before.version + 1, **said | changes)
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


_ALIVE: Final = f"NOT (r.state = 'left' AND r.reason = '{DIED}')"
_MEMBER: Final = """SELECT m.member_id, r.resident_id, r.name, r.kana, r.protected
    FROM member_reference m JOIN resident r USING (municipality_code, resident_id)
    WHERE m.municipality_code = %s AND m.member_id = ANY(%s)"""


def names_of_members(tx: Transaction, member_ids: Iterable[str]) -> list[MemberName]:
    """Names of members that the portal names; unknown ones are missing, and who died."""
    return tx.all(MemberName, f"{_MEMBER} AND {_ALIVE}", (tx.tenant, list(member_ids)))


def dead_of_members(tx: Transaction, member_ids: Iterable[str]) -> list[MemberName]:
    """Who of them died since the portal was told of them."""
    return tx.all(
        MemberName,
        f"{_MEMBER} AND NOT {_ALIVE} ORDER BY r.resident_id",
        (tx.tenant, list(member_ids)),
    )


_GOES_ABROAD: Final = f"""((r.state = 'leaving' AND r.case_id = '')
    OR (r.state = 'left' AND r.reason = '{WENT_ABROAD}'))"""
"""Whose record a move abroad closes or has closed; who leaves for another city does so by a case."""


def abroad_of_members(
    tx: Transaction, member_ids: Iterable[str], sent_at: datetime | None = None
) -> list[MemberName]:
    """Of whom of them a move abroad was entered.

    Args:
        sent_at: when they were named; whose was entered before is left out: they were named in spite of it, or have thought better of it.
    """
    return tx.all(
        MemberName,
        f"""{_MEMBER} AND {_GOES_ABROAD} AND (%s::timestamptz IS NULL OR %s < (
            SELECT max(h.processed_at) FROM resident_history h WHERE h.municipality_code = r.municipality_code
              AND h.resident_id = r.resident_id AND h.state = 'leaving' AND h.reason = '{WENT_ABROAD}'))
            ORDER BY r.resident_id""",
        (tx.tenant, list(member_ids), sent_at, sent_at),
    )


def residents_of_members(tx: Transaction, member_ids: Iterable[str]) -> list[str]:
    """宛名番号 of members that the portal names; unknown ones are missing, and who died: nobody moves them."""
    return tx.column(
        f"""SELECT m.resident_id FROM member_reference m JOIN resident r USING (municipality_code, resident_id)
           WHERE m.municipality_code = %s AND m.member_id = ANY(%s) AND {_ALIVE}""",
        (tx.tenant, list(member_ids)),
    )
