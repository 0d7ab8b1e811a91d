"""In which order the members of a household stand on paper (住民記録システム標準仕様書 5.2; edition 1.0 of 2020 was read)."""

from collections.abc import Iterable
from datetime import date
from typing import Final, Protocol, TypeVar

from kazasu.foundation.values.relationships import links
from kazasu.municipality.register.relationships.forms import (
    ADOPTED_IN_LAW,
    HEAD,
    LODGER,
    RELATION,
    SPOUSES,
)

_CHILD: Final = frozenset(("子", *ADOPTED_IN_LAW.values()))
_PARENT: Final = frozenset("父母")
_SIBLING: Final = frozenset("兄弟姉妹")
_SPOUSE: Final = frozenset(SPOUSES)
_RANKS: Final = (
    ((1, 2), (_SPOUSE,)),
    ((1, 3), (_CHILD,)),
    ((2, 2), (_CHILD, _SPOUSE)),
    ((2, 3), (_CHILD, _CHILD)),
    ((3, 1), (_PARENT,)),
    ((3, 2), (_SIBLING,)),
    ((3, 3), (_PARENT, _PARENT)),
)
_KIN: Final = (4, 1)


def rank(relationship: str) -> tuple[int, int]:
    """第n順位 and the place in it. Of several ways to say it the first is written (1.1.11)."""
    alone = {HEAD: (1, 1), RELATION: (4, 2), LODGER: (4, 3)}
    if relationship in alone:
        return alone[relationship]
    found = links(relationship)
    return next(
        (
            place
            for place, words in _RANKS
            if len(words) == len(found)
            and all(one in word for one, word in zip(found, words, strict=True))
        ),
        _KIN,
    )


class Written(Protocol):
    @property
    def relationship(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...
    @property
    def sex(self) -> str: ...
    @property
    def is_head(self) -> bool: ...
    @property
    def resident_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def domicile_head(self) -> str: ...


One = TypeVar("One", bound=Written)


def on_paper(people: Iterable[One]) -> list[One]:
    """The head, the spouse, the children, a child's family behind that child, parents, siblings, grandparents, other kin, 縁故者, 同居人;
    where that says nothing by birth, then by 宛名番号. Of parents and grandparents the 筆頭者 comes first.

    A child has their family behind them where the register says whose it is: only one child can be the wife's husband, or there is
    only one.
    """
    found = sorted(people, key=lambda one: (not one.is_head, rank(one.relationship), *_age(one)))
    families = [one for one in found if rank(one.relationship) in ((2, 2), (2, 3))]
    children = [one for one in found if rank(one.relationship) == (1, 3)]
    whose = _whose(children, families)
    if whose is None:
        return found
    rest = [one for one in found if one is not whose]
    first = rest.index(families[0])
    return [*rest[:first], whose, *rest[first:]]


def _whose(children: list[One], families: list[One]) -> One | None:
    """The one child whose family these can be."""
    wanted = {
        "男" if links(one.relationship)[1].startswith("妻") else "女"
        for one in families
        if rank(one.relationship) == (2, 2)
    }
    able = [one for one in children if not wanted or one.sex in wanted]
    return able[0] if families and len(wanted) <= 1 and len(able) == 1 else None


def _age(one: Written) -> tuple[bool, date, str]:
    first = rank(one.relationship) in ((3, 1), (3, 3)) and one.name == one.domicile_head
    return not first, one.birth_date or date.max, one.resident_id
