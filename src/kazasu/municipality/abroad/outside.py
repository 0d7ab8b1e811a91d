"""Somebody from a municipality that is not in the directory, with its paper certificate; without input or output."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from kazasu.foundation.faults import Refusal
from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode
from kazasu.foundation.values.places.postcodes import area_called, municipality_called
from kazasu.foundation.values.typed.amounts import digits
from kazasu.municipality.abroad.faults import OUTSIDE_CITY, OUTSIDE_CODE, OUTSIDE_NUMBER
from kazasu.municipality.abroad.first import First, FirstEntry

REASON: Final = "国内転入"
"""異動事由."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What was said at the counter, and what the paper says; the individual number stands nowhere but in the register."""

    first: First
    old_city: str
    """With its prefecture, as typed."""
    old_address: str
    """After the municipality."""
    paper: str
    """The certificate's number, or its date where it has none."""
    planned_on: date
    """転出予定年月日."""
    code: str
    """住民票コード, as typed."""

    @property
    def record_code(self) -> ResidentRecordCode:
        """Raises Refusal ``municipality.outside-code``."""
        try:
            return ResidentRecordCode(digits(self.code))
        except Refusal:
            raise Refusal(OUTSIDE_CODE) from None

    @property
    def municipality(self) -> str:
        """Whose office it is, without ward and county. Raises Refusal ``municipality.outside-city``."""
        if found := municipality_called(self.old_city):
            return found
        raise Refusal(OUTSIDE_CITY, typed=self.old_city)

    @property
    def former_address(self) -> str:
        """As the paper has it: the ward of a designated city is part of it, whether typed with the city or before the town."""
        area = area_called(self.old_city)
        ward = area.removeprefix(self.municipality)
        return (
            f"{area}{self.old_address.removeprefix(ward)}" if ward else f"{area}{self.old_address}"
        )

    @property
    def ahead(self) -> bool:
        """By the paper they were to leave after they came: earlier than planned, or a slip of the pen."""
        return self.planned_on > self.first.on

    @property
    def because(self) -> str:
        """As it stands with the version: nobody was asked electronically."""
        return f"{self.municipality}の紙の転出証明書（{self.paper}）による。つながっていない市区町村のため、電子では照会していない"


def number_of(typed: str) -> IndividualNumber:
    """Raises Refusal ``municipality.outside-number``."""
    try:
        return IndividualNumber(digits(typed))
    except Refusal:
        raise Refusal(OUTSIDE_NUMBER) from None


@dataclass(frozen=True, slots=True)
class OutsideEntry:
    """As it would be written; nothing of it is refused."""

    outside: Outside
    entry: FirstEntry
    closed: str
    """宛名番号 of their closed record of this city; empty: there is none."""

    @property
    def document(self) -> bytes:
        """All that the page shows of it."""
        said = self.outside
        shown = [
            said.former_address,
            said.paper,
            f"{said.planned_on}",
            str(said.record_code),
            self.closed,
        ]
        return self.entry.document + json.dumps(shown, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class MovedIn:
    """転入通知, which goes by post (住民基本台帳法 9条1項)."""

    PERSON: ClassVar = "resident_id"

    resident_id: str
    token: UUID
    old_city: str
    old_address: str
    new_address: str
    paper: str
    planned_on: date
    moved_in_on: date
    notified_on: date
    staff_id: str
    at: datetime
    sent_at: datetime | None = None
    sent_by: str = ""
