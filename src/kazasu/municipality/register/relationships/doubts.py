"""What cannot be true of a household, by how its members stand to the head and by their sex."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Protocol

from kazasu.foundation.text import Text
from kazasu.foundation.values.relationships import links
from kazasu.foundation.values.romaji import with_reading
from kazasu.municipality.register.model import SEX_CODE
from kazasu.municipality.register.relationships.forms import ADOPTED_IN_LAW, HEAD, SPOUSES

_SEX_OF: Final = {
    "夫": "男", "父": "男", "兄": "男", "弟": "男", "妻": "女", "母": "女", "姉": "女", "妹": "女",
    "子（子の夫）": "男", "子（子の妻）": "女",
}  # fmt: skip


_OLDER: Final = ("父", "母", "兄", "姉")
_YOUNGER: Final = ("子", *ADOPTED_IN_LAW.values(), "弟", "妹")
_ONE_AGE: Final = ("兄", "姉", "弟", "妹")
"""Twins are born on one day; parent and child never, by adoption neither (民法 793条)."""


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


class Aged(Member, Protocol):
    """With the date of birth that sorts; None: none is known."""

    @property
    def birth_date(self) -> date | None: ...


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


def to_make_sure(members: Sequence[Aged]) -> list[Text]:
    """What whoever takes a notice is told to make sure of: what cannot be true, and what the dates of birth do not bear out. 兄 is born before and
    弟 after the one whose brother he is, a child after its parent, where both live there and both dates are known.

    The dates are no proof: one of them may be wrong, and then the register says it all the same until it is put right.
    """
    return [*doubts(members), *(one for each in members for one in _by_age(each, members))]


def _by_age(one: Aged, members: Sequence[Aged]) -> list[Text]:
    """Beside those of the household who stand where the chain ends before its last link: of 兄 the head, of 妻の弟 the wife."""
    *before, last = links(one.relationship)
    other = "の".join(before) or HEAD
    beside = [
        each for each in members if each.is_head or each.relationship == HEAD
    ] if other == HEAD else [each for each in members if each.relationship == other]  # fmt: skip
    known = [each for each in beside if each is not one and each.birth_date is not None]
    if one.birth_date is None or last not in (*_OLDER, *_YOUNGER) or not known:
        return []
    if any(_fit(last, one.birth_date, each.birth_date) for each in known):
        return []
    names, read = "、".join(each.name for each in known), ", ".join(with_reading(each.name, each.kana) for each in known)  # fmt: skip
    than = (
        Text("より年下です", "younger than")
        if last in _OLDER
        else Text("より年上です", "older than")
    )
    return [Text(
        f"{one.name}さんの続柄は「{one.relationship}」ですが、生年月日では{names}さん{than.ja}",
        f"{with_reading(one.name, one.kana)} stands there as {one.relationship}, and is by the dates of birth not so: {than.en} {read}",
    )]  # fmt: skip


def _fit(link: str, born: date, other: date | None) -> bool:
    if other is None or (born == other and link in _ONE_AGE):
        return True
    return born < other if link in _OLDER else born > other


def _differ(sex: str, wanted: str) -> bool:
    return bool(wanted) and sex in SEX_CODE and sex != wanted
