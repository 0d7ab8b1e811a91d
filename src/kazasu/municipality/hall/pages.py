"""The front for everybody, the first page of the desk, and the letters that wait."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.time.clock import today
from kazasu.foundation.web import get, post, public
from kazasu.kit.letters import AgainForm
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.hall.model import ROLES
from kazasu.municipality.hall.service import FrontDesk
from kazasu.municipality.hall.subject import Queue


class HallPages:
    def __init__(self, desk: DeskPages, front_desk: FrontDesk, queues: Sequence[Queue]) -> None:
        self._desk = desk
        self._front_desk = front_desk
        self._queues = queues

    @get("/", public("the city's front page; no personal data"))
    def front(self, request: Request) -> Response:
        return self._desk.site.render(
            request,
            "front.html",
            offices=self._front_desk.offices(request.state.tenant),
            portal=self._desk.city.directory.origin("portal"),
        )

    @get("/desk", STAFF)
    def first(self, request: Request) -> Response:
        """What waits for this clerk, and what for everybody, by queue."""
        who, day = clerk(request), f"{today(self._desk.city.clock)}"
        own = [one for one in self._queues if one.is_of(who.roles)]
        counts = self._front_desk.counts(request.state.tenant, who, own)
        lines = [
            (queue.address.format(today=day), queue, count)
            for queue, count in zip(own, counts, strict=True)
        ]
        roles = [name for role, name in ROLES.items() if role in who.roles]
        mine = self._front_desk.mine(request.state.tenant, who)
        return self._desk.site.render(
            request, "desk.html", lines=lines, clerk=who, roles=roles, mine=mine
        )

    @get("/desk/letters", STAFF)
    def letters(self, request: Request) -> Response:
        """What could not be applied or delivered, for an operator to see to; nobody else is led here."""
        who = clerk(request)
        found = self._front_desk.letters(request.state.tenant, who)
        return self._desk.site.render(request, "letters.html", letters=found, clerk=who)

    @post("/desk/letters", STAFF)
    def again(self, request: Request) -> Response:
        form = AgainForm.read(request)
        self._front_desk.try_again(request.state.tenant, clerk(request), form.message_id, form.way)
        return self._desk.site.tell(request, "/desk/letters", done="again")
