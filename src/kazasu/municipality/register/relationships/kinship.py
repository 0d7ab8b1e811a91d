"""How somebody stands to another head: 続柄 that follow from those to the head before (標準仕様書 1.1.11, 4.1.4.2).

Each 続柄 is a path of steps: spouse, child, parent, sibling. The way from the new head to the old one is the path backwards; from there
on it is the member's own. Where the two meet they can be one step or none: who is a child of the old head is the spouse's child, too, or
is not. Every way that can be true is kept; where only one is left, it follows. Nobody is a parent of who is older (民法 793条), and the two
who marry are a man and a woman (739条).

An adoption between kin by marriage or of a grandchild can make somebody a parent or a child who stands further off by blood: what it would
make is offered beside (養子縁組, 民法 727条・809条).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Final, Literal

from kazasu.foundation.text import Text
from kazasu.foundation.values.relationships import links, shown
from kazasu.municipality.register.relationships.forms import (
    ADOPTED_IN_LAW,
    HEAD,
    LODGER,
    MOST_LINKS,
    RELATION,
    allowed,
)

Kind = Literal["spouse", "child", "parent", "sibling"]
_MEN: Final = frozenset(("夫", "夫（未届）", "父", "兄", "弟", "子（子の夫）"))
_WOMEN: Final = frozenset(("妻", "妻（未届）", "母", "姉", "妹", "子（子の妻）"))
_OTHER: Final = {"男": "女", "女": "男"}
_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("夫", "妻", "夫（未届）", "妻（未届）"), "spouse"),
    **dict.fromkeys(("子", *ADOPTED_IN_LAW.values()), "child"),
    **dict.fromkeys("父母", "parent"),
    **dict.fromkeys("兄弟姉妹", "sibling"),
}  # fmt: skip
_BACK: Final[dict[Kind, Kind]] = {
    "spouse": "spouse", "child": "parent", "parent": "child", "sibling": "sibling",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kin:
    """A member of the household that has another head now; ``relationship`` is to the head before."""

    relationship: str
    sex: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member stands to the new head."""

    relationship: str
    """What follows; empty: it does not, and they are asked."""
    offered: tuple[str, ...]
    """Everything that can be, the likely first."""
    why: Text | None
    """As a sentence for the clerk; None: the head stays, and so does this."""
    complete: bool = True
    """Nothing else fits what the register says of the two."""

    def departs(self, written: str) -> bool:
        """Does this say something else of them than the register does? Then it needs its reason."""
        return self.complete and bool(self.offered) and written not in self.offered


@dataclass(frozen=True, slots=True)
class _Step:
    """From one person to the next; compared by identity where it matters whether it is still the same one."""

    kind: Kind
    sex: str = ""
    """Of who is reached, as the register writes it; empty: it does not say."""
    older: bool | None = None
    """Of a sibling: than who is come from."""
    unwed: bool = False
    in_law: bool = False
    """子（子の夫）: of a child who is married to another child; backwards: their parent."""


