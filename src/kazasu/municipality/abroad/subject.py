"""Moving abroad and coming from there: taken at the desk; the day of leaving closes the record by itself."""

from kazasu.contracts.municipality import EmigrantData
from kazasu.foundation.text import Text
from kazasu.municipality.abroad import store
from kazasu.municipality.abroad.coming_pages import HERE, ComingPages
from kazasu.municipality.abroad.pages import AbroadPages
from kazasu.municipality.abroad.service.coming import ComingFromAbroad
from kazasu.municipality.abroad.service.leaving import LeavingTheCountry
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.desk import DeskPages
from kazasu.municipality.hall.subject import Queue, Subject


def open_subject(city: CityContext) -> Subject:
    leaving, coming = LeavingTheCountry(city), ComingFromAbroad(city)

    def pages(desk: DeskPages) -> None:
        desk.site.enter(AbroadPages(desk, leaving))
        desk.site.enter(ComingPages(desk, coming))

    return Subject(
        pages=pages,
        queues=[
            Queue(HERE, Text("国外から来た人", "Somebody who comes from abroad"), role="decider")
        ],
        inquiries={EmigrantData: coming.tell},
        cities_due=store.cities_due,
        by_date=[leaving.leave],
    )
