"""The desk of incoming notices of moving out: the machine's checks are shown; a clerk decides."""

from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.municipality import MoveNotice
from kazasu.foundation.web import get, post
from kazasu.foundation.web.forms import asked
from kazasu.municipality.hall.desk import STAFF, CaseForm, DeskPages, clerk
from kazasu.municipality.moving.model import OUT_STATES
from kazasu.municipality.moving.service.departures import Departures
from kazasu.municipality.moving.service.moving_out import MovingOutDesk


class DecisionForm(CaseForm):
    decision: Literal["accept", "fix", "reject"]
    new_head: str = asked("残る世帯の世帯主", "Head of the household that remains", default="")
    note: str = asked(
        "本人に伝えること（訂正・却下のとき）", "What to tell the resident (correction, rejection)",
        default="", most=500,
    )  # fmt: skip


class MovingOutPages:
    def __init__(self, desk: DeskPages, notices: MovingOutDesk, departures: Departures) -> None:
        self._desk = desk
        self._notices = notices
        self._departures = departures

    @get("/desk/out", STAFF)
    def queue(self, request: Request) -> Response:
        done = request.query_params.get("done") == "1"
        cases = self._notices.queue(request.state.tenant, clerk(request), done=done)
        return self._desk.site.render(
            request, "out_list.html", cases=cases, states=OUT_STATES, done=done
        )

    @get("/desk/out/{case_id}", STAFF)
    def case(self, request: Request) -> Response:
        who = clerk(request)
        found = self._notices.look(request.state.tenant, who, request.path_params["case_id"])
        return self._desk.site.render(
            request,
            "out_case.html",
            case=found.case,
            notice=MoveNotice.model_validate(found.case.notice),
            movers=found.movers,
            rest=found.rest,
            head=found.head,
            hide=any(one.protected for one in found.movers),
            state=OUT_STATES[found.case.state],
            form=DecisionForm.show(request),
            clerk=who,
        )

    @post("/desk/out/{case_id}", STAFF)
    def decide(self, request: Request) -> Response:
        case_id, form = request.path_params["case_id"], DecisionForm.read(request)
        tenant, who = request.state.tenant, clerk(request)
        if form.decision == "accept":
            self._notices.accept(tenant, who, case_id, form.version, form.new_head)
        elif form.decision == "fix":
            self._notices.ask_for_correction(tenant, who, case_id, form.version, form.note)
        else:
            self._notices.reject(tenant, who, case_id, form.version, form.note)
        return self._desk.site.redirect(f"/desk/out/{case_id}")

    @get("/desk/overdue", STAFF)
    def overdue(self, request: Request) -> Response:
        rows = self._departures.overdue(request.state.tenant, clerk(request))
        return self._desk.site.render(request, "overdue.html", rows=rows)
