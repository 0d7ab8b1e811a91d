"""The desk of arrivals: expected ones by date, the visit, provisional entry, registration, paper."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
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
from kazasu.foundation.web import get, post
from kazasu.foundation.web.forms import asked
from kazasu.kit.levels import accepted
from kazasu.kit.openid import Person
from kazasu.municipality.faults import UNKNOWN_CASE
from kazasu.municipality.hall.context import city_id
from kazasu.municipality.hall.desk import STAFF, CaseForm, Counter, clerk
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


class EntryForm(CaseForm):
    """The completed notice. What the fields mean is judged by the service's own rules."""

    moved_on: date = asked("異動日（住み始めた日）", "Moving day")
    postcode: str = asked("郵便番号", "Postcode", default="", most=8)
    city: str = asked("市区", "City and ward", default="", most=40)
    town: str = asked("町名", "Town", default="", most=80)
    block: str = asked("番地・号", "Block", default="", most=80)
    building: str = asked("方書", "Building", default="", most=120)
    joins_household: str = asked(
        "加わる世帯の世帯番号", "Number of the household they join", default="", most=10
    )
    token: tuple[UUID, ...] = ()
    included: dict[str, str] = asked("異動する", "Moves", default={})
    relationship: dict[str, Annotated[str, Field(max_length=40)]] = asked(
        "続柄", "Relationship", default={}
    )
    head: str = asked("世帯主", "Head of the household", default="")


class DecisionForm(CaseForm):
    decision: Literal["register", "return"]


