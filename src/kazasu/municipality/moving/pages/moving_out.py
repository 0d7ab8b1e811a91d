"""The desk of incoming notices of moving out: the machine's checks are shown; a clerk decides."""

from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.municipality import MoveNotice
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web import get, post
from kazasu.foundation.web.forms import asked
from kazasu.municipality.faults import UNKNOWN_CASE
from kazasu.municipality.hall.desk import STAFF, CaseForm, Counter, clerk
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


class DecisionForm(CaseForm):
    decision: Literal["accept", "fix", "reject"]
    new_head: str = asked("残る世帯の世帯主", "Head of the household that remains", default="")
    note: str = asked(
        "本人に伝えること（訂正・却下のとき）", "What to tell the resident (correction, rejection)",
        default="", most=500,
    )  # fmt: skip


class MovingOutPages:
    def __init__(self, counter: Counter, desk: MovingOutDesk) -> None:
        self._counter = counter
        self._desk = desk

    @get("/desk/out", STAFF)
    def queue(self, request: Request) -> Response:
        done = request.query_params.get("done") == "1"
        states = ("accepted", "rejected", "withdrawn", "cancelled", "closed") if done else (
            "received", "checked", "needs-fix")  # fmt: skip
        cases = self._counter.read(request, "out.list", READING, lambda tx: moving.outs(tx, states))
        return self._counter.site.render(
            request, "out_list.html", cases=cases, states=STATES, done=done
        )

    @get("/desk/out/{case_id}", STAFF)
    def case(self, request: Request) -> Response:
        case_id = request.path_params["case_id"]

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

        case, movers, household = self._counter.read(
            request, "out.case", READING, work, case=case_id
        )
        leaving = {one.resident_id for one in movers}
        return self._counter.site.render(
            request,
            "out_case.html",
            case=case,
            notice=MoveNotice.model_validate(case.notice),
            movers=movers,
            rest=[one for one in household if one.resident_id not in leaving],
            head=model.head_after(household, leaving) if case.state == "checked" else None,
            hide=any(one.protected for one in movers),
            state=STATES[case.state],
            form=DecisionForm.show(request),
            clerk=clerk(request),
        )

    @post("/desk/out/{case_id}", STAFF)
    def decide(self, request: Request) -> Response:
        case_id, form = request.path_params["case_id"], DecisionForm.read(request)
        tenant, who = request.state.tenant, clerk(request)
        if form.decision == "accept":
            self._desk.accept(tenant, who, case_id, form.version, form.new_head)
        elif form.decision == "fix":
            self._desk.ask_for_correction(tenant, who, case_id, form.version, form.note)
        else:
            self._desk.reject(tenant, who, case_id, form.version, form.note)
        return self._counter.site.redirect(f"/desk/out/{case_id}")
