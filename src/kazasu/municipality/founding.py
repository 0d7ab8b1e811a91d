"""Founding: a city's offices and residents, in bulk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date

from psycopg.types.json import Jsonb

from kazasu.contracts.municipality import Address
from kazasu.contracts.offices import OfficePlan
from kazasu.foundation.database import Transaction, rows
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import IndividualNumber, MunicipalityCode, ResidentRecordCode
from kazasu.municipality.register import number_keys
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import ADDRESS, Resident

FIRST_HOUSEHOLD = 500_000_000
"""世帯番号 begin above 宛名番号, so that one is never taken for the other."""


@dataclass(frozen=True, slots=True)
class FoundingOffice:
    """A counter that residents visit."""

    office_id: str
    name: Text
    address: str
    places_per_slot: int
    plan: OfficePlan | None = None
    """None: nobody has drawn it."""


@dataclass(frozen=True, slots=True)
class FoundingCity:
    code: MunicipalityCode
    name: Text
    prefecture: str
    prefecture_roman: str
    roman: str
    offices: tuple[FoundingOffice, ...]


@dataclass(frozen=True, slots=True)
class FoundingResident:
    """One row of the register (住民票), as facts/municipal §7 lists its items."""

    resident_id: str
    """宛名番号, 10 digits."""
    household_number: str
    """世帯番号, 10 digits."""
    record_code: ResidentRecordCode
    individual_number: IndividualNumber
    name: str
    kana: str
    birth_date: date | None
    birth_text: str
    sex: str
    """``男`` or ``女``, as the register writes it."""
    relationship: str
    """続柄 as on paper."""
    is_head: bool
    address: Address
    resident_since: date
    """住民となった年月日."""
    lives_here_since: date
    """住所を定めた年月日."""
    former_surname: str = ""
    alias: str = ""
    name_roman: str = ""
    registered_domicile: str = ""
    domicile_head: str = ""
    nationality: str = ""
    residence_status: str = ""
    residence_until: date | None = None
    residence_card_number: str = ""
    national_health_insurance: bool = False
    late_elderly_insurance: bool = False
    care_insurance: bool = False
    pension_kind: str = ""
    child_allowance: bool = False
    has_card: bool = False
    protected: bool = False
    """支援措置 is in force."""
    left: bool = False
    """A closed record (除票): somebody who moved away and may return."""


def found(
    tx: Transaction,
    city: FoundingCity,
    residents: Iterable[FoundingResident],
) -> int:
    """Load a city by COPY; returns how many residents. For the founder's role, tenant = the city."""
    code = str(city.code)
    tx.copy(
        "office",
        ("municipality_code", "office_id", "name_ja", "name_en", "location", "places"),
        (
            (code, one.office_id, one.name.ja, one.name.en, one.address, one.places_per_slot)
            for one in city.offices
        ),
    )
    tx.copy(
        "office_plan",
        ("municipality_code", "office_id", "plan"),
        (
            (code, one.office_id, Jsonb(one.plan.model_dump(mode="json")))
            for one in city.offices
            if one.plan
        ),
    )
    last = _LastNumbers()
    count = tx.copy(
        "resident",
        (*rows.names(Resident), "municipality_code"),
        _rows(residents, last, tx),
    )
    register_store.copy_first_versions(tx)
    number_keys.note(tx, tx.cipher)
    tx.copy(
        "city",
        (
            "municipality_code", "city_ja", "city_en", "prefecture", "prefecture_roman",
            "last_resident", "last_household",
        ),
        [
            (code, city.name.ja, city.name.en, city.prefecture, city.prefecture_roman,
             last.resident, last.household),
        ],
    )  # fmt: skip
    return count


@dataclass(slots=True)
class _LastNumbers:
    """The greatest serials that are given: the next resident's comes after them."""

    resident: int = 0
    household: int = FIRST_HOUSEHOLD

    def note(self, one: FoundingResident) -> None:
        self.resident = max(self.resident, int(one.resident_id[:-1]))
        self.household = max(self.household, int(one.household_number[:-1]))


def _rows(
    residents: Iterable[FoundingResident], last: _LastNumbers, tx: Transaction
) -> Iterator[tuple[object, ...]]:
    for one in residents:
        last.note(one)
        first = _first_version(one, tx)
        yield tuple(tx.values(first, {"municipality_code": tx.tenant}).values())


def _first_version(one: FoundingResident, tx: Transaction) -> Resident:
    """As the register would have it after 改製: one version, nothing planned or notified."""
    names = rows.names(Resident)
    shared = {f.name: getattr(one, f.name) for f in fields(one) if f.name in names}
    return Resident(
        version=1,
        **shared,
        **one.address.model_dump(include=set(ADDRESS)),
        former_address="",
        state="left" if one.left else "resident",
        reason="国内転出" if one.left else "改製",
        changed_on=one.lives_here_since,
        notified_on=None,
        planned_to="",
        planned_on=None,
        confirmed_to="",
        confirmed_on=None,
        case_id="",
        processed_at=tx.now,
        processed_by="system:founding",
    )
