"""A mover who planned another city: the reader at the desk, then whether the data come."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.kit.levels import accepted
from kazasu.kit.openid import Person
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.moving.service.walk_in import WalkInDesk


def enter(desk: DeskPages, walk_ins: WalkInDesk) -> None:
    site, signin = desk.site, desk.signin

    @site.route("/desk/walk-in", access=STAFF)
    def walk_in(request: Request) -> Response:
        return site.render(request, "walk_in.html", outcome="", clerk=clerk(request))

    @site.route("/desk/walk-in", access=STAFF, methods=["POST"])
    def begin_walk_in(request: Request) -> Response:
        context = {"clerk": clerk(request).staff_id}
        return signin.begin(request, "walk-in", context=context, back="/desk/walk-in")

    def take_walk_in(request: Request, person: Person, context: dict[str, str]) -> Response:
        who = clerk(request)
        if who.staff_id != context["clerk"]:
            return site.redirect("/desk")
        sent = walk_ins.fetch(request.state.tenant, who, person)
        return site.render(request, "walk_in.html", outcome="sent" if sent else "none", clerk=who)

    signin.use(
        "walk-in",
        take_walk_in,
        scopes=("openid", "resident"),
        levels=accepted("city.walk-in"),
    )
