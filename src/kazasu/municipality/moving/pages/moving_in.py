"""The desk of arrivals: expected ones by date, the visit, provisional entry, registration, paper."""

from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from kazasu.contracts.base import InstitutionId
from kazasu.contracts.jukinet import OpenTransferOf
from kazasu.contracts.municipality import Address, MoveNotice, RequestCertificateData
from kazasu.exchange.handles import open_handle
from kazasu.foundation.clock import today
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.numbers import MunicipalityCode
from kazasu.foundation.text import Text
from kazasu.kit.levels import accepted
from kazasu.kit.openid import Person
from kazasu.municipality.faults import UNKNOWN_CASE
from kazasu.municipality.hall.context import city_id
from kazasu.municipality.hall.desk import STAFF, Counter, clerk, number, text
from kazasu.municipality.moving import paper
from kazasu.municipality.moving.service.arrivals import ArrivalDesk, EnteredPerson, Entry
from kazasu.municipality.moving.service.registering import Registering
from kazasu.municipality.moving.store import cases as moving
from kazasu.municipality.moving.store import visits
from kazasu.municipality.moving.store.visits import Place
from kazasu.municipality.register import relationships
from kazasu.municipality.register import store as register
from kazasu.municipality.register.model import Arriver, MovingIn

READING = Text("転入・転居の受付の確認", "Looking at an arrival")
WALKING_IN = Text("予定と違う市での転入の確認", "A mover at another city than planned")
STATES = {
    "reserved": Text("予約のみ到着（証明書情報待ち）", "half-arrived: certificate data missing"),
    "certificate": Text("証明書情報のみ到着（予約なし）", "half-arrived: no reservation"),
    "ready": Text("準備済", "ready"),
    "visited": Text("来庁受付済", "visitor identified"),
    "provisional": Text("仮登録（審査待ち）", "provisional, to be decided"),
    "registering": Text("登録処理中", "being registered"),
    "registered": Text("登録済", "registered"),
    "missed": Text("来庁なし", "visit missed"),
    "withdrawn": Text("取下げ", "withdrawn"),
    "cancelled": Text("転出取消し", "move cancelled"),
    "expired": Text("期限切れ", "expired"),
}
VISITOR_SCOPES = ("openid", "name", "address", "birthdate", "gender", "resident")


def enter(counter: Counter, desk: ArrivalDesk, registering: Registering) -> None:
    site, signin = counter.site, counter.signin

    @site.route("/desk/in", access=STAFF)
    def queue(request: Request) -> Response:
        wanted = request.query_params.get("date", "")
        on = _date(wanted)
        done = request.query_params.get("done") == "1"
        states = ("registered", "withdrawn", "cancelled") if done else (
            "ready", "reserved", "certificate", "visited", "provisional", "registering", "missed")  # fmt: skip
        rows = counter.read(request, "in.list", READING, lambda tx: moving.expected(tx, states, on))
        return site.render(
            request, "in_list.html", rows=rows, states=STATES, on=on, done=done,
            today_date=today(counter.hall.clock),
        )  # fmt: skip

    @site.route("/desk/in/{case_id}", access=STAFF)
    def case(request: Request) -> Response:
        return _page(counter, request, request.path_params["case_id"])

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
            desk.receive_visitor(
                request.state.tenant, who, case_id, int(context["version"]), person
            )
        except Refusal as refusal:
            return _page(counter, request, case_id, refusal)
        return site.redirect(f"/desk/in/{case_id}")

    signin.use("visitor", take_visitor, scopes=VISITOR_SCOPES, levels=accepted("city.visitor"))

    # -------------------------------------------------------- entry and decision

    @site.route("/desk/in/{case_id}/entry", access=STAFF, methods=["POST"])
    def entry(request: Request) -> Response:
        case_id = request.path_params["case_id"]
        try:
            desk.enter(
                request.state.tenant,
                clerk(request),
                case_id,
                number(request),
                _entry(counter, request),
            )
        except Refusal as refusal:
            return _page(counter, request, case_id, refusal)
        return site.redirect(f"/desk/in/{case_id}")

    @site.route("/desk/in/{case_id}/decision", access=STAFF, methods=["POST"])
    def decision(request: Request) -> Response:
        case_id = request.path_params["case_id"]
        tenant, who = request.state.tenant, clerk(request)
        try:
            if text(request, "decision") == "register":
                registering.register(tenant, who, case_id, number(request))
            else:
                desk.send_back(tenant, who, case_id, number(request))
        except Refusal as refusal:
            return _page(counter, request, case_id, refusal)
        return site.redirect(f"/desk/in/{case_id}")

    @site.route("/desk/in/{case_id}/form.pdf", access=STAFF)
    def form(request: Request) -> Response:
        """The notice of moving in (転入届) with everything already on it, to be signed by hand."""
        case, arrivers, place = _read(counter, request, request.path_params["case_id"])
        entry_of = counter.hall.directory.entry(InstitutionId.of("city", request.state.tenant))
        content = paper.notice_of_moving_in(
            entry_of.name.ja, case, arrivers, place, today(counter.hall.clock)
        )
        return Response(
            content,
            media_type="application/pdf",
            headers={"content-disposition": f'inline; filename="{case.case_id}.pdf"'},
        )

    _enter_walk_in(counter)


