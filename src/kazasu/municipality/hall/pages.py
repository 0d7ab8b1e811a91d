"""The front for everybody, the first page of the desk, and the letters that wait."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.clock import today
from kazasu.foundation.web import PUBLIC
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk, text
from kazasu.municipality.hall.model import ROLES
from kazasu.municipality.hall.service import FrontDesk
from kazasu.municipality.hall.subject import Queue


def enter(desk: DeskPages, front_desk: FrontDesk, queues: Sequence[Queue]) -> None:
    site = desk.site

    @site.route("/", access=PUBLIC("the city's front page; no personal data"))
    def front(request: Request) -> Response:
        return site.render(
            request,
            "front.html",
            offices=front_desk.offices(request.state.tenant),
            portal=desk.city.directory.origin("portal"),
        )

    @site.route("/desk", access=STAFF)
    def first(request: Request) -> Response:
        """What waits, by queue."""
        who, day = clerk(request), f"{today(desk.city.clock)}"
        counts = front_desk.counts(request.state.tenant, who, queues)
        lines = [
            (queue.address.format(today=day), queue, count)
            for queue, count in zip(queues, counts, strict=True)
        ]
        roles = [name for role, name in ROLES.items() if role in who.roles]
        return site.render(request, "desk.html", lines=lines, clerk=who, roles=roles)

    @site.route("/desk/letters", access=STAFF)
    def letters(request: Request) -> Response:
        """What could not be applied or delivered, for an operator to see to."""
        who = clerk(request)
        found = front_desk.letters(request.state.tenant, who)
        return site.render(request, "letters.html", letters=found, clerk=who)

    @site.route("/desk/letters", access=STAFF, methods=["POST"])
    def again(request: Request) -> Response:
        front_desk.try_again(
            request.state.tenant, clerk(request), text(request, "message_id"),
            outgoing=text(request, "way") == "out",
        )  # fmt: skip
        return site.redirect("/desk/letters")
