"""The resident register: what the portal may know of a household, records and their corrections."""

from kazasu.contracts.municipality import AccessesOf, HouseholdOf
from kazasu.foundation.text import Text
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.subject import Subject
from kazasu.municipality.register.pages import ResidentPages
from kazasu.municipality.register.service.corrections import Corrections
from kazasu.municipality.register.service.households import Households
from kazasu.municipality.register.service.records import Records


def open_subject(city: CityContext) -> Subject:
    households = Households(city)
    return Subject(
        pages=lambda desk: desk.site.enter(ResidentPages(desk, Records(city), Corrections(city))),
        nav=[("/desk/residents", Text("住民", "Residents"))],
        inquiries={
            HouseholdOf: households.household_of,
            AccessesOf: households.accesses_of,
        },
    )
