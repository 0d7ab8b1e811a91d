"""The room of the city halls: one program, a tenant for each city that lives here.

A city hall is a house of subjects. Each is a folder with its own tables, rules, services and pages; it
stands on ``hall`` and ``register`` and never imports its neighbours (``.importlinter``). To add one:
its folder, and its line in :data:`SUBJECTS`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from starlette.requests import Request

from kazasu.contracts.identity import issuer_of
from kazasu.contracts.levels import accepted
from kazasu.contracts.municipality import Reachable
from kazasu.exchange.room import House, Room
from kazasu.foundation.clock import today
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.foundation.web.openid import OpenId, Person, RelyingParty
from kazasu.foundation.web.signin import Admission, SignIn
from kazasu.municipality.cards import subject as cards
from kazasu.municipality.hall import pages as hall_pages
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.desk import DeskPages
from kazasu.municipality.hall.service import FrontDesk, letters_waiting
from kazasu.municipality.hall.subject import Queue, Subject
from kazasu.municipality.moving import subject as moving
from kazasu.municipality.register import subject as register

NAME: Final = Text("市区町村", "City hall")
SUBJECTS: Final = (moving, cards, register)
"""In the order in which the desk shows them."""
_LETTERS: Final = Queue(
    "/desk/letters", Text("滞留している通知", "Letters that wait"), count=lambda tx, _: letters_waiting(tx)
)  # fmt: skip
_HERE: Final = Path(__file__).parent
K = TypeVar("K")
V = TypeVar("V")


def open_room(house: House) -> Room:
    city = CityContext(house)
    subjects = [subject.open_subject(city) for subject in SUBJECTS]
    front = FrontDesk(city)

    def tick() -> None:
        """What falls due by date, for the cities that have something due."""
        day = today(house.clock)
        due = [subject.cities_due for subject in subjects if subject.cities_due]
        tenants = city.database.read(
            "cities.due", lambda tx: {code for find in due for code in find(tx, day)}
        )
        for tenant in sorted(tenants):
            for subject in subjects:
                for step in subject.by_date:
                    step(tenant, day)

    return Room(
        name="municipality",
        app=_site(city, front, subjects).app(),
        hosts=lambda name: _tenant(house, name) != "",
        letters=_whole(one.letters for one in subjects),
        inquiries={Reachable: front.reachable, **_whole(one.inquiries for one in subjects)},
        jobs=_whole(one.jobs for one in subjects),
        ticks={"dates": tick},
    )


def _whole(parts: Iterable[Mapping[K, V]]) -> dict[K, V]:
    """All of them. Raises ``ValueError`` when two subjects claim the same."""
    whole: dict[K, V] = {}
    for part in parts:
        if twice := whole.keys() & part.keys():
            raise ValueError(f"two subjects handle {twice}")
        whole |= part
    return whole


def _tenant(house: House, host: str) -> str:
    entry = house.directory.at_host(host)
    return entry.code if entry is not None else ""


def _site(city: CityContext, front: FrontDesk, subjects: Sequence[Subject]) -> Site:
    house = city.house
    nav = [link for subject in subjects for link in subject.nav]

    def tenant_of_host(host: str) -> str:
        code = _tenant(house, host)
        if not code:
            raise Refusal(NOT_FOUND)
        return code

    def context(request: Request) -> dict[str, object]:
        name = house.directory.city(request.state.tenant).name if request.state.tenant else NAME
        return {"site_name": name, "desk_nav": nav}

    site = Site(
        room="municipality",
        name=NAME,
        templates=_HERE / "hall" / "templates",
        more_templates=sorted(_HERE.glob("*/templates")),
        settings=house.settings,
        clock=house.clock,
        database=house.database,
        colour="#197A4B",
        tenant_of_host=tenant_of_host,
        form_targets=(house.directory.origin("identity"), house.directory.origin("terminal")),
        context=context,
    )
    desk = DeskPages(site, city, _signin(site, house, _admit(front)))
    hall_pages.enter(desk, front, [*(q for one in subjects for q in one.queues), _LETTERS])
    for subject in subjects:
        subject.pages(desk)
    return site


def _admit(front: FrontDesk) -> Callable[[Request, Person], Admission]:
    def admit(request: Request, person: Person) -> Admission:
        """Staff of this city alone. Raises Refusal ``municipality.not-staff``."""
        member = front.staff(request.state.tenant, person.subject)
        return Admission(
            "staff", member.staff_id, {"name": member.staff_name, "roles": member.roles}
        )

    return admit


def _signin(site: Site, house: House, admit: Callable[[Request, Person], Admission]) -> SignIn:
    def party(request: Request) -> RelyingParty:
        entry = house.directory.city(request.state.tenant)
        key = house.institution(entry.id).client_key
        return RelyingParty(f"city{entry.code}", f"{entry.origin}/signin/callback", key)

    return SignIn(
        site,
        openid=OpenId(issuer_of(house.directory.origin("identity")), house.http(), house.clock),
        party=party,
        admit=admit,
        clock=house.clock,
        scopes=("openid",),
        home="/desk",
        levels=accepted("city.staff-desk"),
    )
