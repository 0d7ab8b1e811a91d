"""What makes a register a register: the rare people that every city has some of.

Shares are ours where no source is named; they are somewhat larger than in life, so that a country of some hundred people has of each.
Sources: 在留外国人統計 2024 (which nations, roughly, and that some three in a hundred residents are foreign); 住民基本台帳事務処理要領 (通称, 旧氏, 世帯分離:
two households at one address, 同居人); 住民記録システム標準仕様書 1.1.8 (不詳日).
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from kazasu.foundation.time.legal_dates import read_date
from kazasu.society.population.people import FEMALE, MALE, Household, Person, named, with_given_name

FORMS: Final = {
    "高": ("髙",), "崎": ("\ufa11",), "辺": ("邉", "邊", "邉\U000e0102"), "斉": ("齋", "齊"), "斎": ("齋", "齊"), "吉": ("𠮷",),
    "浜": ("濵",), "沢": ("澤",), "島": ("嶋", "嶌"), "桜": ("櫻",), "広": ("廣",), "塚": ("\ufa10",), "葛": ("葛\U000e0100",), "辻": ("辻\U000e0100",),
}  # fmt: skip
"""Letters of surnames that some families write another way."""
UNSURE: Final = ("{era}頃", "{era}月日不詳", "{era}3月日不詳", "推定{era}", "{era}春", "年月日不詳")
"""How a birth date of which not all is known is written."""
LONG: Final = (
    "MARIA DE LOS ANGELES",
    "WICKRAMASINGHE ARACHCHIGE",
    "ABDUL RAHMAN BIN",
    "CONCEICAO DOS SANTOS",
)
"""Names that need more room than a form thinks of."""


@dataclass(frozen=True, slots=True)
class Nation:
    """Where foreign residents come from, with invented names as residence cards write them."""

    name: str
    share: int
    families: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    statuses: tuple[str, ...]
    aliases: float = 0.05
    """The part of them who has a 通称."""


NATIONS: Final = (
    Nation("中国", 23, ("WANG", "LI", "ZHANG", "CHEN"), ("XIAOMING", "WEI", "JUN"), ("XIAOLI", "YAN", "MEI"), ("永住者", "技術・人文知識・国際業務", "留学", "技能")),
    Nation("ベトナム", 17, ("NGUYEN", "TRAN", "LE", "PHAM"), ("VAN ANH", "QUOC HUY", "MINH"), ("THI LAN", "THU HA", "NGOC"), ("技能実習2号ロ", "特定技能1号", "留学", "技術・人文知識・国際業務")),
    Nation("韓国", 11, ("KIM", "LEE", "PARK", "CHOI"), ("MINJUN", "SEOJUN", "DOYUN"), ("SEOYEON", "JIWOO", "HANA"), ("特別永住者", "永住者", "留学"), 0.6),
    Nation("フィリピン", 9, ("SANTOS", "REYES", "CRUZ", "BAUTISTA"), ("JOSE", "MARK ANTHONY", "PAOLO"), ("MARIA CRUZ", "ANGELICA", "JOY"), ("永住者", "定住者", "日本人の配偶者等"), 0.15),
    Nation("ネパール", 6, ("SHRESTHA", "GURUNG", "TAMANG"), ("RAM", "BIKASH", "SURESH"), ("SITA", "ANITA", "PUJA"), ("留学", "家族滞在", "技能")),
    Nation("ブラジル", 6, ("SILVA", "TANAKA DOS SANTOS", "OLIVEIRA"), ("JOAO CARLOS", "PEDRO", "LUCAS"), ("ANA PAULA", "BEATRIZ", "JULIANA"), ("定住者", "永住者"), 0.4),
    Nation("インドネシア", 5, ("SUHARTO", "SARI", "WIJAYA"), ("BUDI", "AGUS", ""), ("DEWI", "PUTRI", ""), ("技能実習1号ロ", "特定技能1号")),
    Nation("アメリカ", 2, ("SMITH", "JOHNSON", "O'BRIEN"), ("JOHN WILLIAM", "JAMES", "ROBERT"), ("EMILY ROSE", "SARAH", "LINDA"), ("日本人の配偶者等", "教授", "永住者")),
)  # fmt: skip


def foreigner(
    dice: random.Random,
    born: date,
    sex: str,
    today: date,
    relationship: str,
    nation: Nation | None = None,
    family: str = "",
) -> Person:
    """One foreign resident; some write a long name, some have a Japanese one besides (通称)."""
    nation = nation or dice.choices(NATIONS, [one.share for one in NATIONS])[0]
    given = dice.choice(nation.men if sex == MALE else nation.women)
    more = dice.choice(LONG) if dice.random() < 0.05 else ""
    status = dice.choice(nation.statuses)
    lasts = "永住" in status  # 永住者, 特別永住者: no end of stay
    return Person(
        surname="", given="", surname_kana="", given_kana="", sex=sex, birth_date=born, relationship=relationship,
        nationality=nation.name, name_roman=" ".join(filter(None, (family or dice.choice(nation.families), given, more))),
        residence_status=status, residence_until=None if lasts else today + timedelta(days=dice.randint(60, 1500)),
        alias=named(dice, sex) if dice.random() < nation.aliases else "",
    )  # fmt: skip


# ---------------------------------------------------------------- what happens to a household

People = tuple[Person, ...]
Change = Callable[[random.Random, People, date], People]


def _other_forms(dice: random.Random, people: People, _today: date) -> People:
    """One family writes one form."""
    shared = people[0].surname
    forms = {letter: dice.choice(FORMS[letter]) for letter in shared if letter in FORMS}
    written = "".join(forms.get(letter, letter) for letter in shared)
    return tuple(replace(one, surname=written) if one.surname == shared else one for one in people)


def _unsure_birth(dice: random.Random, people: People, today: date) -> People:
    """Of somebody old; the day that sorts is the first that it may be, as the register has it."""

    def unsure(one: Person) -> Person:
        year = one.written_birth.partition("年")[0]
        text = dice.choice(UNSURE).format(era=f"{year}年")
        sorts = read_date(text).sortable
        return replace(
            one, birth_text=text, birth_date=one.birth_date if sorts == date.min else sorts
        )

    return _one_of(people, lambda one: not one.nationality and one.age_on(today) >= 70, unsure)


def _former_surname(dice: random.Random, people: People, _today: date) -> People:
    return _one_of(
        people, lambda one: one.relationship in ("妻", "夫") and not one.nationality,
        lambda one: replace(one, former_surname=named(dice, one.sex).partition("　")[0]),
    )  # fmt: skip


def _protected(_dice: random.Random, people: People, _today: date) -> People:
    return (replace(people[0], protected=True), *people[1:])


def _foreign_spouse(dice: random.Random, people: People, today: date) -> People:
    return _one_of(
        people, lambda one: one.relationship in ("妻", "夫") and not one.nationality,
        lambda one: foreigner(dice, one.birth_date, one.sex, today, one.relationship),
    )  # fmt: skip


def _lodger(dice: random.Random, people: People, today: date) -> People:
    """Somebody of another name who lives with them."""
    lodger = with_given_name(dice, today, dice.randint(19, 70), dice.choice(("同居人", "縁故者")))
    return (*people, lodger)


def _parent_in_law(dice: random.Random, people: People, today: date) -> People:
    if len(people) < 2 or people[1].relationship not in ("妻", "夫"):
        return people
    age = people[1].age_on(today) + dice.randint(22, 34)
    if age > 104:
        return people
    return (*people, with_given_name(dice, today, age, f"{people[1].relationship}の母", FEMALE))


def _born_this_week(dice: random.Random, people: People, today: date) -> People:
    return _one_of(
        people, lambda one: one.relationship == "子" and one.age_on(today) < 2,
        lambda one: replace(one, birth_date=today - timedelta(days=dice.randint(0, 6))),
    )  # fmt: skip


def _leap_day(_dice: random.Random, people: People, _today: date) -> People:
    one = people[0]
    year = one.birth_date.year // 4 * 4
    return (
        (replace(one, birth_date=date(year, 2, 29)), *people[1:])
        if year % 100 or year % 400 == 0
        else people
    )


def _namesakes(_dice: random.Random, people: People, _today: date) -> People:
    """A father and an adopted son may have one name."""
    head = people[0]
    return _one_of(
        people, lambda one: one.relationship == "子" and one.sex == head.sex and not head.nationality,
        lambda one: replace(one, given=head.given, given_kana=head.given_kana),
    )  # fmt: skip


def _one_of(
    people: People, whom: Callable[[Person], bool], change: Callable[[Person], Person]
) -> People:
    """The last of them whom it may happen to; nobody, where there is none."""
    found = next((one for one in reversed(people) if whom(one)), None)
    return (
        people if found is None else tuple(change(one) if one is found else one for one in people)
    )


SHARES: Final[Sequence[tuple[Change, float]]] = (
    (_other_forms, 0.4), (_unsure_birth, 0.02), (_former_surname, 0.04), (_protected, 0.004), (_foreign_spouse, 0.02), (_lodger, 0.015),
    (_parent_in_law, 0.02), (_born_this_week, 0.15), (_leap_day, 0.004), (_namesakes, 0.002),
)  # fmt: skip
"""Of how many households, where it can happen there."""
SAME_ADDRESS: Final = 0.01
"""Of how many households another one lives at the same address (世帯分離)."""


def varied(
    dice: random.Random, household: Household, today: date, neighbour: Callable[[], Household]
) -> Household:
    """The household with what life did to it. ``dice`` is its own, so that what it does not change stays as it was."""
    people = household.people
    for change, share in SHARES:
        if dice.random() < share:
            people = change(dice, people, today)
    if dice.random() < SAME_ADDRESS:
        beside = neighbour()
        household = replace(
            household, town=beside.town, block=beside.block, building=beside.building
        )
    born = max(household.lives_here_since, min(people[0].birth_date, today))
    return replace(household, people=people, lives_here_since=min(born, today))
