"""続柄: how a member stands to the head of the household, as the register may write it.

Chains with の of at most four links; grandparent, grandchild or nephew are never written
(municipal §7).
"""

from typing import Any, Final
from uuid import UUID

from kazasu.contracts.municipality import Mover
from kazasu.foundation.faults import Refusal
from kazasu.municipality.register.faults import BAD_RELATIONSHIP, RELATIONSHIP_NEEDED
from kazasu.municipality.register.model import Resident

HEAD: Final = "世帯主"
LINKS: Final = frozenset(
    ("夫", "妻", "夫（未届）", "妻（未届）", "子", "父", "母", "兄", "姉", "弟", "妹")
)
ALONE: Final = frozenset((HEAD, "縁故者", "同居人"))
_SPOUSES: Final = ("夫", "妻", "夫（未届）", "妻（未届）")
OFFERED: Final = (
    HEAD, "夫", "妻", "夫（未届）", "妻（未届）", "子", "子の夫", "子の妻", "子の子", "父", "母",
    "夫の父", "夫の母", "妻の父", "妻の母", "兄", "姉", "弟", "妹", "縁故者", "同居人",
)  # fmt: skip
"""What a form offers; other chains may be written."""


def check(relationship: str) -> str:
    """The relationship as given. Raises Refusal ``municipality.relationship-needed``, ``municipality.bad-relationship``."""
    if not relationship:
        raise Refusal(RELATIONSHIP_NEEDED, relationship=relationship)
    if relationship in ALONE:
        return relationship
    links = relationship.split("の")
    if not 1 <= len(links) <= 4 or any(link not in LINKS for link in links):
        raise Refusal(BAD_RELATIONSHIP, relationship=relationship)
    return relationship


def turned(relationship: str, sex: str) -> str:
    """How the old head, of this ``sex`` as the register writes it, stands to who stood to them as ``relationship`` and heads now.

    Only where nothing else can be: the spouse of a spouse, the parent of a child. Empty: it is asked.
    """
    if relationship in _SPOUSES:
        spouse = {"男": "夫", "女": "妻"}.get(sex, "")
        return spouse and spouse + relationship[1:]
    return {"男": "父", "女": "母"}.get(sex, "") if relationship == "子" else ""


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
