"""The card desk: cards that carry the old address still, and the tap that continues one."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.contracts.base import InstitutionId
from kazasu.exchange.taps import read_result
from kazasu.foundation import periods
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import PUBLIC, Form, get, post
from kazasu.municipality.cards.service import CardDesk
from kazasu.municipality.hall.desk import STAFF, Counter, clerk
from kazasu.municipality.moving.store import cases as moving

READING = Text("カードの継続利用の待ち一覧", "Cards waiting to be continued")


class ContinueForm(Form):
    case_id: str
    token: UUID


class CardPages:
    def __init__(self, counter: Counter, desk: CardDesk) -> None:
        self._counter = counter
        self._desk = desk
        proven = PUBLIC("what the card brought is checked by J-LIS and by the card itself")
        counter.site.route("/card-tap/evidence", access=proven, methods=["POST"], api=True)(
            self.evidence
        )

    @get("/desk/cards", STAFF)
    def cards(self, request: Request) -> Response:
        rows = self._counter.read(request, "card.list", READING, moving.cards_waiting)
        until = {one.token: periods.card_continuation_until(one.notified_on) for one in rows}
        return self._counter.site.render(request, "cards.html", rows=rows, until=until)

    @post("/desk/cards/continue", STAFF)
    def begin(self, request: Request) -> Response:
        form = ContinueForm.read(request)
        sealed = self._desk.begin(request.state.tenant, clerk(request), form.case_id, form.token)
        terminal = self._counter.hall.directory.origin("terminal")
        return self._counter.site.redirect(
            f"{terminal}/tap?request={sealed}&lang={request.state.language}"
        )

    def evidence(self, request: Request) -> Response:
        directory = self._counter.hall.directory
        city = directory.entry(InstitutionId.of("city", request.state.tenant))
        result = read_result(request.state.body, directory, city.id)
        return JSONResponse(self._desk.receive(request.state.tenant, result).model_dump())

    @get("/card-tap/return", STAFF)
    def done(self, request: Request) -> Response:
        handle = request.query_params.get("handle", "")
        try:
            self._desk.finish(request.state.tenant, clerk(request), handle)
        except Refusal as refusal:
            return self._counter.site.tell(request, "/desk/cards", refusal=refusal)
        return self._counter.site.redirect("/desk/cards")
