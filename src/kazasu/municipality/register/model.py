"""Terms and rules of the resident register, without input or output: records and households."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Final, Literal

from kazasu.contracts.municipality import Address
from kazasu.foundation.enciphering import Enciphered, enciphered
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import IndividualNumber, MunicipalityCode, ResidentRecordCode
from kazasu.foundation.values.places import registry
from kazasu.kit import periods

RecordState = Literal["resident", "leaving", "left-planned", "left"]
"""住民, 転出予定, 除票(予定), 除票(確定) (municipal §1.6)."""
RECORD_STATES: Final[Mapping[RecordState, Text]] = {
    "resident": Text("住民", "resident"),
    "leaving": Text("転出予定", "leaving"),
    "left-planned": Text("除票（予定）", "closed (planned)"),
    "left": Text("除票（確定）", "closed"),
}
REASONS: Final[Mapping[str, Text]] = {
    "改製": Text("改製", "record written anew"),
    "国内転入": Text("国内転入", "moved in from another city"),
    "国内転出": Text("国内転出", "moves out to another city"),
    "転居": Text("転居", "moved within the city"),
    "世帯主変更": Text("世帯主変更", "another head of the household"),
    "世帯分離": Text("世帯分離", "part of the household became one of its own"),
    "世帯合併": Text("世帯合併", "the household joined another one"),
    "世帯変更": Text("世帯変更", "passed into another household"),
    "異動の取消し（増）": Text("異動の取消し（増）", "move cancelled, record open again"),
    "職権修正": Text("職権修正", "corrected ex officio"),
    "国外転入": Text("国外転入", "moved in from abroad"),
    "国外転出": Text("国外転出", "moves abroad"),
    "出生": Text("出生", "born"),
    "死亡": Text("死亡", "died"),
}
"""異動事由, as they are written and as people read them (municipal §7)."""
MOVED_HERE: Final = ("国内転入", "転居")
"""Of who came to their address by a notice."""
SEARCHED_FOR: Final[Mapping[str, Text]] = {
    "notice": Text("届出の受付", "receiving a notice"),
    "certificate": Text("証明書の交付", "issuing a certificate"),
    "enquiry": Text("本人・関係機関からの照会", "an enquiry by the person or an authority"),
    "correction": Text("記録の確認・修正", "checking or correcting a record"),
}
"""What a clerk may look somebody up for (simulated). Whoever is found reads it."""
UNVEILING: Final = Text(
    "支援措置の対象者の住所の確認", "Looking at the address of a protected person"
)
SEX_CODE: Final = {"男": "1", "女": "2"}
ADDRESS: Final = ("postcode", "prefecture", "city", "town", "block", "building")
"""Items that make an address, in a record as in a message."""
KEEPING: Final = "住民基本台帳法 7条8号の2: the register holds the number"
IN_REGISTER: Final = Enciphered(
    "resident", bound=("resident_id", "version"), duty=KEEPING, indexed=True
)
ON_THE_REGISTER: Final = ("resident", "leaving")
BORN: Final = "出生"
"""異動事由 of a record that was made of a birth."""
DIED: Final = "死亡"
"""異動事由 of a record that was closed by a death."""
WENT_ABROAD: Final = "国外転出"
"""異動事由 of a move abroad."""


@dataclass(frozen=True, slots=True)
class Resident:
    """One row of the register with all items of facts/municipal §7. Each change is a new version."""

    PERSON: ClassVar = "resident_id"

    resident_id: str
    """宛名番号."""
    version: int
    household_number: str
    record_code: ResidentRecordCode
    individual_number: IndividualNumber = field(metadata=enciphered(IN_REGISTER))
    """Opens in this version of this person's record alone; its history is of the same table."""
    name: str
    kana: str
    former_surname: str
    alias: str
    name_roman: str
    birth_date: date | None
    birth_text: str
    sex: str
    relationship: str
    is_head: bool
    postcode: str
    prefecture: str
    city: str
    town: str
    block: str
    building: str
    resident_since: date
    lives_here_since: date
    former_address: str
    registered_domicile: str
    domicile_head: str
    nationality: str
    residence_status: str
    residence_until: date | None
    residence_card_number: str
    national_health_insurance: bool
    late_elderly_insurance: bool
    care_insurance: bool
    pension_kind: str
    child_allowance: bool
    has_card: bool
    protected: bool
    state: RecordState
    reason: str
    """異動事由."""
    changed_on: date
    """異動日."""
    notified_on: date | None
    """届出日."""
    planned_to: str
    """転出先(予定)."""
    planned_on: date | None
    confirmed_to: str
    """転出先(確定), beside the planned one and never over it."""
    confirmed_on: date | None
    case_id: str
    processed_at: datetime
    """処理日, by the clock."""
    processed_by: str
    because: str = ""
    """Why this version says something of the person that does not follow from the ones before (続柄); for the staff."""

    @property
    def address(self) -> str:
        base = f"{self.prefecture}{self.city}{self.town}{self.block}"
        return f"{base}　{self.building}" if self.building else base

    @property
    def machiaza_id(self) -> str:
        """町字ID of the address, by the Registry that this process reads; empty: not known. What the register holds is the writing."""
        return registry.machiaza_id(self.prefecture, self.city, self.town, self.block)

    @property
    def here(self) -> bool:
        """Is this an open record?"""
        return self.state in ON_THE_REGISTER

    @property
    def died(self) -> bool:
        return self.state == "left" and self.reason == DIED

    @property
    def leaves_the_country(self) -> bool:
        """A move abroad is entered whose day is still to come: no case of the desk brings them to another city."""
        return self.state == "leaving" and not self.case_id

    @property
    def went_abroad(self) -> bool:
        return self.state == "left" and self.reason == WENT_ABROAD


