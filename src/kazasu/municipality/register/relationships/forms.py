"""The forms of 続柄 that the register may write, read however they are typed, and what is written instead of others.

住民記録システム標準仕様書 1.1.11 (edition 1.0 of 2020 was read): 世帯主; twelve words and 子（子の夫）, 子（子の妻）; up to four of them linked
by の, counted as they are written; 縁故者; 同居人. 祖父, 孫, おじ, 甥 and what takes five links are not written; the last is 縁故者.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.relationships import links
from kazasu.municipality.register.faults import BAD_RELATIONSHIP, RELATIONSHIP_NEEDED

HEAD: Final = "世帯主"
RELATION: Final = "縁故者"
LODGER: Final = "同居人"
MOST_LINKS: Final = 4
SPOUSES: Final = ("夫", "妻", "夫（未届）", "妻（未届）")
ADOPTED_IN_LAW: Final = {"男": "子（子の夫）", "女": "子（子の妻）"}
"""An adopted child who is the husband or the wife of another child, by sex."""
LINKS: Final = frozenset(
    (*SPOUSES, "子", *ADOPTED_IN_LAW.values(), "父", "母", "兄", "姉", "弟", "妹")
)
ALONE: Final = frozenset((HEAD, RELATION, LODGER))
OFFERED: Final = (
    HEAD, "夫", "妻", "夫（未届）", "妻（未届）", "子", "子の夫", "子の妻", "子（子の夫）", "子（子の妻）", "子の子", "父", "母",
    "夫の父", "夫の母", "妻の父", "妻の母", "夫の子", "妻の子", "兄", "姉", "弟", "妹", "父の父", "父の母", "母の父", "母の母", "兄の子",
    "姉の子", "弟の子", "妹の子", RELATION, LODGER,
)  # fmt: skip
"""What a form offers; other chains may be written."""
_SIBLINGS: Final = ("兄", "姉", "弟", "妹")
_IN_LAW: Final = ("夫", "妻")


def _chains(first: Sequence[str], *then: Sequence[str]) -> tuple[str, ...]:
    return tuple("の".join(one) for one in product(first, *then))


INSTEAD: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("孫", "まご"), ("子の子",)),
    **dict.fromkeys(("曽孫", "曾孫", "ひ孫", "ひまご"), ("子の子の子",)),
    **dict.fromkeys(("玄孫", "やしゃご"), ("子の子の子の子",)),
    **dict.fromkeys(("孫の夫", "孫婿"), ("子の子の夫",)),
    **dict.fromkeys(("孫の妻", "孫嫁"), ("子の子の妻",)),
    "祖父": _chains("父母", ("父",)),
    "祖母": _chains("父母", ("母",)),
    "祖父母": _chains("父母", "父母"),
    **dict.fromkeys(("曽祖父", "曾祖父"), _chains("父母", "父母", ("父",))),
    **dict.fromkeys(("曽祖母", "曾祖母"), _chains("父母", "父母", ("母",))),
    **dict.fromkeys(("おじ", "叔父", "伯父"), _chains("父母", ("兄", "弟"))),
    **dict.fromkeys(("おば", "叔母", "伯母"), _chains("父母", ("姉", "妹"))),
    **dict.fromkeys(("甥", "おい", "姪", "めい", "甥姪"), _chains(_SIBLINGS, ("子",))),
    **dict.fromkeys(
        ("いとこ", "従兄弟", "従姉妹", "従兄", "従弟", "従姉", "従妹"),
        _chains("父母", _SIBLINGS, ("子",)),
    ),
    **dict.fromkeys(("義父", "舅", "しゅうと"), _chains(_IN_LAW, ("父",))),
    **dict.fromkeys(("義母", "姑", "しゅうとめ"), _chains(_IN_LAW, ("母",))),
    **{f"義{one}": _chains(_IN_LAW, (one,)) for one in _SIBLINGS},
    "継父": ("母の夫",),
    "継母": ("父の妻",),
    **dict.fromkeys(("連れ子", "継子"), _chains(_IN_LAW, ("子",))),
    **dict.fromkeys(("婿", "娘婿", "むこ"), ("子の夫",)),
    **dict.fromkeys(("嫁", "よめ"), ("子の妻",)),
    **dict.fromkeys(("婿養子", "養子の夫"), ("子（子の夫）",)),
    **dict.fromkeys(
        (
            "長男", "長女", "次男", "二男", "次女", "二女", "三男", "三女", "四男", "四女", "養子", "養女", "実子", "息子", "娘", "子供", "子ども", "嫡出子", "非嫡出子",
        ),
        ("子",),
    ),
    **dict.fromkeys(("養父", "実父", "お父さん"), ("父",)),
    **dict.fromkeys(("養母", "実母", "お母さん"), ("母",)),
    **dict.fromkeys(("父母", "両親", "親"), ("父", "母")),
    **dict.fromkeys(("兄弟", "姉妹", "兄弟姉妹"), _SIBLINGS),
    **dict.fromkeys(("配偶者", "夫婦"), ("夫", "妻")),
    "主人": ("夫",),
    **dict.fromkeys(("家内", "奥さん"), ("妻",)),
    **dict.fromkeys(("内妻", "内縁の妻", "事実上の妻"), ("妻（未届）",)),
    **dict.fromkeys(("内夫", "内縁の夫", "事実上の夫"), ("夫（未届）",)),
    **dict.fromkeys(("婚約者", "パートナー"), ("夫（未届）", "妻（未届）", RELATION, LODGER)),
    **dict.fromkeys(("里子", "親族", "親戚", "その他の親族", "事実上の養子"), (RELATION,)),
    **dict.fromkeys(("友人", "恋人", "使用人", "家事使用人", "準世帯主", "下宿人", "雇人", "寄宿人", "他人"), (LODGER,)),
    **dict.fromkeys(("本人", "世帯主本人"), (HEAD,)),
}  # fmt: skip
"""Words that are not written, and what is (標準仕様書 1.1.11; 住民基本台帳事務処理要領 第2: since 1995 every child is 子, a foster child 縁故者)."""
_ELSE: Final = Text(
    "夫・妻・子・父・母・兄・姉・弟・妹を「の」で4つまでつないだもの（子の子、妻の母など）か、縁故者か、同居人",
    "up to four of 夫, 妻, 子, 父, 母, 兄, 姉, 弟 and 妹 linked by の (such as 子の子, 妻の母), or 縁故者, or 同居人",
)
_OF_ANOTHER: Final = Text(
    "その人が世帯主から見て何に当たるか（妻、子など）",
    "how they stand to the head (such as 妻, 子)",
)
_OPENING, _CLOSING = "([{〔【〈《\ufe5d", ")]}〕】〉》\ufe5e"
_BRACKETS: Final = str.maketrans(_OPENING + _CLOSING, "（" * len(_OPENING) + "）" * len(_CLOSING))
_UNREGISTERED: Final = re.compile("(夫|妻)（?未届け?）?|未届け?の(夫|妻)")
_SPACES: Final = re.compile(r"\s+")


def as_written(typed: str) -> str:
    """Its form in the register, whatever brackets and widths it was typed with: 子(子の夫), 妻〔未届け〕, 未届の妻."""
    found = _SPACES.sub("", unicodedata.normalize("NFKC", typed)).translate(_BRACKETS)
    return _UNREGISTERED.sub(lambda one: f"{one[1] or one[2]}（未届）", found.replace("ノ", "の"))


def allowed(relationship: str) -> bool:
    """Does the register write it so?"""
    if relationship in ALONE:
        return True
    found = links(relationship)
    return len(found) <= MOST_LINKS and all(one in LINKS for one in found)


def check(relationship: str) -> str:
    """The relationship as the register writes it. Raises Refusal ``municipality.relationship-needed``, ``municipality.bad-relationship``."""
    found = as_written(relationship)
    if not found:
        raise Refusal(RELATIONSHIP_NEEDED, relationship=relationship)
    if not allowed(found):
        raise refused(relationship)
    return found


def refused(relationship: str) -> Refusal:
    """``municipality.bad-relationship``, which says what is written instead."""
    words = instead(as_written(relationship))
    ja = "か".join(f"「{one}」" for one in words) if words else _otherwise(relationship).ja
    en = " or ".join(words) if words else _otherwise(relationship).en
    return Refusal(BAD_RELATIONSHIP, relationship=relationship, instead=ja, instead_en=en)


def instead(relationship: str) -> tuple[str, ...]:
    """What the register writes for a word or a chain that it does not have; empty: nothing certain."""
    if relationship in INSTEAD:
        return INSTEAD[relationship]
    found = links(relationship)
    ways = [(one,) if one in LINKS else INSTEAD.get(one, ()) for one in found]
    chains = dict.fromkeys("の".join(one) for one in product(*ways))
    if not chains or any(one in ALONE for way in ways for one in way):
        return (RELATION,) if chains else ()
    short = tuple(one for one in chains if allowed(one))
    return short or (RELATION,)


def _otherwise(relationship: str) -> Text:
    return _OF_ANOTHER if as_written(relationship) == HEAD else _ELSE
