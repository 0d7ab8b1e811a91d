"""The card desk: cards that carry the old address still, and the tap that continues one."""

from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kazasu.exchange.taps import read_result
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import today
from kazasu.foundation.web import Form, get, post, public
from kazasu.municipality.cards.service import CardDesk
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk
from kazasu.municipality.hall.ports import WaitingCard

FAMILY: Final = "family"
"""In the session: the case whose cards the clerk updates one after the other."""
SKIPPED: Final = "family-skipped"
"""In the session: tokens of whose card is not here today; the chain goes on without them."""


class ContinueForm(Form):
    case_id: str
    token: UUID


class FamilyForm(Form):
    case_id: str


class SkipForm(Form):
    case_id: str
    token: UUID


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
        """A chain that was left at the reader can go on here, without whoever's card is not at hand."""
        rows = self._cards.waiting(request.state.tenant, clerk(request))
        case_id = request.state.session.data.get(FAMILY)
        left = self._left(request, case_id)[0] if case_id else []
        return self._desk.site.render(
            request,
            "cards.html",
            rows=rows,
            family=left,
            clerk=clerk(request),
            today_date=today(self._desk.city.clock),
        )

    @post("/desk/cards/continue", STAFF)
    def begin(self, request: Request) -> Response:
        form = ContinueForm.read(request)
        self._ends(request)
        return self._to_the_reader(request, form.case_id, form.token)

    @post("/desk/cards/family", STAFF)
    def family(self, request: Request) -> Response:
        """All cards of one move in one sitting: after each the next one is asked for, until none waits."""
        form = FamilyForm.read(request)
        self._ends(request)
        request.state.session.data[FAMILY] = form.case_id
        return self._next_of_the_family(request, form.case_id)

    @post("/desk/cards/skip", STAFF)
    def skip(self, request: Request) -> Response:
        """Somebody's card is not at hand: it goes on with the next one, and theirs stays in the list."""
        form = SkipForm.read(request)
        data = request.state.session.data
        if data.get(FAMILY) != form.case_id:
            self._ends(request)
            data[FAMILY] = form.case_id
        data[SKIPPED] = [*data.get(SKIPPED, ()), str(form.token)]
        return self._next_of_the_family(request, form.case_id)

    @staticmethod
    def _ends(request: Request) -> None:
        for name in (FAMILY, SKIPPED):
            request.state.session.data.pop(name, None)

    def _left(self, request: Request, case_id: str) -> tuple[list[WaitingCard], str]:
        """Whose cards the chain has still to ask for, and what is said once it is nobody's."""
        waiting, moved_on = self._cards.of_family(request.state.tenant, clerk(request), case_id)
        skipped = request.state.session.data.get(SKIPPED, ())
        left = [one for one in waiting if str(one.token) not in skipped]
        said = "cards-skipped" if waiting else "cards-moved-on" if moved_on else "cards-done"
        return left, said

    def _next_of_the_family(
        self, request: Request, case_id: str, after: WaitingCard | None = None
    ) -> Response:
        left, said = self._left(request, case_id)
        if not left:
            self._ends(request)
            return self._desk.site.tell(
                request, "/desk/cards", done=said, case=case_id, whose=after.name if after else ""
            )
        return self._to_the_reader(request, case_id, left[0].token, after)

    def _to_the_reader(
        self, request: Request, case_id: str, token: UUID, after: WaitingCard | None = None
    ) -> Response:
        sealed = self._cards.begin(
            request.state.tenant, clerk(request), case_id, token, after=after
        )
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
            card = self._cards.finish(request.state.tenant, clerk(request), handle)
        except Refusal as refusal:
            self._ends(request)
            return self._desk.site.tell(request, "/desk/cards", refusal=refusal)
        self._desk.site.happened("a card was updated")
        family = request.state.session.data.get(FAMILY)
        if family is not None:
            return self._next_of_the_family(request, family, card)
        return self._desk.site.tell(
            request,
            "/desk/cards",
            done="card-continued",
            case=card.case_id if card and card.told else "",
            whose=card.name if card else "",
        )
