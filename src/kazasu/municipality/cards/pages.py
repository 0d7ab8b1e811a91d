"""The card desk: cards that carry the old address still, and the tap that continues one."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.exchange.taps import read_result
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import PUBLIC
from kazasu.municipality.cards.service import CardDesk
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk, text
from kazasu.municipality.hall.faults import UNKNOWN_CASE


def enter(desk: DeskPages, cards: CardDesk) -> None:
    site = desk.site

    @site.route("/desk/cards", access=STAFF)
    def waiting(request: Request) -> Response:
        rows = cards.waiting(request.state.tenant, clerk(request))
        return site.render(request, "cards.html", rows=rows)

    @site.route("/desk/cards/continue", access=STAFF, methods=["POST"])
    def begin(request: Request) -> Response:
        try:
            token = UUID(text(request, "token"))
        except ValueError:
            raise Refusal(UNKNOWN_CASE) from None
        sealed = cards.begin(request.state.tenant, clerk(request), text(request, "case_id"), token)
        terminal = desk.city.directory.origin("terminal")
        return site.redirect(f"{terminal}/tap?request={sealed}&lang={request.state.language}")

    @site.route(
        "/card-tap/evidence",
        access=PUBLIC("what the card brought is checked by J-LIS and by the card itself"),
        methods=["POST"],
        api=True,
    )
    def evidence(request: Request) -> Response:
        city = desk.city.entry(request.state.tenant)
        result = read_result(request.state.body, desk.city.directory, city.id)
        return JSONResponse(cards.receive(request.state.tenant, result).model_dump())

    @site.route("/card-tap/return", access=STAFF)
    def done(request: Request) -> Response:
        cards.finish(request.state.tenant, clerk(request), request.query_params.get("handle", ""))
        return site.redirect("/desk/cards")
