"""What is entered of a birth, and how the child stands to the head of the household; without input or output."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from kazasu.contracts.jukinet import same_person
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date, wareki
from kazasu.foundation.values.relationships import links
from kazasu.foundation.values.romaji import with_reading
from kazasu.foundation.values.visible import seen
from kazasu.kit import periods
from kazasu.municipality.births.faults import (
    BEFORE_COURT,
    BEFORE_DOMICILE,
    BEFORE_FATHER,
    BEFORE_MOTHER,
    DAY_AHEAD,
    DAY_TOO_FAR,
    FOREIGN_ITEMS,
    NO_DOMICILE,
    PARENT_TOO_YOUNG,
    PASSED,
)
from kazasu.municipality.hall.ports import Announced
from kazasu.municipality.register.items import foreigners
from kazasu.municipality.register.model import Resident
from kazasu.municipality.register.relationships import HEAD, LODGER, RELATION
from kazasu.municipality.register.relationships.forms import allowed

REASON: Final = "出生"
"""異動事由."""
BASES: Final[Mapping[str, Text]] = {
    "notice": Text("出生届（この市区町村で受理）", "a notice of birth, accepted by this city"),
    "notification": Text(
        "ほかの市区町村からの通知（住民基本台帳法9条2項）",
        "a notification of another city (Basic Resident Register Act, article 9 paragraph 2)",
    ),
    "family-register": Text("戸籍の記載", "an entry in the family register"),
    "before-register": Text(
        "戸籍に記載される手続の途中（市区町村長の判断。総行市143号）",
        "proceedings for an entry in the family register, by the mayor’s judgement (notice 143 of 2008)",
    ),
}
"""What it may rest on: no child is entered on the word of a caller."""
BEFORE_REGISTER: Final = "before-register"
"""総行市143号 (7 July 2008): a child whose birth nobody gives notice of because of 民法 772条, who is a Japanese by the certificate of birth and the mother's
family register, while proceedings for an entry (認知調停 and the like) are under way. Of any age: it is for who was left without a record."""
FARTHEST: Final = timedelta(days=366)
"""Notice is due in fourteen days (戸籍法 49条); of who was born longer ago than a year another procedure is asked."""
APART: Final = timedelta(weeks=22)
"""Two births of one mother lie farther apart: before the end of the twenty-second week no child lives outside of her (母体保護法 2条2項;
平成2年3月20日 厚生省発健医55号)."""
_YOUNGER: Final = {"男": "弟", "女": "妹"}


@dataclass(frozen=True, slots=True)
class Birth:
    """As a clerk enters it."""

    name: str
    kana: str
    sex: Literal["男", "女"]
    on: date
    basis: str
    """Of :data:`BASES`."""
    other: str = ""
    """宛名番号 of the other parent, where they live in the same household."""
    registered_domicile: str = ""
    domicile_head: str = ""
    note: str = ""
    stay: foreigners.Stay = foreigners.NONE
    """Status of residence, of a child who has got one already."""

    @property
    def because(self) -> str:
        """As it is kept with the version, in the language of the register."""
        return self.reason.ja

    @property
    def reason(self) -> Text:
        """As who looked reads it."""
        said = BASES[self.basis]
        return Text(f"{said.ja}　{self.note}".strip(), f"{said.en} {self.note}".strip())

    @property
    def same_person(self) -> str:
        """What another city would write of the same child; of one without a family register nothing says so."""
        if not self.registered_domicile:
            return ""
        return same_person(
            "family register", self.registered_domicile, self.domicile_head, self.name, f"{self.on}", self.sex
        )  # fmt: skip

    def request_id(self, tenant: str, parent: str) -> UUID:
        """Of the numbers that J-LIS gives: of one child the same, however often it is asked."""
        return uuid5(NAMESPACE_URL, f"birth:{tenant}:{parent}:{self.on}:{self.sex}:{self.name}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A birth as it would be entered; nothing of it is refused."""

    parent: Resident
    other: Resident | None
    birth: Birth
    relationship: str
    """To the head of the household, by :func:`stands`."""
    head: Resident | None
    resident_since: date
    """住民となった日: since when they live in this city, which is what the network hears (住民基本台帳法 7条6号)."""
    since: date
    """住所を定めた日: since when at this address, which their family may have moved to within the city since (同条7号)."""
    nationality: str
    """Of a foreign national; empty: a Japanese."""
    stay: foreigners.Stay
    """By which the child stays in the country; of a Japanese: none."""
    protected: bool
    """As their parents are: their place is the parents'."""
    unwritable: str
    """A letter of the name that no card has; empty: none."""
    leaving: Sequence[Resident]
    """Parents whose notice of moving out is accepted: it does not name the child."""
    announced: Sequence[tuple[Resident, Announced]]
    """Notices of the parents that wait, undecided or not registered: they do not name the child."""
    left_behind: bool
    """Nobody of fifteen or older stays in the household: all who do gave notice of moving out."""
    young: bool
    """The parent is younger than :func:`old_enough` asks of the other one: a mother is by the birth, whatever her age."""
    entered: Sequence[Resident]
    """Others of about this age, of the household or of the same name: a twin, the same child, or somebody whom this mother cannot have borne."""

    @property
    def doubts(self) -> Sequence[Text]:
        """What there is to doubt of them."""
        return [
            *(beside(self.birth, one) for one in self.entered),
            *(in_no_notice(one) for one in self.leaving),
            *(waits(one, notice) for one, notice in self.announced),
            *([LEFT_BEHIND] if self.left_behind else []),
        ]

    @property
    def document(self) -> bytes:
        """All that the page shows of it: another version of anybody is another one."""
        birth = self.birth
        shown = {
            "parents": [[one.resident_id, one.version] for one in (self.parent, self.other) if one],
            "birth": [
                birth.name, birth.kana, birth.sex, f"{birth.on}", birth.basis, birth.registered_domicile, birth.domicile_head,
                birth.note,
            ],
            "stands": [
                self.relationship, self.head.resident_id if self.head else "", f"{self.since}", f"{self.resident_since}",
            ],
            "stay": [self.stay.status, f"{self.stay.until}", self.stay.card],
            "waiting": [[notice.case_id, self.left_behind] for _, notice in self.announced],
            "also": [self.nationality, self.protected, self.young, [one.resident_id for one in (*self.leaving, *self.entered)]],
        }  # fmt: skip
        return json.dumps(shown, ensure_ascii=False).encode()


