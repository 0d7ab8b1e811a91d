"""The card desk: cards that carry the old address still, and the tap that continues one."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.contracts.base import InstitutionId
from kazasu.exchange.taps import read_result
from kazasu.foundation import periods
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC
from kazasu.municipality.cards.service import CardDesk
from kazasu.municipality.faults import UNKNOWN_CASE
from kazasu.municipality.hall.desk import STAFF, Counter, clerk, text
from kazasu.municipality.moving.store import cases as moving

READING = Text("カードの継続利用の待ち一覧", "Cards waiting to be continued")


def enter(counter: Counter, desk: CardDesk) -> None:
    site = counter.site

    @site.route("/desk/cards", access=STAFF)
    def cards(request: Request) -> Response:
        rows = counter.read(request, "card.list", READING, moving.cards_waiting)
        until = {one.token: periods.card_continuation_until(one.notified_on) for one in rows}
        return site.render(request, "cards.html", rows=rows, until=until)

    @site.route("/desk/cards/continue", access=STAFF, methods=["POST"])
    def begin(request: Request) -> Response:
        try:
            token = UUID(text(request, "token"))
        except ValueError:
            raise Refusal(UNKNOWN_CASE) from None
        sealed = desk.begin(request.state.tenant, clerk(request), text(request, "case_id"), token)
        terminal = counter.hall.directory.origin("terminal")
        return site.redirect(f"{terminal}/tap?request={sealed}&lang={request.state.language}")

    @site.route(
        "/card-tap/evidence",
        access=PUBLIC("what the card brought is checked by J-LIS and by the card itself"),
        methods=["POST"],
        api=True,
    )
    def evidence(request: Request) -> Response:
        city = counter.hall.directory.entry(InstitutionId.of("city", request.state.tenant))
        result = read_result(request.state.body, counter.hall.directory, city.id)
        return JSONResponse(desk.receive(request.state.tenant, result).model_dump())

    @site.route("/card-tap/return", access=STAFF)
    def done(request: Request) -> Response:
        desk.finish(request.state.tenant, clerk(request), request.query_params.get("handle", ""))
        return site.redirect("/desk/cards")
