"""Moving abroad: taken at the desk; its day closes the record by itself."""

from kazasu.municipality.abroad import store
from kazasu.municipality.abroad.pages import AbroadPages
from kazasu.municipality.abroad.service.leaving import LeavingTheCountry
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.subject import Subject


def open_subject(city: CityContext) -> Subject:
    leaving = LeavingTheCountry(city)
    return Subject(
        pages=lambda desk: desk.site.enter(AbroadPages(desk, leaving)),
        cities_due=store.cities_due,
        by_date=[leaving.leave],
    )
