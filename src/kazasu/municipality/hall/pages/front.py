"""The city's front page, for everybody."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.web import PUBLIC, get
from kazasu.municipality.hall.desk import Counter
from kazasu.municipality.moving.store import visits


class FrontPages:
    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    @get("/", PUBLIC("the city's front page; no personal data"))
    def front(self, request: Request) -> Response:
        hall = self._counter.hall
        offices = hall.database.read("front.offices", visits.offices, tenant=request.state.tenant)
        return self._counter.site.render(
            request, "front.html", offices=offices, portal=hall.directory.origin("portal")
        )
