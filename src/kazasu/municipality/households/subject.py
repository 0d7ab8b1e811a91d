"""Changes of households without a move: taken at the desk, told to the portal by the register."""

from kazasu.foundation.text import Text
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.ports import HOUSEHOLD_CHANGES
from kazasu.municipality.hall.subject import Queue, Subject
from kazasu.municipality.households import store
from kazasu.municipality.households.pages import HouseholdPages
from kazasu.municipality.households.service import HouseholdChanges


def open_subject(city: CityContext) -> Subject:
    city.ports.offer(HOUSEHOLD_CHANGES, store.of_households)
    return Subject(
        pages=lambda desk: desk.site.enter(HouseholdPages(desk, HouseholdChanges(city))),
        queues=[
            Queue(
                "/desk/households", Text("世帯変更届", "Changes of households"),
                Text("世帯主変更・世帯分離・世帯合併・世帯構成変更", "Another head, splitting, merging, passing between households"),
            )
        ],
    )  # fmt: skip
