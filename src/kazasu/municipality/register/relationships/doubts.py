"""What cannot be true of a household, by how its members stand to the head and by their sex."""

from collections.abc import Sequence
from typing import Final, Protocol

from kazasu.foundation.text import Text
from kazasu.foundation.values.relationships import links
from kazasu.foundation.values.romaji import with_reading
from kazasu.municipality.register.model import SEX_CODE
from kazasu.municipality.register.relationships.forms import SPOUSES

_SEX_OF: Final = {
    "夫": "男", "父": "男", "兄": "男", "弟": "男", "妻": "女", "母": "女", "姉": "女", "妹": "女",
    "子（子の夫）": "男", "子（子の妻）": "女",
}  # fmt: skip


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


def doubts(members: Sequence[Member]) -> list[Text]:
    """What cannot be true of those who live together, by their 続柄 and their sex as the register writes them.

    A head has one spouse, who is a husband or a wife (民法 732条・739条); a chain begins with a spouse of the head's;
    夫 is a man, 母 a woman. Of 未届 nothing is said but that there is one: 事実婚 is as people tell it.
    """
    head = next((one for one in members if one.is_head), None)
    spouses = [one for one in members if one.relationship in SPOUSES]
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
        first, *_, last = (*links(one.relationship)[:1], *links(one.relationship))
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