def _enter_walk_in(counter: Counter) -> None:
    site, signin = counter.site, counter.signin

    @site.route("/desk/walk-in", access=STAFF)
    def walk_in(request: Request) -> Response:
        return site.render(request, "walk_in.html", outcome="", clerk=clerk(request))

    @site.route("/desk/walk-in", access=STAFF, methods=["POST"])
    def begin_walk_in(request: Request) -> Response:
        context = {"clerk": clerk(request).staff_id}
        return signin.begin(request, "walk-in", context=context, back="/desk/walk-in")

    def take_walk_in(request: Request, person: Person, context: dict[str, str]) -> Response:
        """Ask the network for the visitor's open transfer and have the data sent here instead."""
        if clerk(request).staff_id != context["clerk"]:
            return site.redirect("/desk")
        tenant = request.state.tenant
        institution = counter.hall.house.institution(city_id(tenant))
        code = open_handle(
            institution, person.resident_handle, counter.hall.clock
        ).resident_record_code
        inquirer = counter.hall.house.inquirer(city_id(tenant))
        transfer = inquirer.ask(
            OpenTransferOf(resident_record_code=code), of="jukinet", purpose=WALKING_IN
        )
        sent = inquirer.ask(
            RequestCertificateData(token=transfer.token, resident_record_code=code),
            of=city_id(transfer.from_municipality),
            purpose=WALKING_IN,
        ).sent
        return site.render(
            request, "walk_in.html", outcome="sent" if sent else "none", clerk=clerk(request)
        )

    signin.use(
        "walk-in",
        take_walk_in,
        scopes=("openid", "resident"),
        levels=accepted("city.walk-in"),
    )


def _page(
    counter: Counter, request: Request, case_id: str, refusal: Refusal | None = None
) -> Response:
    case, arrivers, place = _read(counter, request, case_id)
    notice = MoveNotice.model_validate(case.reservation["notice"]) if case.reservation else None
    return counter.site.render(
        request,
        "in_case.html",
        status=refusal.fault.status if refusal else 200,
        case=case,
        arrivers=arrivers,
        place=place,
        notice=notice,
        address=_offered(case, notice),
        moved_on=case.moved_on or (notice.move_date if notice else None),
        entered={one["token"]: one for one in case.entry.get("people", [])},
        new_head=notice.new_head if notice else "",
        relationships=relationships.OFFERED,
        hide=any(one.mover.protected for one in arrivers),
        state=STATES[case.state],
        refusal=refusal,
        clerk=clerk(request),
        posted=request.state.form if refusal else {},
    )


def _read(
    counter: Counter, request: Request, case_id: str
) -> tuple[MovingIn, list[Arriver], Place | None]:
    def work(tx: Transaction) -> tuple[MovingIn, list[Arriver], Place | None]:
        case = moving.arrival(tx, case_id)
        if case is None:
            raise Refusal(UNKNOWN_CASE)
        arrivers = moving.arrivers(tx, case_id)
        known = tuple(one.resident_id for one in arrivers if one.resident_id)
        tx.audit(clerk(request).access("in.case", READING, known, case_id))
        return case, arrivers, visits.place_of(tx, case_id)

    return counter.read(request, "in.case", READING, work, case=case_id)


def _offered(case: MovingIn, notice: MoveNotice | None) -> dict[str, Any]:
    if case.entry:
        return dict(case.entry["address"])
    return notice.new_address.model_dump(mode="json") if notice else {}


def _entry(counter: Counter, request: Request) -> Entry:
    """The completed form. What cannot be read is refused by the service's own rules."""
    head = text(request, "head")
    people = []
    for token in request.state.form.getlist("token"):
        included = text(request, f"included-{token}") == "y"
        relationship = text(request, f"relationship-{token}", 40)
        people.append(EnteredPerson(UUID(str(token)), included, relationship, head == str(token)))
    tenant = request.state.tenant
    city = counter.hall.database.read("entry.city", register.city, tenant=tenant)
    return Entry(
        moved_on=_parts(request, "moved_on") or date.max,
        address=Address(
            municipality_code=MunicipalityCode(tenant),
            postcode=text(request, "postcode", 8),
            prefecture=city.prefecture,
            city=text(request, "city", 40) or city.city_ja,
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
