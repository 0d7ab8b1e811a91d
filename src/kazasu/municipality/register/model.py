"""Terms and rules of a city hall, without input or output: records, households, cases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from kazasu.contracts.base import FourAttributes
from kazasu.contracts.municipality import Address, Mover
from kazasu.foundation.names import comparison_key
from kazasu.foundation.numbers import IndividualNumber, MunicipalityCode, ResidentRecordCode
from kazasu.foundation.text import Text

RecordState = Literal["resident", "leaving", "left-planned", "left"]
"""住民, 転出予定, 除票(予定), 除票(確定) (municipal §1.6)."""
SEX_CODE: Final = {"男": "1", "女": "2"}
ON_THE_REGISTER: Final = ("resident", "leaving")


@dataclass(frozen=True, slots=True)
class Resident:
    """One row of the register with all items of facts/municipal §7. Each change is a new version."""

    resident_id: str
    """宛名番号."""
    version: int
    household_number: str
    record_code: ResidentRecordCode
    individual_number: IndividualNumber
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

    def __post_init__(self) -> None:
        # The database gives text; in the program a number is of its own type at once.
        if isinstance(self.individual_number, str):
            object.__setattr__(self, "individual_number", IndividualNumber(self.individual_number))
        object.__setattr__(self, "record_code", ResidentRecordCode(self.record_code))

    @property
    def address(self) -> str:
        base = f"{self.prefecture}{self.city}{self.town}{self.block}"
        return f"{base}　{self.building}" if self.building else base

    @property
    def here(self) -> bool:
        """Is this an open record?"""
        return self.state in ON_THE_REGISTER


def register_number(serial: int) -> str:
    """宛名番号 or 世帯番号: nine digits and a mod-11 digit with weights 2–7 (municipal §7)."""
    body = f"{serial:09}"
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(body)))
    remainder = total % 11
    return body + str(0 if remainder in (0, 1) else 11 - remainder)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the machine checked on a notice, with its reason; the clerk decides."""

    check: str
    good: bool
    ja: str
    en: str
    blocking: bool = True

    @property
    def reason(self) -> Text:
        return Text(self.ja, self.en)


@dataclass(frozen=True, slots=True)
class HeadAfter:
    """Who heads a household when some of its members leave."""

    kind: Literal["unchanged", "ex-officio", "to-be-named", "empty"]
    resident_id: str = ""


def head_after(household: Sequence[Resident], leaving: Collection[str]) -> HeadAfter:
    """世帯主 rules (municipal §1.3): one who remains becomes head ex officio (職権); where two or more
    remain, the notice must name the new head."""
    rest = [one for one in household if one.resident_id not in leaving and one.here]
    if not rest:
        return HeadAfter("empty")
    if any(one.is_head for one in rest):
        return HeadAfter("unchanged")
    if len(rest) == 1:
        return HeadAfter("ex-officio", rest[0].resident_id)
    return HeadAfter("to-be-named")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One attribute of the card beside the data that came from the old city."""

    item: str
    label: Text
    card: str
    data: str
    same: bool


def compare(attributes: FourAttributes, mover: Mover, old_address: str) -> list[Comparison]:
    """The four attributes, item by item. Names are compared by letters that a card can hold."""
    born = f"{mover.birth_date}"
    sex = SEX_CODE.get(mover.sex, mover.sex)
    return [
        _compared("name", Text("氏名", "Name"), attributes.name, mover.name),
        _compared("address", Text("住所（転出前）", "Address (before)"), attributes.address, old_address),
        Comparison(
            "birth-date", Text("生年月日", "Date of birth"), f"{attributes.birth_date}", born,
            f"{attributes.birth_date}" == born,
        ),
        Comparison("sex", Text("性別", "Sex"), attributes.sex, sex, attributes.sex == sex),
    ]  # fmt: skip


def _compared(item: str, label: Text, card: str, data: str) -> Comparison:
    return Comparison(item, label, card, data, comparison_key(card) == comparison_key(data))


def address_of(resident: Resident, code: MunicipalityCode) -> Address:
    return Address(
        municipality_code=code,
        postcode=resident.postcode,
        prefecture=resident.prefecture,
        city=resident.city,
        town=resident.town,
        block=resident.block,
        building=resident.building,
    )


# ---------------------------------------------------------------- cases

OutState = Literal[
    "received", "checked", "needs-fix", "accepted", "rejected", "withdrawn", "cancelled", "closed"
]
InState = Literal[
    "reserved", "certificate", "ready", "visited", "provisional", "registering", "registered",
    "missed", "withdrawn", "cancelled", "expired",
]  # fmt: skip
OPEN_OUT: Final = ("received", "checked", "needs-fix")
BEFORE_ENTRY: Final = ("reserved", "certificate", "ready", "visited", "missed")
"""States in which nothing of the case is in the register."""


@dataclass(frozen=True, slots=True)
class MovingOut:
    """A notice of moving out at the old city."""

    case_id: str
    version: int
    state: OutState
    revision: int
    notice: dict[str, Any]
    signed: dict[str, Any]
    submitted_at: datetime
    received_at: datetime
    findings: list[dict[str, Any]]
    applicant_id: str
    note: str
    decided_by: str
    decided_at: datetime | None

    @property
    def checks(self) -> list[Finding]:
        return [Finding(**one) for one in self.findings]

    @property
    def acceptable(self) -> bool:
        return self.state == "checked" and all(c.good or not c.blocking for c in self.checks)


@dataclass(frozen=True, slots=True)
class Leaver:
    """One person of an accepted notice."""

    case_id: str
    resident_id: str
    token: UUID
    to_municipality: str
    planned_on: date
    state: Literal["open", "departed", "arrived", "cancelled"]
    notified_at: datetime | None
    """転入通知日."""
    revision: int


@dataclass(frozen=True, slots=True)
class MovingIn:
    """An expected arrival, or a change of address within the city."""

    case_id: str
    version: int
    kind: Literal["between-cities", "within-city"]
    state: InState
    reservation: dict[str, Any] | None
    certificate: dict[str, Any] | None
    """The certificate-of-moving-out data without its movers."""
    visit: dict[str, Any]
    """Who came and how their attributes compared."""
    entry: dict[str, Any]
    """What was completed at the desk."""
    moved_on: date | None
    notified_on: date | None
    request_id: UUID | None
    decided_by: str
    received_at: datetime
    registered_at: datetime | None

    @property
    def half(self) -> str:
        """What is still missing of an expected arrival; empty when nothing is."""
        if self.kind == "within-city":
            return ""
        if self.certificate is None:
            return "certificate"
        return "" if self.reservation is not None else "reservation"


@dataclass(frozen=True, slots=True)
class Arriver:
    """One person of an arrival."""

    case_id: str
    token: UUID
    mover: Mover
    included: bool
    resident_id: str
    card: Literal["none", "pending", "continued", "lost"]


def progress(state: InState, half: str) -> InState:
    """The state of an expected arrival once both halves are looked at."""
    if state in ("reserved", "certificate", "ready"):
        return "ready" if not half else ("reserved" if half == "certificate" else "certificate")
    return state
