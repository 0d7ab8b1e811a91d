"""The card desk: cards that carry the old address still, and the tap that continues one."""

from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.exchange.taps import read_result
from kazasu.foundation.faults import Refusal
from kazasu.foundation.web import Form, get, post, public
from kazasu.municipality.cards.service import CardDesk
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk

FAMILY: Final = "family"
"""In the session: the case whose cards the clerk updates one after the other."""


class ContinueForm(Form):
    case_id: str
    token: UUID


class FamilyForm(Form):
    case_id: str


class CardPages:
    def __init__(self, desk: DeskPages, cards: CardDesk) -> None:
        self._desk = desk
        self._cards = cards
        proven = public("what the card brought is checked by J-LIS and by the card itself")
        desk.site.route("/card-tap/evidence", access=proven, methods=["POST"], api=True)(
            self.evidence
        )
        asked = public("whoever holds the tap's request may ask how it stands")
        desk.site.route("/card-tap/evidence", access=asked, api=True)(self.standing)

    @get("/desk/cards", STAFF)
    def waiting(self, request: Request) -> Response:
        rows = self._cards.waiting(request.state.tenant, clerk(request))
        return self._desk.site.render(request, "cards.html", rows=rows)

    @post("/desk/cards/continue", STAFF)
    def begin(self, request: Request) -> Response:
        form = ContinueForm.read(request)
        request.state.session.data.pop(FAMILY, None)
        return self._to_the_reader(request, form.case_id, form.token)

    @post("/desk/cards/family", STAFF)
    def family(self, request: Request) -> Response:
        """All cards of one move in one sitting: after each the next one is asked for, until none waits."""
        form = FamilyForm.read(request)
        request.state.session.data[FAMILY] = form.case_id
        return self._next_of_the_family(request, form.case_id)

    def _next_of_the_family(self, request: Request, case_id: str) -> Response:
        waiting = self._cards.of_family(request.state.tenant, clerk(request), case_id)
        token = next((one.token for one in waiting), None)
        if token is None:
            request.state.session.data.pop(FAMILY, None)
            return self._desk.site.tell(request, "/desk/cards", done="cards-done")
        return self._to_the_reader(request, case_id, token)

    def _to_the_reader(self, request: Request, case_id: str, token: UUID) -> Response:
        sealed = self._cards.begin(request.state.tenant, clerk(request), case_id, token)
        terminal = self._desk.city.directory.origin("terminal")
        return self._desk.site.redirect(
            f"{terminal}/tap?request={sealed}&lang={request.state.reading.words}"
        )

    def evidence(self, request: Request) -> Response:
        city = self._desk.city
        me = city.entry(request.state.tenant).id
        result = read_result(request.state.body, city.directory, me)
        return JSONResponse(self._cards.receive(request.state.tenant, result).model_dump())

    def standing(self, request: Request) -> Response:
        """``GET /card-tap/evidence?tap=``: before the terminal asks for a card."""
        tap = request.query_params.get("tap", "")
        return JSONResponse(self._cards.standing(request.state.tenant, tap).model_dump())

    @get("/card-tap/return", STAFF, takes="only the clerk who began it")
    def done(self, request: Request) -> Response:
        handle = request.query_params.get("handle", "")
        try:
            self._cards.finish(request.state.tenant, clerk(request), handle)
        except Refusal as refusal:
            request.state.session.data.pop(FAMILY, None)
            return self._desk.site.tell(request, "/desk/cards", refusal=refusal)
        self._desk.site.happened("a card was updated")
        family = request.state.session.data.get(FAMILY)
        if family is not None:
            return self._next_of_the_family(request, family)
        return self._desk.site.tell(request, "/desk/cards", done="card-continued")
