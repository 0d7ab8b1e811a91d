"""The work on cases: who has which, for the cases of all subjects."""

from kazasu.municipality.casework import store
from kazasu.municipality.casework.pages import CaseWorkPages
from kazasu.municipality.casework.service import CaseWork, must_be_free
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.ports import CASE_IS_FREE, HELD_BY
from kazasu.municipality.hall.subject import Subject


def open_subject(city: CityContext) -> Subject:
    city.ports.offer(CASE_IS_FREE, must_be_free)
    city.ports.offer(HELD_BY, store.held_by)
    return Subject(pages=lambda desk: desk.site.enter(CaseWorkPages(desk, CaseWork(city))))
