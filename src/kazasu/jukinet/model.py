"""Registrations and transfer tokens: the rules, without any input or output.

A person's *epoch* counts the changes of their registration. Each step is decided against the
latest registration and written as epoch + 1, so that a late or repeated message finds its place
taken (reliability §4 I5). The token is decided once: cancel, arrival and expiry race here only
(municipal §1.6 T4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final, Literal
from uuid import UUID

from kazasu.contracts.jukinet import Change, LastKnown, Opening, TokenState
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.jukinet.faults import (
    ALREADY_REGISTERED,
    BEFORE_REGISTRATION,
    IN_TRANSIT,
    MOVED_ABROAD,
    MOVED_IN_FUTURE,
    NOT_REGISTERED,
    NOT_REGISTERED_THERE,
    OTHER_PERSON,
    PERSON_KNOWN,
    SAME_CITY,
    TRANSFER_CANCELLED,
    TRANSFER_EXPIRED,
)

What = Change | Literal["arrival", "departure", "cancelled-departure"]
"""Why an epoch came."""

OPENING: frozenset[What] = frozenset({"birth", "immigration", "from-outside"})
CLOSING: frozenset[What] = frozenset({"death", "emigration"})
OF_DATA: frozenset[What] = frozenset({"address", "name", "birth-date", "sex"})
"""What changes nothing of where, and whether, they are registered."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A person is registered in a city from ``since`` until the day before ``until``."""

    PERSON: ClassVar = "resident_record_code"

    resident_record_code: str
    opened_epoch: int
    municipality_code: str
    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A mover's transfer token (転出届 accepted, arrival to come)."""

    PERSON: ClassVar = "resident_record_code"

    resident_record_code: str
    token: UUID
    case_id: str
    from_municipality: str
    to_municipality: str
    planned_date: date
    expires_on: date
    """Last day on which it may be used."""
    state: TokenState = "OPEN"
    settled_at: datetime | None = None
    settled_by: str | None = None
    """Institution that consumed or cancelled it; ``jukinet`` for expiry."""
    request_id: UUID | None = None
    epoch: int | None = None
    """The person's epoch after the arrival; set when consumed."""
    on_paper: bool = False
    """A paper certificate was given: who brings it arrives after that day, too."""

    def is_over(self, today: date) -> bool:
        return today > self.expires_on

    def same_notice(self, other: "Transfer") -> bool:
        """Do both describe the same notice of moving out?"""
        return _notice(self) == _notice(other)


def _notice(transfer: Transfer) -> tuple[object, ...]:
    return (
        transfer.resident_record_code,
        transfer.case_id,
        transfer.from_municipality,
        transfer.to_municipality,
        transfer.planned_date,
        transfer.expires_on,
    )


def check_usable(
    transfer: Transfer, *, person: str, municipality: str, today: date, by_paper: bool = False
) -> None:
    """May this open token be used for an arrival of ``person`` in ``municipality`` today?

    Any municipality but the old one may: a mover may come to another city than planned. After its last day only with the paper.
    """
    if transfer.resident_record_code != person:
        raise Refusal(OTHER_PERSON)
    if transfer.state == "CANCELLED":
        raise Refusal(TRANSFER_CANCELLED)
    with_paper = by_paper and transfer.on_paper
    if transfer.state == "EXPIRED" or (transfer.is_over(today) and not with_paper):
        raise Refusal(TRANSFER_EXPIRED, expires_on=transfer.expires_on.isoformat())
    if transfer.from_municipality == municipality:
        raise Refusal(SAME_CITY)


def end_by_arrival(latest: Registration, moved_on: date, today: date) -> date:
    """The day on which the old registration ends when the person arrived on ``moved_on``.

    Already ended by the planned departure: that day stays, unless the person moved earlier.
    """
    if moved_on > today:
        raise Refusal(MOVED_IN_FUTURE, moved_on=moved_on.isoformat())
    check_not_before(latest, moved_on)
    return moved_on if latest.until is None else min(latest.until, moved_on)


