"""Households made from one seed number, always the same ones.

Shapes of households follow life: alone, couples, parents with children, three generations, one
parent, foreign residents. 続柄 are by the register's rules (municipal §7): seen from the head, at most
chains such as 子の子; grandparent or grandchild are never written.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Final

import jaconv

from kazasu.society.places import Municipality, Town
from kazasu.society.population.people import (
    FEMALE,
    MALE,
    Household,
    Person,
    birthday,
    family_name,
    somebody,
)
from kazasu.society.population.variety import NATIONS, foreigner, varied

_SHAPES: Final = (
    ("alone", 38), ("couple", 20), ("family", 25), ("one-parent", 9), ("three", 4), ("foreign", 4),
)  # fmt: skip
"""Weights close to the census's household types."""


def households(
    seed: int, city: Municipality, towns: Sequence[Town], today: date
) -> Iterator[Household]:
    """An endless stream of a city's households; the n-th is the same however many are taken."""
    for number in count():
        yield _numbered(number, seed, city, towns, today)


def _numbered(
    number: int, seed: int, city: Municipality, towns: Sequence[Town], today: date
) -> Household:
    def plain(one: int) -> Household:
        dice = random.Random(f"{seed}:{city.code}:{one}")  # noqa: S311 - synthetic data
        return _household(dice, city, towns, today)

    dice = random.Random(f"{seed}:{city.code}:{number}:varied")  # noqa: S311 - synthetic data
    return varied(dice, plain(number), today, lambda: plain(max(number - 1, 0)))


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
    return [somebody(dice, today, age, "世帯主", dice.choice((MALE, FEMALE)), family_name(dice))]


def _couple(dice: random.Random, today: date, youngest: int = 25) -> list[Person]:
    age = dice.randint(youngest, 88)
    surname, kana = family_name(dice)
    if dice.random() < 0.06:
        head = somebody(dice, today, age, "世帯主", MALE, (surname, kana))
        other = somebody(
            dice, today, age - dice.randint(-3, 4), "妻（未届）", FEMALE, family_name(dice)
        )
        return [head, other]
    head_sex = MALE if dice.random() < 0.85 else FEMALE
    spouse_sex, word = (FEMALE, "妻") if head_sex == MALE else (MALE, "夫")
    head = somebody(dice, today, age, "世帯主", head_sex, (surname, kana))
    spouse_age = max(18, age - dice.randint(-3, 6))
    spouse = somebody(dice, today, spouse_age, word, spouse_sex, (surname, kana))
    if dice.random() < 0.05:
        spouse = replace(spouse, former_surname=family_name(dice)[0])
    return [head, spouse]


def _children(
    dice: random.Random, today: date, parents: Sequence[Person], word: str = "子"
) -> list[Person]:
    mother_age = min(parent.age_on(today) for parent in parents)
    first = max(0, mother_age - dice.randint(23, 36))
    ages = [age for age in (first - step * dice.randint(2, 4) for step in range(dice.choice((1, 2, 2, 3)))) if age >= 0]  # fmt: skip
    surname = (parents[0].surname, parents[0].surname_kana)
    return [
        somebody(dice, today, min(age, 29), word, dice.choice((MALE, FEMALE)), surname)
        for age in sorted(ages, reverse=True)
    ]


def _family(dice: random.Random, today: date) -> list[Person]:
    parents = [somebody(dice, today, age := dice.randint(26, 54), "世帯主", MALE, name := family_name(dice)),
               somebody(dice, today, max(22, age - dice.randint(-2, 6)), "妻", FEMALE, name)]  # fmt: skip
    return [*parents, *_children(dice, today, parents)]


def _one_parent(dice: random.Random, today: date) -> list[Person]:
    parent = somebody(dice, today, dice.randint(25, 50), "世帯主", FEMALE, family_name(dice))
    if dice.random() < 0.05:
        parent = replace(parent, protected=True)
    return [parent, *_children(dice, today, [parent])]


def _three(dice: random.Random, today: date) -> list[Person]:
    surname = family_name(dice)
    age = dice.randint(58, 82)
    head = somebody(dice, today, age, "世帯主", MALE, surname)
    wife = somebody(dice, today, age - dice.randint(0, 6), "妻", FEMALE, surname)
    child_age = max(24, age - dice.randint(25, 34))
    child = somebody(dice, today, child_age, "子", MALE, surname)
    child_wife = somebody(dice, today, max(22, child_age - dice.randint(-2, 5)), "子の妻", FEMALE, surname)  # fmt: skip
    return [head, wife, child, child_wife, *_children(dice, today, [child, child_wife], "子の子")]


def _foreign(dice: random.Random, today: date) -> list[Person]:
    """Two in five have somebody with them."""
    nation = dice.choices(NATIONS, [one.share for one in NATIONS])[0]
    age, sex = dice.randint(19, 60), dice.choice((MALE, FEMALE))
    head = foreigner(dice, birthday(dice, today, age), sex, today, "世帯主", nation)
    if age < 26 or dice.random() < 0.6:
        return [head]
    other, word = (FEMALE, "妻") if sex == MALE else (MALE, "夫")
    spouse = foreigner(
        dice, birthday(dice, today, age - dice.randint(0, 6)), other, today, word, nation
    )
    if dice.random() < 0.5:
        return [head, spouse]
    born = birthday(dice, today, dice.randint(0, age - 25))
    child = foreigner(
        dice, born, dice.choice((MALE, FEMALE)), today, "子", nation, head.name_roman.split()[0]
    )
    return [head, spouse, child]


_MAKERS: Final = {
    "alone": _alone, "couple": _couple, "family": _family, "one-parent": _one_parent,
    "three": _three, "foreign": _foreign,
}  # fmt: skip
