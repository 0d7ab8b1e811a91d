"""The desk of incoming notices of moving out: the machine's checks are shown; a clerk decides."""

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.municipality import MoveNotice
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.municipality.faults import UNKNOWN_CASE
from kazasu.municipality.hall.desk import STAFF, Counter, clerk, number, text
from kazasu.municipality.moving.service.moving_out import MovingOutDesk
from kazasu.municipality.moving.store import cases as moving
from kazasu.municipality.register import model
from kazasu.municipality.register import store as register
from kazasu.municipality.register.model import MovingOut, Resident

READING = Text("転出届の確認", "Looking at a notice of moving out")
STATES = {
    "received": Text("受付済・確認中", "received, being checked"),
    "checked": Text("確認済・判断待ち", "checked, to be decided"),
    "needs-fix": Text("訂正を待っています", "waiting for a correction"),
    "accepted": Text("受理（転出予定）", "accepted"),
    "rejected": Text("却下", "rejected"),
    "withdrawn": Text("取下げ", "withdrawn"),
    "cancelled": Text("転出取消し", "move cancelled"),
    "closed": Text("完了（除票）", "done, record closed"),
}


def enter(counter: Counter, desk: MovingOutDesk) -> None:
    site = counter.site

    @site.route("/desk/out", access=STAFF)
    def queue(request: Request) -> Response:
        done = request.query_params.get("done") == "1"
        states = ("accepted", "rejected", "withdrawn", "cancelled", "closed") if done else (
            "received", "checked", "needs-fix")  # fmt: skip
        cases = counter.read(request, "out.list", READING, lambda tx: moving.outs(tx, states))
        return site.render(request, "out_list.html", cases=cases, states=STATES, done=done)

    @site.route("/desk/out/{case_id}", access=STAFF)
    def case(request: Request) -> Response:
        return _page(counter, request, request.path_params["case_id"])

    @site.route("/desk/out/{case_id}", access=STAFF, methods=["POST"])
    def decide(request: Request) -> Response:
        case_id = request.path_params["case_id"]
        tenant, who, version = request.state.tenant, clerk(request), number(request)
        decision, note = text(request, "decision"), text(request, "note")
        try:
            if decision == "accept":
                desk.accept(tenant, who, case_id, version, text(request, "new_head"))
            elif decision == "fix":
                desk.ask_for_correction(tenant, who, case_id, version, note)
            else:
                desk.reject(tenant, who, case_id, version, note)
        except Refusal as refusal:
            return _page(counter, request, case_id, refusal)
        return site.redirect(f"/desk/out/{case_id}")


def _page(
    counter: Counter, request: Request, case_id: str, refusal: Refusal | None = None
) -> Response:
    def work(tx: Transaction) -> tuple[MovingOut, list[Resident], list[Resident]]:
        case = moving.out(tx, case_id)
        if case is None:
            raise Refusal(UNKNOWN_CASE)
        ids = register.residents_of_members(tx, case.notice["member_ids"])
        movers = register.several(tx, ids)
        household = register.household(tx, movers[0].household_number) if movers else []
        shown = tuple(one.resident_id for one in movers)
        tx.audit(clerk(request).access("out.case", READING, shown, case_id))
        return case, movers, household

    case, movers, household = counter.read(request, "out.case", READING, work, case=case_id)
    leaving = {one.resident_id for one in movers}
    return counter.site.render(
        request,
        "out_case.html",
        status=refusal.fault.status if refusal else 200,
        case=case,
        notice=MoveNotice.model_validate(case.notice),
        movers=movers,
        rest=[one for one in household if one.resident_id not in leaving],
        head=model.head_after(household, leaving) if case.state == "checked" else None,
        hide=any(one.protected for one in movers),
        state=STATES[case.state],
        refusal=refusal,
        clerk=clerk(request),
    )
