"""The room of the city halls: one program, a tenant for each city that lives here.

A city hall is a house of subjects. Each is a folder with its own tables, rules, services and pages; it
stands on ``hall`` and ``register`` and never imports its neighbours (``.importlinter``). To add one:
its folder, and its line in :data:`SUBJECTS`.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final, TypeVar

from kazasu.contracts.municipality import Reachable
from kazasu.contracts.offices import OfficeOf
from kazasu.exchange.carrier import operator
from kazasu.exchange.handles import Named
from kazasu.exchange.opening import room_of, site_of
from kazasu.exchange.room import Room, RoomContext
from kazasu.foundation.alarms import ringing
from kazasu.foundation.database import Transaction
from kazasu.foundation.database.each import each
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.kit.alarms.pages import PATH as ALARMS_PATH
from kazasu.kit.alarms.pages import alarms_at
from kazasu.kit.emergency.model import VERDICTS
from kazasu.kit.emergency.pages import SAID
from kazasu.kit.opening import sign_in_of
from kazasu.kit.staff import admit_staff
from kazasu.municipality.abroad import subject as abroad
from kazasu.municipality.births import subject as births
from kazasu.municipality.cards import subject as cards
from kazasu.municipality.casework import subject as casework
from kazasu.municipality.casework.model import KINDS
from kazasu.municipality.deaths import subject as deaths
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.desk import DeskPages
from kazasu.municipality.hall.pages import HallPages
from kazasu.municipality.hall.service import FrontDesk
from kazasu.municipality.hall.subject import Queue
from kazasu.municipality.households import subject as households
from kazasu.municipality.institution import INSTITUTION
from kazasu.municipality.moving import subject as moving
from kazasu.municipality.register import number_keys
from kazasu.municipality.register import subject as register

SUBJECTS: Final = (moving, cards, register, households, abroad, births, deaths, casework)
"""In the order in which the desk shows them."""
_LETTERS: Final = Queue(
    "/desk/letters", Text("滞留している通知", "Letters that wait"), count=lambda tx, _: operator.how_many(tx),
    roles=("operator",),
)  # fmt: skip
_ALARMS: Final = Queue(
    ALARMS_PATH, Text("警報", "Alarms"), count_for=ringing.how_many, roles=("operator", "auditor"),
)  # fmt: skip
K = TypeVar("K")
V = TypeVar("V")


def open_room(house: RoomContext) -> Room:
    city = CityContext(house)
    subjects = [subject.open_subject(city) for subject in SUBJECTS]
    front = FrontDesk(city)

    def tick() -> None:
        """What falls due by date, for the cities that have something due; one city's trouble, or one step's, is no other's."""
        day = today(house.clock)
        due = [subject.cities_due for subject in subjects if subject.cities_due]
        tenants = {code for find in due for code in city.database.glance(partial(find, today=day))}
        steps = [step for subject in subjects for step in subject.by_date]
        each(
            sorted(one for one in tenants if house.opens(INSTITUTION.of(one))),
            lambda tenant: each(steps, lambda step: step(tenant, day)),
        )

    nav = [link for subject in subjects for link in subject.nav]
    site = site_of(
        house,
        INSTITUTION,
        more_templates=sorted(INSTITUTION.folder.glob("*/templates")),
        values={
            "desk_nav": nav,
            "note_kinds": KINDS,
            "emergency_said": SAID,
            "emergency_verdicts": VERDICTS,
            "clock_now": house.clock.now,
        },
    )
    signin = sign_in_of(
        house,
        INSTITUTION,
        site,
        action="staff-desk",
        admit=admit_staff(house, INSTITUTION),
        home="/desk",
    )
    desk = DeskPages(site, city, signin)

    def names(tx: Transaction, named: Named) -> list[str]:
        code = named.resident_record_code
        return [name for one in subjects if one.names for name in one.names(tx, code)]

    queues = [*(q for one in subjects for q in one.queues), _LETTERS, _ALARMS]
    site.enter(HallPages(desk, front, queues))
    alarms_at(house, site, template="alarms.html")
    for subject in subjects:
        subject.pages(desk)
    return room_of(
        house,
        INSTITUTION,
        site,
        letters=_whole(one.letters for one in subjects),
        inquiries={
            Reachable: front.reachable,
            OfficeOf: front.office,
            **_whole(one.inquiries for one in subjects),
        },
        jobs=_whole(one.jobs for one in subjects),
        names=names,
        ticks={"dates": tick} | _whole(one.ticks for one in subjects),
        prove=partial(number_keys.prove, city.database),
    )


def _whole(parts: Iterable[Mapping[K, V]]) -> dict[K, V]:
    """All of them. Raises ``ValueError`` when two subjects claim the same."""
    whole: dict[K, V] = {}
    for part in parts:
        if twice := whole.keys() & part.keys():
            raise ValueError(f"two subjects handle {twice}")
        whole |= part
    return whole
