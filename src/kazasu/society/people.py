"""The sandbox's people: households made from one seed number, always the same ones.

Shapes of households follow life: alone, couples, parents with children, three generations, one
parent, foreign residents. 続柄 are by the register's rules (municipal §7): seen from the head, at most
chains such as 子の子; grandparent or grandchild are never written.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, count
from typing import Final

import jaconv
from japanese_personal_name_dataset import load_dataset

from kazasu.foundation.time.dates import wareki
from kazasu.society.places import Municipality, Town

MALE, FEMALE = "男", "女"
_NATIONS: Final = (
    ("ベトナム", "NGUYEN VAN ANH", "技術・人文知識・国際業務"),
    ("中国", "WANG XIAOMING", "技能"),
    ("フィリピン", "SANTOS MARIA CRUZ", "永住者"),
    ("ブラジル", "SILVA JOAO CARLOS", "定住者"),
    ("ネパール", "SHRESTHA RAM", "留学"),
    ("アメリカ", "SMITH JOHN WILLIAM", "日本人の配偶者等"),
)
_SHAPES: Final = (
    ("alone", 38), ("couple", 20), ("family", 25), ("one-parent", 9), ("three", 4), ("foreign", 4),
)  # fmt: skip
"""Weights close to the census's household types."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person; numbers and 宛名番号 are given when they enter a city."""

    surname: str
    given: str
    surname_kana: str
    given_kana: str
    sex: str
    birth_date: date
    relationship: str
    nationality: str = ""
    name_roman: str = ""
    residence_status: str = ""
    residence_until: date | None = None
    former_surname: str = ""
    alias: str = ""
    protected: bool = False
    birth_text: str = ""
    left: bool = False
    card_id: str = ""
    """Set for personas and staff: the card that lies in the tray."""

    @property
    def name(self) -> str:
        return self.name_roman if self.nationality else f"{self.surname}　{self.given}"

    @property
    def kana(self) -> str:
        return f"{self.surname_kana}　{self.given_kana}".strip("　")

    @property
    def written_birth(self) -> str:
        """Foreign residents' in 西暦, all others' in 和暦 (municipal §7)."""
        if self.birth_text:
            return self.birth_text
        if self.nationality:
            on = self.birth_date
            return f"{on.year}年{on.month}月{on.day}日"
        return wareki(self.birth_date)

    def age_on(self, day: date) -> int:
        before = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before


@dataclass(frozen=True, slots=True)
class Household:
    """People at one address. The first is the head."""

    town: Town
    block: str
    building: str
    lives_here_since: date
    people: tuple[Person, ...]
    domicile: str = ""
    """本籍; empty for foreign residents."""


@dataclass(slots=True)
class _Names:
    surnames: list[tuple[str, str]] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    given: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


@cache
def _names() -> _Names:
    """Names with their readings; common surnames are common."""
    male, female, last = load_dataset("opti", include_last_names=True)
    names = _Names()
    for kanji, entry in last.items():
        names.surnames.append((kanji, _kana(entry["reading"])))
        names.weights.append(entry["count"])
    names.weights = list(accumulate(names.weights))
    for sex, found in ((MALE, male), (FEMALE, female)):
        names.given[sex] = [
            (kanji, _kana(reading)) for reading, entry in found.items() for kanji in entry["kanji"]
        ]
    return names


def _kana(reading: str) -> str:
    return str(jaconv.hira2kata(reading))


def households(
    seed: int, city: Municipality, towns: Sequence[Town], today: date
) -> Iterator[Household]:
    """An endless stream of a city's households; the n-th is the same however many are taken."""
    for number in count():
        dice = random.Random(f"{seed}:{city.code}:{number}")  # noqa: S311 - synthetic data
        yield _household(dice, city, towns, today)


def _household(
    dice: random.Random, city: Municipality, towns: Sequence[Town], today: date
) -> Household:
    shape = dice.choices([s for s, _ in _SHAPES], [w for _, w in _SHAPES])[0]
    people = _MAKERS[shape](dice, today)
    town = dice.choice(towns)
    block, building = _block(dice)
    youngest_head = people[0].birth_date.year + 18
    since = max(
        date(min(youngest_head, today.year - 1), 4, 1),
        today - timedelta(days=dice.randint(90, 9000)),
    )
    domicile = ""
    if not people[0].nationality:
        domicile = (
            f"{city.prefecture}{town.area}{dice.choice(towns).name}{dice.randint(1, 900)}番地"
        )
    return Household(town, block, building, since, tuple(people), domicile)


def _block(dice: random.Random) -> tuple[str, str]:
    """番地 in full-width digits, and sometimes a building."""
    style = dice.random()
    wide = str(dice.randint(1, 40)) if style < 0.5 else str(dice.randint(1, 2500))
    block = f"{wide}番{dice.randint(1, 30)}号" if style < 0.5 else f"{wide}番地"
    if style < 0.8 and dice.random() < 0.5:
        floor, door = dice.randint(1, 14), dice.randint(1, 12)
        house = dice.choice(("コーポ", "メゾン", "ハイツ", "グランドール", "第二", "サンライズ"))
        return _wide(block), _wide(f"{house}{dice.choice('桜楓杉松')} {floor}{door:02}号室")
    return _wide(block), ""


