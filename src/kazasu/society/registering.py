"""From an invented household to rows of a city's register."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from kazasu.contracts.municipality import Address
from kazasu.foundation.time.dates import birthday_in
from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode
from kazasu.municipality.founding import FIRST_HOUSEHOLD, FoundingResident
from kazasu.municipality.register.model import register_number
from kazasu.society.numbers import individual_number, record_code
from kazasu.society.personas import HOUSEHOLDS, RETURNERS
from kazasu.society.places import Municipality, Town, towns_of
from kazasu.society.population.households import households
from kazasu.society.population.people import Household, Person

STORY_YEAR: Final = 2026
"""The year in which the personas' ages are as their stories say."""
NEWBORN_DAYS: Final = 24
_WITHOUT_CARD: Final = 5
"""One in so many has no card (municipal §8: 80 % hold one)."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a person is called by the law, everywhere the same."""

    record_code: ResidentRecordCode
    individual_number: IndividualNumber


@dataclass(slots=True)
class Serials:
    """Numbers are given in order of founding; personas' first, so that they never change."""

    seed: int
    given: int = 0
    by_card: dict[str, Numbers] | None = None

    def of(self, person: Person) -> Numbers:
        known = self.by_card or {}
        if person.card_id and person.card_id in known:
            return known[person.card_id]
        numbers = Numbers(
            record_code(self.seed, self.given), individual_number(self.seed, self.given)
        )
        self.given += 1
        if person.card_id:
            self.by_card = {**known, person.card_id: numbers}
        return numbers


def residents(
    city: Municipality, how_many: int, serials: Serials, today: date
) -> Iterator[tuple[FoundingResident, Person]]:
    """A city's register: its personas, those who left, then as many others as asked for."""
    code = str(city.code)
    made = 0
    fixed = [shifted(h, today) for h in (*HOUSEHOLDS.get(code, ()), *RETURNERS.get(code, ()))]
    towns = towns_of(city) or (Town("", city.name, "大字本町"),)
    rest = households(serials.seed, city, towns, today)
    for number, household in enumerate(_endless(fixed, rest), 1):
        if made >= how_many and number > len(fixed):
            return
        for row in _rows(city, household, number, made, serials, today):
            yield row
            made += 1


def _endless(fixed: Sequence[Household], rest: Iterator[Household]) -> Iterator[Household]:
    yield from fixed
    yield from rest


def _rows(
    city: Municipality,
    household: Household,
    number: int,
    made: int,
    serials: Serials,
    today: date,
) -> Iterator[tuple[FoundingResident, Person]]:
    head = household.people[0]
    address = Address(
        municipality_code=city.code,
        postcode=household.town.postcode,
        prefecture=city.prefecture,
        city=household.town.area,
        town=household.town.name,
        block=household.block,
        building=household.building,
    )
    minors = any(person.age_on(today) < 18 for person in household.people)
    for place, person in enumerate(household.people):
        numbers = serials.of(person)
        since = max(household.lives_here_since, person.birth_date)
        yield (
            FoundingResident(
                resident_id=register_number(made + place + 1),
                household_number=register_number(FIRST_HOUSEHOLD + number),
                record_code=numbers.record_code,
                individual_number=numbers.individual_number,
                name=person.name,
                kana=person.kana,
                former_surname=person.former_surname,
                alias=person.alias,
                name_roman=person.name_roman,
                birth_date=person.birth_date,
                birth_text=person.written_birth,
                sex=person.sex,
                relationship=person.relationship,
                is_head=place == 0,
                address=address,
                resident_since=since,
                lives_here_since=since,
                registered_domicile=household.domicile,
                domicile_head="" if person.nationality else f"{head.surname}　{head.given}",
                nationality=person.nationality,
                residence_status=person.residence_status,
                residence_until=person.residence_until,
                residence_card_number=_residence_card(person, serials.given),
                has_card=bool(person.card_id) or bool(serials.given % _WITHOUT_CARD),
                protected=person.protected,
                left=person.left,
                **_entitlements(person, place == 0 and minors, serials.given, today),
            ),
            person,
        )


def _entitlements(person: Person, pays_for_minors: bool, serial: int, today: date) -> dict[str, Any]:  # fmt: skip
    """What follows from age, roughly as in life."""
    age = person.age_on(today)
    national = age < 75 and serial % 4 == 0
    return {
        "late_elderly_insurance": age >= 75,
        "care_insurance": age >= 65,
        "national_health_insurance": national,
        "pension_kind": ("第1号" if national else "第2号") if 20 <= age < 60 else "",
        "child_allowance": pays_for_minors,
    }


def _residence_card(person: Person, serial: int) -> str:
    return f"KZ{serial % 100_000_000:08}SB" if person.nationality else ""


def shifted(household: Household, today: date) -> Household:
    """The household as old as its story says, whichever year the country is founded in."""
    years = today.year - STORY_YEAR

    def person(one: Person) -> Person:
        born = birthday_in(one.birth_date, one.birth_date.year + years)
        if one.card_id == "sato-haruto" or born > today:
            born = today - timedelta(days=NEWBORN_DAYS)
        until = one.residence_until
        return replace(
            one,
            birth_date=born,
            residence_until=until.replace(year=until.year + years) if until else None,
        )

    return replace(household, people=tuple(map(person, household.people)))
