"""Deaths: entered at the desk, on the word of the family register."""

from kazasu.municipality.deaths.pages import DeathPages
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.subject import Subject


def open_subject(city: CityContext) -> Subject:
    return Subject(pages=lambda desk: desk.site.enter(DeathPages(desk, Deaths(city))))