class MovingInPages:
    def __init__(self, counter: Counter, desk: ArrivalDesk, registering: Registering) -> None:
        self._counter = counter
        self._desk = desk
        self._registering = registering
        counter.signin.use(
            "visitor", self.take_visitor, scopes=VISITOR_SCOPES, levels=accepted("city.visitor")
        )
        counter.signin.use(
            "walk-in", self.take_walk_in, scopes=("openid", "resident"),
            levels=accepted("city.walk-in"),
        )  # fmt: skip

    @get("/desk/in", STAFF)
    def queue(self, request: Request) -> Response:
        counter = self._counter
        wanted = request.query_params.get("date", "")
        on = _date(wanted)
        done = request.query_params.get("done") == "1"
        states = ("registered", "withdrawn", "cancelled") if done else (
            "ready", "reserved", "certificate", "visited", "provisional", "registering", "missed")  # fmt: skip
        rows = counter.read(request, "in.list", READING, lambda tx: moving.expected(tx, states, on))
        return counter.site.render(
            request, "in_list.html", rows=rows, states=STATES, on=on, done=done,
            today_date=today(counter.hall.clock),
        )  # fmt: skip

    @get("/desk/in/{case_id}", STAFF)
    def case(self, request: Request) -> Response:
        case, arrivers, place = self._read(request)
        notice = MoveNotice.model_validate(case.reservation["notice"]) if case.reservation else None
        return self._counter.site.render(
            request,
            "in_case.html",
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
            clerk=clerk(request),
        )

    # -------------------------------------------------------- the visit

    @post("/desk/in/{case_id}/visit", STAFF)
    def visit(self, request: Request) -> Response:
        """On to the reader at the desk: the visitor holds their card, not the clerk."""
        case_id, form = request.path_params["case_id"], CaseForm.read(request)
        context = {
            "case": case_id,
            "version": str(form.version),
            "clerk": clerk(request).staff_id,
        }
        return self._counter.signin.begin(
            request, "visitor", context=context, back=f"/desk/in/{case_id}"
        )

    def take_visitor(self, request: Request, person: Person, context: dict[str, str]) -> Response:
        case_id, who = context["case"], clerk(request)
        if who.staff_id != context["clerk"]:
            return self._counter.site.redirect("/desk")
        self._desk.receive_visitor(
            request.state.tenant, who, case_id, int(context["version"]), person
        )
        return self._counter.site.redirect(f"/desk/in/{case_id}")

    # -------------------------------------------------------- entry and decision

    @post("/desk/in/{case_id}/entry", STAFF)
    def entry(self, request: Request) -> Response:
        case_id, form = request.path_params["case_id"], EntryForm.read(request)
        tenant = request.state.tenant
        entered = self._entry(tenant, form)
        self._desk.enter(tenant, clerk(request), case_id, form.version, entered)
        return self._counter.site.redirect(f"/desk/in/{case_id}")

    @post("/desk/in/{case_id}/decision", STAFF)
    def decision(self, request: Request) -> Response:
        case_id, form = request.path_params["case_id"], DecisionForm.read(request)
        tenant, who = request.state.tenant, clerk(request)
        if form.decision == "register":
            self._registering.register(tenant, who, case_id, form.version)
        else:
            self._desk.send_back(tenant, who, case_id, form.version)
        return self._counter.site.redirect(f"/desk/in/{case_id}")

    @get("/desk/in/{case_id}/form.pdf", STAFF)
    def form(self, request: Request) -> Response:
        """The notice of moving in (転入届) with everything already on it, to be signed by hand."""
        case, arrivers, place = self._read(request)
        hall = self._counter.hall
        entry_of = hall.directory.entry(InstitutionId.of("city", request.state.tenant))
        content = paper.notice_of_moving_in(
            entry_of.name.ja, case, arrivers, place, today(hall.clock)
        )
        return Response(
            content,
            media_type="application/pdf",
            headers={"content-disposition": f'inline; filename="{case.case_id}.pdf"'},
        )

    # -------------------------------------------------------- another city than planned

    @get("/desk/walk-in", STAFF)
    def walk_in(self, request: Request) -> Response:
        return self._counter.site.render(request, "walk_in.html", clerk=clerk(request))

    @post("/desk/walk-in", STAFF)
    def begin_walk_in(self, request: Request) -> Response:
        context = {"clerk": clerk(request).staff_id}
        return self._counter.signin.begin(request, "walk-in", context=context, back="/desk/walk-in")

    def take_walk_in(self, request: Request, person: Person, context: dict[str, str]) -> Response:
        """Ask the network for the visitor's open transfer and have the data sent here instead."""
        if clerk(request).staff_id != context["clerk"]:
            return self._counter.site.redirect("/desk")
        hall, tenant = self._counter.hall, request.state.tenant
        institution = hall.house.institution(city_id(tenant))
        code = open_handle(institution, person.resident_handle, hall.clock).resident_record_code
        inquirer = hall.house.inquirer(city_id(tenant))
        transfer = inquirer.ask(
            OpenTransferOf(resident_record_code=code), of="jukinet", purpose=WALKING_IN
        )
        sent = inquirer.ask(
            RequestCertificateData(token=transfer.token, resident_record_code=code),
            of=city_id(transfer.from_municipality),
            purpose=WALKING_IN,
        ).sent
        return self._counter.site.tell(request, "/desk/walk-in", outcome="sent" if sent else "none")

    # -------------------------------------------------------- inside

    def _read(self, request: Request) -> tuple[MovingIn, list[Arriver], Place | None]:
        case_id = request.path_params["case_id"]

        def work(tx: Transaction) -> tuple[MovingIn, list[Arriver], Place | None]:
            case = moving.arrival(tx, case_id)
            if case is None:
                raise Refusal(UNKNOWN_CASE)
            arrivers = moving.arrivers(tx, case_id)
            known = tuple(one.resident_id for one in arrivers if one.resident_id)
            tx.audit(clerk(request).access("in.case", READING, known, case_id))
            return case, arrivers, visits.place_of(tx, case_id)

        return self._counter.read(request, "in.case", READING, work, case=case_id)

    def _entry(self, tenant: str, form: EntryForm) -> Entry:
        city = self._counter.hall.database.read("entry.city", register.city, tenant=tenant)
        return Entry(
            moved_on=form.moved_on,
            address=Address(
                municipality_code=MunicipalityCode(tenant),
                postcode=form.postcode,
                prefecture=city.prefecture,
                city=form.city or city.city_ja,
                town=form.town,
                block=form.block,
                building=form.building,
            ),
            people=tuple(
                EnteredPerson(
                    token, str(token) in form.included, form.relationship.get(str(token), ""),
                    form.head == str(token),
                )
                for token in form.token
            ),
            joins_household=form.joins_household,
        )  # fmt: skip


def _offered(case: MovingIn, notice: MoveNotice | None) -> dict[str, Any]:
    if case.entry:
        return dict(case.entry["address"])
    return notice.new_address.model_dump(mode="json") if notice else {}


def _date(wanted: str) -> date | None:
    try:
        return date.fromisoformat(wanted)
    except ValueError:
        return None
