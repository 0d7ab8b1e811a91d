"""The resident register: what the portal may know of a household, records and their corrections."""

from kazasu.contracts.municipality import HouseholdOf
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.subject import Subject
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.pages import ResidentPages
from kazasu.municipality.register.service.corrections import Corrections
from kazasu.municipality.register.service.households import Households
from kazasu.municipality.register.service.records import Records


def open_subject(city: CityContext) -> Subject:
    households = Households(city)
    return Subject(
        pages=lambda desk: desk.site.enter(ResidentPages(desk, Records(city), Corrections(city))),
        nav=[("/desk/residents", Text("住民", "Residents"))],
        names=_names,
        inquiries={
            HouseholdOf: households.household_of,
        },
    )


def _names(tx: Transaction, record_code: str) -> list[str]:
    found = register_store.by_record_code(tx, record_code)
    return [found.resident_id] if found else []
