"""Pages of the guided tours, and of starting afresh."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kazasu.exchange.room import RoomContext
from kazasu.foundation.faults import Refusal
from kazasu.foundation.happenings import Happenings
from kazasu.foundation.web import Site, get, post, public
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.society.tours.model import TOURS, Tour

WHY: Final = "the sandbox; which kinds of steps were done, of nobody"


class TourPages:
    """Everybody in a country shares its ticks; they stay until a tour is begun again."""

    def __init__(self, site: Site, house: RoomContext) -> None:
        self._site = site
        self._house = house
        self._happenings = Happenings(house.settings.directory_file.parent)

    @get("/tours", public(WHY))
    def tours(self, request: Request) -> Response:
        ticks = {tour.id: tour.ticked(self._happenings.known) for tour in TOURS.values()}
        return self._site.render(request, "tours.html", tours=list(TOURS.values()), ticks=ticks)

    @get("/tours/{tour_id}", public(WHY))
    def tour(self, request: Request) -> Response:
        """Raises Refusal ``web.not-found``."""
        tour, directory = _asked(request), self._house.directory
        ticks = tour.ticked(self._happenings.known)
        rows = [
            (step, done, directory.origin(step.at) + step.path if step.at in directory else "")
            for step, done in zip(tour.steps, ticks, strict=True)
        ]
        upcoming = next((at for at, done in enumerate(ticks) if not done), None)
        return self._site.render(request, "tour.html", tour=tour, rows=rows, upcoming=upcoming)

    @post("/tours/{tour_id}/again", public(WHY))
    def again(self, request: Request) -> Response:
        """Raises Refusal ``web.not-found``."""
        tour = _asked(request)
        self._happenings.forget(what for step in tour.steps for what in step.done)
        return self._site.redirect(f"/tours/{tour.id}")

    @get("/reset", public(WHY))
    def reset(self, request: Request) -> Response:
        """Founding anew takes away the database under every process that runs: it is a command, and the page says it."""
        return self._site.render(request, "reset.html", port=self._house.settings.port)


def _asked(request: Request) -> Tour:
    tour = TOURS.get(request.path_params["tour_id"])
    if tour is None:
        raise Refusal(NOT_FOUND)
    return tour
