"""Births: entered at the desk, on the word of the family register."""

from kazasu.municipality.births.pages import BirthPages
from kazasu.municipality.births.service import Births
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.subject import Subject


def open_subject(city: CityContext) -> Subject:
    return Subject(pages=lambda desk: desk.site.enter(BirthPages(desk, Births(city))))
