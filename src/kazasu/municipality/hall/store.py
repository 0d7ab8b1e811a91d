"""The city itself and its offices."""

from dataclasses import dataclass

from kazasu.foundation.database import Transaction


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
        City,
        """SELECT municipality_code, city_ja, city_en, prefecture, prefecture_roman FROM city
           WHERE municipality_code = %s""",
        (tx.tenant,),
    )


def offices(tx: Transaction) -> list[OfficeRow]:
    return tx.all(
        OfficeRow,
        """SELECT office_id, name_ja, name_en, location, places FROM office
           WHERE municipality_code = %s ORDER BY office_id""",
        (tx.tenant,),
    )
