"""The city itself and its offices."""

from dataclasses import dataclass

from kazasu.contracts.offices import OfficePlan
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.rows import columns


@dataclass(frozen=True, slots=True)
class City:
    municipality_code: str
    city_ja: str
    city_en: str
    prefecture: str
    prefecture_roman: str


@dataclass(frozen=True, slots=True)
class OfficeRow:
    office_id: str
    name_ja: str
    name_en: str
    location: str
    places: int


def city(tx: Transaction) -> City:
    return tx.one(
        City, f"SELECT {columns(City)} FROM city WHERE municipality_code = %s", (tx.tenant,)
    )


def offices(tx: Transaction) -> list[OfficeRow]:
    return tx.all(
        OfficeRow,
        f"SELECT {columns(OfficeRow)} FROM office WHERE municipality_code = %s ORDER BY office_id",
        (tx.tenant,),
    )


def office_plan(tx: Transaction, office_id: str) -> OfficePlan | None:
    found = tx.value(
        "SELECT plan FROM office_plan WHERE municipality_code = %s AND office_id = %s",
        (tx.tenant, office_id),
    )
    return None if found is None else OfficePlan.model_validate(found)
