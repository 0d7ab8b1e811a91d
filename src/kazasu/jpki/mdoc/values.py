"""What an electronic record says: the items of ISO/IEC 18013-5 and of the Japanese name space."""

from datetime import date
from typing import Any, Final

from kazasu.card.mdoc.formats.credential import full_date
from kazasu.card.mdoc.formats.elements import AGES, ISO, JP, Name
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.time.dates import age_all_day, wareki

_SEX: Final = {"1": "男", "2": "女", "9": "適用不能", "0": "不明"}
"""Letters for 9 and 0 are simulated."""


def values_of(attributes: FourAttributes, municipality_code: str, on: date) -> dict[Name, Any]:
    """The items of a record issued ``on`` a day. No portrait: see docs/institutions/mdoc.md."""
    born = attributes.birth_date
    full = age_all_day(born, on)
    return {
        (JP, "full_name_unicode"): attributes.name,
        (JP, "resident_address_unicode"): attributes.address,
        (JP, "sex_unicode"): _SEX[attributes.sex],
        (JP, "birth_date_unicode"): wareki(born),
        (JP, "local_gov_code_unicode"): municipality_code[:5],  # without the check digit
        (ISO, "sex"): int(attributes.sex),
        (ISO, "birth_date"): full_date(born.isoformat()),
        (ISO, "age_in_years"): full,
        **{(ISO, f"age_over_{years}"): years <= full for years in AGES},
    }
