"""A mover who planned another city: the reader at the desk, then whether the data come."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.foundation.web import get, post
from kazasu.kit.levels import accepted
from kazasu.kit.openid import Person
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.moving.service.walk_in import WalkInDesk


class WalkInPages:
    def __init__(self, desk: DeskPages, walk_ins: WalkInDesk) -> None:
        self._desk = desk
        self._walk_ins = walk_ins
        desk.signin.use(
            "walk-in",
            self.take,
            scopes=("openid", "resident"),
            levels=accepted("city.walk-in"),
        )

    @get("/desk/walk-in", STAFF)
    def ask(self, request: Request) -> Response:
        return self._desk.site.render(request, "walk_in.html", clerk=clerk(request))

    @post("/desk/walk-in", STAFF)
    def begin(self, request: Request) -> Response:
        context = {"clerk": clerk(request).staff_id}
        return self._desk.signin.begin(request, "walk-in", context=context, back="/desk/walk-in")

    def take(self, request: Request, person: Person, context: dict[str, str]) -> Response:
        who = clerk(request)
        if who.staff_id != context["clerk"]:
            return self._desk.site.redirect("/desk")
        sent = self._walk_ins.fetch(request.state.tenant, who, person)
        return self._desk.site.tell(request, "/desk/walk-in", outcome="sent" if sent else "none")