def check_not_before(latest: Registration, on: date) -> None:
    if on < latest.since:
        raise Refusal(BEFORE_REGISTRATION, on=on.isoformat(), since=latest.since.isoformat())


def check_latest_at(latest: Registration | None, municipality: str) -> Registration:
    """The person's latest registration, which must be in ``municipality``."""
    if latest is None or latest.municipality_code != municipality:
        raise Refusal(NOT_REGISTERED_THERE)
    return latest


def check_may_leave(latest: Registration | None, municipality: str, last_step: str) -> None:
    """A notice of moving out is of somebody who is registered there, or whose planned day came before: nobody who is abroad, whose
    coming back has not been heard of yet."""
    check_latest_at(latest, municipality)
    if last_step == "emigration":
        raise Refusal(NOT_REGISTERED_THERE)


def check_may_open(latest: Registration | None, on: date) -> None:
    """A birth, an immigration or an arrival from outside the directory needs a person who is registered nowhere on that day or later."""
    if latest is not None and (latest.until is None or latest.until > on):
        raise Refusal(ALREADY_REGISTERED)


_LEFT_BY: Final[Mapping[str, LastKnown]] = {"death": "dead", "emigration": "abroad"}
"""By the last step of a registration that is over; after any other they are on the way to another city."""


def last_known(latest: Registration | None, last_step: str, today: date) -> LastKnown:
    """Whether somebody may be registered as coming from abroad: nobody who is dead, on the way, or registered (also until a day to come)."""
    if latest is None:
        return "unknown"
    if latest.until is None or today < latest.until:
        return "registered"
    return _LEFT_BY.get(last_step, "on-the-way")


FREE_FOR: Final[Mapping[Opening, frozenset[LastKnown]]] = {
    "birth": frozenset({"unknown"}),
    "immigration": frozenset({"abroad", "unknown"}),
    "from-outside": frozenset({"unknown"}),
}
"""As whom a city may register somebody whom no transfer brings."""
_STANDINGS: Final[Mapping[LastKnown, Text]] = {
    "registered": Text("登録されている", "they are registered"),
    "on-the-way": Text("転出して、転入の途中", "they are between two cities"),
    "abroad": Text("国外へ転出した", "they moved abroad"),
    "dead": Text("死亡が記載されている", "their death is entered"),
    "unknown": Text("知らない", "it knows nobody of this number"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A city is about to register somebody whom no transfer brings."""

    PERSON: ClassVar = "resident_record_code"

    resident_record_code: str
    request_id: UUID
    municipality_code: str
    what: Opening
    claimed_at: datetime
    number_index: bytes | None = None
    """Of the individual number that their paper has."""


def check_may_claim(what: Opening, standing: LastKnown) -> None:
    """Raises Refusal ``jukinet.person-known``."""
    if standing not in FREE_FOR[what]:
        said = _STANDINGS[standing]
        raise Refusal(PERSON_KNOWN, standing=said.ja, standing_en=said.en)


def registered_now(
    latest: Registration | None, transfer: Transfer | None, today: date, last_step: str = ""
) -> Registration:
    """The registration that holds today.

    Args:
        transfer: the person's latest token, to tell who is between two cities from who is gone.
        last_step: what ended their last registration, to tell who lives abroad from who died.

    Raises:
        Refusal: ``jukinet.in-transit``, ``jukinet.moved-abroad``, ``jukinet.not-registered``.
    """
    if latest is not None and latest.covers(today):
        return latest
    if latest is not None and last_known(latest, last_step, today) == "abroad":
        raise Refusal(MOVED_ABROAD, since=latest.until)
    moving = transfer is not None and transfer.state in ("OPEN", "EXPIRED")
    raise Refusal(IN_TRANSIT if moving else NOT_REGISTERED)
