"""One person of the sandbox: names with their readings, and births. Households are :mod:`.households`."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

import jaconv
from japanese_personal_name_dataset import load_dataset

from kazasu.foundation.time.dates import wareki
from kazasu.society.places import Town

MALE, FEMALE = "男", "女"


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


def somebody(
    dice: random.Random,
    today: date,
    age: int,
    relationship: str,
    sex: str,
    family: tuple[str, str],
) -> Person:
    given, given_kana = dice.choice(_names().given[sex])
    return Person(
        surname=family[0],
        surname_kana=family[1],
        given=given,
        given_kana=given_kana,
        sex=sex,
        birth_date=birthday(dice, today, age),
        relationship=relationship,
    )


def family_name(dice: random.Random) -> tuple[str, str]:
    names = _names()
    return dice.choices(names.surnames, cum_weights=names.weights)[0]


def birthday(dice: random.Random, today: date, age: int) -> date:
    """Somebody of this age today: born on a day of the year that ends today."""
    last = today.replace(year=today.year - age, day=min(today.day, 28))
    return last - timedelta(days=dice.randint(0, 364))


def named(dice: random.Random, sex: str) -> str:
    """A whole name."""
    return f"{family_name(dice)[0]}　{dice.choice(_names().given[sex])[0]}"


def with_given_name(
    dice: random.Random, today: date, age: int, relationship: str, sex: str = ""
) -> Person:
    """Somebody of a family of their own."""
    return somebody(
        dice, today, age, relationship, sex or dice.choice((MALE, FEMALE)), family_name(dice)
    )
