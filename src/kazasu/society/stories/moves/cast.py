"""Who plays: people of the tray, chosen by what they are and as they stand there; a story knows nobody by name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kazasu.foundation.text import Text
from kazasu.foundation.values.romaji import romaji, with_reading
from kazasu.society.personas import HOUSEHOLDS, PERSONAS, CardTraits, Persona
from kazasu.society.population.people import Household, Person
from kazasu.society.registering import shifted
from kazasu.society.stories.browser import NotOnPage
from kazasu.society.stories.stage import Stage

_ADULT: Final = 18
_CHILD: Final = 15
"""Below, nobody gives notice or heads a household (:mod:`kazasu.kit.periods`)."""
_TRAY: Final = {one.card_id: one for one in PERSONAS}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a household, with their card."""

    person: Person
    persona: Persona
    age: int

    @property
    def card(self) -> str:
        """The name on the card, as the tray shows it."""
        return self.person.alias or self.person.name

    @property
    def card_id(self) -> str:
        return self.persona.card_id

    @property
    def name(self) -> str:
        """As the register writes it."""
        return self.person.name

    @property
    def shown(self) -> str:
        """The same as a page's words have it."""
        return " ".join(self.name.split())

    @property
    def read(self) -> str:
        """As a page in English names them."""
        return with_reading(self.name, self.person.kana)

    @property
    def who(self) -> Text:
        return Text(f"{self.card}さん", romaji(self.person.kana) or self.name)

    @property
    def is_child(self) -> bool:
        return self.age < _CHILD

    @property
    def signs(self) -> bool:
        """A grown-up whose card has nothing against it."""
        ordinary = CardTraits()
        kept = (self.persona.card.authentication_left, self.persona.card.signing_left)
        whole = kept == (ordinary.authentication_left, ordinary.signing_left)
        return self.age >= _ADULT and whole and not self.persona.card.expired


@dataclass(frozen=True, slots=True)
class Home:
    """A household of the tray. The first is its head."""

    city: str
    """Institution id of its city."""
    people: tuple[Member, ...]
    household: Household

    @property
    def head(self) -> Member:
        return self.people[0]

    @property
    def grown_ups(self) -> tuple[Member, ...]:
        return tuple(one for one in self.people if one.signs)

    @property
    def children(self) -> tuple[Member, ...]:
        return tuple(one for one in self.people if one.is_child)

    @property
    def is_special(self) -> bool:
        """Staff, protected, or from abroad: each has a story of its own."""
        return any(
            one.persona.at_work or one.person.protected or one.person.nationality
            for one in self.people
        )


class Cast:
    """Everybody of the tray who lives in a city of this country, by household.

    Args:
        taken: card ids of who moved in an earlier story of the same country.
    """

    def __init__(self, stage: Stage, taken: frozenset[str] = frozenset()) -> None:
        day = stage.today
        known = (str(one.id) for one in stage.directory if one.id.kind == "city")
        self.cities: Final = sorted(city for city in known if _households(city))
        everybody = [home for city in self.cities for home in _homes(city, day)]
        self._clerks = {
            home.city: home.head.card for home in reversed(everybody)
            if home.head.persona.staff_roles
        }  # fmt: skip
        self.homes: Final = [
            one for one in everybody if not taken & {member.card_id for member in one.people}
        ]

    def home(self, what: str, fits: Callable[[Home], object]) -> Home:
        """The first household that is so. Raises NotOnPage: the tray has none."""
        for one in self.homes:
            if fits(one):
                return one
        raise NotOnPage(f"nobody in the tray is so: {what}")

    def alone(self) -> Home:
        """A grown-up who lives alone."""
        return self.home(
            "a grown-up who lives alone",
            lambda home: len(home.people) == 1 and home.grown_ups and not home.is_special,
        )

    def another_city(self, *but: str) -> str:
        """The first city that is none of these. Raises NotOnPage."""
        for one in self.cities:
            if one not in but:
                return one
        raise NotOnPage(f"this country has no city besides {', '.join(but)}")

    def place_in(self, city: str) -> Household:
        """Somebody's home there: in its town there is room for others."""
        return _households(city)[0]

    def clerk(self, city: str) -> str:
        """The card of who sits at this city's counter and decides, too."""
        return self._clerks[city]

    def stranger(self, city: str) -> str:
        """The card of somebody who has nothing to do with a move: a clerk's own."""
        return self.clerk(city)


def _households(city: str) -> Sequence[Household]:
    return HOUSEHOLDS.get(city.partition(":")[2], ())


def _homes(city: str, day: date) -> Iterator[Home]:
    for household in (shifted(one, day) for one in _households(city)):
        people = (Member(one, _TRAY[one.card_id], one.age_on(day)) for one in household.people)
        yield Home(city, tuple(people), household)
