"""The desk of arrivals: expected ones by date, the visit, provisional entry, registration, paper."""

from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.municipality import Address, MoveNotice
from kazasu.foundation.clock import today
from kazasu.foundation.faults import Refusal
from kazasu.foundation.numbers import MunicipalityCode
from kazasu.kit.levels import accepted
from kazasu.kit.openid import Person
from kazasu.municipality.hall.desk import STAFF, DeskPages, clerk, number, text
from kazasu.municipality.moving import paper
from kazasu.municipality.moving.model import IN_STATES, MovingIn
from kazasu.municipality.moving.service.arrivals import ArrivalDesk, EnteredPerson, Entry
from kazasu.municipality.moving.service.registering import Registering
from kazasu.municipality.register import relationships

VISITOR_SCOPES = ("openid", "name", "address", "birthdate", "gender", "resident")


def enter(desk: DeskPages, arrivals: ArrivalDesk, registering: Registering) -> None:
    site, signin = desk.site, desk.signin

    @site.route("/desk/in", access=STAFF)
    def queue(request: Request) -> Response:
        on = _date(request.query_params.get("date", ""))
        done = request.query_params.get("done") == "1"
        rows = arrivals.queue(request.state.tenant, clerk(request), done=done, on=on)
        return site.render(
            request, "in_list.html", rows=rows, states=IN_STATES, on=on, done=done,
            today_date=today(desk.city.clock),
        )  # fmt: skip

    @site.route("/desk/in/{case_id}", access=STAFF)
    def case(request: Request) -> Response:
        return page(request, request.path_params["case_id"])

    # -------------------------------------------------------- the visit

    @site.route("/desk/in/{case_id}/visit", access=STAFF, methods=["POST"])
    def visit(request: Request) -> Response:
        """On to the reader at the desk: the visitor holds their card, not the clerk."""
        case_id = request.path_params["case_id"]
        context = {
            "case": case_id,
            "version": str(number(request)),
            "clerk": clerk(request).staff_id,
        }
        return signin.begin(request, "visitor", context=context, back=f"/desk/in/{case_id}")

    def take_visitor(request: Request, person: Person, context: dict[str, str]) -> Response:
        case_id = context["case"]
        who = clerk(request)
        if who.staff_id != context["clerk"]:
            return site.redirect("/desk")
        try:
            arrivals.receive_visitor(
                request.state.tenant, who, case_id, int(context["version"]), person
            )
        except Refusal as refusal:
            return page(request, case_id, refusal)
        return site.redirect(f"/desk/in/{case_id}")

    signin.use("visitor", take_visitor, scopes=VISITOR_SCOPES, levels=accepted("city.visitor"))

    # -------------------------------------------------------- entry and decision

    @site.route("/desk/in/{case_id}/entry", access=STAFF, methods=["POST"])
    def entry(request: Request) -> Response:
        case_id = request.path_params["case_id"]
        try:
            arrivals.enter(
                request.state.tenant,
                clerk(request),
                case_id,
                number(request),
                _entry(request),
            )
        except Refusal as refusal:
            return page(request, case_id, refusal)
        return site.redirect(f"/desk/in/{case_id}")

    @site.route("/desk/in/{case_id}/decision", access=STAFF, methods=["POST"])
    def decision(request: Request) -> Response:
        case_id = request.path_params["case_id"]
        tenant, who = request.state.tenant, clerk(request)
        try:
            if text(request, "decision") == "register":
                registering.register(tenant, who, case_id, number(request))
            else:
                arrivals.send_back(tenant, who, case_id, number(request))
        except Refusal as refusal:
            return page(request, case_id, refusal)
        return site.redirect(f"/desk/in/{case_id}")

    @site.route("/desk/in/{case_id}/form.pdf", access=STAFF)
    def form(request: Request) -> Response:
        """The notice of moving in (転入届) with everything already on it, to be signed by hand."""
        found = arrivals.look(request.state.tenant, clerk(request), request.path_params["case_id"])
        city = desk.city.entry(request.state.tenant)
        content = paper.notice_of_moving_in(
            city.name.ja, found.case, found.arrivers, found.place, today(desk.city.clock)
        )
        return Response(
            content,
            media_type="application/pdf",
            headers={"content-disposition": f'inline; filename="{found.case.case_id}.pdf"'},
        )

    def page(request: Request, case_id: str, refusal: Refusal | None = None) -> Response:
        who = clerk(request)
        found = arrivals.look(request.state.tenant, who, case_id)
        case, people = found.case, found.arrivers
        notice = MoveNotice.model_validate(case.reservation["notice"]) if case.reservation else None
        return site.render(
            request,
            "in_case.html",
            status=refusal.fault.status if refusal else 200,
            case=case,
            arrivers=people,
            place=found.place,
            notice=notice,
            address=_offered(case, notice),
            moved_on=case.moved_on or (notice.move_date if notice else None),
            entered={one["token"]: one for one in case.entry.get("people", [])},
            new_head=notice.new_head if notice else "",
            relationships=relationships.OFFERED,
            hide=any(one.mover.protected for one in people),
            state=IN_STATES[case.state],
            refusal=refusal,
            clerk=who,
            posted=request.state.form if refusal else {},
        )


def _offered(case: MovingIn, notice: MoveNotice | None) -> dict[str, Any]:
    if case.entry:
        return dict(case.entry["address"])
    return notice.new_address.model_dump(mode="json") if notice else {}


def _entry(request: Request) -> Entry:
    """The completed form. What cannot be read is refused by the service's own rules; it also knows
    the prefecture, and the city where the field was left empty."""
    head = text(request, "head")
    people = []
    for token in request.state.form.getlist("token"):
        included = text(request, f"included-{token}") == "y"
        relationship = text(request, f"relationship-{token}", 40)
        people.append(EnteredPerson(UUID(str(token)), included, relationship, head == str(token)))
    return Entry(
        moved_on=_parts(request, "moved_on") or date.max,
        address=Address(
            municipality_code=MunicipalityCode(request.state.tenant),
            postcode=text(request, "postcode", 8),
            prefecture="",
            city=text(request, "city", 40),
            town=text(request, "town", 80),
            block=text(request, "block", 80),
            building=text(request, "building", 120),
        ),
        people=tuple(people),
        joins_household=text(request, "joins_household", 10),
    )


def _parts(request: Request, name: str) -> date | None:
    try:
        return date(*(int(text(request, f"{name}-{part}", 4)) for part in ("year", "month", "day")))
    except ValueError:
        return None


def _date(wanted: str) -> date | None:
    try:
        return date.fromisoformat(wanted)
    except ValueError:
        return None
