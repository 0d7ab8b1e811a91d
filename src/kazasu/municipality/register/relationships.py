"""続柄: how a member stands to the head of the household, as the register may write it.

Chains with の of at most four links; grandparent, grandchild or nephew are never written
(municipal §7).
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol
from uuid import UUID

from kazasu.contracts.municipality import Mover
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.romaji import with_reading
from kazasu.municipality.register.faults import BAD_RELATIONSHIP, RELATIONSHIP_NEEDED
from kazasu.municipality.register.model import SEX_CODE, Resident

HEAD: Final = "世帯主"
LINKS: Final = frozenset(
    ("夫", "妻", "夫（未届）", "妻（未届）", "子", "父", "母", "兄", "姉", "弟", "妹")
)
ALONE: Final = frozenset((HEAD, "縁故者", "同居人"))
_SPOUSES: Final = ("夫", "妻", "夫（未届）", "妻（未届）")
_KIN: Final = ("父", "母", "兄", "姉", "弟", "妹")
_SEX_OF: Final = {
    "夫": "男", "父": "男", "兄": "男", "弟": "男", "妻": "女", "母": "女", "姉": "女", "妹": "女",
}  # fmt: skip
OFFERED: Final = (
    HEAD, "夫", "妻", "夫（未届）", "妻（未届）", "子", "子の夫", "子の妻", "子の子", "父", "母",
    "夫の父", "夫の母", "妻の父", "妻の母", "兄", "姉", "弟", "妹", "縁故者", "同居人",
)  # fmt: skip
"""What a form offers; other chains may be written."""


class Member(Protocol):
    """Of a household, in the register or about to be; ``sex`` as the register writes it."""

    @property
    def name(self) -> str: ...
    @property
    def kana(self) -> str: ...
    @property
    def sex(self) -> str: ...
    @property
    def relationship(self) -> str: ...
    @property
    def is_head(self) -> bool: ...


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


def under(head: str, sex: str, member: str) -> str:
    """How a member who stood to the old head, of this ``sex``, as ``member`` stands to who stood to them as ``head`` and heads now.

    Only where nothing else can be: the spouse's own kin (妻の子 is the child of a wife who heads), a parent or sibling of the spouse
    or of the parent who headed before. A child of the old head may be the spouse's or not; of lodgers nothing follows. Empty: it is asked.
    """
    if head in _SPOUSES and member.startswith(f"{head}の"):
        return member.removeprefix(f"{head}の")
    if member in _KIN and (head in _SPOUSES or head == "子") and (link := turned(head, sex)):
        return f"{link}の{member}"
    return ""


def doubts(members: Sequence[Member]) -> list[Text]:
    """What cannot be true of those who live together, by their 続柄 and their sex as the register writes them.

    A head has one spouse, who is a husband or a wife (民法 732条・739条); a chain begins with a spouse of the head's;
    夫 is a man, 母 a woman. Of 未届 nothing is said but that there is one: 事実婚 is as people tell it.
    """
    head = next((one for one in members if one.is_head), None)
    spouses = [one for one in members if one.relationship in _SPOUSES]
    found = []
    if len(spouses) > 1:
        names = "、".join(one.name for one in spouses)
        read = ", ".join(with_reading(one.name, one.kana) for one in spouses)
        found.append(
            Text(
                f"世帯主の配偶者が二人以上います（{names}）",
                f"The head has more than one spouse ({read})",
            )
        )
    for one in members:
        last, first = one.relationship.split("の")[-1], one.relationship.split("の")[0]
        read = with_reading(one.name, one.kana)
        if _differ(one.sex, _SEX_OF.get(last, "")):
            found.append(Text(
                f"{one.name}さんの性別と続柄「{one.relationship}」が合いません",
                f"Sex and relationship ({one.relationship}) of {read} do not fit",
            ))  # fmt: skip
        elif head is not None and first in ("夫", "妻") and head.sex == _SEX_OF[first]:
            found.append(Text(
                f"世帯主の性別と、{one.name}さんの続柄「{one.relationship}」が合いません",
                f"The relationship of {read} ({one.relationship}) does not fit the sex of the head",
            ))  # fmt: skip
    return found


def _differ(sex: str, wanted: str) -> bool:
    return bool(wanted) and sex in SEX_CODE and sex != wanted


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
