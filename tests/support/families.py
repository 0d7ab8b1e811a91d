"""Random families with cards, beside the people of the tray, in a country that is founded meanwhile."""

import random
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

import pytest

from kazasu.foundation.text import Text
from kazasu.society import founding
from kazasu.society.personas import HOUSEHOLDS, PERSONAS, Persona
from kazasu.society.places import municipalities, towns_of
from kazasu.society.population.households import households
from kazasu.society.stories.moves import cast
from tests.conftest import THE_DAY

PROTECTED = 0.25
STORY = Text("くじで決まった家族の人", "Of a family drawn by lot")


@contextmanager
def families(seed: int, how_many: int) -> Iterator[None]:
    """So many in each city of the tray that no two people of a country bear one name."""
    more, personas, names = {}, [], set()
    for fixed in HOUSEHOLDS.values():
        names |= {person.alias or person.name for home in fixed for person in home.people}
    for code in HOUSEHOLDS:
        drawn = list(islice(_drawn(seed, code, names), how_many))
        more[code] = (*HOUSEHOLDS[code], *drawn)
        personas += [
            Persona(person.card_id, code, STORY) for home in drawn for person in home.people
        ]
    everybody = (*PERSONAS, *personas)
    with pytest.MonkeyPatch.context() as patched:
        for code, homes in more.items():
            patched.setitem(HOUSEHOLDS, code, homes)
        patched.setattr(founding, "PERSONAS", everybody)
        patched.setattr(cast, "_TRAY", {one.card_id: one for one in everybody})
        yield


def _drawn(seed, code, names):
    city = next(one for one in municipalities() if str(one.code) == code)
    day = THE_DAY.date()
    for number, home in enumerate(households(seed, city, towns_of(city), day)):
        called = [one.alias or one.name for one in home.people]
        if len(set(called)) == len(called) and not names & set(called):
            names.update(called)
            hidden = _protected(random.Random(f"{seed}:{code}:{number}:hidden"), len(called))  # noqa: S311 - synthetic data
            yield replace(
                home,
                people=tuple(
                    replace(
                        one, card_id=f"drawn-{code}-{number}-{place}", protected=place in hidden
                    )
                    for place, one in enumerate(home.people)
                ),
            )


def _protected(dice: random.Random, people: int) -> Collection[int]:
    """Of one family in four somebody is under 支援措置, or everybody is."""
    if dice.random() >= PROTECTED:
        return ()
    return range(people) if dice.random() < 0.5 else (dice.randrange(people),)