_Path = tuple[_Step, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way that can be true from the new head to somebody."""

    path: _Path
    adopted: bool = False
    """Only where somebody was adopted by kin."""
    last: _Step | None = None
    """The step of the member's own path that it ends with, where that did not become another: what was written of the two is known."""


def standing(head: Kin, old_sex: str, member: Kin, household: Sequence[Kin] = ()) -> Standing:
    """Of ``member``, who is another one, to ``head``, who heads now.

    Args:
        old_sex: of the head before, as the register writes it; empty: it is not known.
        household: who else lives there, so that what fits them is offered first.
    """
    if head.relationship == HEAD:
        return Standing(member.relationship, (member.relationship,), None)
    if not _known(head.relationship) or not _known(member.relationship):
        return Standing("", (), _UNKNOWN)
    if {head.relationship, member.relationship} & {RELATION, LODGER}:
        return _of_no_kin(head, member)
    ways = _ways(head, old_sex, member)
    likely = _said(ways, head, member, adopted=False)
    others = [one for one in _said(ways, head, member, adopted=True) if one not in likely]
    if len(likely) > 1:
        near = {one for kin in household for one in _near(head, old_sex, kin, member)}
        likely = sorted(likely, key=lambda one: one != likely[0] and not _begins(one, near))
    found = likely[0] if len(likely) == 1 else ""
    return Standing(found, (*likely, *others), _why(head, member, likely, others))


# ------------------------------------------------------------ ways


def _ways(head: Kin, old_sex: str, member: Kin) -> list[_Way]:
    start = _Way(_backwards(_forwards(head), old_sex))
    return list(_go_on(_Meeting(head, member), start, _forwards(member)))


def _forwards(kin: Kin) -> _Path:
    """From the old head to them, with what each link says of the sexes."""
    if kin.relationship == HEAD:
        return ()
    words = links(kin.relationship)
    found = []
    for at, word in enumerate(words):
        sex = _sex_of(word)
        if not sex and at + 1 < len(words):
            sex = {"夫": "女", "妻": "男"}.get(words[at + 1], "")
        elif not sex and kin.sex in _OTHER:
            sex = kin.sex
        older = word in "兄姉" if _KINDS[word] == "sibling" else None
        found.append(
            _Step(_KINDS[word], sex, older, "未届" in word, word in ADOPTED_IN_LAW.values())
        )
    return tuple(found)


def _backwards(path: _Path, old_sex: str) -> _Path:
    sexes = [old_sex if old_sex in _OTHER else "", *(one.sex for one in path)]
    return tuple(
        replace(
            step,
            kind=_BACK[step.kind],
            sex=sexes[at],
            older=None if step.older is None else not step.older,
        )
        for at, step in reversed(list(enumerate(path)))
    )


@dataclass(frozen=True, slots=True)
class _Meeting:
    """What is known of the two ends."""

    head: Kin
    member: Kin

    def sex_at(self, path: _Path) -> str:
        """Of whom a way has reached."""
        return path[-1].sex if path else self.head.sex if self.head.sex in _OTHER else ""

    def older(self) -> bool | None:
        """Is the member older than the head? None: it is not known, or they are twins."""
        mine, theirs = self.head.birth_date, self.member.birth_date
        return None if mine is None or theirs is None or mine == theirs else theirs < mine


def _go_on(meeting: _Meeting, start: _Way, steps: _Path, *, ends: bool = True) -> Iterator[_Way]:
    """By all steps; neighbours among them are not joined: they are written as they are because nothing shorter is true."""
    if not steps:
        yield start
        return
    step, *rest = steps
    for way in _joined(meeting, start, step, ends=ends and not rest):
        yield from _go_on(meeting, way, tuple(rest), ends=ends)


def _joined(meeting: _Meeting, way: _Way, step: _Step, *, ends: bool) -> Iterator[_Way]:
    """One step further, in every way that can be true; ``ends``: it reaches the member, who is nobody that the way has passed."""
    plain = _Way((*way.path, step), way.adopted, step)
    if not way.path or way.path[-1] is way.last:
        yield plain
        return
    base, last = way.path[:-1], way.path[-1]
    table = _TABLE[last.kind, step.kind]
    for one in table(_Corner(meeting, base, last, step, ends)):
        if one is None:
            yield plain
            continue
        adopted = isinstance(one, _Adopted)
        if adopted and way.adopted:
            continue  # one adoption explains what is seen; of two nothing follows that anybody could choose from
        steps = one.steps if isinstance(one, _Adopted) else one
        start = _Way(base, way.adopted or adopted)
        for found in _go_on(meeting, start, steps, ends=ends):
            yield replace(found, last=None)


# ------------------------------------------------------------ where two steps meet


@dataclass(frozen=True, slots=True)
class _Adopted:
    """What an adoption between kin would make of the two."""

    steps: _Path


@dataclass(frozen=True, slots=True)
class _Corner:
    """``last`` comes to the person at the corner, ``step`` goes on to ``who``."""

    meeting: _Meeting
    base: _Path
    last: _Step
    step: _Step
    ends: bool

    @property
    def sex(self) -> str:
        """Of whom ``last`` starts from."""
        return self.meeting.sex_at(self.base)

    @property
    def may_be_one(self) -> bool:
        """Can who is reached be who is come from?"""
        sexes = {self.sex, self.step.sex} - {""}
        return len(sexes) < 2 and not (self.ends and not self.base)

    @property
    def may_marry(self) -> bool:
        return not self.sex or not self.step.sex or self.sex != self.step.sex

    def sibling(self, *, older: bool | None = None) -> _Step:
        known = self.meeting.older() if self.ends and not self.base else older
        return _Step("sibling", self.step.sex, known)

    def to(self, kind: Kind, **more: bool) -> _Step:
        return _Step(kind, self.step.sex, **more)


_Found = Iterator[_Path | _Adopted | None]


def _spouses_spouse(_: _Corner) -> _Found:
    yield ()


def _spouses_child(at: _Corner) -> _Found:
    yield (at.to("child", in_law=at.step.in_law),)
    if at.step.in_law:  # of the spouse alone, and the husband of a child of both
        yield _Step("child", _OTHER.get(at.step.sex, "")), at.to("spouse")
    yield None


def _spouses_parent(at: _Corner) -> _Found:
    yield None
    yield _Adopted((at.to("parent"),))


def _spouses_sibling(at: _Corner) -> _Found:
    yield None
    yield _Adopted((at.sibling(older=at.step.older),))


def _parents_spouse(at: _Corner) -> _Found:
    yield (at.to("parent"),)
    yield None
    if at.last.in_law:  # of who adopted their child's husband
        yield _Step("spouse", _OTHER.get(at.sex, "")), at.to("parent")


def _parents_parent(at: _Corner) -> _Found:
    yield None
    yield _Adopted((at.to("parent"),))


def _parents_child(at: _Corner) -> _Found:
    married = (at.last.in_law or at.step.in_law) and at.may_marry
    if married:
        yield (at.to("spouse"),)
    if at.may_be_one:
        yield ()
    yield (at.sibling(),)
    if not married and at.may_marry:
        yield _Adopted((at.to("spouse"),))
    yield _Adopted((at.to("child"),))
    yield _Adopted((at.to("parent"),))


def _parents_sibling(at: _Corner) -> _Found:
    yield None
    yield _Adopted((at.to("parent"),))


def _childs_spouse(at: _Corner) -> _Found:
    yield None
    yield _Adopted((at.to("child", in_law=True),))
    yield _Adopted((at.to("child"),))


def _childs_parent(at: _Corner) -> _Found:
    if at.may_be_one:
        yield ()
    if at.may_marry:
        yield (at.to("spouse"),)
    yield (at.to("spouse", unwed=True),)
    yield None
    yield _Adopted((at.to("parent"),))
    yield _Adopted((at.to("child"),))


def _childs_child(at: _Corner) -> _Found:
    yield None
    yield _Adopted((at.to("child"),))


def _childs_sibling(at: _Corner) -> _Found:
    yield (at.to("child"),)
    yield _Step("spouse", _OTHER.get(at.sex, "")), at.to("child")
    yield None
    yield _Adopted((at.to("child"), at.to("child")))
    yield _Adopted((at.sibling(),))


def _siblings_spouse(at: _Corner) -> _Found:
    yield None
    yield _Adopted((at.sibling(),))
    yield _Adopted((at.to("parent"),))


def _siblings_parent(at: _Corner) -> _Found:
    yield (at.to("parent"),)
    yield _Step("parent", _OTHER.get(at.step.sex, "")), at.to("spouse")
    yield None
    yield _Adopted((at.sibling(),))
    yield _Adopted((_Step("parent"), at.to("parent")))


def _siblings_child(at: _Corner) -> _Found:
    yield None
    yield _Adopted((at.to("child"),))
    yield _Adopted((at.sibling(),))


def _siblings_sibling(at: _Corner) -> _Found:
    if at.may_be_one:
        yield ()
    older = at.last.older if at.last.older == at.step.older else None
    yield (at.sibling(older=older),)
    yield None
    if at.may_marry:
        yield _Adopted((at.to("spouse"),))
    yield _Adopted((at.to("child"),))
    yield _Adopted((at.to("parent"),))


_TABLE: Final[dict[tuple[Kind, Kind], Callable[[_Corner], _Found]]] = {
    ("spouse", "spouse"): _spouses_spouse, ("spouse", "child"): _spouses_child,
    ("spouse", "parent"): _spouses_parent, ("spouse", "sibling"): _spouses_sibling,
    ("parent", "spouse"): _parents_spouse, ("parent", "parent"): _parents_parent,
    ("parent", "child"): _parents_child, ("parent", "sibling"): _parents_sibling,
    ("child", "spouse"): _childs_spouse, ("child", "parent"): _childs_parent,
    ("child", "child"): _childs_child, ("child", "sibling"): _childs_sibling,
    ("sibling", "spouse"): _siblings_spouse, ("sibling", "parent"): _siblings_parent,
    ("sibling", "child"): _siblings_child, ("sibling", "sibling"): _siblings_sibling,
}  # fmt: skip
"""What a step and the next one can be together: one, none (the same person again), or the two as they are (None)."""


# ------------------------------------------------------------ words


def _said(ways: Sequence[_Way], head: Kin, member: Kin, *, adopted: bool) -> list[str]:
    """Of those ways, as the register writes them, without what cannot be; of more than four links 縁故者."""
    found: dict[str, None] = {}
    for way in ways:
        if way.adopted != adopted or not way.path:
            continue
        for words in product(*map(_words, way.path)):
            said = "の".join(words)
            if len(words) > MOST_LINKS:
                found[RELATION] = None
            elif allowed(said) and _can_be(words, head, member):
                found[said] = None
    return list(found)


def _words(step: _Step) -> list[str]:
    by_sex = {
        "spouse": {"男": "夫", "女": "妻"},
        "parent": {"男": "父", "女": "母"},
        "child": ADOPTED_IN_LAW if step.in_law else {"男": "子", "女": "子"},
        "sibling": {"男": "兄弟", "女": "姉妹"},
    }[step.kind]
    found = [word for sex, word in by_sex.items() if step.sex in ("", sex)]
    if step.kind == "spouse" and step.unwed:
        return [f"{word}（未届）" for word in found]
    if step.kind == "sibling":
        ages = [0, 1] if step.older is None else [0 if step.older else 1]
        return [word[age] for age in ages for word in found]
    return list(dict.fromkeys(found))


def _can_be(words: Sequence[str], head: Kin, member: Kin) -> bool:
    """Nobody is a parent of somebody older; husband and wife are a man and a woman."""
    older = _Meeting(head, member).older()
    kind = _KINDS[words[0]] if len(words) == 1 else None
    if older is not None and kind in ("child", "parent") and older != (kind == "parent"):
        return False
    sexes = [head.sex, *(_sex_of(one) for one in words[:-1])]
    return all(
        sex not in _OTHER or word not in ("夫", "妻") or word == {"男": "妻", "女": "夫"}[sex]
        for sex, word in zip(sexes, words, strict=True)
    )


def _sex_of(word: str) -> str:
    return "男" if word in _MEN else "女" if word in _WOMEN else ""


def _near(head: Kin, old_sex: str, kin: Kin, member: Kin) -> list[str]:
    """How somebody else who lives there stands to the head, where that is certain: their family is offered before others'."""
    if kin in (head, member) or kin.relationship not in _KINDS:
        return []
    found = _said(_ways(head, old_sex, kin), head, kin, adopted=False)
    return found if len(found) == 1 else []


def _begins(said: str, near: set[str]) -> bool:
    return any(said.startswith(f"{one}の") for one in near)


def _known(relationship: str) -> bool:
    return bool(relationship) and allowed(relationship)


# ------------------------------------------------------------ reasons, as a clerk reads them


_UNKNOWN: Final = Text(
    "今の続柄からは分かりません。本人に確かめてください",
    "Nothing follows from the present relationships: ask them",
)


def _of_no_kin(head: Kin, member: Kin) -> Standing:
    """Of 縁故者 and 同居人 nothing is written but that: turned round it stays the same, and of others nothing follows."""
    if member.relationship == HEAD:
        word = head.relationship
        return Standing(word, (word,), Text(
            f"前の世帯主から見て「{word}」だった人が世帯主なので、前の世帯主も「{word}」です",
            f"The new head was {word} to the old one, and so is the old one to them",
        ))  # fmt: skip
    likely = LODGER if LODGER in (head.relationship, member.relationship) else RELATION
    other = RELATION if likely == LODGER else LODGER
    return Standing("", (likely, other), Text(
        "「縁故者」や「同居人」からは、ほかの人との続柄は分かりません。本人に確かめてください",
        "Of 縁故者 or 同居人 nothing follows for others: ask them",
    ), complete=False)  # fmt: skip


def _why(head: Kin, member: Kin, likely: Sequence[str], others: Sequence[str]) -> Text:
    new, new_en = _as_to_the_old(head.relationship)
    one, one_en = _as_to_the_old(member.relationship)
    if not likely:
        return _UNKNOWN
    if len(likely) > 1:
        ja = "か".join(f"「{word}」" for word in likely[:4])
        if len(likely) > 4:
            ja += "など"
        return Text(
            f"{one}が{new}から見て{ja}のどれに当たるかは、住民票からは分かりません。本人に確かめてください",
            f"Whether {one_en} is {' or '.join(likely[:4])} to {new_en} the register does not say: ask them",
        )
    ja = f"{one}は、{new}から見て「{likely[0]}」です"
    en = f"{one_en[:1].upper()}{one_en[1:]} is {likely[0]} to {new_en}"
    if others:
        ja += f"（養子縁組をしていれば{'か'.join(f'「{word}」' for word in others[:2])}）"
        en += f" (or, where somebody was adopted, {' or '.join(others[:2])})"
    return Text(ja, en)


def _as_to_the_old(relationship: str) -> tuple[str, str]:
    if relationship == HEAD:
        return "前の世帯主", "the old head"
    return f"前の世帯主の「{relationship}」", f"the old head’s {shown(relationship, 'en')}"
