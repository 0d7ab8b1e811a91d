"""The desk of incoming notices of moving out: the machine's checks are shown; a clerk decides."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.municipality import MoveNotice
from kazasu.foundation.faults import Refusal
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk, number, text
from kazasu.municipality.moving.model import OUT_STATES
from kazasu.municipality.moving.service.departures import Departures
from kazasu.municipality.moving.service.moving_out import MovingOutDesk


def enter(desk: DeskPages, notices: MovingOutDesk, departures: Departures) -> None:
    site = desk.site

    @site.route("/desk/out", access=STAFF)
    def queue(request: Request) -> Response:
        done = request.query_params.get("done") == "1"
        cases = notices.queue(request.state.tenant, clerk(request), done=done)
        return site.render(request, "out_list.html", cases=cases, states=OUT_STATES, done=done)

    @site.route("/desk/out/{case_id}", access=STAFF)
    def case(request: Request) -> Response:
        return page(request, request.path_params["case_id"])

    @site.route("/desk/out/{case_id}", access=STAFF, methods=["POST"])
    def decide(request: Request) -> Response:
        case_id = request.path_params["case_id"]
        tenant, who, version = request.state.tenant, clerk(request), number(request)
        decision, note = text(request, "decision"), text(request, "note")
        try:
            if decision == "accept":
                notices.accept(tenant, who, case_id, version, text(request, "new_head"))
            elif decision == "fix":
                notices.ask_for_correction(tenant, who, case_id, version, note)
            else:
                notices.reject(tenant, who, case_id, version, note)
        except Refusal as refusal:
            return page(request, case_id, refusal)
        return site.redirect(f"/desk/out/{case_id}")

    @site.route("/desk/overdue", access=STAFF)
    def overdue(request: Request) -> Response:
        rows = departures.overdue(request.state.tenant, clerk(request))
        return site.render(request, "overdue.html", rows=rows)

    def page(request: Request, case_id: str, refusal: Refusal | None = None) -> Response:
        who = clerk(request)
        found = notices.look(request.state.tenant, who, case_id)
        return site.render(
            request,
            "out_case.html",
            status=refusal.fault.status if refusal else 200,
            case=found.case,
            notice=MoveNotice.model_validate(found.case.notice),
            movers=found.movers,
            rest=found.rest,
            head=found.head,
            hide=any(one.protected for one in found.movers),
            state=OUT_STATES[found.case.state],
            refusal=refusal,
            clerk=who,
        )