def must_be_possible(birth: Birth, today: date) -> None:
    """Raises Refusal ``municipality.birth-day-ahead``, ``municipality.birth-day-too-far``."""
    if birth.on > today:
        raise Refusal(DAY_AHEAD)
    if birth.on < today - FARTHEST and birth.basis != BEFORE_REGISTER:
        raise Refusal(DAY_TOO_FAR)


def beside(birth: Birth, other: Resident) -> Text:
    """What there is to make sure of, where ``other`` was born about then."""
    name, read = other.name, with_reading(other.name, other.kana)
    on = other.birth_date or birth.on
    day = Text(long_date(on), long_date(on, "en"))
    if on == birth.on and other.sex == birth.sex:
        return Text(
            f"同じ日に生まれた、同じ性別の人がいます（{name}さん、{day.ja}生まれ）。双子でなければ、もう記載されています",
            f"There is somebody of the same day of birth and sex ({read}, born on {day.en}). If this is no twin, the child is entered already",
        )
    if on == birth.on:
        return Text(
            f"同じ日に生まれた、性別のちがう人がいます（{name}さん、{day.ja}生まれ）。双子でなければ、性別をまちがえて、もう記載されています",
            f"There is somebody of the same day of birth and the other sex ({read}, born on {day.en}). If this is no twin, the child is entered already, with the wrong sex",
        )
    if same_name(birth, other):
        return Text(
            f"同じ名の子が、別の生まれた日で記載されています（{name}さん、{day.ja}生まれ）。同じ子なら、書かずに、その住民票の生年月日を職権で修正します",
            f"A child of this name is entered with another day of birth ({read}, born on {day.en}). If it is the same child, write nothing, and correct the date of birth in that record",
        )
    return Text(
        f"{name}さんが{day.ja}に生まれています。同じ母の子なら、日をまたいだ双子のほかは、このあいだでは生まれません。生まれた日と母を確かめてください",
        f"{read} was born on {day.en}. But for twins on either side of midnight one mother does not bear twice in that time: make sure of the day and of the mother",
    )


def in_no_notice(parent: Resident) -> Text:
    """Their accepted notice does not name the child. Abroad there is no case, and no household that one joins there."""
    name, read = parent.name, with_reading(parent.name, parent.kana)
    if not parent.case_id:
        return Text(
            f"{name}さんの国外転出届が受理されています。子は入っていません。子もいっしょに行くなら、記載のあとで、子の住民票から国外転出を受け付けます",
            f"A notice of moving abroad was accepted for {read}, and does not name the child. If they go, too, take a notice of moving abroad from the child’s record, once they are entered",
        )
    return Text(
        f"{name}さんの転出届が受理されています。子は入っていません。子の転出は、記載のあとで、子の住民票から窓口の転出届として受け付けます（転出先で、いまある世帯に加わる）",
        f"A notice of moving out was accepted for {read}, and does not name the child. Once the child is entered, take theirs from the child’s record: there they join a household that exists",
    )


def waits(parent: Resident, notice: Announced) -> Text:
    """Their notice that waits does not name the child either."""
    name, read = parent.name, with_reading(parent.name, parent.kana)
    day = Text(long_date(notice.on), long_date(notice.on, "en"))
    if notice.within_city:
        return Text(
            f"{name}さんの転居（{day.ja}、受付番号 {notice.case_id}）がまだ登録されていません。子は入っていません。いっしょに引っ越すなら、登録の前に、取り消して、子も入れて届け出直すよう案内してください",
            f"A change of address of {read} ({day.en}, case {notice.case_id}) is not registered yet, and does not name the child. If they move, too, have it cancelled and given anew with the child before it is registered",
        )
    return Text(
        f"{name}さんの転出届（{day.ja}、受付番号 {notice.case_id}）の判断がまだです。子は入っていません。いっしょに引っ越すなら、訂正を求めるか、受理したあとで、子の住民票から窓口の転出届として受け付けます",
        f"A notice of moving out of {read} ({day.en}, case {notice.case_id}) is not decided yet, and does not name the child. If they move, too, ask for a correction, or take a notice from the child’s record once it is accepted",
    )


