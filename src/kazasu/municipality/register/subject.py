"""The resident register: what the portal may know of a household, records and their corrections."""

from kazasu.contracts.municipality import HouseholdOf
from kazasu.foundation.database import Transaction
from kazasu.foundation.text import Text
from kazasu.kit.emergency import store as emergency
from kazasu.kit.emergency.pages import PATH as EMERGENCIES_PATH
from kazasu.kit.emergency.pages import emergencies_at
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.desk import DeskPages
from kazasu.municipality.hall.model import REGISTER
from kazasu.municipality.hall.subject import Link, Queue, Subject
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.emergencies import emergencies_of
from kazasu.municipality.register.looking.pages import AskedFirst
from kazasu.municipality.register.looking.service import Purposes
from kazasu.municipality.register.pages import ResidentPages
from kazasu.municipality.register.service import opening
from kazasu.municipality.register.service.corrections import Corrections
from kazasu.municipality.register.service.households import Households
from kazasu.municipality.register.service.opening import Openings
from kazasu.municipality.register.service.records import Records


def open_subject(city: CityContext) -> Subject:
    households = Households(city)
    emergencies = emergencies_of(city)

    def pages(desk: DeskPages) -> None:
        desk.site.guard(AskedFirst(desk, Purposes(city)))
        desk.site.enter(ResidentPages(desk, Records(city), Corrections(city)))
        emergencies_at(desk.site, emergencies, template="emergency.html")

    return Subject(
        pages=pages,
        nav=[
            Link("/desk/residents", Text("住民", "Residents")),
            Link(EMERGENCIES_PATH, Text("緊急の閲覧", "Emergency looks"), (*REGISTER, "auditor")),
        ],
        queues=[
            Queue(
                EMERGENCIES_PATH,
                Text("同意を待つ緊急の閲覧", "Emergency looks that wait for a second person"),
                count=lambda tx, _: emergency.waiting(tx),
                roles=("decider",),
            ),
            Queue(
                EMERGENCIES_PATH,
                Text("点検を待つ緊急の閲覧", "Emergency looks to be reviewed"),
                count=lambda tx, _: emergency.to_review(tx),
                roles=("auditor",),
            ),
        ],
        names=_names,
        inquiries={
            HouseholdOf: households.household_of,
        },
        cities_due=opening.cities_due,
        by_date=[Openings(city).give_back],
        ticks={"emergencies": emergencies.ring_late},
    )


def _names(tx: Transaction, record_code: str) -> list[str]:
    found = register_store.by_record_code(tx, record_code)
    return [found.resident_id] if found else []
