"""The catalogue as a page of the sandbox: searched, grouped by who meets a fault, with a way to meet it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.room import RoomContext
from kazasu.foundation.faults import CATALOGUE, Actor, Fault
from kazasu.foundation.text import Text
from kazasu.foundation.web import Site, get, public
from kazasu.society.catalogue.examples import filled, fits
from kazasu.society.catalogue.ways import WAYS, Way

WHY: Final = "the sandbox; what can be refused is no secret"
GROUPS: Final[dict[Actor, Text]] = {
    "resident": Text("住民・利用者", "Residents and customers"),
    "clerk": Text("窓口の職員", "Clerks at a desk"),
    "integrator": Text("サービスをつなぐ人", "Integrators"),
    "operator": Text("運用する人", "Operators"),
}
"""Who meets a fault and can do something, in the order of the page."""
LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One fault as the page shows it."""

    fault: Fault
    title: Text
    todo: Text
    way: Way | None
    href: str
    """Of the way; empty: there is none in this country."""


class CataloguePages:
    def __init__(self, site: Site, house: RoomContext) -> None:
        self._site = site
        self._directory = house.directory

    @get("/faults", public(WHY))
    def faults(self, request: Request) -> Response:
        """``q``: a code or words of either language; ``who``: one group alone; ``way``: only what can be met on purpose."""
        given = request.query_params
        wanted = given.get("q", "").strip()[:LONGEST]
        who, way = given.get("who", ""), given.get("way", "") == "1"
        entries = [
            one
            for one in self._entries(CATALOGUE.values())
            if fits(one.fault, wanted) and (not way or one.href)
        ]
        groups = {
            actor: [one for one in entries if one.fault.who == actor]
            for actor in GROUPS
            if who not in GROUPS or actor == who
        }
        return self._site.render(
            request, "faults.html", groups={a: found for a, found in groups.items() if found},
            names=GROUPS, wanted=wanted, who=who if who in GROUPS else "", way=way,
        )  # fmt: skip

    def _entries(self, faults: Iterable[Fault]) -> Iterable[Entry]:
        for fault in sorted(faults, key=lambda one: one.code):
            title, todo = filled(fault)
            way = WAYS.get(fault.code)
            yield Entry(fault, title, todo, way, way.address(self._directory) if way else "")
