"""For whom somebody is taken to give notice before they choose: themselves, and those for whom it is plain.

続柄 stand to the head of the household. What follows from them for certain to somebody else is little: spouses, and the head's children.
Whoever else lives there (parents, siblings, 同居人, 縁故者) is chosen by a deliberate act.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.dates import age
from kazasu.foundation.time.legal_dates import read_date
from kazasu.portal.move.answers import Member

HEAD: Final = "世帯主"
_SPOUSES: Final = frozenset(("夫", "妻", "夫（未届）", "妻（未届）"))
_COUPLE: Final = frozenset((HEAD, *_SPOUSES))
_PARENTS: Final = frozenset(("父", "母"))
_SIBLINGS: Final = frozenset(("兄", "姉", "弟", "妹"))
_OF_AGE: Final = 18
"""民法 4条; until then parents say where a child lives (822条)."""


def plainly(members: Sequence[Member], on: date) -> list[str]:
    """Numbers of the resident, of their spouse, and of the children under age of either, in the order of the household."""
    own = next((one for one in members if one.is_self), None)
    if own is None:
        return []
    children = (
        {"子", *(f"{one}の子" for one in _SPOUSES)}
        if own.relationship in _COUPLE
        else {HEAD}
        if own.relationship in _PARENTS
        else set[str]()
    )
    return _numbers(
        one
        for one in members
        if one is own
        or (own.relationship in _COUPLE and one.relationship in _COUPLE)
        or (one.relationship in children and _under_age(one.birth_text, on))
    )


def overlooked(members: Sequence[Member], chosen: Collection[str], on: date) -> list[Member]:
    """Children under age who stay behind and may be the resident's own, though it is not plain: 続柄 do not tell whose they are. A page that
    does not tick them asks before it leaves them.

    A parent of the head may have the head's siblings; whoever else lives there may have the children who are named after them, 子の子.
    """
    own = next((one for one in members if one.is_self), None)
    if own is None or own.member_id not in chosen or own.relationship in _COUPLE:
        return []
    maybe = _SIBLINGS if own.relationship in _PARENTS else {f"{own.relationship}の子"}
    maybe = {HEAD, *maybe} if own.relationship in _PARENTS else maybe
    return [
        one for one in members
        if one.member_id not in chosen and one.relationship in maybe and _under_age(one.birth_text, on)
        and not one.leaves_on and not one.announced_on
    ]  # fmt: skip


def _numbers(members: Iterable[Member]) -> list[str]:
    return [one.member_id for one in members]


def _under_age(birth_text: str, on: date) -> bool:
    """A birth date of which no year is known is nobody's child's."""
    try:
        born = read_date(birth_text)
    except Refusal:
        return False
    return born.certainty != "unknown" and age(born.sortable, on) < _OF_AGE
