"""A resident as a mover, and back: what a record and the certificate data have in common."""

from typing import Any, Final
from uuid import UUID

from kazasu.contracts.municipality import Mover
from kazasu.municipality.register.model import Resident


def mover_of(resident: Resident, token: UUID, head_name: str = "") -> Mover:
    """A resident as a mover, with all items that the certificate data carry."""
    return Mover(
        token=token,
        resident_record_code=resident.record_code,
        individual_number=resident.individual_number,
        head_of_household=head_name,
        relationship=resident.relationship,
        has_card=resident.has_card,
        **{name: getattr(resident, name) for name in _SHARED},
    )


def items_of(mover: Mover) -> dict[str, Any]:
    """Items of the record that come with the certificate data."""
    return {name: getattr(mover, name) for name in _SHARED} | {"has_card": mover.has_card}


_SHARED: Final = (
    "name", "kana", "former_surname", "alias", "name_roman", "birth_date", "birth_text", "sex",
    "registered_domicile", "domicile_head", "nationality", "residence_status", "residence_until",
    "residence_card_number", "national_health_insurance", "late_elderly_insurance",
    "care_insurance", "pension_kind", "child_allowance", "protected",
)  # fmt: skip
"""Items that a record and a mover's data have under one name."""