def _wide(text: str) -> str:
    return str(jaconv.h2z(text, digit=True, ascii=True))


# ---------------------------------------------------------------- shapes


def _alone(dice: random.Random, today: date) -> list[Person]:
    age = dice.choice((20, 24, 31, 45, 58, 67, 75, 83, 91)) + dice.randint(0, 5)
    return [_one(dice, today, age, "世帯主", dice.choice((MALE, FEMALE)), _surname(dice))]


def _couple(dice: random.Random, today: date, youngest: int = 25) -> list[Person]:
    age = dice.randint(youngest, 88)
    surname, kana = _surname(dice)
    if dice.random() < 0.06:
        head = _one(dice, today, age, "世帯主", MALE, (surname, kana))
        other = _one(dice, today, age - dice.randint(-3, 4), "妻（未届）", FEMALE, _surname(dice))
        return [head, other]
    head_sex = MALE if dice.random() < 0.85 else FEMALE
    spouse_sex, word = (FEMALE, "妻") if head_sex == MALE else (MALE, "夫")
    head = _one(dice, today, age, "世帯主", head_sex, (surname, kana))
    spouse_age = max(18, age - dice.randint(-3, 6))
    spouse = _one(dice, today, spouse_age, word, spouse_sex, (surname, kana))
    if dice.random() < 0.05:
        spouse = replace(spouse, former_surname=_surname(dice)[0])
    return [head, spouse]


def _children(
    dice: random.Random, today: date, parents: Sequence[Person], word: str = "子"
) -> list[Person]:
    mother_age = min(parent.age_on(today) for parent in parents)
    first = max(0, mother_age - dice.randint(23, 36))
    ages = [age for age in (first - step * dice.randint(2, 4) for step in range(dice.choice((1, 2, 2, 3)))) if age >= 0]  # fmt: skip
    surname = (parents[0].surname, parents[0].surname_kana)
    return [
        _one(dice, today, min(age, 29), word, dice.choice((MALE, FEMALE)), surname)
        for age in sorted(ages, reverse=True)
    ]


def _family(dice: random.Random, today: date) -> list[Person]:
    parents = [_one(dice, today, age := dice.randint(26, 54), "世帯主", MALE, name := _surname(dice)),
               _one(dice, today, max(22, age - dice.randint(-2, 6)), "妻", FEMALE, name)]  # fmt: skip
    return [*parents, *_children(dice, today, parents)]


def _one_parent(dice: random.Random, today: date) -> list[Person]:
    parent = _one(dice, today, dice.randint(25, 50), "世帯主", FEMALE, _surname(dice))
    if dice.random() < 0.05:
        parent = replace(parent, protected=True)
    return [parent, *_children(dice, today, [parent])]


def _three(dice: random.Random, today: date) -> list[Person]:
    surname = _surname(dice)
    age = dice.randint(58, 82)
    head = _one(dice, today, age, "世帯主", MALE, surname)
    wife = _one(dice, today, age - dice.randint(0, 6), "妻", FEMALE, surname)
    child_age = max(24, age - dice.randint(25, 34))
    child = _one(dice, today, child_age, "子", MALE, surname)
    child_wife = _one(dice, today, max(22, child_age - dice.randint(-2, 5)), "子の妻", FEMALE, surname)  # fmt: skip
    return [head, wife, child, child_wife, *_children(dice, today, [child, child_wife], "子の子")]


def _foreign(dice: random.Random, today: date) -> list[Person]:
    nation, pattern, status = dice.choice(_NATIONS)
    family, *given = pattern.split()
    roman = " ".join([family, *given[: dice.randint(1, len(given))]])
    born = _birthday(dice, today, dice.randint(19, 60))
    until = None if "永住" in status else today + timedelta(days=dice.randint(60, 1500))
    return [
        Person(
            surname="", given="", surname_kana="", given_kana="", sex=dice.choice((MALE, FEMALE)),
            birth_date=born, relationship="世帯主", nationality=nation, name_roman=roman,
            residence_status=status, residence_until=until,
        )
    ]  # fmt: skip


_MAKERS: Final = {
    "alone": _alone, "couple": _couple, "family": _family, "one-parent": _one_parent,
    "three": _three, "foreign": _foreign,
}  # fmt: skip


def _one(
    dice: random.Random,
    today: date,
    age: int,
    relationship: str,
    sex: str,
    surname: tuple[str, str],
) -> Person:
    given, given_kana = dice.choice(_names().given[sex])
    return Person(
        surname=surname[0],
        surname_kana=surname[1],
        given=given,
        given_kana=given_kana,
        sex=sex,
        birth_date=_birthday(dice, today, age),
        relationship=relationship,
    )


def _surname(dice: random.Random) -> tuple[str, str]:
    names = _names()
    return dice.choices(names.surnames, cum_weights=names.weights)[0]


def _birthday(dice: random.Random, today: date, age: int) -> date:
    """Somebody of this age today: born on a day of the year that ends today."""
    last = today.replace(year=today.year - age, day=min(today.day, 28))
    return last - timedelta(days=dice.randint(0, 364))