LEFT_BEHIND: Final = Text(
    "同じ世帯の15歳以上の人は、みな転出や国外転出の届出が受理されています。子だけが残ります。いっしょに行くのか、残るならだれが世話をするのかを尋ねて、「番号・確かめたこと」に書いてください",
    "Everybody of fifteen or older in this household is leaving, and the child alone stays. Ask whether they go, too, or who looks after them, and write it into “Number, and what was made sure of”",
)


def same_name(birth: Birth, other: Resident) -> bool:
    """By writing or by reading; a space more or less is no other name."""
    return bool(_parts(birth.name) & _parts(other.name) or _parts(birth.kana) & _parts(other.kana))


def _parts(name: str) -> set[str]:
    return {"".join(name.split())} - {""}


def must_be_parent(parent: Resident, on: date) -> None:
    """Raises Refusal ``municipality.birth-parent-too-young``."""
    if periods.too_young(parent.birth_text, on, periods.PARENT_FROM):
        read = with_reading(parent.name, parent.kana)
        raise Refusal(PARENT_TOO_YOUNG, name=parent.name, name_en=read)


def must_fit_the_mother(birth: Birth, parent: Resident) -> None:
    """Of a child whom no family register has yet: what 総行市143号 asks for, and nothing that only the family register could say.

    Raises Refusal ``municipality.birth-before-mother``, ``-father``, ``-domicile``, ``-court``.
    """
    if birth.basis != BEFORE_REGISTER:
        return
    if parent.sex != "女" or parent.nationality:
        raise Refusal(BEFORE_MOTHER)
    if birth.other:
        raise Refusal(BEFORE_FATHER)
    if birth.registered_domicile or birth.domicile_head:
        raise Refusal(BEFORE_DOMICILE)
    if not seen(birth.note):
        raise Refusal(BEFORE_COURT)


def old_enough(birth_text: str, on: date) -> bool:
    """May somebody be offered as the other parent of a child who was born on this day? From fifteen years on: the age from which a child can be
    acknowledged in a will (民法 781条2項・961条). 認知 in life asks for understanding and no age (780条), and a mother is one by the birth: where
    somebody younger is the parent, the entry begins in the record of that one. Of who was born nobody knows when the clerk decides."""
    return not periods.too_young(birth_text, on)


def stands(parents: Sequence[Resident], sex: str) -> str:
    """続柄 of a child to the head of the household of these parents (標準仕様書 1.1.11): by the nearer parent.

    A child of the head is 子; of somebody else the child of that one; of the head's own parent the younger brother or sister. What takes
    more than four links is 縁故者; who belongs to a lodger is one, too.
    """
    found = [_by(one.relationship, sex) for one in parents]
    return min(found, key=lambda one: (one in (LODGER, RELATION), len(links(one))))


def _by(parent: str, sex: str) -> str:
    if parent == HEAD:
        return "子"
    if parent in (LODGER, RELATION):
        return parent
    *before, last = links(parent)
    said = "の".join([*before, _YOUNGER[sex]] if last in ("父", "母") else [parent, "子"])
    return said if allowed(said) else RELATION


def nationality_of(birth: Birth, parents: Sequence[Resident]) -> str:
    """Empty: a Japanese, who has a registered domicile.

    Raises Refusal ``municipality.birth-domicile-missing``.
    """
    if birth.basis == BEFORE_REGISTER:
        return ""
    if birth.registered_domicile and birth.domicile_head:
        return ""
    foreign = [one.nationality for one in parents if one.nationality]
    if birth.registered_domicile or birth.domicile_head or len(foreign) < len(parents):
        raise Refusal(NO_DOMICILE)
    return foreign[0]


def stay_of(birth: Birth, nationality: str, today: date) -> foreigners.Stay:
    """Status of residence of the child, as the register writes it; of a Japanese none.

    Raises Refusal ``municipality.birth-foreign-items`` (a Japanese with a status), ``municipality.birth-sixty-days``,
    ``municipality.first-entry-status``, ``municipality.first-entry-stay``, ``municipality.first-entry-card-number``.
    """
    if not nationality:
        if birth.stay != foreigners.NONE:
            raise Refusal(FOREIGN_ITEMS)
        return foreigners.NONE
    until = foreigners.passing_until(birth.on)
    if birth.stay == foreigners.NONE:
        if today > until:
            raise Refusal(PASSED)
        return foreigners.Stay(foreigners.PASSING, until)
    birth.stay.must_be_possible(today)
    return birth.stay


def written(on: date, nationality: str) -> str:
    """A day of birth as the register writes it: foreign nationals' in 西暦, all others' in 和暦 (municipal §7)."""
    return f"{on.year}年{on.month}月{on.day}日" if nationality else wareki(on)
