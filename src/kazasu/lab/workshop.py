"""The workshop, put together, and where it reaches into the identity service."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from starlette.requests import Request

from kazasu.exchange.room import RoomContext
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site
from kazasu.identity.clients.model import Client
from kazasu.identity.hooks import Beside, Hooks, Page, Played, Route, Workshop
from kazasu.identity.operators.findings import Finding
from kazasu.identity.service.authorizing import Begun
from kazasu.identity.service.context import IdentityContext
from kazasu.identity.service.taps import OpenTap
from kazasu.identity.services import Services
from kazasu.identity.store.authorizations import Waiting
from kazasu.lab import api, pages
from kazasu.lab.conformance.runs import Runs
from kazasu.lab.conformance.service import Conformance
from kazasu.lab.findings import findings
from kazasu.lab.inspector.service import Inspector
from kazasu.lab.personas.acting import Personas
from kazasu.lab.snippets import LOGIN, home_of, snippets
from kazasu.lab.trying.pages import TryPages
from kazasu.lab.trying.service import Trials

TABS: Final = (
    ("/integrators/try", Text("いますぐ試す", "Log in now")),
    ("/integrators/people", Text("試す相手", "People")),
    ("/integrators/requests", Text("要求を見る", "Requests")),
    ("/integrators/events", Text("届けた知らせ", "Events")),
    ("/integrators/faults", Text("断られる場合を試す", "Try faults")),
    ("/integrators/conformance", Text("適合試験", "Conformance")),
)


def workshop(house: RoomContext) -> Workshop:
    """What opens the workshop once the service's own parts are there."""
    return lambda desk, services: Lab(house, desk, services)


class Lab(Hooks):
    """The workshop in one opened service."""

    templates = (Path(__file__).parent / "templates",)

    def __init__(self, house: RoomContext, desk: IdentityContext, services: Services) -> None:
        self._desk = desk
        self._clients = services.clients
        self._inspector = Inspector(house.database, house.clock, services)
        self._runs = Runs(desk.keys)
        self._conformance = Conformance(house.database, desk, self._runs)
        self._folder = house.settings.directory_file.parent
        self._personas = Personas(
            desk, services, self._folder / "cards", self._runs, provoked=self._provoked
        )
        self._site: Site | None = None
        self._deliveries = services.deliveries
        self._trials = Trials(house.database, desk, services.clients, self._inspector, house.http())
        self.ticks: Mapping[str, Callable[[], None]] = {
            "inspect": self._inspector.write,
            "forget": self._inspector.forget,
        }

    def _provoked(self) -> None:
        if self._site is not None:
            self._site.happened("a fault was provoked")

    def around(self, path: str, page: Page) -> Page:
        return self._inspector.watched(path, self._runs.altered(path, page))

    def begun(self, begun: Begun, login_hint: str) -> Played | None:
        return self._personas.begun(begun, begun.request.login_hint or login_hint)

    def at_reader(self, tap: OpenTap) -> dict[str, str]:
        return self._personas.at_reader(tap)

    def verifying(self, waiting: Waiting, client: Client) -> None:
        self._personas.play(waiting, client)

    def beside(self, client: Client | None) -> Beside:
        if client is None:
            return Beside(TABS, "lab/beside.html", {"snippets": [], "strict": False})
        code = snippets(client, self._desk.issuer, self._desk.origin)
        facts = {"snippets": code, "login": f"{home_of(client)}{LOGIN}", "strict": client.strict}
        return Beside(TABS, "lab/beside.html", facts)

    def findings(self, client: Client) -> list[Finding]:
        seen = self._inspector.newest(client.client_id)
        return findings(seen, self._conformance.last_passed(client.client_id))

    def enter(self, site: Site, route: Route, own: Callable[[Request], Client]) -> None:
        self._site = site
        self._conformance.told = lambda: site.happened("a conformance run passed")
        api.enter(route, self._clients, self._inspector, self._conformance)
        site.enter(
            pages.LabPages(
                site, self, own, self._desk, self._inspector, self._conformance, self._deliveries
            )
        )
        site.enter(TryPages(site, self, own, self._trials, self._folder))
