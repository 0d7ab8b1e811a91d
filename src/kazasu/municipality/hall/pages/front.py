"""The city's front page, for everybody."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.web import PUBLIC
from kazasu.municipality.hall.desk import Counter
from kazasu.municipality.moving.store import visits


def enter(counter: Counter) -> None:
    @counter.site.route("/", access=PUBLIC("the city's front page; no personal data"))
    def front(request: Request) -> Response:
        offices = counter.hall.database.read(
            "front.offices", visits.offices, tenant=request.state.tenant
        )
        return counter.site.render(
            request,
            "front.html",
            offices=offices,
            portal=counter.hall.directory.origin("portal"),
        )
