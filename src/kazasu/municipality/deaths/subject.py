"""Deaths: entered at the desk, on the word of the family register or of another city."""

from kazasu.contracts.jukinet import DeathTold
from kazasu.municipality.deaths import store
from kazasu.municipality.deaths.pages import TOLD_HERE, DeathPages
from kazasu.municipality.deaths.service import Deaths
from kazasu.municipality.deaths.told import TOLD, DeathsTold
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.subject import Queue, Subject


def open_subject(city: CityContext) -> Subject:
    told = DeathsTold(city)
    return Subject(
        pages=lambda desk: desk.site.enter(DeathPages(desk, Deaths(city), told)),
        queues=[Queue(TOLD_HERE, TOLD, count=store.count, roles=("decider",))],
        letters={DeathTold: told.receive},
        cities_due=store.cities_due,
        by_date=[told.pass_on],
    )
