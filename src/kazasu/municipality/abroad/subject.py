"""Moving abroad and coming from there: taken at the desk; the day of leaving closes the record by itself."""

from kazasu.contracts.municipality import EmigrantData
from kazasu.foundation.text import Text
from kazasu.municipality.abroad import store
from kazasu.municipality.abroad.coming_pages import HERE, ComingPages
from kazasu.municipality.abroad.first_pages import HERE as FIRST_ENTRY
from kazasu.municipality.abroad.first_pages import FirstPages
from kazasu.municipality.abroad.outside_pages import HERE as OUTSIDE
from kazasu.municipality.abroad.outside_pages import LETTERS, OutsidePages
from kazasu.municipality.abroad.pages import AbroadPages
from kazasu.municipality.abroad.service.coming import ComingFromAbroad
from kazasu.municipality.abroad.service.first import FirstEntries
from kazasu.municipality.abroad.service.leaving import LeavingTheCountry, entered
from kazasu.municipality.abroad.service.outside import POSTING, FromOutside
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.desk import DeskPages
from kazasu.municipality.hall.ports import MOVES_ABROAD
from kazasu.municipality.hall.subject import Queue, Subject


def open_subject(city: CityContext) -> Subject:
    leaving, coming, first = LeavingTheCountry(city), ComingFromAbroad(city), FirstEntries(city)
    outside = FromOutside(city)
    city.ports.offer(MOVES_ABROAD, entered)

    def pages(desk: DeskPages) -> None:
        desk.site.enter(AbroadPages(desk, leaving))
        desk.site.enter(ComingPages(desk, coming))
        desk.site.enter(FirstPages(desk, first))
        desk.site.enter(OutsidePages(desk, outside))

    return Subject(
        pages=pages,
        queues=[
            Queue(
                HERE, Text("国外から来た人", "Somebody who comes from abroad"), roles=("decider",)
            ),
            Queue(
                FIRST_ENTRY,
                Text("日本ではじめて住民票を作る人", "Somebody who never had a record in Japan"),
                roles=("decider",),
            ),
            Queue(
                OUTSIDE,
                Text(
                    "つながっていない市区町村から来た人",
                    "Somebody from a municipality that is not connected",
                ),
                roles=("decider",),
            ),
            Queue(LETTERS, POSTING, count=store.count_to_post, roles=("counter",)),
        ],
        inquiries={EmigrantData: coming.tell},
        cities_due=store.cities_due,
        by_date=[leaving.leave],
    )