def register_number(serial: int) -> str:
    """宛名番号 or 世帯番号: nine digits and a mod-11 digit with weights 2–7 (municipal §7)."""
    body = f"{serial:09}"
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(body)))
    remainder = total % 11
    return body + str(0 if remainder in (0, 1) else 11 - remainder)


@dataclass(frozen=True, slots=True)
class HeadAfter:
    """Who heads a household when some of its members leave."""

    kind: Literal["unchanged", "ex-officio", "to-be-named", "empty"]
    resident_id: str = ""


def head_after(household: Sequence[Resident], leaving: Collection[str]) -> HeadAfter:
    """世帯主 rules (municipal §1.3): one who remains becomes head ex officio (職権); where two or more
    remain, the notice must name the new head. Who is leaving already does not remain."""
    rest = [one for one in household if one.resident_id not in leaving and one.state == "resident"]
    if not rest:
        return HeadAfter("empty")
    if any(one.is_head for one in rest):
        return HeadAfter("unchanged")
    if len(rest) == 1:
        return HeadAfter("ex-officio", rest[0].resident_id)
    return HeadAfter("to-be-named")


def left_alone(household: Sequence[Resident], leaving: Collection[str], on: date) -> list[Resident]:
    """As :func:`kazasu.kit.periods.left_alone`, of the register: who is leaving already looks after nobody here."""
    rest = [one for one in household if one.resident_id not in leaving and one.state == "resident"]
    return periods.left_alone(rest, on)


def not_yet_there(people: Sequence[Resident], on: date) -> list[Resident]:
    """Who of them lived elsewhere on that day, by the record: nobody belongs to a household of theirs here before it."""
    return [one for one in people if on < one.lives_here_since]


def nobody_yet(people: Sequence[Resident], on: date) -> bool:
    """Did a household of these people not live there yet? Asked wherever somebody joins it, by whatever notice."""
    return bool(people) and len(not_yet_there(people, on)) == len(people)


def address_of(resident: Resident, code: MunicipalityCode) -> Address:
    """With the 町字ID, where this place has taken the Address Base Registry and it knows the town."""
    items = {name: getattr(resident, name) for name in ADDRESS}
    return Address(municipality_code=code, machiaza_id=resident.machiaza_id, **items)
